/** What account records say is deployed: a plan compares it with the release. */

import type { AccountRecord } from '../model/account-record';
import { isDrifted } from '../model/account-record';
import type { AccountId, WaveName } from '../model/brand';
import type { Deployed } from '../model/plan';
import type { ReadinessState } from '../model/readiness';
import type { RolloutRequest } from '../model/rollout';

export function deployedOf(known: readonly AccountRecord[]): ReadonlyMap<AccountId, Deployed> {
  return new Map(
    known
      .filter(
        (account) =>
          account.modules.length > 0 || account.settingsRelease !== undefined || account.skipped !== undefined,
      )
      .map((account) => [
        account.id,
        {
          release: account.release,
          // A former wave, if it still has stacks of the account.
          wave: homesOf(account).find((wave) => wave !== account.wave) ?? homesOf(account)[0],
          modules: [...new Set(account.modules.map(({ module }) => module))],
          skipped: account.skipped,
        },
      ]),
  );
}

/** Waves in whose StackSets it has stacks. A module that is not in the release stays where it is and does not count. */
const homesOf = ({ modules }: AccountRecord): readonly WaveName[] =>
  modules.filter(({ notInRelease }) => notInRelease !== true).map(({ wave }) => wave);

const failedStates: readonly ReadinessState[] = [
  'BOOTSTRAP_FAILED',
  'DEPLOY_FAILED',
  'UNHEALTHY',
  'KEYS_AT_RISK',
  'UNKNOWN',
];

/**
 * The accounts of `--retry-failed`: those whose last deployment or last checks failed, and those that were skipped before, or in part; with
 * `--include-drifted` also those that drifted.
 */
export function failedAccounts(
  known: readonly AccountRecord[],
  { retryFailed, includeDrifted }: Pick<RolloutRequest, 'retryFailed' | 'includeDrifted'>,
): ReadonlySet<AccountId> | undefined {
  if (retryFailed !== true) return undefined;
  const isMeant = (account: AccountRecord): boolean =>
    failedStates.includes(account.state) ||
    hasFailedLast(account) ||
    account.skipped !== undefined ||
    (includeDrifted === true && isDrifted(account));
  return new Set(known.filter(isMeant).map(({ id }) => id));
}

/** A failure in an earlier rollout no longer counts if a later one has left the account healthy. */
function hasFailedLast({ work, holder, state }: AccountRecord): boolean {
  if (work === undefined || work.failures.length === 0) return false;
  const isHealthy = state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS';
  return !isHealthy || holder === undefined || holder.rollout === work.rollout;
}
