import type { Region, ReleaseId } from './brand';
import type { ModuleId, ReleaseModule } from './module';
import type { RegionDenyCarveOuts } from './policy-carve-outs';
import type { DesiredSettings } from './settings';

/** An immutable baseline: the content decides the id, so one id can never mean two things. */
export interface Release {
  readonly id: ReleaseId;
  readonly modules: readonly ReleaseModule[];
  readonly settings: DesiredSettings;
  /** Where regional settings are held and regional facts are read. */
  readonly regions: { readonly home: Region; readonly governed: readonly Region[] };
  /** What checks compare with, beyond templates: names that the templates were given. */
  readonly expectations: Expectations;
}

export interface Expectations {
  readonly enabled: readonly ModuleId[];
  readonly organizationManaged: readonly ModuleId[];
  readonly operatorRoleName: string;
  readonly mfaMaxAgeSeconds: number;
  /** What the region deny exempts, in full: a later list of Strongroom is not deployed before a rollout. */
  readonly regionDenyCarveOuts?: RegionDenyCarveOuts | undefined;
  readonly ciRole: string;
  readonly readerRole: string;
  /** How the CI role is entered; absent in releases made before this was asked. */
  readonly entry?: Entry | undefined;
  /** ARN of the event bus in the security account; absent without alerts. */
  readonly alertBus?: string | undefined;
  /** Where trails and recorders of Strongroom deliver to; absent if the organization manages both. */
  readonly logArchiveBucket?: string | undefined;
  /** Security Hub standards that must be enabled, as standardArn takes them; none by default, since they cost. */
  readonly standards: readonly string[];
  readonly snapshotBlockPublicAccess: boolean;
  /** Regions where the alerts module must be: governed ones and us-east-1. */
  readonly alertRegions: readonly Region[];
}

/** Roles of functions, by the role of an account that they may enter. */
export interface OrchestratorRoles {
  readonly reader: readonly string[];
  readonly ci: readonly string[];
}

/** What the config says of who enters an account: all but the organization, and the account if the config does not name it. */
export interface Entry {
  readonly externalId: string;
  readonly administrationRole: { readonly name: string; readonly account?: string | undefined };
  /** With their path. */
  readonly orchestratorRoles: OrchestratorRoles;
  /** With their path; a name may contain wildcards. */
  readonly people: readonly string[];
  readonly gitHubSubject?: string | undefined;
}

/** JSON with sorted keys: the same content gives the same text, independent of the order in which it was built. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A release before it is sealed: ids and versions follow from it. */
export type ReleaseContent = Omit<Release, 'id' | 'modules'> & {
  readonly modules: readonly Omit<ReleaseModule, 'version'>[];
};

/** @param digest SHA-256 of a text in hex, passed in so that the domain stays free of Node. */
export function sealRelease(content: ReleaseContent, digest: (text: string) => string): Release {
  const modules = content.modules.map((module) => ({
    ...module,
    version: digest(canonicalJson({ template: module.template, parameters: module.parameters })).slice(0, 12),
  }));
  return { ...content, id: `r-${digest(canonicalJson(content)).slice(0, 12)}` as ReleaseId, modules };
}
