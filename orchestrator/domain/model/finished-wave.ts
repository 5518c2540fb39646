/**
 * The releases that a wave has finished: completed healthy, or approved by a person although checks failed. New accounts get the latest one,
 * and a rollback restores the one before.
 */
import { type Actor, actorText } from './actor';
import type { ReleaseId, RolloutId } from './brand';

export interface FinishedRelease {
  readonly release: ReleaseId;
  readonly rollout: RolloutId;
  readonly at: string;
  /** Absent if the wave passed its gate. */
  readonly approved?: Approved | undefined;
}

/** A person let the wave pass with findings. */
export interface Approved {
  readonly by: Actor;
  readonly reason: string;
  /** Accounts at the release when the wave was left. */
  readonly deployed: number;
  readonly accounts: number;
  /** Titles of the checks that did not pass, each once. */
  readonly findings: readonly string[];
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

/** Newest first. */
export const historyOf = (known: FinishedWave | undefined): readonly FinishedRelease[] => {
  if (known === undefined) return [];
  const { before = [], ...latest } = known;
  return [latest, ...before];
};

/** The last good release of a wave that was brought to `release`: the one before it, or the latest if the wave never completed `release`. */
export const lastGood = (known: FinishedWave | undefined, release: ReleaseId): FinishedRelease | undefined =>
  historyOf(known).find(
    (finished, index) => finished.release !== release && (index === 0 || known?.release === release),
  );

/** `r-0123456789ab, approved by ana with 2 findings (…): known false alarm`. */
export function finishedText({ release, approved }: Pick<FinishedRelease, 'release' | 'approved'>): string {
  if (approved === undefined) return release;
  const { by, reason, deployed, accounts, findings } = approved;
  const found =
    findings.length === 0
      ? ''
      : ` with ${findings.length} finding${findings.length === 1 ? '' : 's'} (${findings.join('; ')})`;
  const part = deployed === accounts ? '' : `, in ${deployed} of ${accounts} accounts`;
  return `${release}, approved by ${actorText(by)}${found}${part}: ${reason}`;
}
