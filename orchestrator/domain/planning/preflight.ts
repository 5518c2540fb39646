/** What preflight asks in an account, and which modules are skipped because of what could not be found out. */
import { type AccountRecord, isSkipped, type SkippedModule } from '../model/account-record';
import type { Region } from '../model/brand';
import { type Catalog, catalog } from '../model/catalog';
import { type LookupId, type Lookups, type LookupsWanted, lookups, type Unanswered } from '../model/lookups';
import { type ModuleId, moduleOfSetting } from '../model/module';
import type { Release } from '../model/release';
import { type DesiredSettings, regional } from '../model/settings';

type AtWork = Pick<Release, 'modules' | 'settings' | 'regions'>;

/** What exists; only tests have other things than ours. */
interface Known {
  readonly modules?: Catalog;
  readonly table?: Lookups;
}

interface Place {
  readonly module: ModuleId;
  readonly region: Region;
}

/** Where the release deploys a stack or applies a regional setting. */
export function placesAtWork({ modules, settings, regions }: AtWork, of: Catalog = catalog): readonly Place[] {
  const withStacks = modules.flatMap((module) => module.regions.map((region) => ({ module: module.module, region })));
  const withSettings = regional
    .flatMap((part) => (settings[part] === undefined ? [] : (moduleOfSetting(part, of) ?? [])))
    .flatMap((module) => regions.governed.map((region) => ({ module, region })));
  const places = [...withStacks, ...withSettings];
  return places.filter((place, index) => places.findIndex((other) => isSame(other, place)) === index);
}

const isSame = (a: Place, b: Place): boolean => a.module === b.module && a.region === b.region;

/** What the enabled modules must know where they are deployed, and nothing else. A module with settings only must know that its regions answer. */
export function lookupsWanted(release: AtWork, { modules = catalog, table = lookups }: Known = {}): LookupsWanted {
  const { home } = release.regions;
  const wanted = new Map<Region, Set<LookupId>>();
  const askedIn = (region: Region): Set<LookupId> => {
    const asked = wanted.get(region) ?? new Set();
    wanted.set(region, asked);
    return asked;
  };
  for (const { region } of placesAtWork(release, modules)) askedIn(region);
  for (const { module, regions } of release.modules)
    for (const id of lookupsOf(module, modules))
      for (const region of isHome(id, table) ? [home] : regions) askedIn(region).add(id);
  return [...wanted]
    .map(([region, asked]) => ({ region, lookups: [...asked] }))
    .sort((a, b) => Number(b.region === home) - Number(a.region === home));
}

export const lookupsOf = (module: ModuleId, of: Catalog = catalog): readonly LookupId[] => of[module].lookups ?? [];
const isHome = (id: LookupId, of: Lookups): boolean => of[id]?.where === 'home';

export interface Skip extends SkippedModule {
  /** The service or region is still being activated, which is worth waiting for. */
  readonly activating?: boolean;
}

/**
 * A lookup that failed skips the modules that need it, where it failed; a region that does not answer skips every module there. What needs a
 * skipped module is skipped as well. The other modules of the account continue.
 */
export function skipsOf(
  release: AtWork,
  unanswered: readonly Unanswered[],
  { modules = catalog, table = lookups }: Known = {},
): readonly Skip[] {
  const deployed = new Set(release.modules.map(({ module }) => module));
  const found = placesAtWork(release, modules).flatMap((place): readonly Skip[] => {
    const needed = deployed.has(place.module) ? lookupsOf(place.module, modules) : [];
    const missing = unanswered.find(({ region, lookup }) => {
      if (lookup === undefined) return region === place.region;
      return needed.includes(lookup) && (isHome(lookup, table) || region === place.region);
    });
    if (missing === undefined) return [];
    const { error, activating } = missing;
    return [{ ...place, because: error.message, ...(activating && { activating }) }];
  });
  return withDependents(found, release);
}

function withDependents(found: readonly Skip[], release: AtWork): readonly Skip[] {
  const { modules } = release;
  const isIn = (module: ModuleId, region: Region): boolean =>
    modules.some((one) => one.module === module && one.regions.includes(region));
  const more = modules.flatMap(({ module, regions, needs }) =>
    regions.flatMap((region): readonly Skip[] => {
      if (found.some((skip) => isSame(skip, { module, region }))) return [];
      // A module of the home region is needed from every region.
      const missing = found.find(
        (skip) => needs.includes(skip.module) && (skip.region === region || !isIn(skip.module, region)),
      );
      if (missing === undefined) return [];
      const { activating } = missing;
      const because = `it needs ${missing.module}, which is skipped in ${missing.region}`;
      return [{ module, region, because, ...(activating && { activating }) }];
    }),
  );
  return more.length === 0 ? found : withDependents([...found, ...more], release);
}

/** Settings that are applied together, in the same regions. */
export interface SettingsPart {
  readonly settings: DesiredSettings;
  readonly regions: readonly Region[];
}

/** The settings of the release without those of modules that were skipped in a region; settings of the whole account belong to no region. */
export function settingsWithoutSkipped(
  account: Pick<AccountRecord, 'skipped'>,
  { settings, regions }: Pick<Release, 'settings' | 'regions'>,
): { readonly parts: readonly SettingsPart[]; readonly isWhole: boolean } {
  const names = Object.keys(settings) as (keyof DesiredSettings)[];
  const isRegional = (part: string): boolean => regional.some((one) => one === part);
  const only = (wanted: (part: keyof DesiredSettings) => boolean): DesiredSettings =>
    Object.fromEntries(names.filter(wanted).map((part) => [part, settings[part]]));
  const isLeft = (part: keyof DesiredSettings, region: Region): boolean => {
    const module = isRegional(part) ? moduleOfSetting(part) : undefined;
    return module !== undefined && isSkipped(account, module, region);
  };
  const whole = regions.governed.filter((region) => names.every((part) => !isLeft(part, region)));
  const others = regions.governed.filter((region) => !whole.includes(region));
  if (others.length === 0) return { parts: [{ settings, regions: regions.governed }], isWhole: true };
  const first = whole.length > 0 ? settings : only((part) => !isRegional(part));
  const rest = others.map((region) => ({
    settings: only((part) => isRegional(part) && !isLeft(part, region)),
    regions: [region],
  }));
  return { parts: [{ settings: first, regions: whole }, ...rest], isWhole: false };
}
