/** The organization to which the state belongs. */
import { errors } from '../domain/errors';
import type { OrganizationId } from '../domain/model/brand';
import { ownerKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';
import { unlessStale } from './stale-write';

interface Owner {
  readonly organization: OrganizationId;
}

/**
 * The state belongs to the first organization that is seen, forever.
 * @throws OtherOrganization before anything is written for another one.
 */
export async function claimState({ store }: HasGuardedStore, seen: OrganizationId): Promise<void> {
  const known = await store.get<Owner>(ownerKey);
  if (known === undefined) await unlessStale(store.put(ownerKey, { organization: seen }, 0));
  else if (known.value.organization !== seen) throw errors.otherOrganization(known.value.organization, seen);
}
export const readOwner = async ({ store }: HasStore): Promise<OrganizationId | undefined> =>
  (await store.get<Owner>(ownerKey))?.value.organization;
/** @throws OtherOrganization */
export async function refuseOtherOrganization(ports: HasStore, seen: OrganizationId): Promise<void> {
  const known = await readOwner(ports);
  if (known !== undefined && known !== seen) throw errors.otherOrganization(known, seen);
}
