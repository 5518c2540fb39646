/**
 * Detects drift in the StackSets of the waves, a few at once, and records the findings. A schedule, and `strongroom verify --drift`, call it
 * again and again under one name until nothing is left. Nothing here waits: each call continues from what is stored.
 */

import { errors, isStrongroomError, messageOf } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { Actor } from '../domain/model/actor';
import type { AccountId, SweepId, WaveName } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import { isOver } from '../domain/model/lease';
import type { ModuleId } from '../domain/model/module';
import { stackSetName } from '../domain/model/module';
import type { RolloutRecord } from '../domain/model/rollout';
import { byVersion, type Guard, guard } from '../ports/guard';
import { type Item, operationEnded, type Ports, type UsesStackSets } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import { type Detection, listDetections, readDetection, writeDetection } from '../records/detections';
import { readLease } from '../records/leases';
import { readRollout } from '../records/rollouts';
import { withRetry } from '../rollout/retry';
import { onboardingsOf } from '../rollout/wave-admission';
import { collectDrift } from './collect-drift';

/** Detections that run at once; the rates of their calls are not documented. */
const detectionsAtOnceMax = 5;
/** A detection that takes longer is given up; the next run looks again. */
const detectionHoursMax = 12;

/** For detections that have begun. */
export type DetectionPorts = Pick<Ports, 'store' | 'notifier' | 'clock' | 'random'> &
  UsesStackSets<'driftOf' | 'instances' | 'results' | 'status' | 'stop'>;
export type DriftPorts = DetectionPorts & UsesStackSets<'detectDrift'>;

export interface DriftRun {
  /** Names the run: under one name each StackSet is examined once. */
  readonly id: SweepId;
  readonly by: Actor;
  readonly waves?: readonly WaveName[] | undefined;
}

export interface DriftProgress {
  readonly running: readonly Detection[];
  readonly ended: readonly Detection[];
  /** Not begun, and why; '' if it only has to wait for others. */
  readonly waiting: readonly (WaveSet & { readonly because: string })[];
}

/** The StackSet of a module in a wave. */
export interface WaveSet {
  readonly stackSet: string;
  readonly wave: WaveName;
  readonly module: ModuleId;
}

type Stored = Pick<Item<Detection>, 'value' | 'version'>;

/** One step of a run: collects detections that have ended, and begins the next ones, wave by wave. */
export async function advanceDrift(
  ports: DriftPorts,
  desiredState: DesiredState,
  run: DriftRun,
): Promise<DriftProgress> {
  const accounts = await listAccounts(ports);
  const detections = new Map<string, Stored>();
  for (const item of await listDetections(ports))
    detections.set(item.value.stackSet, await collected(ports, item, accounts));
  const sets = setsOf(desiredState, accounts).filter(({ wave }) => run.waves === undefined || run.waves.includes(wave));
  const atWork = await wavesAtWork(ports, accounts);

  const waiting: (WaveSet & { because: string })[] = [];
  let room = detectionsAtOnceMax - [...detections.values()].filter(({ value }) => isRunning(value)).length;
  for (const set of sets) {
    const known = detections.get(set.stackSet);
    if (known !== undefined && (known.value.run === run.id || isRunning(known.value))) continue;
    const because = atWork.get(set.wave);
    if (because !== undefined || room === 0) {
      waiting.push({ ...set, because: because ?? '' });
      continue;
    }
    const begun = await begin(ports, run, set, known);
    if (begun === 'busy') waiting.push({ ...set, because: 'another operation is running on its stack set' });
    else {
      detections.set(set.stackSet, begun);
      room -= 1;
    }
  }
  const own = sets.flatMap(({ stackSet }) => detections.get(stackSet)?.value ?? []);
  return {
    running: own.filter(isRunning),
    ended: own.filter((detection) => detection.run === run.id && !isRunning(detection)),
    waiting,
  };
}

const isRunning = ({ ended }: Detection): boolean => ended === undefined;

/** In the order of the config. The accounts' records name the StackSets, so no call is needed. */
function setsOf(desiredState: DesiredState, accounts: readonly Item<AccountRecord>[]): readonly WaveSet[] {
  const there = new Map<string, WaveSet>();
  for (const { value } of accounts)
    for (const { wave, module } of value.modules) {
      const stackSet = stackSetName(wave, module);
      there.set(stackSet, { stackSet, wave, module });
    }
  const order = desiredState.waves.map(({ name }) => name);
  const place = ({ wave }: WaveSet): number => (order.includes(wave) ? order.indexOf(wave) : order.length);
  return [...there.values()].toSorted((a, b) => place(a) - place(b) || (a.stackSet < b.stackSet ? -1 : 1));
}

/**
 * A detection is an operation on the StackSet, and a rollout would have to wait for it. A wave that only soaks is no obstacle: if it is
 * opened again meanwhile, its deployment stops the detection.
 */
async function wavesAtWork(
  ports: DriftPorts,
  accounts: readonly Item<AccountRecord>[],
): Promise<ReadonlyMap<WaveName, string>> {
  const ids = [...new Set(accounts.flatMap(({ value }) => value.holder?.rollout ?? []))];
  const now = ports.clock.now();
  const rollouts = (await Promise.all(ids.map((id) => readRollout(ports, id)))).map(({ value }) => value);
  return new Map(
    rollouts
      .filter((rollout) => !isOver(rollout, now) && !isSoaking(rollout))
      .flatMap((rollout) => {
        const wave = rollout.waves[rollout.wave];
        return wave === undefined ? [] : [[wave.name, `rollout ${rollout.id} is changing wave ${wave.name}`] as const];
      }),
  );
}

