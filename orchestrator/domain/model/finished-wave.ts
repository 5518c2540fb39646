/** The releases that a wave has finished, healthy: new accounts get the latest, and a rollback goes to the one before. */
import type { ReleaseId, RolloutId } from './brand';

export interface FinishedRelease {
  readonly release: ReleaseId;
  readonly rollout: RolloutId;
  readonly at: string;
}

/** The latest, and those before it, newest first. */
export interface FinishedWave extends FinishedRelease {
  readonly before?: readonly FinishedRelease[] | undefined;
}

/** Releases that are remembered of a wave; who wants to go further back rolls that release out. */
export const releasesKept = 10;

/**
 * The wave has finished a release. On the way back, what it was turned back from is forgotten, so that the next rollback goes further
 * back, and not forth again.
 */
export function withFinished(
  known: FinishedWave | undefined,
  finished: FinishedRelease,
  direction: 'forward' | 'back',
): FinishedWave {
  const history = historyOf(known);
  const same = history.findIndex(({ release }) => release === finished.release);
  const before =
    direction === 'back' && same >= 0
      ? history.slice(same + 1)
      : history.filter(({ release }) => release !== finished.release);
  return { ...finished, before: before.slice(0, releasesKept - 1) };
}

const historyOf = (known: FinishedWave | undefined): readonly FinishedRelease[] => {
  if (known === undefined) return [];
  const { before = [], ...latest } = known;
  return [latest, ...before];
};

/** The last good release of a wave that was brought to `release`: the one before it, or the latest if it never finished that one. */
export const lastGood = (known: FinishedWave | undefined, release: ReleaseId): FinishedRelease | undefined =>
  historyOf(known).find(
    (finished, index) => finished.release !== release && (index === 0 || known?.release === release),
  );
