/** Why nothing new may be started now, though the rollout itself would go on. */
import type { RolloutRecord } from '../domain/rollout';
import type { EventBody } from './turn';
import { waveAtWork } from './wave-at-work';

/** In place of the move that would start something: what is done is done, and the wave at work is opened again afterwards. */
export interface HeldBack {
  readonly word: 'ask';
  readonly record: RolloutRecord;
  readonly events: readonly EventBody[];
}

export function heldBack(record: RolloutRecord, now: Date): HeldBack | undefined {
  const { paused } = record;
  const { name: wave } = waveAtWork(record);
  if (paused === undefined) return undefined;
  const because = [`${paused.by} paused it: ${paused.reason}`];
  return {
    word: 'ask',
    record: {
      ...record,
      status: { kind: 'asking', question: { about: 'pause', wave, because, askedAt: now.toISOString() } },
    },
    events: [{ type: 'asked', wave, about: 'pause', because }],
  };
}
