import type { Region, TemplateHash, WaveName } from './brand';
import type { DesiredState } from './desired-state';
import type { ModuleId } from './module-id';
import type { DesiredSettings } from './settings';

/** `home`: the home region once (IAM, trail); `regional`: every governed region. */
export type ModuleScope = 'home' | 'regional';

/** One row of the catalogue (stackset-templates/catalogue.ts). */
export interface ModuleDefinition {
  readonly id: ModuleId;
  readonly title: string;
  readonly scope: ModuleScope;
  /** Regions that the module must reach even when they are not governed: root sign-ins are recorded in us-east-1 only. */
  readonly alsoIn: readonly Region[];
  /** Modules whose stacks must be there before this one's start. */
  readonly needs: readonly ModuleId[];
  /** Whether Strongroom makes the stacks; absent, always. What the organization manages is verified only. */
  readonly isDeployed?: (desiredState: DesiredState) => boolean;
  /** The template's parameters from what the platform team wants: CloudFormation wants text. */
  readonly parameters: (desiredState: DesiredState) => Readonly<Record<string, string>>;
  /** What of the module CloudFormation cannot hold. */
  readonly settings?: (desiredState: DesiredState) => DesiredSettings;
}

/** A module's stacks as a release fixes it: which template, with which parameters, where, and after what. */
export interface ReleaseModule {
  readonly module: ModuleId;
  /** Names template and parameters together, 12 hex digits: a stack at this version need not be touched, whatever else a release changes. */
  readonly version: string;
  readonly template: TemplateHash;
  readonly parameters: Readonly<Record<string, string>>;
  readonly regions: readonly Region[];
  readonly needs: readonly ModuleId[];
}

/** A wave owns its StackSets: nothing done to one wave can reach another. */
/** Roles and rules tell our StackSets from others by this prefix. */
export const stackSetPrefix = 'strongroom-';
export const stackSetName = (wave: WaveName, module: ModuleId): string => `${stackSetPrefix}${wave}-${module}`;

/** Home region first: it is the first to be changed, and the first to be seen failing. */
export function regionsOf(definition: ModuleDefinition, desiredState: DesiredState): readonly Region[] {
  const { home, governed } = desiredState.regions;
  const wanted = definition.scope === 'home' ? [home] : [home, ...governed, ...definition.alsoIn];
  return [...new Set(wanted)];
}
