/**
 * Plans a rollout of one account: to its own wave, at the release that this wave has finished, never a newer one. The account finds
 * its place while others are at work, so this may have to wait; every wait is bounded, and what is given up a sweep takes up.
 */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import { freshWave } from '../domain/model/current-wave';
import type { Move } from '../domain/model/move';
import type { ExcludedAccount } from '../domain/model/plan';
import type { RolloutRecord } from '../domain/model/rollout';
import { buildPlan } from '../domain/planning/planning';
import { type Seat, seatsOf, target } from '../domain/planning/targeting';
import type { Item, Ports } from '../ports/ports';
import { readAccount } from '../records/accounts';
import { loadDocument, organizationOf, saveDocument } from '../records/documents';
import { readRollout } from '../records/rollouts';
import { readFinishedWave } from '../records/waves';
import { deployedOf } from './deployed';
import { holderOf } from './lease';
import { recordPlace, waitingForFirst } from './placement';
import { isChanging, joinWave, leaveWave, liveHolderOf } from './wave-admission';

type PlanPorts = Pick<Ports, 'store' | 'clock' | 'artifacts'>;

/** A new account begins in the root and is moved to its OU a moment later [aws-control-plane 3.4]. */
const placeMinutesMax = 15;
const placeMinutes = 2;
/** A rollout over waves may soak for days; a sweep asks again tomorrow. */
const turnHoursMax = 24;
const turnMinutes = 10;

export async function planNewAccount(ports: PlanPorts, record: RolloutRecord, now: Date): Promise<Move<'PlanWaves'>> {
  const [id] = record.request.accounts ?? [];
  if (id === undefined) throw errors.internal(`rollout ${record.id} of a new account names none`);
  const [desiredState, organizationSnapshot] = await Promise.all([
    loadDocument(ports, 'desiredState', record.desiredState),
    loadDocument(ports, 'organization', record.organizationSnapshot),
  ]);
  const item = await readAccount(ports, id);
  const rival = item && (await liveHolderOf(ports, item.value, now));
  if (rival !== undefined && rival.id !== record.id)
    return ended(record, 'busy', `rollout ${rival.id} holds account ${id}`);
  const holder = { rollout: record.id, fencingToken: item?.value.holder?.fencingToken ?? 0 };

  const organization = organizationOf(organizationSnapshot);
  const seat = seatsOf(target(organization, desiredState, now)).get(id);
  if (seat === undefined) {
    const because = `account ${id} is not listed in the organization`;
    return waitedMinutes(record, now) < placeMinutesMax
      ? postponed(record, because, now, placeMinutes)
      : ended(record, 'busy', because);
  }
  const orgState = organization.accounts.find((account) => account.id === id)?.state ?? 'ACTIVE';
  const place = (because: string): Promise<void> =>
    recordPlace(ports, { item, placed: { ...seat.placed, because }, wave: seat.wave, orgState, holder, now });

  if (seat.wave === undefined) {
    await place(seat.placed.because);
    const because = `account ${id} gets nothing: ${seat.placed.because}`;
    return isPassing(seat.placed) && waitedMinutes(record, now) < placeMinutesMax
      ? postponed(record, because, now, placeMinutes)
      : ended(record, 'nothingToDo', because);
  }
  return planned(ports, { record, desiredState, seat, item, place, now });
}

/** Directly in the root, or not activated yet: as every account begins. */
const isPassing = ({ reason, ou }: ExcludedAccount): boolean =>
  reason === 'pending' || (reason === 'unplaced' && ou === '');

interface Planning {
  readonly record: RolloutRecord;
  readonly desiredState: Parameters<typeof freshWave>[1];
  readonly seat: Extract<Seat, { readonly wave: string }>;
  readonly item: Item<AccountRecord> | undefined;
  readonly place: (because: string) => Promise<void>;
  readonly now: Date;
}

async function planned(
  ports: PlanPorts,
  { record, desiredState, seat, item, place, now }: Planning,
): Promise<Move<'PlanWaves'>> {
  const { wave, placed } = seat;
  // First said, then looked: a rollout over waves that comes now sees the guest, or is seen here.
  await joinWave(ports, wave, record.id, now);
  const busy = await holderOf(ports, now);
  const other = busy && (await readRollout(ports, busy.holder)).value;
  if (other !== undefined && isChanging(other, wave)) {
    await leaveWave(ports, wave, record.id);
    const because = `rollout ${other.id} is at work on wave ${wave}, and account ${placed.id} waits for its end`;
    await place(`${placed.because}; ${because}`);
    return waitedMinutes(record, now) < turnHoursMax * 60
      ? postponed(record, because, now, turnMinutes)
      : ended(record, 'busy', because);
  }
  const finished = await readFinishedWave(ports, wave);
  if (finished === undefined) {
    await leaveWave(ports, wave, record.id);
    const because = waitingForFirst(wave, placed.id);
    await place(`${placed.because}; ${because}`);
    return ended(record, 'nothingToDo', because);
  }

  await place(placed.because);
  const { release } = finished;
  const plan = buildPlan({
    organization: record.organization,
    release,
    targeting: { waves: [{ name: wave, accounts: [placed] }], excluded: [], notes: [] },
    deployed: deployedOf(item === undefined ? [] : [item]),
  });
  // Whoever approves the wave's releases has approved this one when the wave took it.
  const approved = { approvedBy: `rollout ${finished.rollout}`, approvedAt: now.toISOString() };
  return {
    decision: 'go',
    record: {
      ...record,
      release,
      plan: await saveDocument(ports, 'plan', plan),
      waves: plan.waves.map((wavePlan) => ({ ...freshWave(wavePlan, desiredState, release), ...approved })),
      status: { kind: 'running', doing: `bringing account ${placed.id} to release ${release}` },
    },
    events: [{ type: 'planned', waves: [{ name: wave, accounts: 1 }], excluded: 0, notes: plan.notes }],
  };
}

const waitedMinutes = ({ startedAt }: RolloutRecord, now: Date): number =>
  (now.getTime() - new Date(startedAt).getTime()) / 60_000;

/** Waits, and looks at everything anew. */
export function postponed(record: RolloutRecord, because: string, now: Date, minutes: number): Move<'PlanWaves'> {
  const until = new Date(now.getTime() + minutes * 60_000);
  const at = until.toISOString();
  return {
    decision: 'wait',
    record: { ...record, status: { kind: 'waiting', until: at, doing: because } },
    events: [{ type: 'planPostponed', because, until: at }],
    until,
  };
}

export const ended = (record: RolloutRecord, decision: 'busy' | 'nothingToDo', because: string): Move<'PlanWaves'> => ({
  decision,
  record: { ...record, status: { kind: 'running', doing: because } },
  events: [],
});
