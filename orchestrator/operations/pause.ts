/** Pauses and resumes a rollout. */

import { answered, isAnswered } from '../domain/decisions/ask-operator';
import { errors } from '../domain/errors';
import type { Actor } from '../domain/model/actor';
import type { RolloutId } from '../domain/model/brand';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { handOn } from '../rollout/answer';
import { changeRollout, refuseMovedOn } from '../rollout/step';

interface Said {
  readonly by: Actor;
  readonly reason: string;
}

/** Running operations finish and nothing new is started. The first of several pauses counts. */
export async function pauseRollout(
  ports: Pick<Ports, 'store' | 'clock'>,
  id: RolloutId,
  { by, reason }: Said,
): Promise<void> {
  await changeRollout(ports, id, (record, now) => {
    refuseEnded(record);
    if (record.paused !== undefined) return undefined;
    const paused = { by, reason, at: now.toISOString() };
    return { record: { ...record, paused }, events: [{ type: 'paused', by, reason }] };
  });
}

interface Resuming {
  /** The step at which the person saw the prompt; a rollout that runs may have moved on since. */
  readonly seen?: number | undefined;
  /** Nothing runs the rollout at the moment. */
  readonly isInterrupted?: boolean | undefined;
}

/**
 * Ends a pause. A rollout that waits for an answer retries its wave, and what is done stays done; a rollout that still runs just continues. A
 * missing approval stays missing. Who continues an interrupted rollout is recorded too, because from then on it acts with their credentials.
 */
export async function resumeRollout(
  ports: Pick<Ports, 'store' | 'clock' | 'callbacks' | 'random'>,
  id: RolloutId,
  { by, reason }: Said,
  { seen, isInterrupted = false }: Resuming = {},
): Promise<void> {
  const record = await changeRollout(ports, id, (record, now) => {
    refuseEnded(record);
    if (isAnswered(record)) return undefined;
    if (record.status.kind === 'awaitingApproval') refuseMovedOn(record, seen);
    if (record.status.kind === 'awaitingApproval' && record.status.prompt.about !== 'approval')
      return answered(record, { decision: 'retry', by, reason }, now);
    const continues = isInterrupted && record.status.kind !== 'awaitingApproval';
    if (record.paused === undefined && !continues) return undefined;
    return { record: { ...record, paused: undefined }, events: [{ type: 'resumed', by, reason }] };
  });
  // An answer that was stored by a process that died goes to the machine now.
  await handOn(ports, record);
}

/**
 * For a rollout whose execution has ended without recording that: it is continued or, where that is impossible, closed. It waits for nobody,
 * so nothing is answered, but who did it is recorded.
 */
export async function recordContinuation(
  ports: Pick<Ports, 'store' | 'clock'>,
  id: RolloutId,
  { by, reason }: Said,
): Promise<void> {
  await changeRollout(ports, id, (record) => {
    refuseEnded(record);
    return { record, events: [{ type: 'resumed', by, reason }] };
  });
}

function refuseEnded({ id, status }: RolloutRecord): void {
  if (status.kind === 'finished') throw errors.rolloutEnded(id, status.outcome);
}
