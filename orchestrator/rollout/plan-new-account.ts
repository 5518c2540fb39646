/**
 * Plans a rollout of one account: into its own wave, at the release that this wave has finished, never a newer one. Its OU may change, and
 * other rollouts may be running, so it may have to wait. Every wait is bounded, and a sweep tries again later.
 */

import {
  decideNewAccount,
  endPlanning,
  mayGetPlace,
  untilPlaced,
  untilWaveIsFree,
  waitOrEnd,
} from '../domain/decisions/plan-waves';
import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { DesiredState } from '../domain/model/desired-state';
import type { Move } from '../domain/model/move';
import type { RolloutRecord } from '../domain/model/rollout';
import { deployedOf } from '../domain/planning/deployed';
import { waitingForFirst } from '../domain/planning/placement';
import { buildPlan } from '../domain/planning/planning';
import { type Seat, seatsOf, target } from '../domain/planning/targeting';
import type { Guarded } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount } from '../records/accounts';
import { loadDocument, organizationOf, saveDocument } from '../records/documents';
import { readRollout } from '../records/rollouts';
import { readFinishedWave } from '../records/waves';
import { holderOf } from './lease';
import { recordPlace } from './placement';
import { isChanging, joinWave, leaveWave, unfinishedHolderOf } from './wave-admission';

type PlanPorts = Guarded<'store'> & Pick<Ports, 'clock' | 'artifacts'>;

export async function planNewAccount(ports: PlanPorts, record: RolloutRecord, now: Date): Promise<Move<'PlanWaves'>> {
  const [id] = record.request.accounts ?? [];
  if (id === undefined) throw errors.internal(`rollout ${record.id} of a new account names none`);
  const [desiredState, organizationSnapshot] = await Promise.all([
    loadDocument(ports, 'desiredState', record.desiredState),
    loadDocument(ports, 'organization', record.organizationSnapshot),
  ]);
  const item = await readAccount(ports, id);
  // Also one whose lease has expired, until it is ended.
  const rival = item && (await unfinishedHolderOf(ports, item.value));
  if (rival !== undefined && rival.id !== record.id)
    return endPlanning(record, 'busy', `rollout ${rival.id} holds account ${id}`);
  const holder = { rollout: record.id, fencingToken: item?.value.holder?.fencingToken ?? 0 };

  const organization = organizationOf(organizationSnapshot);
  const seat = seatsOf(target(organization, desiredState, now)).get(id);
  if (seat === undefined) return waitOrEnd(record, `account ${id} is not listed in the organization`, untilPlaced, now);
  const orgState = organization.accounts.find((account) => account.id === id)?.state ?? 'ACTIVE';
  const place = (because: string): Promise<void> =>
    recordPlace(ports, item, { placed: { ...seat.placed, because }, wave: seat.wave, orgState, holder }, now);

  if (seat.wave === undefined) {
    await place(seat.placed.because);
    const because = `account ${id} gets nothing: ${seat.placed.because}`;
    return mayGetPlace(seat.placed)
      ? waitOrEnd(record, because, untilPlaced, now, 'nothingToDo')
      : endPlanning(record, 'nothingToDo', because);
  }
  return planInWave(ports, { record, desiredState, seat, item, place, now });
}

interface Planning {
  readonly record: RolloutRecord;
  readonly desiredState: DesiredState;
  readonly seat: Extract<Seat, { readonly wave: string }>;
  readonly item: Item<AccountRecord> | undefined;
  readonly place: (because: string) => Promise<void>;
  readonly now: Date;
}

async function planInWave(
  ports: PlanPorts,
  { record, desiredState, seat, item, place, now }: Planning,
): Promise<Move<'PlanWaves'>> {
  const { wave, placed } = seat;
  // It joins first and looks second: a rollout over waves that starts now sees this one, or is seen here.
  await joinWave(ports, wave, record.id, now);
  const busy = await holderOf(ports, now);
  const other = busy && (await readRollout(ports, busy.holder)).value;
  if (other !== undefined && isChanging(other, wave)) {
    await leaveWave(ports, wave, record.id);
    const because = `rollout ${other.id} is changing wave ${wave}; account ${placed.id} waits until it ends`;
    await place(`${placed.because}; ${because}`);
    return waitOrEnd(record, because, untilWaveIsFree, now);
  }
  const finished = await readFinishedWave(ports, wave);
  if (finished === undefined) {
    await leaveWave(ports, wave, record.id);
    const because = waitingForFirst(wave, placed.id);
    await place(`${placed.because}; ${because}`);
    return endPlanning(record, 'nothingToDo', because);
  }

  await place(placed.because);
  const plan = buildPlan({
    organization: record.organization,
    release: finished.release,
    targeting: { waves: [{ name: wave, accounts: [placed] }], excluded: [], notes: [] },
    deployed: deployedOf(item === undefined ? [] : [item.value]),
  });
  const key = await saveDocument(ports, 'plan', plan);
  return decideNewAccount(record, { account: placed.id, plan, key, desiredState, finished }, now);
}
