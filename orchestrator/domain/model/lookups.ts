/**
 * What preflight can look up before a deployment: resources that an account can have only once, and settings that another team enforces.
 * A module names the lookups that it needs in its row of the catalog. What preflight asks, its session policy, the reads of the CI role's
 * boundary, the count of calls and the reference page all follow from this table; `aws/lookups.ts` and `simulated/lookups.ts` must have an
 * answer for each row.
 */
import type { StrongroomError } from '../errors';
import { type ApiCall, apiCall } from './api-call';
import type { Region } from './brand';

export interface Lookup<Value> {
  /** What it looks up, for the reference. */
  readonly reads: string;
  /** `home`: one answer in the home region is valid for the whole account. */
  readonly where: 'region' | 'home';
  readonly calls: readonly ApiCall[];
  /** Carries the type of the answer, and is absent at run time. */
  readonly value?: Value;
}

/** A row of the table below. */
export const lookup = <Value>(
  where: Lookup<Value>['where'],
  reads: string,
  ...calls: readonly (string | ApiCall)[]
): Lookup<Value> => ({ reads, where, calls: calls.map(apiCall) });

/** `ours`: created by one of our stacks, according to its tags or its name. */
interface Owned {
  readonly ours: boolean;
}

export interface SeenTrail extends Owned {
  readonly name: string;
  readonly organization: boolean;
  readonly multiRegion: boolean;
}

export const lookups = {
  recorder: lookup<Owned & { readonly name: string }>(
    'region',
    'the configuration recorder',
    'config:DescribeConfigurationRecorders',
  ),
  detector: lookup<Owned & { readonly id: string; readonly administrator?: string | undefined }>(
    'region',
    'the GuardDuty detector, and the account that administers it',
    'guardduty:ListDetectors',
    { api: 'guardduty:GetDetector', when: 'detectorExists' },
    { api: 'guardduty:GetAdministratorAccount', when: 'detectorIsNotOurs' },
  ),
  hub: lookup<Owned & { readonly administrator?: string | undefined }>(
    'region',
    'Security Hub, and the account that administers it',
    { api: 'securityhub:ListTagsForResource', when: 'detectorIsOursOrAbsent' },
    { api: 'securityhub:GetAdministratorAccount', when: 'hubIsNotOurs' },
  ),
  /** Only the account's own external access analyzer; that of the organization is in the account of its administrator. */
  analyzer: lookup<Owned & { readonly name: string; readonly status: string }>(
    'region',
    'the external access analyzer',
    'access-analyzer:ListAnalyzers',
  ),
  /** Absent if the account decides for itself. */
  snapshotsHeld: lookup<{ readonly state: string }>(
    'region',
    'the snapshot setting that a declarative policy enforces',
    'ec2:GetSnapshotBlockPublicAccessState',
  ),
  /** All that cover the home region: its own, and shadows of multi-region trails and of the organization's. */
  trails: lookup<readonly SeenTrail[]>('home', 'the trails that cover the home region', 'cloudtrail:DescribeTrails'),
};

export type Lookups = Readonly<Record<string, Lookup<unknown>>>;
export type KnownLookups = typeof lookups;
export type LookupId = keyof KnownLookups;
type ValueOf<L> = L extends Lookup<infer Value> ? Value : never;
export type LookupValues = { readonly [Id in LookupId]: ValueOf<KnownLookups[Id]> };

/**
 * Whether the region answers at all: asked only where no lookup has answered, since each answer shows it too. Every module with stacks needs
 * CloudFormation in its regions.
 */
export const regionCall = 'cloudformation:ListExports';
/** Asked once, and only if a region refuses the account: it distinguishes "not opted in" from "being activated". */
export const regionsCall = 'ec2:DescribeRegions';

/** What preflight asks: the lookups of each region. A region without lookups must only answer. */
export type LookupsWanted = readonly { readonly region: Region; readonly lookups: readonly LookupId[] }[];

/** What was found in a region. A lookup is absent if it found nothing, was not asked, or did not answer. */
export type Singletons = { readonly region: Region } & { readonly [Id in LookupId]?: LookupValues[Id] | undefined };

/** A lookup that failed, in an account that was entered. */
export interface Unanswered {
  readonly region: Region;
  /** Absent: nothing in the region answers. */
  readonly lookup?: LookupId | undefined;
  readonly error: StrongroomError;
  /** The service is still being activated in the region, which is worth waiting for. */
  readonly activating?: boolean | undefined;
}

export interface Preflight {
  /** Regions that refuse the account, and that nothing can be deployed to. */
  readonly unusable: readonly {
    readonly region: Region;
    readonly why: string;
    /** The region is still being activated and is worth waiting for, unlike one that the account has not opted in to. */
    readonly activating?: boolean | undefined;
  }[];
  readonly unanswered: readonly Unanswered[];
  /** One entry per region that answers. */
  readonly singletons: readonly Singletons[];
}

/** IAM actions that all lookups take, besides entering the account. */
export const lookupActions = (of: Lookups = lookups): readonly string[] =>
  [
    ...new Set([...Object.values(of).flatMap(({ calls }) => calls.map(({ api }) => api)), regionCall, regionsCall]),
  ].sort();
