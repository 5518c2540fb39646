/** How many accounts a wave may lose, and how many it may change at once. */
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import type { Invariant } from '../history';
import { shareIn, toleranceIn } from '../intent';
import type { Attempts } from './attempts';
import { currentOf, drawOf, isGone, membersOf } from './common';

/** 4. Failures known when an operation starts; another operation of the same stage may already be in flight. */
export const withinTolerance = (attempts: Attempts): Invariant => {
  const stageOf = new Map<string, string>();
  const lostBefore = new Map<string, number>();
  return (moment, history) => {
    if (moment.kind !== 'operation') return undefined;
    const record = history.rollouts.get(moment.by);
    const wave = currentOf(record);
    const attempt = attempts.of(moment.by);
    if (record === undefined || wave === undefined || attempt === undefined) return undefined;
    const draw = drawOf(history, wave.name);
    const members = membersOf(history, record, wave.name);
    const tolerance = toleranceIn(draw, members.length);
    const lost = (ids: Iterable<AccountId>): number =>
      new Set([...ids].filter((id) => members.includes(id) && !isGone(history, id))).size;
    const refused = lost(attempt.refused.keys());
    const { operationId, failureTolerance, maxConcurrent, strict } = moment.request;
    // A failure in a stage is known only when the stage is judged.
    const stage = [record.id, wave.name, wave.attempt, wave.stage].join(' ');
    if (stageOf.get(record.id) !== stage) lostBefore.set(stage, lost([...attempt.refused.keys(), ...attempt.failed]));
    stageOf.set(record.id, stage);
    const known = Math.max(refused, lostBefore.get(stage) ?? 0);
    if (known > tolerance)
      return `${operationId} starts though ${known} accounts of ${wave.name} have failed; tolerance ${tolerance}`;
    if (failureTolerance > tolerance - known)
      return `${operationId} may lose ${failureTolerance} more; tolerance ${tolerance}, lost ${known}`;
    const atOnce = Math.max(1, shareIn(draw.maxConcurrent, members.length));
    if (maxConcurrent > atOnce)
      return `${operationId} changes ${maxConcurrent} accounts at once; the config says ${atOnce}`;
    return strict === draw.strict ? undefined : `${operationId} is ${strict ? '' : 'not '}strict, unlike its wave`;
  };
};
