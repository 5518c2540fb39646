/**
 * Every fact that a visit can read, declared once: the calls it takes and the type of the answer. Checks say which facts they need.
 * What a release reads, the session policy of a visit, the reads of the CI role's boundary, the count of calls and the reference
 * pages all follow from these tables; `aws/facts/readers.ts` and `simulated/collected.ts` must have an answer for each row.
 *
 * The name is FactSource because a probe is something else here: it tries a safeguard in a live account.
 */
import { type ApiCall, apiCall } from '../model/api-call';
import type { AccountId, Region } from '../model/brand';
import type { Outage } from '../model/outage';
import type { Release } from '../model/release';
import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../model/settings';
import { alertRuleName, alertRules } from '../policies/alert-patterns';
import { alertForwardPolicyName } from '../policies/alert-policy';
import { regionDenyName, selfProtectName } from '../policies/operator-policy';
import type {
  AccessFindings,
  AlertRuleFacts,
  AnalyzerFacts,
  CiRoleFacts,
  DetectorFacts,
  Fact,
  HubFacts,
  KeyFacts,
  ListedRole,
  RecorderFacts,
  RoleFacts,
  RootFacts,
  SnapshotBlockFacts,
  StackFacts,
  TrailFacts,
  UserKeys,
} from './facts';

export interface FactSource<Value> {
  /** What it reads, for the reference. */
  readonly reads: string;
  readonly calls: readonly ApiCall[];
  /** Narrows when the fact is read, where a check needs it for some releases only. */
  readonly onlyFor?: (release: Release) => boolean;
  /** Carries the type of the fact, and is absent at run time. */
  readonly value?: Value;
}

/** A row of the tables below. */
export const source = <Value>(reads: string, ...calls: readonly (string | ApiCall)[]): FactSource<Value> => ({
  reads,
  calls: calls.map(apiCall),
});

/** Facts that an account has once; they are read in the home region. */
export const accountSources = {
  // The visit asks this already when it enters the account.
  identity: source<{ readonly account: string; readonly arn: string }>('the identity of the session'),
  passwordPolicy: source<PasswordPolicy>('the password policy', 'iam:GetAccountPasswordPolicy'),
  s3PublicAccessBlock: source<PublicAccessBlock>('the public access block', 's3:GetAccountPublicAccessBlock'),
  operatorRole: source<RoleFacts>(
    'the operator role and its policies',
    { api: 'iam:GetRole', of: 'operator role' },
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    { api: 'iam:GetRolePolicy', of: regionDenyName },
    { api: 'iam:GetRolePolicy', of: selfProtectName },
  ),
  root: source<RootFacts>('the credentials of the root user', 'iam:GetAccountSummary'),
  userKeys: source<readonly UserKeys[]>(
    'the access keys of IAM users',
    'iam:GetAccountSummary',
    { api: 'iam:GenerateCredentialReport', when: 'usersExist' },
    { api: 'iam:GetCredentialReport', when: 'usersExist' },
  ),
  trails: source<readonly TrailFacts[]>('the trails that cover the home region', 'cloudtrail:DescribeTrails', {
    api: 'cloudtrail:GetTrailStatus',
    upTo: 2,
  }),
  ciRole: source<CiRoleFacts>('the CI role', { api: 'iam:GetRole', of: 'CI role' }),
  readerRole: source<CiRoleFacts>('the reader role', { api: 'iam:GetRole', of: 'reader role' }),
  roles: source<readonly ListedRole[]>('all roles', 'iam:ListRoles'),
};

