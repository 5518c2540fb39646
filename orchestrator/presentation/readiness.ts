/** Readiness over time, in words: which states an account was in, for how long, and what brought it there. */
import { type AccountRecord, statesOf } from '../domain/model/account-record';
import type { Entered, ReadinessEvent } from '../domain/model/readiness';
import { duration } from './text';

const words: Readonly<Record<ReadinessEvent, string>> = {
  seen: 'it was listed, and has a place',
  enteringFailed: 'the CI role could not be assumed',
  entered: 'entered through the CI role',
  deployStarted: 'its deployment began',
  deployLanded: 'its deployment ended',
  deployFailed: 'its deployment failed',
  checksStarted: 'its health was asked for',
  passed: 'every critical check passed',
  passedAgain: 'every critical check passed again after the soak',
  failed: 'a critical check failed',
  unmeasured: 'a critical check could not be measured',
  driftFound: 'its stacks differ from what was deployed',
  driftGone: 'its stacks differ no more; to be proved again',
  newerRelease: 'its wave has finished a newer release',
  exempted: 'an exception holds for it',
  suspended: 'it was closed or suspended',
  outOfScope: 'the baseline is not for it',
  unplaced: 'no wave selects it',
};

export interface StateSpell extends Entered {
  readonly why: string;
  /** How long it lasted; of the present state that is not known. */
  readonly lasted: string;
}

/** Latest first. */
export const stateSpells = (account: AccountRecord): readonly StateSpell[] =>
  statesOf(account)
    .map((entered, index, states) => ({ ...entered, why: whyOf(entered), lasted: lasted(entered, states[index + 1]) }))
    .toReversed();

/** A record begins with the state in which the account was discovered; one that is older than this history knows of no cause. */
const whyOf = ({ event, state }: Entered): string =>
  event !== undefined ? words[event] : state === 'DISCOVERED' ? 'first heard of' : 'the cause was not kept';

const lasted = ({ at }: Entered, next: Entered | undefined): string =>
  next === undefined ? 'until now' : duration(Date.parse(next.at) - Date.parse(at));
