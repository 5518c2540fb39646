/** An account's state. One transition function; nothing else sets a state [controls 4]. */
import type { ReleaseId, RolloutId } from './brand';

export const readinessStates = [
  'DISCOVERED',
  'BOOTSTRAPPING',
  'BOOTSTRAPPED',
  'BOOTSTRAP_FAILED',
  'DEPLOYING',
  'DEPLOYED',
  'DEPLOY_FAILED',
  'VERIFYING',
  'BASELINE_HEALTHY',
  'READY_FOR_KEYS',
  'UNHEALTHY',
  'KEYS_AT_RISK',
  'DRIFTED',
  'OUTDATED',
  'EXEMPT',
  'SUSPENDED',
  'OUT_OF_SCOPE',
  'UNPLACED',
  'UNKNOWN',
] as const;
export type ReadinessState = (typeof readinessStates)[number];

/** What can happen to an account, as far as its readiness goes. */
export const readinessEvents = [
  'seen', // listed, in a wave
  'enteringFailed', // the CI role could not be assumed
  'entered', // identity confirmed through the CI role
  'deployStarted',
  'deployLanded',
  'deployFailed',
  'checksStarted',
  'passed', // every critical check passed for the first time
  'passedAgain', // passed again after the soak (and the approval, where one is wanted)
  'failed', // a critical check failed
  'unmeasured', // a critical check is unknown
  'driftFound',
  'driftGone', // a detection found nothing more; the checks have not passed again yet
  'newerRelease', // its wave has finished a newer release
  'exempted',
  'suspended',
  'outOfScope',
  'unplaced',
] as const;
export type ReadinessEvent = (typeof readinessEvents)[number];

const mayHoldKeys = (state: ReadinessState): boolean => state === 'READY_FOR_KEYS' || state === 'KEYS_AT_RISK';
const placings: readonly ReadinessEvent[] = ['seen', 'exempted', 'outOfScope', 'unplaced'];
const outside: readonly ReadinessState[] = ['EXEMPT', 'SUSPENDED', 'OUT_OF_SCOPE', 'UNPLACED'];

/**
 * The state after an event. A ready account stays ready while it is updated and re-verified; it falls on the first critical
 * failure, to KEYS_AT_RISK, because keys may already be inside. For the same reason a ready account that cannot be looked into is at
 * risk, and not UNKNOWN.
 *
 * @param wasReady whether it has ever been: nothing reports that its keys were removed again, so what would be a failure of another
 * account puts keys at risk.
 */
export function nextState(state: ReadinessState, event: ReadinessEvent, wasReady: boolean): ReadinessState {
  // What was under way in an account that was closed says nothing about it any more.
  if (state === 'SUSPENDED' && !placings.includes(event)) return state;
  const fallen = (otherwise: ReadinessState): ReadinessState =>
    wasReady || mayHoldKeys(state) ? 'KEYS_AT_RISK' : otherwise;
  switch (event) {
    case 'exempted':
      return 'EXEMPT';
    case 'suspended':
      return 'SUSPENDED';
    case 'outOfScope':
      return 'OUT_OF_SCOPE';
    case 'unplaced':
      return 'UNPLACED';
    case 'seen':
      return outside.includes(state) ? 'DISCOVERED' : state;
    case 'enteringFailed':
      return fallen('BOOTSTRAP_FAILED');
    case 'entered':
      return state === 'DISCOVERED' ||
        state === 'BOOTSTRAPPING' ||
        state === 'BOOTSTRAP_FAILED' ||
        outside.includes(state)
        ? 'BOOTSTRAPPED'
        : state;
    case 'deployStarted':
      return mayHoldKeys(state) ? state : 'DEPLOYING';
    case 'deployLanded':
      return mayHoldKeys(state) ? state : 'DEPLOYED';
    case 'deployFailed':
      return fallen('DEPLOY_FAILED');
    case 'checksStarted':
      return mayHoldKeys(state) || state === 'BASELINE_HEALTHY' ? state : 'VERIFYING';
    case 'passed':
      // KEYS_AT_RISK ends only after all checks pass and a soak, like the first time.
      return state === 'READY_FOR_KEYS' ? 'READY_FOR_KEYS' : 'BASELINE_HEALTHY';
    case 'passedAgain':
      return state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS' ? 'READY_FOR_KEYS' : 'BASELINE_HEALTHY';
    case 'failed':
      return fallen('UNHEALTHY');
    case 'unmeasured':
      return fallen('UNKNOWN');
    case 'driftFound':
      return fallen('DRIFTED');
    case 'driftGone':
      return state === 'DRIFTED' ? 'DEPLOYED' : state;
    case 'newerRelease':
      // What stands otherwise is worse, or not finished, and must not be hidden behind an old release. Discovered with a release is who
      // has come back, from a suspension or an exemption.
      return ['DISCOVERED', 'DEPLOYED', 'BASELINE_HEALTHY'].includes(state) ? 'OUTDATED' : state;
  }
}

export const isReadyForKeys = (state: ReadinessState): boolean => state === 'READY_FOR_KEYS';

/** That an account came into a state. */
export interface Entered {
  readonly state: ReadinessState;
  readonly at: string;
  /** What brought it there; absent where that was not kept. */
  readonly event?: ReadinessEvent | undefined;
  /** All of it was at this release then. */
  readonly release?: ReleaseId | undefined;
  /** Who held it; nobody while a sweep or a person looked. */
  readonly rollout?: RolloutId | undefined;
}

/**
 * States that are kept of each account, in its record. A first rollout makes about ten, one that finds it ready and leaves it so none. A
 * table charges for every KB of a record, and seven of these are one.
 */
export const statesKept = 30;

/** @returns oldest first. A state in which no time was spent was nobody's, and coming back to the one before it is no change. */
export function withEntered(known: readonly Entered[], next: Entered): readonly Entered[] {
  const lived = known.filter(({ at }) => at !== next.at);
  return lived.at(-1)?.state === next.state ? lived : [...lived, next].slice(-statesKept);
}
