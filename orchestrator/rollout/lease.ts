/**
 * The lease: at most one rollout over waves has it for the whole organization. The rollout of a new account holds that account alone. The
 * expiry is in the rollout's own record, so one write renews it. A successor ends the former rollout's record first, so that late writes
 * of the former one fail by their version; the fencing token has risen besides.
 */

import { errors } from '../domain/errors';
import { type Actor, actorText } from '../domain/model/actor';
import type { RolloutId } from '../domain/model/brand';
import { isAging, isOver, leased } from '../domain/model/lease';
import type { OrganizationLease, RolloutRecord } from '../domain/model/rollout';
import { byVersion, guard } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount } from '../records/accounts';
import { readLease, type readWithLease, writeLease } from '../records/leases';
import { readRollout, writeRollout } from '../records/rollouts';
import { updateOnConflict } from '../records/stale-write';

export type Taken =
  | { readonly kind: 'taken'; readonly fencingToken: number }
  | {
      readonly kind: 'busy';
      readonly holder: RolloutId;
      readonly by: Actor;
      readonly since: string;
      readonly because: string;
    };

export const isHeldBy = ({ holder, released }: OrganizationLease, rollout: RolloutId): boolean =>
  holder === rollout && !released;

/** The rollout that has the lease now. */
export async function holderOf(
  ports: Pick<Ports, 'store'>,
  now: Date,
): Promise<Extract<Taken, { kind: 'busy' }> | undefined> {
  const item = await readLease(ports);
  if (item === undefined || item.value.released) return undefined;
  const { value: rollout } = await readRollout(ports, item.value.holder);
  return isOver(rollout, now, item.value.since) ? undefined : busy(item.value);
}

/** @param why it keeps the lease, if that has expired. */
export const busy = ({ holder, by, since }: OrganizationLease, why?: string): Extract<Taken, { kind: 'busy' }> => ({
  kind: 'busy',
  holder,
  by,
  since,
  because: `rollout ${holder} has the lease, started by ${actorText(by)} at ${since}${why === undefined ? '' : `; ${why}`}`,
});

/** A rollout with the lease as it was read along with it. */
export type Holding = Awaited<ReturnType<typeof readWithLease>>;

/**
 * The rollout must still have its lease, and an aging lease is renewed. A process that wakes up after the expiry writes before it acts: either
 * it is first and the successor sees it alive, or it is refused.
 * @throws RolloutEnded, LeaseLost; StaleWrite if somebody wrote the record in between.
 */
export async function renewLease(
  ports: Pick<Ports, 'store'>,
  { rollout: item, lease }: Holding,
  now: Date,
): Promise<Item<RolloutRecord>> {
  const { value: record } = item;
  if (record.status.kind === 'finished') throw errors.rolloutEnded(record.id, record.status.outcome);
  if (record.lease === undefined) return item;
  await refuseWithoutHold(ports, record, record.lease.fencingToken, lease);
  if (!isAging(record, now)) return item;
  const value = leased(record, now);
  return { ...item, value, version: await writeRollout(guard(ports, byVersion), value, item.version) };
}

async function refuseWithoutHold(
  ports: Pick<Ports, 'store'>,
  record: RolloutRecord,
  fencingToken: number,
  lease: OrganizationLease | undefined,
): Promise<void> {
  if (record.request.newAccount === true) {
    for (const id of record.request.accounts ?? []) {
      const holder = (await readAccount(ports, id))?.value.holder?.rollout;
      if (holder !== record.id) throw errors.leaseLost(record.id, holder ?? 'nobody');
    }
    return;
  }
  if (lease === undefined || lease.released) throw errors.leaseLost(record.id, 'nobody');
  if (lease.holder !== record.id || lease.fencingToken !== fencingToken)
    throw errors.leaseLost(record.id, lease.holder);
}

/** Does nothing if another rollout has the lease by now. */
export const releaseLease = (ports: Pick<Ports, 'store'>, rollout: RolloutId): Promise<void> =>
  updateOnConflict(
    () => readLease(ports),
    async (item) => {
      if (item === undefined || !isHeldBy(item.value, rollout)) return;
      await writeLease(guard(ports, byVersion), { ...item.value, released: true }, item.version);
    },
  );
