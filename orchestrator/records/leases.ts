/** The organization-wide lease. */
import { errors } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { OrganizationLease, RolloutRecord } from '../domain/model/rollout';
import type { Item } from '../ports/ports';
import { leaseKey, rolloutKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';

export const readLease = ({ store }: HasStore): Promise<Item<OrganizationLease> | undefined> =>
  store.get<OrganizationLease>(leaseKey);
export const writeLease = (
  { store }: HasGuardedStore,
  lease: OrganizationLease,
  expectedVersion: number,
): Promise<number> => store.put(leaseKey, lease, expectedVersion);
/** A rollout and the lease in one call, since every effect of a rollout asks for both. */
export async function readWithLease(
  { store }: HasStore,
  id: RolloutId,
): Promise<{ readonly rollout: Item<RolloutRecord>; readonly lease: OrganizationLease | undefined }> {
  const [rollout, lease] = await store.getMany<RolloutRecord | OrganizationLease>([rolloutKey(id), leaseKey]);
  if (rollout === undefined) throw errors.unknownRollout(id);
  return { rollout: rollout as Item<RolloutRecord>, lease: lease?.value as OrganizationLease | undefined };
}
