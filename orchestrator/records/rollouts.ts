/** The records of rollouts. */
import { errors } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item } from '../ports/ports';
import { rolloutKey, rolloutsPartition } from './keys';
import { type HasGuardedStore, type HasStore, listAll } from './listing';

/** @throws UnknownRollout */
export async function readRollout({ store }: HasStore, id: RolloutId): Promise<Item<RolloutRecord>> {
  const item = await findRollout({ store }, id);
  if (item === undefined) throw errors.unknownRollout(id);
  return item;
}
export const findRollout = ({ store }: HasStore, id: RolloutId): Promise<Item<RolloutRecord> | undefined> =>
  store.get<RolloutRecord>(rolloutKey(id));
/** The rollouts that exist, in any order. */
export const readRollouts = async (
  { store }: HasStore,
  ids: readonly RolloutId[],
): Promise<readonly Item<RolloutRecord>[]> =>
  (await store.getMany<RolloutRecord>(ids.map(rolloutKey))).flatMap((item) => item ?? []);
export const writeRollout = (
  { store }: HasGuardedStore,
  record: RolloutRecord,
  expectedVersion: number,
): Promise<number> => store.put(rolloutKey(record.id), record, expectedVersion);
export const listRollouts = async ({ store }: HasStore): Promise<readonly RolloutRecord[]> =>
  (await listAll<RolloutRecord>(store, rolloutsPartition)).map((item) => item.value);
