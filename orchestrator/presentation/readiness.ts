/** Readiness over time in words: the states of an account, how long each lasted and what caused it. */
import { type AccountRecord, statesOf } from '../domain/model/account-record';
import type { Entered, ReadinessEvent } from '../domain/model/readiness';
import { duration } from './text';

const words: Readonly<Record<ReadinessEvent, string>> = {
  seen: 'listed and placed in a wave',
  enteringFailed: 'the CI role could not be assumed',
  entered: 'the CI role was assumed',
  deployStarted: 'deployment started',
  deployLanded: 'deployment finished',
  deployFailed: 'deployment failed',
  checksStarted: 'health checks started',
  passed: 'all critical checks passed',
  passedAgain: 'all critical checks passed again after the soak',
  failed: 'a critical check failed',
  unmeasured: 'a critical check is unknown',
  driftFound: 'drift detected',
  driftGone: 'drift resolved, checks pending',
  newerRelease: 'the wave completed a newer release',
  exempted: 'an exception applies',
  suspended: 'closed or suspended',
  outOfScope: 'excluded from the baseline',
  unplaced: 'no wave selects the account',
};

export interface StateSpell extends Entered {
  readonly why: string;
  /** How long the state lasted; `until now` for the current state. */
  readonly lasted: string;
}

/** Newest first. */
export const stateSpells = (account: AccountRecord): readonly StateSpell[] =>
  statesOf(account)
    .map((entered, index, states) => ({ ...entered, why: whyOf(entered), lasted: lasted(entered, states[index + 1]) }))
    .toReversed();

/** A record begins with the state in which the account was discovered; an older record has no cause. */
const whyOf = ({ event, state }: Entered): string =>
  event !== undefined ? words[event] : state === 'DISCOVERED' ? 'discovered' : 'cause not recorded';

const lasted = ({ at }: Entered, next: Entered | undefined): string =>
  next === undefined ? 'until now' : duration(Date.parse(next.at) - Date.parse(at));
