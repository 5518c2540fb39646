import type { AccountId, OrganizationId, OuId } from './brand';

/** As in Organizations [bc:organizations:AccountState]; `State ?? Status`, since Status was to be retired on 2026-09-09. */
export const accountStates = ['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'] as const;
export type OrgAccountState = (typeof accountStates)[number];

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly state: OrgAccountState;
  /** From the child of the root down to the parent of the account; empty for an account directly in the root. */
  readonly ouIds: readonly OuId[];
  /** Present only when the config selects by tag. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface OrganizationIdentity {
  readonly id: OrganizationId;
  readonly managementAccountId: AccountId;
}

export interface OuChild {
  readonly id: OuId;
  readonly name: string;
}

/** The OU names that were read: on, or next to, the paths that the config names, and those of accounts, up to a limit. */
export interface OuNames {
  /** OU id → name path, like `Workloads/Dev`. */
  readonly pathOf: ReadonlyMap<OuId, string>;
  /** Name path or OU id, as written in the config → OU id. */
  readonly idOf: ReadonlyMap<string, OuId>;
}

export interface Organization extends OrganizationIdentity {
  readonly accounts: readonly Account[];
  readonly ous: OuNames;
}

/** The OU path to show for an account: names where they are known, ids elsewhere, '' for the root. */
export function displayOu(account: Pick<Account, 'ouIds'>, ous: OuNames): string {
  const last = account.ouIds.findLastIndex((id) => ous.pathOf.has(id));
  const lastId = account.ouIds[last];
  const known = lastId === undefined ? [] : [ous.pathOf.get(lastId) ?? lastId];
  return [...known, ...account.ouIds.slice(last + 1)].join('/');
}
