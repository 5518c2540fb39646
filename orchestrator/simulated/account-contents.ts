/** What stands in the accounts: stacks, settings, what others made there, and what people have done by hand. */

import type { ListedRole, RoleFacts, RuleFacts } from '../domain/health/facts';
import type { AccountId, Region } from '../domain/model/brand';
import type { ResourceDrift } from '../domain/model/drift';
import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../domain/model/settings';
import type { StackPlace } from '../ports/ports';
import { inAccount } from './deployed';
import { differencesIn } from './drift-differences';
import { bootstrapped, doToIdentities, type Identities, rolesIn } from './identities';
import { after, type OutOfBandChange } from './out-of-band-changes';
import { inheritanceOf, type Preexisting, type Protection } from './preexisting';
import { quotaPassed } from './quotas';
import type { Random } from './random';
import type { Kind, Made } from './resource-kinds';
import type { Stack } from './stack';

export type { OutOfBandChange };

/** A member's settings; a fresh account has none of them [aws-behavior 5]. */
export interface Settings {
  passwordPolicy?: PasswordPolicy | undefined;
  s3PublicAccessBlock?: PublicAccessBlock | undefined;
  readonly ebsEncryption: Map<Region, boolean>;
  readonly imdsDefaults: Map<Region, ImdsDefaults>;
  /** ARN of the key that EBS encrypts with; without one, the key that AWS manages. */
  readonly ebsKey: Map<Region, string>;
}

/** A thing that a stack made, as people have left it. */
export interface Standing<Of extends Kind> {
  readonly name: string;
  readonly region: Region;
  readonly facts: Made[Of];
  /** When its first stack made it. */
  readonly sinceMs: number;
}

export interface AccountContents {
  readonly settings: (account: AccountId) => Settings;
  /** Creates the stack, or updates the one that the same StackSet made. Returns why CloudFormation failed, if it did. */
  readonly deploy: (account: AccountId, stack: Stack, nowMs: number) => string | undefined;
  /** Everything of a kind that stacks made, in one region or in all. */
  readonly standing: <Of extends Kind>(account: AccountId, kind: Of, region?: Region) => readonly Standing<Of>[];
  readonly role: (account: AccountId, name: string) => RoleFacts | undefined;
  readonly topic: (account: AccountId, region: Region, name: string) => Made['topics'] | undefined;
  readonly rule: (account: AccountId, region: Region, name: string) => RuleFacts | undefined;
  readonly identities: (account: AccountId) => Identities;
  readonly roles: (account: AccountId) => readonly ListedRole[];
  /** ARNs of what people have opened to the outside. */
  readonly shared: (account: AccountId, region: Region) => readonly string[];
  /** What others run there. */
  readonly protections: (account: AccountId, region: Region) => readonly Protection[];
  readonly protect: (account: AccountId, protection: Protection) => void;
  readonly byHand: (account: AccountId, change: OutOfBandChange) => void;
  /** What people have changed in a stack's resources; undefined if there is no such stack. */
  readonly drift: (account: AccountId, stack: StackPlace) => readonly ResourceDrift[] | undefined;
  /** Brings the stack's resources back to its template. */
  readonly revert: (account: AccountId, stack: StackPlace) => void;
  /** The stacks of an account, for those who compare the records with what is there. */
  readonly stacks: (account: AccountId) => readonly Stack[];
  /** When an operation has last changed the stack. */
  readonly changedAtMs: (account: AccountId, stack: StackPlace) => number | undefined;
}

interface Holdings {
  readonly settings: Settings;
  /** By StackSet and region. */
  readonly stacks: Map<string, Stack>;
  readonly changedAtMs: Map<string, number>;
  /** Since when each thing is there. */
  readonly sinceMs: Map<string, number>;
  /** By the stack whose resource was changed. */
  readonly outOfBandChanges: Map<string, readonly OutOfBandChange[]>;
  readonly protections: Protection[];
  readonly identities: Identities;
  readonly shared: { readonly region: Region; readonly resource: string }[];
}