const isSoaking = ({ status, waves, wave }: RolloutRecord): boolean =>
  status.kind === 'waiting' && waves[wave]?.firstHealthyAt !== undefined;

/** A rollout may have begun to change the wave since the run looked. */
const idleWaveGuard = (ports: Pick<Ports, 'store' | 'clock'>, { wave, stackSet }: WaveSet): Guard => ({
  ask: async () => {
    const now = ports.clock.now();
    const lease = (await readLease(ports))?.value;
    const holder = lease === undefined || lease.released ? undefined : (await readRollout(ports, lease.holder)).value;
    const isChanged =
      holder !== undefined && !isOver(holder, now) && !isSoaking(holder) && holder.waves[holder.wave]?.name === wave;
    if (isChanged || (await onboardingsOf(ports, wave, now)).length > 0) throw errors.stackSetBusy(stackSet);
  },
});

/** Another run has not collected it in the meantime. */
const detectionGuard = (ports: Pick<Ports, 'store'>, { value: { stackSet }, version }: Stored): Guard => ({
  ask: async ({ strength }) => {
    if (strength === 'record') return;
    if ((await readDetection(ports, stackSet))?.version !== version) throw errors.staleWrite(`detection ${stackSet}`);
  },
});

async function begin(
  ports: DriftPorts,
  { id: run, by }: DriftRun,
  set: WaveSet,
  known: Stored | undefined,
): Promise<Stored | 'busy'> {
  const operationId = `${run}-${set.module}`;
  const begun = { ...set, run, by, operationId, startedAt: ports.clock.now().toISOString() };
  try {
    const { stackSets } = guard(ports, idleWaveGuard(ports, set));
    await stackSets.detectDrift(set.stackSet, operationId);
    return await write(ports, begun, known);
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    if (error.retriable) return 'busy';
    // A StackSet that is gone, or may not be examined, does not hold up the others.
    if (error.code !== 'AwsRefused' && error.code !== 'AccessDenied') throw error;
    return write(ports, { ...begun, ended: { at: begun.startedAt, because: messageOf(error), ...nothing } }, known);
  }
}

const nothing = { instances: 0, inSync: 0, drifted: 0, unknown: 0, unrecorded: 0 };

async function write(ports: DetectionPorts, detection: Detection, known: Stored | undefined): Promise<Stored> {
  const version = await writeDetection(guard(ports, byVersion), detection, known?.version ?? 0);
  return { value: detection, version };
}

/** The detection as it is now, with its findings once all its results are there. */
async function collected(
  ports: DetectionPorts,
  item: Stored,
  accounts: readonly Item<AccountRecord>[],
): Promise<Stored> {
  try {
    return await ended(ports, item, accounts);
  } catch (error) {
    // Results are eventually consistent: the next step reads them again.
    if (isStrongroomError(error) && error.code === 'ResultsLagging') return item;
    throw error;
  }
}

/** @throws ResultsLagging if the operation has ended and its results are not complete yet. */
async function ended(ports: DetectionPorts, item: Stored, accounts: readonly Item<AccountRecord>[]): Promise<Stored> {
  const { value: detection } = item;
  if (!isRunning(detection)) return item;
  const acting = guard(ports, detectionGuard(ports, item));
  const now = ports.clock.now();
  const at = now.toISOString();
  if (now.getTime() - new Date(detection.startedAt).getTime() > detectionHoursMax * 3_600_000) {
    await withRetry(ports, () => acting.stackSets.stop(detection.stackSet, detection.operationId));
    const because = `it was given up after ${detectionHoursMax} hours`;
    return write(ports, { ...detection, ended: { at, because, ...nothing } }, item);
  }
  const { stackSet, operationId } = detection;
  const status = await withRetry(ports, () => ports.stackSets.status(stackSet, operationId));
  if (!operationEnded(status)) return item;
  const counts = await collectDrift(acting, detection, membersOf(detection, accounts));
  const because = status === 'STOPPED' ? 'it was stopped before it had looked everywhere' : '';
  return write(ports, { ...detection, ended: { at, because, ...counts } }, item);
}

const membersOf = (
  { wave, module }: Detection,
  accounts: readonly Item<AccountRecord>[],
): ReadonlyMap<AccountId, Item<AccountRecord>> =>
  new Map(
    accounts
      .filter(({ value }) => value.modules.some((m) => m.wave === wave && m.module === module))
      .map((item) => [item.value.id, item]),
  );

/** A StackSet operation has ended: if it was a detection, its findings are recorded. @returns whether it was one. */
export async function onDetectionEnded(
  ports: DetectionPorts,
  { stackSet, operationId }: { readonly stackSet: string; readonly operationId: string },
): Promise<boolean> {
  const item = (await listDetections(ports)).find(({ value }) => value.stackSet === stackSet);
  if (item === undefined || item.value.operationId !== operationId || !isRunning(item.value)) return false;
  const accounts = await listAccounts(ports);
  await withRetry(ports, () => ended(ports, item, accounts));
  return true;
}
