/** Gives an answer to a rollout that waits for approval. It is stored first and completes the token second, so that it cannot be lost. */

import { answered } from '../domain/decisions/ask-operator';
import type { RolloutId } from '../domain/model/brand';
import type { Answered, RolloutRecord } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { readPromptTokens } from '../records/prompt-tokens';
import { withRetry } from './retry';
import { changeRollout, refuseMovedOn } from './step';
import { wake } from './wake';

/**
 * @param seen the step at which the person saw the prompt.
 * @throws NotWaiting if the rollout does not wait for an answer; StaleStep if it has moved on since the person looked.
 */
export async function answer(
  ports: Pick<Ports, 'store' | 'clock' | 'callbacks' | 'random'>,
  id: RolloutId,
  given: Omit<Answered, 'at'>,
  seen?: number,
): Promise<void> {
  const record = await changeRollout(ports, id, (current, now) => {
    refuseMovedOn(current, seen);
    return answered(current, given, now);
  });
  await handOn(ports, record);
}

/** Wakes the machine with the answer that is stored. Twice is once: the first completes the token. Retried, since the same answer is not accepted again. */
export async function handOn(
  ports: Pick<Ports, 'store' | 'callbacks' | 'clock' | 'random'>,
  { id, lastStep }: RolloutRecord,
): Promise<void> {
  if (lastStep?.state !== 'AskOperator') return;
  const tokens = await withRetry(ports, () => readPromptTokens(ports, id));
  for (const token of tokens) await wake(ports, token, lastStep.input);
}
