/** Everything that preflight can look up in these regions. */
import { parseRegion, type Region } from '../orchestrator/domain/model/brand';
import { type LookupId, type LookupsWanted, lookups } from '../orchestrator/domain/model/lookups';

/** The home region of moto and of the simulated organization. */
const home = 'us-east-1';
const ids = Object.keys(lookups) as LookupId[];

export const everyLookup = (...regions: readonly string[]): LookupsWanted =>
  regions.map((region) => ({
    region: parseRegion(region),
    lookups: ids.filter((id) => region === home || lookups[id].where === 'region'),
  }));

/** Only whether these regions answer. */
export const noLookup = (...regions: readonly Region[]): LookupsWanted =>
  regions.map((region) => ({ region, lookups: [] }));
