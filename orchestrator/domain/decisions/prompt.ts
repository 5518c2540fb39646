/** How every state prompts: the rollout is held until a person decides, and the log says why. */
import { currentWave } from '../model/current-wave';
import type { Changed, EventBody } from '../model/move';
import type { Prompt, RolloutRecord } from '../model/rollout';

export interface Asking extends Changed {
  readonly decision: 'ask';
}

/** @param events what the log says before the prompt. */
export function ask(
  record: RolloutRecord,
  prompt: Pick<Prompt, 'about' | 'because' | 'expiresAt'>,
  events: readonly EventBody[],
  now: Date,
): Asking {
  const wave = currentWave(record).name;
  const { about, because } = prompt;
  return {
    decision: 'ask',
    record: {
      ...record,
      status: { kind: 'awaitingApproval', prompt: { ...prompt, wave, promptedAt: now.toISOString() } },
    },
    events: [...events, { type: 'approvalRequested', wave, about, because }],
  };
}
