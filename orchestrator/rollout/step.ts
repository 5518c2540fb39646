/**
 * One step of the state machine: read the rollout, decide, write. The rollout's record is the commit point. What a handler writes before
 * that has a natural key, so the step of a handler that died halfway is simply run again.
 */

import { type ErrorCode, errors, isStrongroomError } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import { currentStep } from '../domain/model/current-wave';
import type { RolloutEvent } from '../domain/model/event';
import type { ExecutionInput } from '../domain/model/execution-input';
import { leased } from '../domain/model/lease';
import type { Changed, EventBody, Move } from '../domain/model/move';
import { approvalTimeoutSeconds, type RolloutRecord } from '../domain/model/rollout';
import type { DecidingState } from '../domain/model/state-decisions';
import type { Ports } from '../ports/ports';
import { writeEvents } from '../records/rollout-events';
import { readRollout, writeRollout } from '../records/rollouts';
import { updateOnConflict } from '../records/stale-write';
import { renewLease } from './lease';

export type StepPorts = Pick<Ports, 'store' | 'clock'>;

/**
 * Runs a step once. The same step again returns the same result.
 * @throws StaleStep for an older step; RolloutEnded.
 */
export async function runStep<S extends DecidingState>(
  ports: StepPorts,
  state: S,
  input: ExecutionInput,
  decide: (record: RolloutRecord, now: Date, assertCurrent: AssertCurrent) => Promise<Move<S>>,
): Promise<ExecutionInput> {
  const openedAt = ports.clock.now();
  const item = await readRollout(ports, input.rolloutId);
  const replay = replayed(item.value, state, input);
  if (replay !== undefined) return replay;
  const now = ports.clock.now();
  const { value: record, version } = await renewLease(ports, item, now);
  const move = await decide(record, now, assertCurrentOften(ports, input, openedAt));
  const wave = move.record.waves[move.record.wave];
  const next: ExecutionInput = {
    rolloutId: record.id,
    step: input.step + 1,
    decision: move.decision,
    wave: wave?.name ?? '',
    shards: move.shards ?? [],
    until: (move.until ?? now).toISOString(),
    approvalTimeoutSeconds: approvalTimeoutSeconds(move.record.status, now),
  };
  await commit(ports, {
    record: { ...move.record, lastStep: { state, input: next } },
    version,
    events: move.events,
    until: move.until,
  });
  return next;
}

/** The result of this step, if it was run before. */
function replayed(record: RolloutRecord, state: string, input: ExecutionInput): ExecutionInput | undefined {
  const step = currentStep(record);
  if (input.step === step) return undefined;
  if (record.lastStep !== undefined && record.lastStep.state === state && input.step === step - 1)
    return record.lastStep.input;
  throw errors.staleStep(record.id, input.step, step);
}

/**
 * Called in the middle of a step, before an effect that cannot be undone: the step must still be the current one, and the lease ours.
 * @throws RolloutEnded, StaleStep, LeaseLost.
 */
export async function assertCurrent(ports: StepPorts, id: RolloutId, step: number): Promise<RolloutRecord> {
  const item = await readRollout(ports, id);
  // A task of an earlier step would overwrite newer work.
  if (item.value.status.kind !== 'finished' && currentStep(item.value) !== step)
    throw errors.staleStep(id, step, currentStep(item.value));
  return (await renewLease(ports, item, ports.clock.now())).value;
}

/** Called before each effect on an account. @throws RolloutEnded, StaleStep, LeaseLost. */
export type AssertCurrent = (anew?: 'anew') => Promise<void>;

/** A lease lasts far longer, so a process that looks this often does not lose it unnoticed. */
const lookAgainSeconds = 60;

/** A handler takes minutes, and its process may be paused for longer than its lease; the clock shows that. */
export function assertCurrentOften(
  ports: StepPorts,
  { rolloutId, step }: Pick<ExecutionInput, 'rolloutId' | 'step'>,
  openedAt: Date,
): AssertCurrent {
  // The reads at the beginning take their time too.
  let lookedAt = openedAt;
  return async (anew) => {
    const now = ports.clock.now();
    if (anew === undefined && now.getTime() - lookedAt.getTime() < lookAgainSeconds * 1000) return;
    await assertCurrent(ports, rolloutId, step);
    lookedAt = now;
  };
}

/** These errors stop a handler that is late. They are not about an account, so they are not recorded there. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>(['RolloutEnded', 'StaleStep', 'LeaseLost', 'StaleWrite']);
export const isRefusal = (error: unknown): boolean => isStrongroomError(error) && refusals.has(error.code);

export interface Commit {
  readonly record: RolloutRecord;
  readonly version: number;
  readonly events: readonly EventBody[];
  readonly until?: Date | undefined;
}

/**
 * Events first, then the record that counts them: a crash in between repeats the same numbers. A rollout that waits keeps its
 * lease over the wait.
 */
export async function commit(ports: StepPorts, { record, version, events, until }: Commit): Promise<number> {
  const now = ports.clock.now();
  const countedIn = await writeEvents(
    ports,
    record.events,
    events.map((body) => said(body, record.id, now)),
  );
  const busyUntil = until !== undefined && until > now ? until : now;
  const next = await writeRollout(
    ports,
    { ...leased(record, busyUntil), events: record.events + events.length },
    version,
  );
  await countedIn();
  return next;
}

/** A person decides about the rollout as they saw it, not as it has become since. */
export function refuseMovedOn(record: RolloutRecord, seen: number | undefined): void {
  if (seen !== undefined && seen !== currentStep(record)) throw errors.movedOn(record.id, seen, currentStep(record));
}

/**
 * Changes a rollout that the machine may be running: decided again on the new record if the machine was quicker. Nothing is written where
 * `decide` returns nothing.
 */
export const changeRollout = (
  ports: StepPorts,
  id: RolloutId,
  decide: (record: RolloutRecord, now: Date) => Changed | undefined,
): Promise<RolloutRecord> =>
  updateOnConflict(
    () => readRollout(ports, id),
    async ({ value, version }) => {
      const changed = decide(value, ports.clock.now());
      if (changed === undefined) return value;
      await commit(ports, { ...changed, version });
      return changed.record;
    },
  );

const said = (body: EventBody, rolloutId: RolloutId, now: Date): RolloutEvent =>
  ({ at: now.toISOString(), rolloutId, ...body }) as RolloutEvent;
