/** What a person's answer does to a rollout that waits for approval. */

import { errors } from '../errors';
import { currentStep, withWave } from '../model/current-wave';
import type { ExecutionInput } from '../model/execution-input';
import type { Changed } from '../model/move';
import { type Answered, approvalTimeoutSeconds, type Prompt, type RolloutRecord } from '../model/rollout';

/** The rollout with a person's answer to what it asks. */
export function answered(record: RolloutRecord, given: Omit<Answered, 'at'>, now: Date): Changed {
  const { id, status, paused } = record;
  if (status.kind !== 'awaitingApproval') throw errors.notWaiting(id, status.kind);
  const { prompt } = status;
  // Nothing is proved or asked for yet that a person could let pass.
  if (prompt.about === 'pause' && given.decision === 'approve') throw errors.onlyResumes(id, paused?.by ?? 'somebody');
  const { decision, by, reason } = given;
  if (decision === 'approve' && prompt.expiresAt !== undefined && now > new Date(prompt.expiresAt))
    throw errors.approvalExpired(id, prompt.wave, prompt.expiresAt);
  const at = now.toISOString();
  const heard = withAnswer(record, prompt, { ...given, at });
  const input: ExecutionInput = {
    rolloutId: id,
    step: currentStep(record) + 1,
    decision,
    wave: prompt.wave,
    shards: [],
    until: at,
    approvalTimeoutSeconds: approvalTimeoutSeconds(heard.status, now),
  };
  return {
    record: { ...heard, lastStep: { state: 'AskOperator', input } },
    events: [
      ...(decision === 'retry' && paused !== undefined ? [{ type: 'resumed', by, reason } as const] : []),
      { type: 'answered', wave: input.wave, decision, by, reason },
    ],
  };
}

/** `approve` to an approval opens the wave that asked; to a held wave it overrides its gate, under the person's name. */
function withAnswer(record: RolloutRecord, { about }: Prompt, answer: Answered): RolloutRecord {
  const { decision, by, reason, at } = answer;
  const heard = { ...record, answers: [...record.answers, answer] };
  if (decision === 'reject') return heard;
  const running: RolloutRecord = { ...heard, status: { kind: 'running', doing: `going on: ${decision}` } };
  if (decision === 'retry') return { ...running, paused: undefined };
  if (decision !== 'approve') return running;
  return about === 'approval'
    ? withWave(running, { approvedBy: by, approvedAt: at })
    : withWave(running, { status: { kind: 'overridden', by, reason, at } });
}
