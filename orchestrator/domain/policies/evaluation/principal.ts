/** Whom a statement of a resource policy names, and how directly it names the caller [doc:IAM/reference_policies_elements_principal]. */
import { accountOf, type Principal } from './request';
import { any, both, either, type Truth } from './truth';

export interface Named {
  readonly everyone: boolean;
  /** ARNs and unique ids, as they are written. */
  readonly aws: ReadonlySet<string>;
  /** Named by id or by the ARN of its root, which are the same. */
  readonly accounts: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
}

/** The three ways to be named, which differ in what may still limit the caller. */
export interface NamedAs {
  /** As the user, session, service or provider itself, or as everyone. */
  readonly itself: Truth;
  /** As the role of the session. */
  readonly role: Truth;
  /** As somebody of the account. */
  readonly account: Truth;
}

export const namedAtAll = ({ itself, role, account }: NamedAs): Truth => any([itself, role, account]);

const rootForm = /^arn:[^:]+:iam::(\d{12}):root$/;
const accountIn = (name: string): string | undefined => rootForm.exec(name)?.[1] ?? /^\d{12}$/.exec(name)?.[0];

export function compilePrincipals(names: Readonly<Record<string, readonly string[]>>): Named {
  const { AWS = [], Service = [], Federated = [], CanonicalUser = [] } = names;
  return {
    everyone: AWS.includes('*'),
    aws: new Set([...AWS.filter((name) => accountIn(name) === undefined), ...CanonicalUser]),
    accounts: new Set(AWS.flatMap((name) => accountIn(name) ?? [])),
    services: new Set(Service),
    providers: new Set(Federated),
  };
}

export function namedAs(named: Named, principal: Principal): NamedAs {
  const account = accountOf(principal);
  const ofAccount = account !== undefined && named.accounts.has(account);
  const { itself, role } = identityNamed(named, principal);
  return { itself: named.everyone || itself, role, account: ofAccount };
}

function identityNamed(named: Named, principal: Principal): Omit<NamedAs, 'account'> {
  const hasAny = (...names: readonly (string | undefined)[]): boolean =>
    names.some((name) => name !== undefined && named.aws.has(name));
  switch (principal.kind) {
    case 'role':
      return { itself: hasAny(principal.session), role: hasAny(principal.arn, principal.id) };
    case 'user':
      return { itself: hasAny(principal.arn, principal.id), role: false };
    case 'root':
      return { itself: named.accounts.has(principal.account), role: false };
    case 'federatedUser':
      return { itself: hasAny(principal.arn), role: hasAny(principal.issuer) };
    case 'someone':
      return someoneNamed(named, principal);
    case 'service':
      return { itself: named.services.has(principal.service), role: false };
    case 'identityProvider':
      return { itself: providerNamed(named, principal.provider), role: false };
    case 'anonymous':
      return { itself: false, role: false };
    case 'unknown': {
      const isAnybodyNamed = named.aws.size + named.accounts.size + named.services.size + named.providers.size > 0;
      const may: Truth = isAnybodyNamed ? 'unknown' : false;
      return { itself: may, role: may };
    }
  }
}

/** A caller of a known account without a known name may be each user or role of it that is named. */
function someoneNamed(
  { aws, accounts }: Named,
  { account, id }: Extract<Principal, { kind: 'someone' }>,
): Omit<NamedAs, 'account'> {
  if (id !== undefined && aws.has(id)) return { itself: false, role: true };
  // The root user of the account is named by its account.
  const isAnyNamed =
    accounts.has(account) || [...aws].some((name) => !name.startsWith('arn:') || name.split(':')[4] === account);
  const may: Truth = isAnyNamed ? 'unknown' : false;
  return { itself: may, role: may };
}

/** A provider is named by its ARN in the account, or by its own name if AWS knows it. */
const providerNamed = ({ providers }: Named, provider: string): boolean =>
  [...providers].some(
    (name) =>
      name === provider || name.endsWith(`:oidc-provider/${provider}`) || name.endsWith(`:saml-provider/${provider}`),
  );

/** The reason if a Deny may spare the caller or not. */
export const accountListed = 'whether AWS checks the account of the caller before the caller';

/**
 * Does `NotPrincipal` spare the caller? AWS may check the account first, then the role, then the session, and each of them must be listed:
 * "Otherwise, the policy might deny access to the entire account" [doc:IAM/reference_policies_elements_notprincipal]. Naming the account
 * alone spares only its root user.
 */
export function spared(named: Named, principal: Principal, lost: string[]): Truth {
  const { itself, role, account } = namedAs(named, principal);
  const own = either(itself, role);
  if (own === false || named.everyone || accountOf(principal) === undefined) return own;
  const isSessionAlone = principal.kind === 'role' && role === false;
  if (account === true && !isSessionAlone) return own;
  lost.push(accountListed);
  return both(own, 'unknown');
}

/** An Allow to all but the named ones: whether naming an account excludes its users and roles is nowhere said. */
export function excluded(named: Named, principal: Principal, lost: string[]): Truth {
  const { itself, role, account } = namedAs(named, principal);
  const own = either(itself, role);
  if (own !== false || account !== true) return own;
  lost.push(accountListed);
  return 'unknown';
}
