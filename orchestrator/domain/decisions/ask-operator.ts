/** What a person's answer does to a rollout that waits for approval. */

import { errors } from '../errors';
import { actorName, strongroomItself } from '../model/actor';
import { currentStep, currentWave, withWave } from '../model/current-wave';
import type { ExecutionInput } from '../model/execution-input';
import type { Changed } from '../model/move';
import { type Answered, approvalTimeoutSeconds, type Prompt, type RolloutRecord } from '../model/rollout';

/**
 * Nobody is asked about a single new account, and its rollout does not wait: a notice says what held it, and a sweep tries again. A rollout
 * that a person has paused waits for that person.
 */
export const isRejectedAtOnce = ({ status, request }: RolloutRecord): boolean =>
  request.newAccount === true && status.kind === 'awaitingApproval' && status.prompt.about !== 'pause';

export const rejectionAtOnce = {
  decision: 'reject',
  by: strongroomItself,
  reason: 'nobody is asked about a single new account; a sweep tries it again on another day',
} as const;

/** A rejection is stored while the prompt is still open: the machine gets it, and ends the rollout. */
export const isAnswered = ({ status, lastStep }: RolloutRecord): boolean =>
  status.kind === 'awaitingApproval' && lastStep?.state === 'AskOperator';

/** @throws NotWaiting if the rollout does not wait for this answer. */
export function answered(record: RolloutRecord, given: Omit<Answered, 'at'>, now: Date): Changed {
  const { id, status, paused } = record;
  if (status.kind !== 'awaitingApproval') throw errors.notWaiting(id, status.kind);
  if (isAnswered(record)) throw errors.notWaiting(id, 'rejected');
  const { prompt } = status;
  // A paused wave has no verdict yet that a person could override.
  if (prompt.about === 'pause' && given.decision === 'approve')
    throw errors.onlyResumes(id, paused === undefined ? 'somebody' : actorName(paused.by));
  if (prompt.about === 'outage' && given.decision !== 'retry' && given.decision !== 'reject' && !isChecking(record))
    throw errors.onlyResumesAfterOutage(id);
  const { decision, by, reason } = given;
  if (decision === 'approve' && prompt.expiresAt !== undefined && now > new Date(prompt.expiresAt))
    throw errors.approvalExpired(id, prompt.wave, prompt.expiresAt);
  const at = now.toISOString();
  const after = withAnswer(record, prompt, { ...given, at });
  const input: ExecutionInput = {
    rolloutId: id,
    step: currentStep(record) + 1,
    decision,
    wave: prompt.wave,
    shards: [],
    until: at,
    approvalTimeoutSeconds: approvalTimeoutSeconds(after.status, now),
  };
  return {
    record: { ...after, lastStep: { state: 'AskOperator', input } },
    events: [
      ...(decision === 'retry' && paused !== undefined ? [{ type: 'resumed', by, reason } as const] : []),
      { type: 'answered', wave: input.wave, decision, by, reason },
    ],
  };
}

/** Everything is deployed, so a person may override the gate, or roll back, without waiting for the outage to end. */
export const isChecking = (record: RolloutRecord): boolean => currentWave(record).outage?.during === 'checks';

/** `approve` opens the wave that requires an approval; in a held wave it overrides the gate, under the person's name. */
function withAnswer(record: RolloutRecord, { about }: Prompt, answer: Answered): RolloutRecord {
  const { decision, by, reason, at } = answer;
  const kept = { ...record, answers: [...record.answers, answer] };
  if (decision === 'reject') return kept;
  const running: RolloutRecord = {
    ...kept,
    status: { kind: 'running', doing: `continuing after ${decision}` },
  };
  if (decision === 'retry') return { ...running, paused: undefined };
  if (decision !== 'approve') return running;
  return about === 'approval'
    ? withWave(running, { approvedBy: by, approvedAt: at })
    : withWave(running, { status: { kind: 'overridden', by, reason, at } });
}
