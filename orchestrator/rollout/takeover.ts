/** Takes what another held: a rollout whose lease has expired is ended by its record first, and its own handlers are refused from then on. */

import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import { assertClockAgrees, isExpired, isOver } from '../domain/model/lease';
import { takeoverNotice } from '../domain/model/notice';
import type { RolloutRecord } from '../domain/model/rollout';
import { type Guarded, guard } from '../ports/guard';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { readLease, writeLease } from '../records/leases';
import { readRollout } from '../records/rollouts';
import { letGo, stopOperations } from './abort';
import { unchangedGuard } from './guards';
import { alertKeysAtRisk } from './keys-at-risk';
import { busy, isHeldBy, type Taken } from './lease';
import { commit } from './step';

export type TakeoverPorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random' | 'notifier'> &
  UsesStackSets<'stop'>;

/** Takes the lease, or says which rollout has it and since when. Twice by the same rollout is once. @throws ClockSkewed. */
export async function takeLease(
  ports: TakeoverPorts & Guarded<'store'>,
  record: RolloutRecord,
  now: Date,
): Promise<Taken> {
  assertClockAgrees(ports.clock.offByMs());
  const item = await readLease(ports);
  if (item !== undefined && isHeldBy(item.value, record.id))
    return { kind: 'taken', fencingToken: item.value.fencingToken };
  const former = item === undefined || item.value.released ? undefined : await readRollout(ports, item.value.holder);
  if (item !== undefined && former !== undefined && former.value.status.kind !== 'finished') {
    if (!isExpired(former.value, now, item.value.since)) return busy(item.value);
    await endExpired(ports, former, `rollout ${record.id}`, now);
  }
  // The fencing token only ever rises. Not retried: if another rollout was quicker, it has the lease.
  const fencingToken = (item?.value.fencingToken ?? 0) + 1;
  const lease = { holder: record.id, by: record.request.by, since: now.toISOString(), fencingToken, released: false };
  await writeLease(ports, lease, item?.version ?? 0);
  return { kind: 'taken', fencingToken };
}

/**
 * Ends a rollout whose lease has expired.
 * @param successor names, for people, what takes over.
 * @throws StaleWrite if the rollout has woken up in between: then it keeps what it holds.
 */
export async function endExpired(
  ports: TakeoverPorts,
  { value: record, version }: Item<RolloutRecord>,
  successor: string,
  now: Date,
): Promise<void> {
  const outcome = record.status.kind === 'awaitingApproval' ? 'held' : 'failed';
  const prompted = record.status.kind === 'awaitingApproval' ? record.status.prompt.because : [];
  const expired = `its lease expired at ${record.lease?.expiresAt ?? record.startedAt} and ${successor} took over`;
  const because = [expired, ...prompted];
  // Its operations must not run beside those of the successor. They are stopped before the write: afterwards nothing would stop them.
  const acting = guard(ports, unchangedGuard(ports, { value: record, version }));
  await stopOperations(acting, record);
  const notice = takeoverNotice(record, outcome, because);
  if (notice !== undefined) await acting.notifier.notify(notice);
  await alertKeysAtRisk(acting, record);
  await commit(ports, {
    record: { ...record, status: { kind: 'finished', outcome, because, at: now.toISOString() } },
    version,
    events: [{ type: 'rolloutFinished', outcome, because }],
  });
  await letGo(acting, record, `${successor} took over`);
}

/** The accounts that another rollout holds, with its id. A rollout that has ended holds nothing, and one that has expired is ended here. */
export async function heldByOthers(
  ports: TakeoverPorts,
  accounts: readonly AccountRecord[],
  rollout: RolloutId,
  now: Date,
): Promise<ReadonlyMap<AccountId, RolloutId>> {
  const holders = new Set(accounts.flatMap(({ holder }) => (holder === undefined ? [] : [holder.rollout])));
  const alive = new Set<RolloutId>();
  for (const id of holders) {
    if (id === rollout) continue;
    const item = await readRollout(ports, id);
    if (!isOver(item.value, now)) alive.add(id);
    else if (item.value.status.kind !== 'finished') await endExpired(ports, item, `rollout ${rollout}`, now);
  }
  const isHeld = ({ holder }: AccountRecord): boolean => holder !== undefined && alive.has(holder.rollout);
  return new Map(accounts.filter(isHeld).map(({ id, holder }) => [id, holder?.rollout ?? rollout]));
}