export interface AccountContentsOptions {
  readonly preexisting: Preexisting;
  readonly home: Region;
}

const stackKey = ({ stackSet, region }: Pick<Stack, 'stackSet' | 'region'>): string => `${stackSet} ${region}`;

export function createAccountContents(random: Random, { preexisting, home }: AccountContentsOptions): AccountContents {
  const accounts = new Map<AccountId, Holdings>();

  const holdingsOf = (account: AccountId): Holdings => {
    const known = accounts.get(account);
    if (known !== undefined) return known;
    const { protections, root } = inheritanceOf(preexisting, random, account, home);
    const fresh: Holdings = {
      settings: { ebsEncryption: new Map(), imdsDefaults: new Map(), ebsKey: new Map() },
      stacks: new Map(),
      changedAtMs: new Map(),
      sinceMs: new Map(),
      outOfBandChanges: new Map(),
      protections: [...protections],
      identities: bootstrapped(account, root),
      shared: [],
    };
    accounts.set(account, fresh);
    return fresh;
  };

  const standing = <Of extends Kind>(
    account: AccountId,
    kind: Of,
    region?: Region,
    only?: string,
  ): readonly Standing<Of>[] => {
    const { stacks, outOfBandChanges, sinceMs } = holdingsOf(account);
    const found: Standing<Of>[] = [];
    for (const [key, stack] of stacks) {
      if (region !== undefined && stack.region !== region) continue;
      const done = outOfBandChanges.get(key) ?? [];
      for (const [name, text] of stack.content[kind]) {
        if (only !== undefined && name !== only) continue;
        const place = { region: stack.region, name };
        const asDeployed: Made[Of] | undefined = inAccount<Made[Of]>(text, account);
        const facts = done.reduce(
          (thing: Made[Of] | undefined, change) => thing && after(kind, place, thing, change),
          asDeployed,
        );
        if (facts !== undefined) found.push({ ...place, facts, sinceMs: sinceMs.get(sinceKey(kind, place)) ?? 0 });
      }
    }
    return found;
  };
  const named = <Of extends Kind>(account: AccountId, kind: Of, name: string, region?: Region): Made[Of] | undefined =>
    standing(account, kind, region, name)[0]?.facts;

  const contents: AccountContents = {
    settings: (account) => holdingsOf(account).settings,
    stacks: (account) => [...holdingsOf(account).stacks.values()],
    changedAtMs: (account, place) => holdingsOf(account).changedAtMs.get(stackKey(place)),
    deploy: (account, stack, nowMs) =>
      whyNot(contents, holdingsOf(account), account, stack) ?? deploy(holdingsOf(account), stack, nowMs),
    standing,
    role: (account, name) => named(account, 'roles', name),
    topic: (account, region, name) => named(account, 'topics', name, region),
    rule: (account, region, name) => named(account, 'rules', name, region),
    identities: (account) => holdingsOf(account).identities,
    shared: (account, region) =>
      holdingsOf(account).shared.flatMap((one) => (one.region === region ? [one.resource] : [])),
    roles: (account) => {
      const roles = standing(account, 'roles').map(({ name, facts }) => [name, facts] as const);
      const linked = contents.stacks(account).flatMap(({ content }) => content.linkedServices);
      return rolesIn(holdingsOf(account).identities, { roles, linked });
    },
    protections: (account, region) =>
      holdingsOf(account).protections.filter((p) => p.region === undefined || p.region === region),
    protect: (account, protection) => void holdingsOf(account).protections.push(protection),
    byHand: (account, change) => doByHand(holdingsOf(account), change),
    drift: (account, place) => {
      const { stacks, outOfBandChanges } = holdingsOf(account);
      const stack = stacks.get(stackKey(place));
      return (
        stack &&
        differencesIn(stack.content, outOfBandChanges.get(stackKey(place)) ?? [], { account, region: stack.region })
      );
    },
    revert: (account, place) => void holdingsOf(account).outOfBandChanges.delete(stackKey(place)),
  };
  return contents;
}

