/** The releases that a wave has completed healthy. New accounts get the latest one, and a rollback restores the one before. */
import type { ReleaseId, RolloutId } from './brand';

export interface FinishedRelease {
  readonly release: ReleaseId;
  readonly rollout: RolloutId;
  readonly at: string;
}

/** The latest release, and the earlier ones, newest first. */
export interface FinishedWave extends FinishedRelease {
  readonly before?: readonly FinishedRelease[] | undefined;
}

/** How many releases the record of a wave keeps. To restore an older one, roll it out again. */
export const releasesKept = 10;

/**
 * Records that the wave has completed a release. A rollback removes the releases that it rolled back from, so that the next rollback goes
 * further back instead of forward again.
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

/** The last good release of a wave that was brought to `release`: the one before it, or the latest if the wave never completed `release`. */
export const lastGood = (known: FinishedWave | undefined, release: ReleaseId): FinishedRelease | undefined =>
  historyOf(known).find(
    (finished, index) => finished.release !== release && (index === 0 || known?.release === release),
  );
