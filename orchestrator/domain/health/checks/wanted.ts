/** The facts that the checks of a release need, so that a visit reads nothing else. */
import type { Region } from '../../model/brand';
import type { Release } from '../../model/release';
import { type Check, enabledChecks, regionsOf } from '../check';
import { type FactSource, type FactSources, type FactsWanted, factSources, type KnownSources } from '../fact-sources';
import { checkTable } from './table';

/** A release never changes, and every visit of a rollout asks for the same. */
const known = new WeakMap<Release, FactsWanted>();

export function factsWanted(release: Release): FactsWanted {
  const wanted = known.get(release) ?? factsNeeded(checkTable, factSources, release);
  known.set(release, wanted);
  return wanted;
}

/** Names every governed region, also one without wanted facts: its checks then find the region and judge what was not read. */
export function factsNeeded<S extends FactSources = KnownSources>(
  table: readonly Check<S>[],
  sources: S,
  release: Release,
): FactsWanted<S> {
  const { regions, expectations } = release;
  const applicable = enabledChecks(table, release).filter((check) => check.notApplicable?.(release) === undefined);
  const isWanted = (source: FactSource<unknown> | undefined): boolean => source?.onlyFor?.(release) ?? true;
  const inAccount = new Set(applicable.flatMap((check) => (check.scope === 'account' ? check.needs : [])));
  const inRegions = new Map<Region, Set<string>>(regions.governed.map((region) => [region, new Set()]));
  for (const check of enabledChecks(table, release)) {
    if (check.scope === 'account') continue;
    for (const region of regionsOf(check, release)) {
      const wanted = inRegions.get(region) ?? new Set();
      inRegions.set(region, wanted);
      if (applicable.includes(check)) for (const id of check.needs) wanted.add(id);
    }
  }
  return {
    home: regions.home,
    roles: { ci: expectations.ciRole, reader: expectations.readerRole, operator: expectations.operatorRoleName },
    account: idsOf(sources.account).filter((id) => inAccount.has(id) && isWanted(sources.account[id])),
    regions: [...inRegions].map(([region, wanted]) => ({
      region,
      facts: idsOf(sources.region).filter((id) => wanted.has(id) && isWanted(sources.region[id])),
    })),
  };
}

const idsOf = <T extends object>(table: T): readonly (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];