const timed = ['trails', 'recorders'] as const satisfies readonly Kind[];
const sinceKey = (kind: Kind, { region, name }: { readonly region: Region; readonly name: string }): string =>
  `${kind} ${region} ${name}`;

function deploy(holdings: Holdings, stack: Stack, nowMs: number): undefined {
  const { stacks, outOfBandChanges, sinceMs, changedAtMs } = holdings;
  const key = stackKey(stack);
  const since = (what: string): void => {
    if (!sinceMs.has(what)) sinceMs.set(what, nowMs);
  };
  // CloudFormation compares templates, not resources: an update that changes nothing repairs nothing.
  if (stacks.get(key)?.content !== stack.content) {
    outOfBandChanges.delete(key);
    changedAtMs.set(key, nowMs);
  }
  stacks.set(key, stack);
  for (const kind of timed)
    for (const name of stack.content[kind].keys()) since(sinceKey(kind, { region: stack.region, name }));
}

/** A new stack must find its names free, and room where an account has one of a thing; one that is updated holds its own already. */
function whyNot(
  contents: AccountContents,
  { stacks, identities: { linkedServices } }: Holdings,
  account: AccountId,
  stack: Stack,
): string | undefined {
  const key = stackKey(stack);
  const others = [...stacks].filter(([otherKey]) => otherKey !== key).map(([, other]) => other);
  for (const other of others) {
    const claim = stack.content.claims.find((c) => other.content.claims.includes(c));
    if (claim !== undefined) return `${claim} already exists in stack StackSet-${other.stackSet}`;
  }
  const linked = [...linkedServices, ...[stack, ...others].flatMap(({ content }) => content.linkedServices)];
  const missing = stack.content.linkedServicesNamed.find((service) => !linked.includes(service));
  if (missing !== undefined) return missing === 'config.amazonaws.com' ? unknownRole : unknownPrincipal;
  return quotaPassed(stack, others, contents.protections(account, stack.region));
}

/** A key policy that names a role that is not there [gh:terraform-aws-modules/terraform-aws-eks#3013]. */
const unknownPrincipal =
  'Policy contains a statement with one or more invalid principals. (Service: Kms, Status Code: 400, MalformedPolicyDocumentException)';

/** The words are ours; that the role must be there is Config's [bc:config:PutConfigurationRecorder.InvalidRoleException]. */
const unknownRole =
  'The role AWSServiceRoleForConfig does not exist. (Service: Config, Status Code: 400, InvalidRoleException)';

function doByHand(holdings: Holdings, change: OutOfBandChange): void {
  const { settings, stacks, outOfBandChanges, identities } = holdings;
  if (doToIdentities(identities, change)) return;
  switch (change.kind) {
    case 'share':
      holdings.shared.push(change);
      return;
    case 'deletePasswordPolicy':
      settings.passwordPolicy = undefined;
      return;
    case 'openBuckets':
      settings.s3PublicAccessBlock = undefined;
      return;
    case 'stopEbsEncryption':
      settings.ebsEncryption.set(change.region, false);
      return;
    case 'forgetImds':
      settings.imdsDefaults.delete(change.region);
      return;
    case 'forgetEbsKey':
      settings.ebsKey.delete(change.region);
      return;
    case 'declareImds':
      settings.imdsDefaults.set(change.region, { ...change.defaults, managedBy: 'declarative-policy' });
      return;
    case 'changeTrust':
      doByHand(holdings, { kind: 'change', of: 'roles', name: change.role, to: { trust: change.trust } });
      return;
    case 'deleteStack':
      stacks.delete(stackKey(change));
      return;
    case 'changeParameters': {
      const stack = stacks.get(stackKey(change));
      if (stack !== undefined)
        stacks.set(stackKey(change), { ...stack, parameters: { ...stack.parameters, ...change.parameters } });
      return;
    }
    default:
      // What is not there yet cannot be changed; the readers pass over deeds that are not theirs.
      for (const key of stacks.keys()) outOfBandChanges.set(key, [...(outOfBandChanges.get(key) ?? []), change]);
  }
}