/** Facts that each region has. */
export const regionSources = {
  ebsEncryption: source<{ readonly enabled: boolean }>('EBS encryption by default', 'ec2:GetEbsEncryptionByDefault'),
  imdsDefaults: source<ImdsDefaults>('the metadata defaults of instances', 'ec2:GetInstanceMetadataDefaults'),
  snapshotBlockPublicAccess: source<SnapshotBlockFacts>(
    'the block of public snapshots',
    'ec2:GetSnapshotBlockPublicAccessState',
  ),
  ebsDefaultKey: source<KeyFacts>(
    'the default EBS key',
    'ec2:GetEbsDefaultKmsKeyId',
    'kms:DescribeKey',
    'kms:GetKeyRotationStatus',
  ),
  recorder: source<RecorderFacts>(
    'the configuration recorder',
    'config:DescribeConfigurationRecorders',
    'config:DescribeConfigurationRecorderStatus',
  ),
  deliveryChannel: source<{ readonly failing: boolean }>(
    'the delivery channel of AWS Config',
    'config:DescribeDeliveryChannelStatus',
  ),
  detector: source<DetectorFacts>(
    'the GuardDuty detector',
    { api: 'guardduty:ListDetectors', when: 'detectorIsUnnamed' },
    'guardduty:GetDetector',
  ),
  detectorAdministrator: {
    ...source<string>(
      'the account that administers GuardDuty',
      { api: 'guardduty:ListDetectors', when: 'detectorIsUnnamed' },
      'guardduty:GetDetector',
      'guardduty:GetAdministratorAccount',
    ),
    onlyFor: ({ expectations }: Release) => expectations.organizationManaged.includes('threat-detection'),
  },
  hub: source<HubFacts>('the standards of Security Hub', 'securityhub:GetEnabledStandards'),
  analyzers: source<readonly AnalyzerFacts[]>('the analyzers', 'access-analyzer:ListAnalyzers'),
  // The action of ListFindingsV2 is ListFindings [bc:accessanalyzer:ListFindingsV2].
  accessFindings: source<AccessFindings>('the findings on external access', 'access-analyzer:ListAnalyzers', {
    api: 'access-analyzer:ListFindings',
    when: 'analyzerIsActive',
    upTo: 3,
  }),
  stacks: source<readonly StackFacts[]>('the stacks of Strongroom', 'cloudformation:DescribeStacks'),
  alertRules: source<AlertRuleFacts>(
    'the alert rules',
    'events:ListRules',
    ...alertRules.map((rule) => ({ api: 'events:ListTargetsByRule', of: alertRuleName(rule) })),
  ),
  alertForwarder: source<RoleFacts>(
    'the role that forwards alerts',
    { api: 'iam:GetRole', of: 'forwarder' },
    { api: 'iam:ListAttachedRolePolicies', of: 'forwarder' },
    { api: 'iam:ListRolePolicies', of: 'forwarder' },
    { api: 'iam:GetRolePolicy', of: alertForwardPolicyName },
  ),
};

type Table = Readonly<Record<string, FactSource<unknown>>>;
export interface FactSources {
  readonly account: Table;
  readonly region: Table;
}
export const factSources = { account: accountSources, region: regionSources };
export type KnownSources = typeof factSources;

export type IdsOf<T extends Table> = keyof T & string;
export type ValueOf<Source> = Source extends FactSource<infer Value> ? Value : never;
export type FactsOf<T extends Table> = { readonly [Id in keyof T]: Fact<ValueOf<T[Id]>> };

export type RegionFacts<S extends FactSources = KnownSources> = FactsOf<S['region']>;
/** Everything that one visit learned about one account. */
export type AccountFacts<S extends FactSources = KnownSources> = FactsOf<S['account']> & {
  readonly account: AccountId;
  /** ISO time at which the collection ended. */
  readonly collectedAt: string;
  readonly regions: Readonly<Record<Region, RegionFacts<S>>>;
};

/** @returns why an outage kept facts from being read: ours first, because that is what a person can end. */
export function outageInFacts({
  regions,
  account: _account,
  collectedAt: _at,
  ...facts
}: AccountFacts): Outage | undefined {
  const seen: Outage[] = [];
  for (const fact of [facts, ...Object.values(regions)].flatMap((table) => Object.values(table)))
    if (fact.kind === 'unreadable' && fact.fault !== undefined) seen.push({ fault: fact.fault, because: fact.why });
  return seen.find(({ fault }) => fault === 'ours') ?? seen[0];
}

/** The facts that the checks of a release need; a visit reads nothing else. */
export interface FactsWanted<S extends FactSources = KnownSources> {
  readonly home: Region;
  /** Names of the roles that have facts of their own. */
  readonly roles: { readonly ci: string; readonly reader: string; readonly operator: string };
  readonly account: readonly IdsOf<S['account']>[];
  readonly regions: readonly { readonly region: Region; readonly facts: readonly IdsOf<S['region']>[] }[];
}

/** The requests that these facts take together, each once. */
export function callsOf<T extends Table>(table: T, ids: readonly IdsOf<T>[]): readonly ApiCall[] {
  const calls = new Map<string, ApiCall>();
  for (const id of ids)
    for (const call of table[id]?.calls ?? []) {
      const key = call.of === undefined ? call.api : `${call.api} ${call.of}`;
      if (!calls.has(key)) calls.set(key, call);
    }
  return [...calls.values()];
}

/** IAM actions that reading all facts takes, besides entering the account. */
export const factActions = ({ account, region }: FactSources = factSources): readonly string[] =>
  [
    ...new Set(
      [account, region].flatMap((table) => Object.values(table).flatMap(({ calls }) => calls.map(({ api }) => api))),
    ),
  ].sort();
