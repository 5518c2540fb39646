/** Waits for a person. The answer is written to the rollout first and completes the token second, so that it cannot be lost. */

import { errors } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import { promptNotice } from '../domain/model/notice';
import { type Answered, approvalTimeoutSeconds, type Prompt, type RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { readPromptTokens, writePromptToken } from '../records/prompt-tokens';
import { readRollout } from '../records/rollouts';
import { withWave } from '../rollout/current-wave';
import { alertKeysAtRisk } from '../rollout/keys-at-risk';
import { type Commit, change, currentStep, refuseMovedOn } from '../rollout/step';
import type { Handler } from '../tasks/table';
import { wake } from './await-stage';

export const askOperator: Handler<'AskOperator'> =
  (ports) =>
  async ({ input, token }) => {
    await writePromptToken(ports, input.rolloutId, token);
    const { value: record } = await readRollout(ports, input.rolloutId);
    // Answered already, perhaps while nothing was running: the answer is handed on.
    if (record.lastStep?.state === 'AskOperator' && input.step === currentStep(record) - 1) {
      await wake(ports, token, record.lastStep.input);
      return { asked: false };
    }
    // Ended by somebody else, there is nothing to wait for.
    if (record.status.kind === 'finished') throw errors.rolloutEnded(record.id, record.status.outcome);
    if (asksInVain(record)) {
      await answer(ports, record.id, nobodyIsAsked);
      return { asked: false };
    }
    const prompt = record.status.kind === 'awaitingApproval' ? record.status.prompt : undefined;
    const notice = prompt && promptNotice(record, currentStep(record), prompt);
    if (notice !== undefined) await ports.notifier.notify(notice);
    await alertKeysAtRisk(ports, record);
    return { asked: true };
  };

/** A single account must not keep a person, nor be kept for one: what holds it is told, and a sweep tries again. Who paused it resumes it. */
const asksInVain = ({ status, request }: RolloutRecord): boolean =>
  request.newAccount === true && status.kind === 'awaitingApproval' && status.prompt.about !== 'pause';

const nobodyIsAsked = {
  decision: 'reject',
  by: 'strongroom',
  reason: 'nobody is asked about a single new account, a sweep tries it again on another day',
} as const;

/**
 * Gives a person's answer to a rollout that asks.
 * @param seen the turn at which the person saw it ask.
 * @throws NotWaiting if it does not ask, or does not ask for this; LateTurn if it has moved on since it was seen.
 */
export async function answer(
  ports: Pick<Ports, 'store' | 'clock' | 'callbacks'>,
  id: RolloutId,
  given: Omit<Answered, 'at'>,
  seen?: number,
): Promise<void> {
  const record = await change(ports, id, (current, now) => {
    refuseMovedOn(current, seen);
    return answered(current, given, now);
  });
  await handOn(ports, record);
}

/** Wakes the machine with what a person has said. Said again, it is heard once: the token is completed by the first. */
export async function handOn(
  ports: Pick<Ports, 'store' | 'callbacks'>,
  { id, lastStep }: RolloutRecord,
): Promise<void> {
  if (lastStep?.state !== 'AskOperator') return;
  for (const token of await readPromptTokens(ports, id)) await wake(ports, token, lastStep.input);
}

/** The rollout with a person's answer to what it asks. */
export function answered(
  record: RolloutRecord,
  given: Omit<Answered, 'at'>,
  now: Date,
): Pick<Commit, 'record' | 'events'> {
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
