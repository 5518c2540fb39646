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
import { byVersion, guard, isFromGuard, type Opened } from '../ports/guard';
import type { Ports } from '../ports/ports';
import { readWithLease } from '../records/leases';
import { writeEvents } from '../records/rollout-events';
import { readRollout, writeRollout } from '../records/rollouts';
import { updateOnConflict } from '../records/stale-write';
import { type AsRead, decidingGuard } from './guards';
import { renewLease } from './lease';

export type StepPorts = Pick<Ports, 'store' | 'clock'>;

/**
 * Runs a step once. The same step again returns the same result.
 * @param decide is given ports whose effects are refused once the step is no longer the current one, or the record no longer as it was read.
 * @throws StaleStep for an older step; RolloutEnded.
 */
export async function runStep<S extends DecidingState, P extends StepPorts>(
  ports: P,
  state: S,
  input: ExecutionInput,
  decide: (record: RolloutRecord, now: Date, ports: Opened<P>) => Promise<Move<S>>,
): Promise<ExecutionInput> {
  const openedAt = ports.clock.now();
  const holding = await readWithLease(ports, input.rolloutId);
  const replay = replayed(holding.rollout.value, state, input);
  if (replay !== undefined) return replay;
  const now = ports.clock.now();
  const { value: record, version } = await renewLease(ports, holding, now);
  const known: AsRead = { version };
  const move = await decide(record, now, guard(ports, decidingGuard(ports, input, openedAt, known)));
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
    version: known.version,
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

/** These errors stop a handler that is late. They are not about an account, so they are not recorded there. */
const refusals: ReadonlySet<string> = new Set<ErrorCode>(['RolloutEnded', 'StaleStep', 'LeaseLost', 'StaleWrite']);
export const isRefusal = (error: unknown): boolean =>
  isFromGuard(error) || (isStrongroomError(error) && refusals.has(error.code));

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
export const commit = (ports: StepPorts, change: Commit): Promise<number> => write(guard(ports, byVersion), change);

/** A rollout and the event that begins its log appear together, so that a log always says who started its rollout. */
export async function begin(opened: Opened<StepPorts>, record: RolloutRecord, event: EventBody): Promise<void> {
  await write(opened, { record, version: 0, events: [event] });
}

async function write(opened: Opened<StepPorts>, { record, version, events, until }: Commit): Promise<number> {
  const now = opened.clock.now();
  const countedIn = await writeEvents(
    opened,
    record.events,
    events.map((body) => said(body, record.id, now)),
  );
  const busyUntil = until !== undefined && until > now ? until : now;
  const next = await writeRollout(
    opened,
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
