/** Why nothing new may be started now, although the rollout itself would continue: a pause, or a freeze. */
import { actorName } from '../model/actor';
import { currentWave } from '../model/current-wave';
import { type Freeze, freezeAt } from '../model/freeze';
import type { Changed } from '../model/move';
import type { RolloutRecord } from '../model/rollout';
import { ask } from './prompt';

/** Replaces the decision that would start something. What is done stays done, and the current wave is opened again afterwards. */
export interface StartHold extends Changed {
  readonly decision: 'ask' | 'frozen';
  readonly until?: Date;
}

/** @returns undefined if the rollout may continue. */
export function startHold(record: RolloutRecord, freezes: readonly Freeze[], now: Date): StartHold | undefined {
  const { paused } = record;
  if (paused !== undefined) {
    const because = [`${actorName(paused.by)} paused it: ${paused.reason}`];
    return ask(record, { about: 'pause', because }, [], now);
  }
  return isHeldByFreezes(record) ? frozen(record, freezes, now) : undefined;
}

/** Neither a rollback nor an emergency can wait for a freeze to end. */
const isHeldByFreezes = ({ request, direction }: RolloutRecord): boolean =>
  request.emergency !== true && direction === 'forward';

function frozen(record: RolloutRecord, freezes: readonly Freeze[], now: Date): StartHold | undefined {
  const { name: wave } = currentWave(record);
  const freeze = freezeAt(freezes, wave, now);
  if (freeze === undefined) return undefined;
  const { to: until, reason } = freeze;
  return {
    decision: 'frozen',
    record: { ...record, status: { kind: 'waiting', until, doing: `held by a freeze: ${reason}` } },
    events: [{ type: 'waiting', wave, for: 'freeze', until }],
    until: new Date(until),
  };
}
