/**
 * How a deciding handler plays its turn: read the rollout, decide, write. The rollout's record is the commit point: what a
 * handler writes before it is named by natural keys, so a handler that died half-way is simply played again.
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
 * Plays a turn once: the same turn again returns what it returned before, an older one is refused with LateTurn, and a rollout
 * that has ended plays no more.
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

/** The baton that this turn handed on before, if it was played already. */
function replayed(record: RolloutRecord, state: string, input: ExecutionInput): ExecutionInput | undefined {
  const step = currentStep(record);
  if (input.step === step) return undefined;
  if (record.lastStep !== undefined && record.lastStep.state === state && input.step === step - 1)
    return record.lastStep.input;
  throw errors.staleStep(record.id, input.step, step);
}

/**
 * For what comes in the middle of a turn and cannot be taken back: is it still our turn, and is what we hold still ours?
 * @throws RolloutEnded, LateTurn, LeaseLost.
 */
export async function assertCurrent(ports: StepPorts, id: RolloutId, step: number): Promise<RolloutRecord> {
  const item = await readRollout(ports, id);
  // A task of a turn that is over would write over newer work.
  if (item.value.status.kind !== 'finished' && currentStep(item.value) !== step)
    throw errors.staleStep(id, step, currentStep(item.value));
  return (await renewLease(ports, item, ports.clock.now())).value;
}

/** To be asked before each effect on an account. @throws RolloutEnded, LateTurn, LeaseLost. */
export type AssertCurrent = (anew?: 'anew') => Promise<void>;

/** A lease lasts far longer: whoever looks this often has not lost it unnoticed. */
const lookAgainSeconds = 60;

/** A handler takes minutes, and a process may be paused in it for longer than its lease; it notices by the clock. */
export function assertCurrentOften(
  ports: StepPorts,
  { rolloutId, step }: Pick<ExecutionInput, 'rolloutId' | 'step'>,
  openedAt: Date,
): AssertCurrent {
  // What is read at the beginning takes its time too.
  let lookedAt = openedAt;
  return async (anew) => {
    const now = ports.clock.now();
    if (anew === undefined && now.getTime() - lookedAt.getTime() < lookAgainSeconds * 1000) return;
    await assertCurrent(ports, rolloutId, step);
    lookedAt = now;
  };
}

/** How a handler is refused that comes late: nothing is written about the account in which it notices. */
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

/** Who decides about what they have seen does not mean what it has become since. */
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
