/** RollBack: returns the current wave to the last release that it finished; without one its accounts stay as they are. */

import { staying } from '../model/account-changes';
import { type AccountRecord, isOut, lastFailures } from '../model/account-record';
import type { ReleaseId, RolloutId } from '../model/brand';
import { currentWave, withWave } from '../model/current-wave';
import { shardsOf } from '../model/execution-input';
import { type FinishedWave, finishedText, historyOf } from '../model/finished-wave';
import type { Move } from '../model/move';
import type { Stage } from '../model/plan';
import type { Release } from '../model/release';
import type { RolloutRecord } from '../model/rollout';

export type RollbackTarget =
  | { readonly kind: 'release'; readonly release: ReleaseId }
  | { readonly kind: 'none'; readonly because: string };

/** @param finished what the wave has finished. */
export function rollbackTarget(record: RolloutRecord, finished: FinishedWave | undefined): RollbackTarget {
  const wave = currentWave(record);
  const none = (because: string): RollbackTarget => ({ kind: 'none', because });
  // The StackSets belong to the whole wave.
  if (record.request.newAccount) return none(`wave ${wave.name} is not rolled back for one new account`);
  if (record.direction === 'back') return none(`wave ${wave.name} is rolling back to ${wave.release} already`);
  const wanted = wantedIn(record);
  if (wanted !== undefined && wave.work !== undefined) {
    const known = historyOf(finished);
    return known.some(({ release }) => release === wanted) && wanted !== wave.release
      ? { kind: 'release', release: wanted }
      : none(
          `wave ${wave.name} cannot return to ${wanted}; it has finished ${known.map(finishedText).join(', ') || 'nothing'}`,
        );
  }
  if (finished === undefined || finished.release === wave.release || wave.work === undefined)
    return none(`wave ${wave.name} has no earlier release to roll back to`);
  return { kind: 'release', release: finished.release };
}

/** The release that the person named who rolls the wave back. */
function wantedIn({ answers }: RolloutRecord): ReleaseId | undefined {
  const last = answers.at(-1);
  return last?.decision === 'rollBack' ? last.to : undefined;
}

export function cannotRollBack(record: RolloutRecord, why: string, now: Date): Move<'RollBack'> {
  const because = [`${why}; its accounts stay as they are`];
  return {
    decision: 'finish',
    record: withWave(record, { status: { kind: 'judged', verdict: 'failed', because, at: now.toISOString() } }),
    events: [],
  };
}

/**
 * A failed deployment is the reason for the rollback, so it does not keep its account out of it. An account that could not be entered, or
 * is between two waves, stays out.
 */
export function withoutDeployFailures(account: AccountRecord, rollout: RolloutId): AccountRecord {
  const { work } = account;
  if (work?.rollout !== rollout) return account;
  const kept = work.failures.filter(({ at }) => at === 'preflight' || at === 'rehome');
  return { ...account, work: { rollout, failures: kept, formerly: lastFailures(account) } };
}

/** Earlier attempts of the rollout have changed accounts too, so every account that is not at the release goes back to it. */
export const accountsToRollBack = (
  members: readonly AccountRecord[],
  release: ReleaseId,
  rollout: RolloutId,
): readonly AccountRecord[] => members.filter((account) => account.release !== release && !isOut(account, rollout));

export interface RollbackFacts {
  readonly release: Release;
  readonly members: readonly AccountRecord[];
  readonly stages: readonly Stage[];
  /** Artifact key of the accounts that have something to change. */
  readonly work: string;
}

export function decideRollBack(
  record: RolloutRecord,
  { release, members, stages, work }: RollbackFacts,
  now: Date,
): Move<'RollBack'> {
  const wave = currentWave(record);
  return {
    // Releases may differ in settings alone, and accounts that were changed may be gone: then there is no stack to change.
    decision: stages.length === 0 ? 'verify' : 'go',
    record: {
      ...withWave(record, {
        release: release.id,
        work,
        // Stages are stored by attempt, so those of the rollback do not overwrite those of the deployment.
        attempt: wave.attempt + 1,
        stages,
        stage: 0,
        round: 0,
        lost: members.filter((account) => isOut(account, record.id)).length,
        firstHealthyAt: undefined,
        checksSince: now.toISOString(),
      }),
      direction: 'back',
      status: { kind: 'running', doing: 'rolling back' },
    },
    events: [{ type: 'rollingBack', wave: wave.name, to: release.id, ...staying(members, release) }],
    shards: shardsOf(wave.accounts),
  };
}
