/** Parks a rollout whose task an outage outlasted: nothing has failed, and a person resumes the wave once the cause is gone. */

import { decidePark } from '../domain/decisions/outage';
import { crashReason } from '../domain/decisions/report';
import { errors } from '../domain/errors';
import { currentStep } from '../domain/model/current-wave';
import { readRollout } from '../records/rollouts';
import { runStep } from '../rollout/step';
import type { Handler } from '../tasks/table';

export const park: Handler<'Park'> = (ports) => async (input) => {
  const { value } = await readRollout(ports, input.rolloutId);
  // The task may have recorded its step before its answer was lost, so the rollout may be further than the input says.
  if (value.status.kind === 'awaitingApproval' && value.lastStep !== undefined) return value.lastStep.input;
  if (currentStep(value) > input.step + 1) throw errors.staleStep(value.id, input.step, currentStep(value));
  const current = { ...input, step: currentStep(value) };
  const because = crashReason(input.crash ?? {});
  return runStep(ports, 'Park', current, async (record, now) => decidePark(record, because, now));
};
