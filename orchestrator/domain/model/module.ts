import type { Region, TemplateHash, WaveName } from './brand';
import { type Catalog, catalog, type ModuleDefinition, type ModuleId, type ModuleInput, type Toggle } from './catalog';
import { partitionOf } from './partition';
import type { DesiredSettings } from './settings';

export type { ModuleId, Toggle } from './catalog';

/** The functions below take a catalog so that a test can add to it. */
export const idsOf = (of: Catalog): readonly ModuleId[] => Object.keys(of) as ModuleId[];
export const moduleIds = idsOf(catalog);

export const toggleOf = (id: ModuleId, of: Catalog = catalog): Toggle => of[id].switchedWith ?? (id as Toggle);
export const togglesOf = (of: Catalog): readonly Toggle[] => [...new Set(idsOf(of).map((id) => toggleOf(id, of)))];
/** What the config names. */
export const toggles = togglesOf(catalog);

export const enabledModules = ({ modules }: Pick<ModuleInput, 'modules'>, of: Catalog = catalog): readonly ModuleId[] =>
  idsOf(of).filter((id) => modules[toggleOf(id, of)].enabled);

/** Whether the config leaves it to the organization. */
export const isOrganizations = (id: ModuleId, { modules }: Pick<ModuleInput, 'modules'>, of: Catalog = catalog) => {
  const choice = of[id].mayBeManaged ? modules[id as Toggle] : undefined;
  return choice !== undefined && 'managedBy' in choice && choice.managedBy === 'organization';
};

/** A module's stacks as a release fixes it: which template, with which parameters, where, and after what. */
export interface ReleaseModule {
  readonly module: ModuleId;
  /** Names template and parameters together, 12 hex digits: a stack at this version stays as it is when a release changes other modules. */
  readonly version: string;
  readonly template: TemplateHash;
  readonly parameters: Readonly<Record<string, string>>;
  readonly regions: readonly Region[];
  readonly needs: readonly ModuleId[];
}

/** A wave owns its StackSets: nothing done to one wave can reach another. */
/** Roles and rules tell our StackSets from others by this prefix. */
export const stackSetPrefix = 'strongroom-';
/** The StackSet without instances that names the state which manages the organization. */
export const stateMarkerName = `${stackSetPrefix}state`;
export const stackSetName = (wave: WaveName, module: ModuleId): string => `${stackSetPrefix}${wave}-${module}`;

/** Home region first: it is the first to be changed, and the first to be seen failing. */
export function regionsOf({ scope, alsoGlobal }: ModuleDefinition, { regions }: ModuleInput): readonly Region[] {
  const { home, governed } = regions;
  const beyond = alsoGlobal ? [partitionOf(home).globalRegion] : [];
  return [...new Set(scope === 'home' ? [home] : [home, ...governed, ...beyond])];
}

type Part = keyof DesiredSettings;
const partsOf = ({ settings = {} }: ModuleDefinition): readonly Part[] => Object.keys(settings) as Part[];

/** The settings that the config switches on. */
export const settingsOf = (module: ModuleDefinition, input: ModuleInput): DesiredSettings =>
  Object.fromEntries(
    partsOf(module).flatMap((part) => {
      const value = module.settings?.[part]?.(input);
      return value === undefined ? [] : [[part, value]];
    }),
  );

/** The module that each setting belongs to. */
export const moduleOfSetting = (part: Part, of: Catalog = catalog): ModuleId | undefined =>
  idsOf(of).find((id) => partsOf(of[id]).includes(part));
