/** Prompts a person, and stores the token with which the machine waits for the answer. */

import { isRejectedAtOnce, rejectionAtOnce } from '../domain/decisions/ask-operator';
import { errors } from '../domain/errors';
import { currentStep } from '../domain/model/current-wave';
import type { ExecutionInput } from '../domain/model/execution-input';
import { promptNotice } from '../domain/model/notice';
import type { RolloutRecord } from '../domain/model/rollout';
import { byVersion, guard } from '../ports/guard';
import { writePromptToken } from '../records/prompt-tokens';
import { readRollout } from '../records/rollouts';
import { answer } from '../rollout/answer';
import { taskGuard } from '../rollout/guards';
import { alertKeysAtRisk } from '../rollout/keys-at-risk';
import { wake } from '../rollout/wake';
import type { Handler } from '../tasks/table';

export const askOperator: Handler<'AskOperator'> =
  (ports) =>
  async ({ input, token }) => {
    const openedAt = ports.clock.now();
    await writePromptToken(guard(ports, byVersion), input.rolloutId, token);
    const { value: record } = await readRollout(ports, input.rolloutId);
    // Answered already, perhaps while nothing was running: the machine gets the stored answer.
    const known = answerTo(input, record);
    if (known !== undefined) {
      await wake(ports, token, known);
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
    const acting = guard(ports, taskGuard(ports, input, openedAt));
    try {
      if (notice !== undefined) await acting.notifier.notify(notice);
      await alertKeysAtRisk(acting, record);
    } catch (error) {
      // A person may have answered before anybody was notified.
      const given = answerTo(input, (await readRollout(ports, input.rolloutId)).value);
      if (given === undefined) throw error;
      await wake(ports, token, given);
    }
    return { prompted: true };
  };

const answerTo = ({ step }: ExecutionInput, record: RolloutRecord): ExecutionInput | undefined =>
  record.lastStep?.state === 'AskOperator' && step === currentStep(record) - 1 ? record.lastStep.input : undefined;
