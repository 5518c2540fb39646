/** Freezes: while one holds, nothing new is begun; the way back out of a failure and an emergency are not held. */
import type { WaveName } from '../../orchestrator/domain/brand';
import { freezeAt } from '../../orchestrator/domain/freeze';
import type { Invariant } from './invariants';

/** A move is judged by the moment at which it was decided: what a crash or a throttle delays was begun before. */
export const freezesHold = (): Invariant => {
  const decidedAt = new Map<string, number>();
  return (moment, { rollouts, freezesOf }) => {
    // A move that waits for nothing says when it was decided; it may take a while to write that down.
    const move = moment.kind === 'rollout' ? moment.after.played?.baton : undefined;
    if (move !== undefined) decidedAt.set(move.rolloutId, Math.min(moment.at, Date.parse(move.until)));
    if (moment.kind !== 'operation' && moment.kind !== 'settingsWritten') return undefined;
    const record = rollouts.get(moment.by);
    const wave = record?.waves[record.wave];
    if (record === undefined || wave === undefined) return undefined;
    if (record.request.emergency === true || record.direction === 'back') return undefined;
    const at = new Date(decidedAt.get(record.id) ?? moment.at);
    const freeze = freezeAt(freezesOf(record), wave.name as WaveName, at);
    return freeze && `${moment.kind} of ${record.id} in ${wave.name}, decided at ${at.toISOString()} in a freeze`;
  };
};
