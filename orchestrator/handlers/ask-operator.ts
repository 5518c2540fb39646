/** Prompts a person, and stores the token with which the machine waits for the answer. */

import { isRejectedAtOnce, rejectionAtOnce } from '../domain/decisions/ask-operator';
import { errors } from '../domain/errors';
import { currentStep } from '../domain/model/current-wave';
import { promptNotice } from '../domain/model/notice';
import { writePromptToken } from '../records/prompt-tokens';
import { readRollout } from '../records/rollouts';
import { answer } from '../rollout/answer';
import { alertKeysAtRisk } from '../rollout/keys-at-risk';
import { wake } from '../rollout/wake';
import type { Handler } from '../tasks/table';

export const askOperator: Handler<'AskOperator'> =
  (ports) =>
  async ({ input, token }) => {
    await writePromptToken(ports, input.rolloutId, token);
    const { value: record } = await readRollout(ports, input.rolloutId);
    // Answered already, perhaps while nothing was running: the machine gets the stored answer.
    if (record.lastStep?.state === 'AskOperator' && input.step === currentStep(record) - 1) {
      await wake(ports, token, record.lastStep.input);
      return { prompted: false };
    }
    // The rollout has ended, so there is nothing to wait for.
    if (record.status.kind === 'finished') throw errors.rolloutEnded(record.id, record.status.outcome);
    if (isRejectedAtOnce(record)) {
      await answer(ports, record.id, rejectionAtOnce);
      return { prompted: false };
    }
    const prompt = record.status.kind === 'awaitingApproval' ? record.status.prompt : undefined;
    const notice = prompt && promptNotice(record, currentStep(record), prompt);
    if (notice !== undefined) await ports.notifier.notify(notice);
    await alertKeysAtRisk(ports, record);
    return { prompted: true };
  };
