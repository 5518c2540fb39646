/** What must hold at every moment, whatever fails: the safety invariants, one function for each. */
import type { Invariant } from '../history';
import { approvedFirst, onlyPeopleDecide } from './approvals';
import { arrivalsAreHealthy, onlyFinishedReleases } from './arriving';
import { type Attempts, createAttempts } from './attempts';
import { blamedForItsOwn, failuresHappened } from './blame';
import { noLiveTakeover, oneHolder } from './holding';
import { toldOnce, toldTruly } from './notices';
import { formerSettingsReturn, onceEach } from './once';
import { onlyPlanned } from './planned';
import { readyByProof } from './readiness';
import { badStates, everyStopSaysWhy, nothingUnforeseen } from './reasons';
import { operationsBringReleases, releaseAsConfigured, releaseIsTrue } from './releases';
import { stagesEnd, stagesStart, updatesClaimNothing } from './stages';
import { withinTolerance } from './tolerance';
import { freezesHold, waveOrder, wavesSoak } from './waves';

/** Each run creates its own, so that an invariant can keep state. */
const invariants: Readonly<Record<string, (attempts: Attempts) => Invariant>> = {
  '1 a wave starts only after the one before was healthy, or a named person overrode it': waveOrder,
  '2 only planned accounts are touched': onlyPlanned,
  '3 at most one rollout holds an account': () => oneHolder,
  '4 failures stay within the tolerance and what was in flight': withinTolerance,
  '5 ready for keys only by soak and a second proof': readyByProof,
  '6 the release that is recorded is what the stacks run': () => releaseIsTrue,
  '7 what is delivered twice happens once, and nothing accepted is lost': onceEach,
  '8 a new account gets no release that its wave has not finished': onlyFinishedReleases,
  'a new account is healthy when its rollout is completed': () => arrivalsAreHealthy,
  '9 every stop says why': () => everyStopSaysWhy,
  'a wave is behind us only after its soak': wavesSoak,
  'a freeze holds what would be begun in it': freezesHold,
  'a stage that is started starts something': stagesStart,
  'a stage is judged when its own operations have ended': stagesEnd,
  'what is being changed is recorded at no release': () => updatesClaimNothing,
  'a release is what the config says': releaseAsConfigured,
  'an operation brings what the config says': () => operationsBringReleases,
  'what an account had before is kept, and comes back': formerSettingsReturn,
  'nothing is taken from a rollout that is alive': noLiveTakeover,
  'only people decide': onlyPeopleDecide,
  'a wave that requires an approval starts with one': approvedFirst,
  'keys are at risk only where something is wrong': blamedForItsOwn((state) => state === 'KEYS_AT_RISK'),
  'an account falls only by what is wrong there': blamedForItsOwn(
    (state) => state !== 'KEYS_AT_RISK' && badStates.includes(state),
  ),
  'a failure that is recorded has happened': failuresHappened,
  'no notice is sent twice': toldOnce,
  'no notice is false': () => toldTruly,
  'nothing fails by a fault of ours': () => nothingUnforeseen,
};

export interface Broken {
  readonly invariant: string;
  readonly how: string;
}

/** @returns what each moment breaks. */
export function createInvariants(): (...seen: Parameters<Invariant>) => readonly Broken[] {
  const attempts = createAttempts();
  const watchers = Object.entries(invariants).map(([name, create]) => [name, create(attempts)] as const);
  return (moment, history) => {
    attempts.take(moment, history);
    return watchers.flatMap(([invariant, watch]) => {
      const how = watch(moment, history);
      return how === undefined ? [] : [{ invariant, how }];
    });
  };
}
