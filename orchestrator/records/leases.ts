/** The organization-wide lease. */
import type { OrganizationLease } from '../domain/model/rollout';
import type { Item } from '../ports/ports';
import { leaseKey } from './keys';
import type { HasStore } from './listing';

export const readLease = ({ store }: HasStore): Promise<Item<OrganizationLease> | undefined> =>
  store.get<OrganizationLease>(leaseKey);
export const writeLease = ({ store }: HasStore, lease: OrganizationLease, expectedVersion: number): Promise<number> =>
  store.put(leaseKey, lease, expectedVersion);
