/**
 * How AWS decides on a request [doc:IAM/reference_policies_evaluation-logic], with three answers: allowed, denied, or undetermined where the
 * request lacks what decides. An answer that is not `undetermined` is the same for every value that the missing keys may have had.
 */
import { acrossLevels, allowsAtAll, type Reason, type Said, whatTheySay } from './applying';
import type { Policy, PolicyType } from './document';
import { obeysResourceControl } from './rcp-services';
import { accountOf, isServiceLinkedRole, type Principal, type Request } from './request';
import { all, any, both, either, not, type Truth } from './truth';

export type { Reason } from './applying';

const ownerLost = 'the account of the resource';

/** One list for each level: the root, each OU on the way, the account. */
export type Levels = readonly (readonly Policy[])[];

/** What is absent was not looked at, and is taken to allow; an empty list allows nothing. */
export interface Policies {
  /** Of the caller's account. */
  readonly serviceControl?: Levels;
  /** Of the resource's account. */
  readonly resourceControl?: Levels;
  readonly identity?: readonly Policy[];
  readonly boundary?: readonly Policy[];
  readonly session?: readonly Policy[];
  /** `none`: the resource has no policy. */
  readonly resource?: Policy | 'none';
  /** Policies of the organization do not bind this account. */
  readonly managementAccount?: string;
}

export interface Verdict {
  readonly outcome: 'allowed' | 'denied' | 'undetermined';
  /** How it is denied; `either` if that depends on what is missing, though the denial does not. */
  readonly denial?: 'explicit' | 'implicit' | 'either';
  /** What decided, or what would. */
  readonly reasons: readonly Reason[];
  /** What the request lacks and would decide. */
  readonly missing: readonly string[];
}

export function evaluate(policies: Policies, request: Request): Verdict {
  const organization = byOrganization(policies, request);
  const accounts = byAccounts(policies, request);
  const deny = either(organization.deny, accounts.deny);
  const allow = both(organization.allow, accounts.allow);
  const reasons = [...organization.reasons, ...accounts.reasons];
  if (deny === true) return verdict('denied', 'explicit', reasons);
  if (allow === false) return verdict('denied', deny === false ? 'implicit' : 'either', reasons);
  return verdict(deny === false && allow === true ? 'allowed' : 'undetermined', undefined, reasons);
}

const isAbout: Readonly<Record<NonNullable<Verdict['denial']> | Verdict['outcome'], (reason: Reason) => boolean>> = {
  allowed: ({ effect, missing }) => effect === 'Allow' && missing.length === 0,
  denied: ({ effect }) => effect !== 'Allow',
  explicit: ({ effect, missing }) => effect === 'Deny' && missing.length === 0,
  implicit: ({ effect }) => effect === 'none',
  either: ({ effect }) => effect !== 'Allow',
  undetermined: ({ missing }) => missing.length > 0,
};

function verdict(outcome: Verdict['outcome'], denial: Verdict['denial'], found: readonly Reason[]): Verdict {
  const reasons = found.filter(isAbout[denial ?? outcome]);
  const missing =
    outcome === 'undetermined' ? [...new Set(reasons.flatMap((reason) => reason.missing))].toSorted() : [];
  return { outcome, ...(denial && { denial }), reasons, missing };
}

interface Part {
  readonly deny: Truth;
  readonly allow: Truth;
  readonly reasons: readonly Reason[];
}

const silent: Part = { deny: false, allow: true, reasons: [] };

function byOrganization({ serviceControl, resourceControl, managementAccount }: Policies, request: Request): Part {
  const { principal, action } = request;
  const owner = ownerOf(request);
  return joined([
    binding('serviceControl', serviceControl, request, {
      principal: not(either(isLinked(principal), isOutside(principal, managementAccount))),
    }),
    binding('resourceControl', resourceControl, request, {
      principal: not(isLinked(principal)),
      [`whether ${action.split(':')[0]} obeys resource control policies`]: obeysResourceControl(action),
      [ownerLost]: managementAccount === undefined || (owner === 'notKnown' ? 'unknown' : owner !== managementAccount),
    }),
  ]);
}

/** Neither binds the management account or AWS services [doc:organizations/orgs_manage_policies_scps]. */
function isOutside(principal: Principal, managementAccount: string | undefined): Truth {
  if (principal.kind === 'unknown') return 'unknown';
  const account = accountOf(principal);
  return account === undefined || account === managementAccount;
}

/** "SCPs do not affect any service-linked role" [doc:organizations/orgs_manage_policies_scps]; nor do RCPs. */
function isLinked(principal: Principal): Truth {
  if (principal.kind === 'role') return isServiceLinkedRole(principal.arn);
  return principal.kind === 'someone' || principal.kind === 'unknown' ? 'unknown' : false;
}

