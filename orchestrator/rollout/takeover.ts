/**
 * Takes what another held: a rollout that nothing runs any more is ended by its record first, and its own handlers are refused from then on.
 * The clock alone is no evidence: what holds a lease that has expired is asked for a sign of life.
 */

import pLimit from 'p-limit';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import { assertClockAgrees, isExpired } from '../domain/model/lease';
import { endNotice, takeoverNotice } from '../domain/model/notice';
import type { RolloutRecord } from '../domain/model/rollout';
import { type Guarded, guard } from '../ports/guard';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { readLease, writeLease } from '../records/leases';
import { readRollout, readRollouts } from '../records/rollouts';
import { letGo, stopOperations } from './abort';
import { unchangedGuard } from './guards';
import { alertKeysAtRisk } from './keys-at-risk';
import { busy, isHeldBy, type Taken } from './lease';
import { commit } from './step';

export type EndPorts = Pick<Ports, 'store' | 'clock' | 'artifacts' | 'random' | 'notifier'> & UsesStackSets<'stop'>;
export type TakeoverPorts = EndPorts & Pick<Ports, 'signs'>;

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
    const silence = await silenceOf(ports, former.value, `rollout ${record.id}`, now, item.value.since);
    if (silence.kind === 'alive') return busy(item.value, silence.because);
    await endSilent(ports, former, silence, now);
  }
  // The fencing token only ever rises. Not retried: if another rollout was quicker, it has the lease.
  const fencingToken = (item?.value.fencingToken ?? 0) + 1;
  const lease = { holder: record.id, by: record.request.by, since: now.toISOString(), fencingToken, released: false };
  await writeLease(ports, lease, item?.version ?? 0);
  return { kind: 'taken', fencingToken };
}

export type Silence =
  /** It keeps what it holds; `because` is absent if its lease has not expired. */
  | { readonly kind: 'alive'; readonly because?: string }
  /** Nothing runs it any more, and its lease has expired. */
  | { readonly kind: 'silent'; readonly because: string; readonly successor: string }
  /** Its execution has ended without recording that, for example because the store could not be reached any more. */
  | { readonly kind: 'ended'; readonly because: string; readonly successor: string };

/**
 * Whether a rollout that has not ended by its record may be ended.
 * @param successor names, for people, what takes over.
 * @param since when it took what it holds, in case it died before it could record its lease.
 */
export async function silenceOf(
  { signs }: Pick<Ports, 'signs'>,
  record: RolloutRecord,
  successor: string,
  now: Date,
  since?: string,
): Promise<Silence> {
  const end = await endOf({ signs }, record.id, successor);
  if (end !== undefined) return end;
  if (!isExpired(record, now, since)) return { kind: 'alive' };
  const expired = `its lease expired at ${record.lease?.expiresAt ?? record.startedAt}`;
  switch (await signs.isRunning(record.id)) {
    case 'no':
      return { kind: 'silent', because: `${expired} and ${successor} took over`, successor };
    case 'yes':
      return { kind: 'alive', because: `${expired}, but it is still being run` };
    case 'unknown':
      return {
        kind: 'alive',
        because: `${expired}, and only the deployed state machine knows whether it still runs: use --engine stepfunctions, or strongroom abort ${record.id}`,
      };
  }
}

/** How an execution has ended whose rollout has not ended by its record. */
export async function endOf(
  { signs }: Pick<Ports, 'signs'>,
  id: RolloutId,
  successor: string,
): Promise<Extract<Silence, { kind: 'ended' }> | undefined> {
  const end = await signs.end(id);
  if (end === undefined) return undefined;
  const how = end.because === '' ? end.status : `${end.status}: ${end.because}`;
  return { kind: 'ended', because: `its execution ended without recording the outcome, as ${how}`, successor };
}

/**
 * Ends a rollout that nothing runs any more.
 * @throws StaleWrite if the rollout has woken up in between: then it keeps what it holds.
 */
export async function endSilent(
  ports: EndPorts,
  { value: record, version }: Item<RolloutRecord>,
  { kind, because: why, successor }: Exclude<Silence, { kind: 'alive' }>,
  now: Date,
): Promise<void> {
  const outcome = record.status.kind === 'awaitingApproval' ? 'held' : 'failed';
  const prompted = record.status.kind === 'awaitingApproval' ? record.status.prompt.because : [];
  const because = [why, ...prompted];
  // Its operations must not run beside those of the successor. They are stopped before the write: afterwards nothing would stop them.
  const acting = guard(ports, unchangedGuard(ports, { value: record, version }));
  await stopOperations(acting, record);
  // If its execution has ended, it may have sent this notice itself.
  const notice = (kind === 'ended' ? endNotice : takeoverNotice)(record, outcome, because);
  if (notice !== undefined) await acting.notifier.notify(notice);
  await alertKeysAtRisk(acting, record);
  await commit(ports, {
    record: { ...record, status: { kind: 'finished', outcome, because, at: now.toISOString() } },
    version,
    events: [{ type: 'rolloutFinished', outcome, because }],
  });
  await letGo(acting, record, `${successor} took over`);
}

/**
 * The accounts that another rollout holds, with its id. A rollout that has ended holds nothing, and one that nothing runs any more is ended
 * here.
 */
export async function heldByOthers(
  ports: TakeoverPorts,
  accounts: readonly AccountRecord[],
  rollout: RolloutId,
  now: Date,
): Promise<ReadonlyMap<AccountId, RolloutId>> {
  const holders = new Set(accounts.flatMap(({ holder }) => (holder === undefined ? [] : [holder.rollout])));
  holders.delete(rollout);
  const items = (await readRollouts(ports, [...holders])).filter(({ value }) => value.status.kind !== 'finished');
  const alive = new Set<RolloutId>(items.map(({ value }) => value.id));
  for (const { item, silence } of await silences(ports, items, `rollout ${rollout}`, now)) {
    if (silence.kind === 'alive') continue;
    await endSilent(ports, item, silence, now);
    alive.delete(item.value.id);
  }
  const isHeld = ({ holder }: AccountRecord): boolean => holder !== undefined && alive.has(holder.rollout);
  return new Map(accounts.filter(isHeld).map(({ id, holder }) => [id, holder?.rollout ?? rollout]));
}

/** Rollouts that are asked at once: each may take most of a minute. */
const asksAtOnceMax = 20;

/** Asks several rollouts at once for a sign of life. */
export const silences = (
  ports: TakeoverPorts,
  items: readonly Item<RolloutRecord>[],
  successor: string,
  now: Date,
): Promise<readonly { readonly item: Item<RolloutRecord>; readonly silence: Silence }[]> =>
  pLimit(asksAtOnceMax).map(items, async (item) => ({
    item,
    silence: await silenceOf(ports, item.value, successor, now),
  }));
