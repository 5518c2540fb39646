/** What a row of the scenario table is made of. */
import type { AccountFacts, RegionFacts } from '../../../../orchestrator/domain/health/fact-sources';
import type { Release } from '../../../../orchestrator/domain/model/release';
import { release } from './healthy';

export interface Scenario {
  /** What the check speaks of. */
  readonly fact: keyof AccountFacts | keyof RegionFacts;
  /** Nearly as it should be; none where a thing can only be there or not. */
  readonly nearMisses: readonly (readonly [what: string, seen: AccountFacts, outcome: 'fail' | 'unknown'])[];
  /** `moduleOff`: not asked without its module; `always`: asked of every account; else the release for which it has no meaning. */
  readonly notApplicable: 'always' | 'moduleOff' | Release;
}
export const missed = (what: string, seen: AccountFacts, outcome: 'fail' | 'unknown' = 'fail') =>
  [what, seen, outcome] as const;
export const without = (change: Partial<Release['settings']>): Release => ({
  ...release,
  settings: { ...release.settings, ...change },
});
export const expecting = (change: Partial<Release['expectations']>): Release => ({
  ...release,
  expectations: { ...release.expectations, ...change },
});
