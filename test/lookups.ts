/** Everything that preflight can look up, in these regions; the first is the home region. */
import { parseRegion, type Region } from '../orchestrator/domain/model/brand';
import { type LookupId, type LookupsWanted, lookups } from '../orchestrator/domain/model/lookups';

const ids = Object.keys(lookups) as LookupId[];

export const everyLookup = (...regions: readonly string[]): LookupsWanted =>
  regions.map((region, index) => ({
    region: parseRegion(region),
    lookups: ids.filter((id) => index === 0 || lookups[id].where === 'region'),
  }));

/** Only whether these regions answer. */
export const noLookup = (...regions: readonly Region[]): LookupsWanted =>
  regions.map((region) => ({ region, lookups: [] }));
