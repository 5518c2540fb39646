/** Filters, sorts and pages accounts, for the page and for the CSV file. */
import type { AccountRecord } from '../../domain/model/account-record';
import type { GateId } from '../../domain/model/gate';
import type { ReadinessState } from '../../domain/model/readiness';
import type { AccountRow, AccountSort, AccountsPage } from './contract';

export interface AccountsQuery {
  /** Part of an id or a name, ignoring case. */
  readonly q?: string | undefined;
  /** An OU, including the OUs below it. */
  readonly ou?: string | undefined;
  readonly wave?: string | undefined;
  readonly state?: readonly ReadinessState[] | undefined;
  /** Accounts in which this gate failed or is unknown. */
  readonly gate?: GateId | undefined;
  readonly release?: string | undefined;
  readonly sort: AccountSort;
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export function accountsPage(accounts: readonly AccountRecord[], query: AccountsQuery): AccountsPage {
  const matched = matching(accounts, query);
  const { offset, limit } = query;
  return { total: matched.length, offset, items: matched.slice(offset, offset + limit).map(rowOf) };
}

/** All matching accounts, in the requested order. */
export const matching = (accounts: readonly AccountRecord[], query: AccountsQuery): readonly AccountRecord[] =>
  sortedBy(accounts, query).filter((account) => matches(account, query));

/** Sorted lists of one snapshot, so that thousands of accounts are not sorted again for each page. */
const orders = new WeakMap<readonly AccountRecord[], Map<string, readonly AccountRecord[]>>();

function sortedBy(
  accounts: readonly AccountRecord[],
  { sort, descending }: Pick<AccountsQuery, 'sort' | 'descending'>,
): readonly AccountRecord[] {
  const known = orders.get(accounts) ?? new Map<string, readonly AccountRecord[]>();
  orders.set(accounts, known);
  const order = `${sort} ${descending}`;
  const ordered = known.get(order) ?? sorted(accounts, sort, descending ? -1 : 1);
  known.set(order, ordered);
  return ordered;
}

/** Equal keys are ordered by id, so that pages neither repeat nor skip an account. */
const sorted = (accounts: readonly AccountRecord[], sort: AccountSort, direction: number): readonly AccountRecord[] =>
  accounts
    .map((account) => ({ account, key: keyOf(account, sort) }))
    .sort((a, b) => direction * compare(a.key, b.key) || compare(a.account.id, b.account.id))
    .map(({ account }) => account);

function matches(account: AccountRecord, { q, ou, wave, state, gate, release }: AccountsQuery): boolean {
  if (q !== undefined && !`${account.id} ${account.name}`.toLowerCase().includes(q.toLowerCase())) return false;
  if (ou !== undefined && account.ou !== ou && !account.ou.startsWith(`${ou}/`)) return false;
  if (wave !== undefined && account.wave !== wave) return false;
  if (state !== undefined && !state.includes(account.state)) return false;
  if (gate !== undefined && !['fail', 'unknown'].includes(account.gates[gate] ?? '')) return false;
  return release === undefined || account.release === release;
}

type SortKey = string | number;
const compare = (a: SortKey, b: SortKey): number => (a < b ? -1 : a > b ? 1 : 0);

function keyOf(account: AccountRecord, sort: AccountSort): SortKey {
  switch (sort) {
    case 'failing':
      return account.failing.length;
    case 'wave':
    case 'release':
    case 'checkedAt':
      return account[sort] ?? '';
    default:
      return account[sort];
  }
}

const rowOf = ({ failing, wave, release, ...account }: AccountRecord): AccountRow => ({
  id: account.id,
  name: account.name,
  ou: account.ou,
  wave: wave ?? '',
  state: account.state,
  stateSince: account.stateSince,
  release: release ?? '',
  gates: account.gates,
  failing: failing.length,
  checkedAt: account.checkedAt,
});
