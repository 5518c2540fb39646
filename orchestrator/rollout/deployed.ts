/** From account records to what a plan compares with. */

import { isDrifted } from '../domain/health/drift';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, WaveName } from '../domain/model/brand';
import type { Deployed } from '../domain/model/plan';
import type { ReadinessState } from '../domain/model/readiness';
import type { RolloutRequest } from '../domain/model/rollout';
import type { Item } from '../ports/ports';

export function deployedOf(known: readonly Item<AccountRecord>[]): ReadonlyMap<AccountId, Deployed> {
  return new Map(
    known
      .filter(({ value }) => value.modules.length > 0 || value.settingsRelease !== undefined)
      .map(({ value }) => [
        value.id,
        {
          release: value.release,
          // The wave that has stacks of it, where it has moved on from there.
          wave: homesOf(value).find((wave) => wave !== value.wave) ?? homesOf(value)[0],
          modules: [...new Set(value.modules.map(({ module }) => module))],
        },
      ]),
  );
}

/** Waves in whose StackSets it has stacks; what none of their releases has stays where it is. */
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
 * Whom `--retry-failed` means: accounts whose last work or last proof went wrong, also those that were left out before any of it; with
 * `--include-drifted` also those that drifted.
 */
export function failedAccounts(
  known: readonly Item<AccountRecord>[],
  { retryFailed, includeDrifted }: Pick<RolloutRequest, 'retryFailed' | 'includeDrifted'>,
): ReadonlySet<AccountId> | undefined {
  if (retryFailed !== true) return undefined;
  const isMeant = (account: AccountRecord): boolean =>
    failedStates.includes(account.state) || hasFailedLast(account) || (includeDrifted === true && isDrifted(account));
  return new Set(known.filter(({ value }) => isMeant(value)).map(({ value }) => value.id));
}

/** What went wrong in an earlier rollout is over where a later one has left the account healthy. */
function hasFailedLast({ work, holder, state }: AccountRecord): boolean {
  if (work === undefined || work.failures.length === 0) return false;
  const isHealthy = state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS';
  return !isHealthy || holder === undefined || holder.rollout === work.rollout;
}
