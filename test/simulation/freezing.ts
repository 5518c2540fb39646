/** During a freeze nothing new is started. Rollbacks and emergencies are exempt. */

import { freezeAt } from '../../orchestrator/domain/model/freeze';
import type { Invariant } from './history';

/** A move counts at the time of its decision: what a crash or a throttle delays was started before. */
export const freezesHold = (): Invariant => {
  const decisions = new Map<string, { readonly moment: number; readonly atMs: number }[]>();
  return (moment, { rollouts, freezesOf, now }) => {
    // A move that waits for nothing carries the time of its decision. Writing it may take a while.
    const move = moment.kind === 'rollout' ? moment.after.lastStep?.input : undefined;
    if (move !== undefined) {
      const atMs = Math.min(moment.at, Date.parse(move.until));
      decisions.set(move.rolloutId, [...(decisions.get(move.rolloutId) ?? []), { moment: now(), atMs }]);
    }
    if (moment.kind !== 'operation' && moment.kind !== 'settingsWritten') return undefined;
    const record = rollouts.get(moment.by);
    const wave = record?.waves[record.wave];
    if (record === undefined || wave === undefined) return undefined;
    if (record.request.emergency === true || record.direction === 'back') return undefined;
    const known = decisions.get(record.id)?.findLast((decision) => decision.moment <= moment.looked);
    const at = new Date(known?.atMs ?? moment.at);
    const freeze = freezeAt(freezesOf(record), wave.name, at);
    return freeze && `${moment.kind} of ${record.id} in ${wave.name}, decided at ${at.toISOString()} in a freeze`;
  };
};
