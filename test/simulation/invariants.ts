/** What must hold at every moment, whatever fails: the safety invariants, one function for each. */
import { onlyFinishedReleases } from './arriving';
import { freezesHold } from './freezing';
import type { Invariant } from './history';
import { wavesSoak } from './soaking';
import { everyStopSaysWhy, nothingUnforeseen, onceEach, readyByProof, releaseIsTrue } from './standing';
import { stagesStart, updatesClaimNothing } from './starting';
import { oneHolder, onlyPlanned, waveOrder, withinTolerance } from './touching';

/** Each run creates its own, so that an invariant can keep state. */
export const invariants: Readonly<Record<string, () => Invariant>> = {
  '1 a wave starts only after the one before was healthy, or a named person overrode it': waveOrder,
  '2 only planned accounts are touched': onlyPlanned,
  '3 at most one rollout holds an account': () => oneHolder,
  '4 failures stay within the tolerance and what was in flight': withinTolerance,
  '5 ready for keys only by soak and a second proof': readyByProof,
  '6 the release that is recorded is what the stacks run': () => releaseIsTrue,
  '7 what is delivered twice happens once, and nothing accepted is lost': onceEach,
  '8 a new account gets no release that its wave has not finished': onlyFinishedReleases,
  '9 every stop says why': () => everyStopSaysWhy,
  'a wave is behind us only after its soak': () => wavesSoak,
  'a freeze holds what would be begun in it': freezesHold,
  'a stage that is started starts something': stagesStart,
  'what is being changed is recorded at no release': () => updatesClaimNothing,
  'nothing fails by a fault of ours': () => nothingUnforeseen,
};
