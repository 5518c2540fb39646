/** The records of accounts. */
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId } from '../domain/model/brand';
import type { Item } from '../ports/ports';
import { accountKey, accountPartitions } from './keys';
import { type HasGuardedStore, type HasStore, listAll, pagesOf } from './listing';

export const readAccount = ({ store }: HasStore, id: AccountId): Promise<Item<AccountRecord> | undefined> =>
  store.get<AccountRecord>(accountKey(id));
export const readAccounts = (
  { store }: HasStore,
  ids: readonly AccountId[],
): Promise<readonly (Item<AccountRecord> | undefined)[]> => store.getMany<AccountRecord>(ids.map(accountKey));
export async function listAccounts({ store }: HasStore): Promise<readonly Item<AccountRecord>[]> {
  const partitions = await Promise.all(accountPartitions.map((pk) => listAll<AccountRecord>(store, pk)));
  return partitions.flat();
}
/** Page by page, for code that goes over all accounts and need not hold them all in memory. */
export async function* accountPages({ store }: HasStore): AsyncGenerator<readonly Item<AccountRecord>[]> {
  for (const pk of accountPartitions) yield* pagesOf<AccountRecord>(store, pk);
}
export const writeAccount = (
  { store }: HasGuardedStore,
  record: AccountRecord,
  expectedVersion: number,
): Promise<number> => store.put(accountKey(record.id), record, expectedVersion);