/** @param when what must be true for policies of this type to bind, by what a reader misses if it is unknown */
function binding(
  type: PolicyType,
  levels: Levels | undefined,
  request: Request,
  when: Readonly<Record<string, Truth>>,
): Part {
  const binds = all(Object.values(when));
  if (levels === undefined || binds === false) return silent;
  const lost = Object.keys(when).filter((name) => when[name] === 'unknown');
  return onlyIf(acrossLevels(type, levels, request), binds, lost);
}

const joined = (parts: readonly Part[]): Part => ({
  deny: any(parts.map(({ deny }) => deny)),
  allow: all(parts.map(({ allow }) => allow)),
  reasons: parts.flatMap(({ reasons }) => reasons),
});

const ownerOf = ({ resourceAccount, principal }: Request): string | undefined =>
  resourceAccount ?? accountOf(principal);

/**
 * Everything but the organization: the caller's own policies, and the resource's. Services and providers have no policies of their own,
 * and the root user has neither identity policies nor a boundary.
 */
function byAccounts({ identity, boundary, session, resource }: Policies, request: Request): Part {
  const { kind } = request.principal;
  const isInAccount: Truth = kind === 'unknown' ? kind : accountOf(request.principal) !== undefined;
  const isEntity: Truth = kind === 'root' ? false : kind === 'someone' ? 'unknown' : isInAccount;
  const own = limb('identity', identity, request, isEntity);
  const bounded = limb('boundary', boundary, request, isEntity);
  const inSession = limb('session', session, request, isInAccount);
  const ofResource = resourceSays(resource, request, boundary === undefined ? false : isEntity);
  const limits = both(bounded.allow, inSession.allow);
  const { allow, lost } = decideAccess(request, ofResource, both(own.allow, limits), limits);
  const reasons = [...own.reasons, ...bounded.reasons, ...inSession.reasons, ...(ofResource?.reasons ?? [])];
  return {
    deny: any([own.deny, bounded.deny, inSession.deny, ofResource?.deny ?? false]),
    allow,
    reasons:
      lost === undefined ? reasons : [...reasons, { type: 'resource', policy: '', effect: 'none', missing: [lost] }],
  };
}

/** @param hasAny whether a caller of this kind has policies of this type */
function limb(type: PolicyType, policies: readonly Policy[] | undefined, request: Request, hasAny: Truth): Part {
  if (policies === undefined || hasAny === false) return silent;
  const said = whatTheySay(policies, request);
  const allow = allowsAtAll(said);
  const none: Reason = { type, policy: '', effect: 'none', missing: [] };
  const part = { deny: said.deny, allow, reasons: allow === false ? [...said.reasons, none] : said.reasons };
  return hasAny === true ? part : onlyIf(part, hasAny, ['principal']);
}

/** A part that may not count. */
const onlyIf = ({ deny, allow, reasons }: Part, counts: Truth, lost: readonly string[]): Part => ({
  deny: both(deny, counts),
  allow: either(allow, not(counts)),
  reasons: reasons.map((reason) =>
    reason.effect === 'Allow' ? reason : { ...reason, missing: [...reason.missing, ...lost] },
  ),
});

function resourceSays(resource: Policies['resource'], request: Request, hasBoundary: Truth): Said | undefined {
  if (resource === undefined) return undefined;
  const said = whatTheySay(resource === 'none' ? [] : [resource], request, { hasBoundary });
  if (allowsAtAll(said) !== false) return said;
  const name = resource === 'none' ? '' : resource.name;
  return { ...said, reasons: [...said.reasons, { type: 'resource', policy: name, effect: 'none', missing: [] }] };
}

/**
 * Inside an account, a resource policy that names the caller itself allows on its own; one that names the role is limited by boundary and
 * session; one that names the account leaves it to the caller's policies. Across accounts both sides must allow
 * [doc:IAM/reference_policies_evaluation-logic].
 */
function decideAccess(
  request: Request,
  ofResource: Said | undefined,
  caller: Truth,
  limits: Truth,
): { readonly allow: Truth; readonly lost?: string } {
  const { principal } = request;
  const account = accountOf(principal);
  const alone = ofResource === undefined ? true : allowsAtAll(ofResource);
  if (account === undefined && principal.kind !== 'unknown') return { allow: alone };
  if (principal.kind === 'unknown' && alone !== caller) return { allow: 'unknown', lost: 'principal' };
  if (ofResource === undefined) return { allow: caller };
  const { itself, role } = ofResource.allow;
  const across = both(alone, caller);
  const byResource = either(itself, both(role, limits));
  const within = either(byResource, mustAllow(request.action) ? across : caller);
  if (within === across) return { allow: within };
  const owner = ownerOf(request);
  if (principal.kind === 'unknown') return { allow: 'unknown', lost: 'principal' };
  if (owner === 'notKnown') return { allow: 'unknown', lost: ownerLost };
  return { allow: owner === account ? within : across };
}

/** Keys and roles are closed to their own account too, until their policy opens them [doc:kms/key-policy-default]. */
const mustAllow = (action: string): boolean => /^(?:kms:|sts:assumerole)/i.test(action);
