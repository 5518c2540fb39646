/** The calls that a visit makes beyond entering, so that they can be counted and take their time. */

import type { FactsWanted } from '../domain/health/facts';
import type { Region } from '../domain/model/brand';
import type { DesiredSettings } from '../domain/model/settings';
import { regionDenyName, selfProtectName } from '../domain/policies/operator-policy';

/** What preflight asks in each region: does it answer, and who was here before? */
export const preflightCalls = (regions: readonly Region[]): readonly Call[] =>
  regions.flatMap((region) => preflightApis.map((api) => ({ api, region })));

const preflightApis = [
  'ec2:GetSnapshotBlockPublicAccessState',
  'config:DescribeConfigurationRecorders',
  'guardduty:ListDetectors',
  'guardduty:GetDetector',
  'guardduty:GetAdministratorAccount',
  'securityhub:DescribeHub',
  'securityhub:GetAdministratorAccount',
  'access-analyzer:ListAnalyzers',
  'cloudtrail:DescribeTrails',
];

/** A role that is not there is asked for, and made. */
export const linkingCalls = (service: string): readonly Call[] => [
  { api: 'iam:ListRoles', of: service },
  { api: 'iam:CreateServiceLinkedRole', of: service },
];

/** One request: the API, and what tells it apart from another one to the same API in the same region. */
export interface Call {
  readonly api: string;
  readonly region?: Region | undefined;
  readonly of?: string | undefined;
}

/** What one answer of an account makes of the next question. */
export interface Standing {
  /** Whether a stack of ours there names the detector: then it need not be looked for. */
  readonly isDetectorNamed: (region: Region) => boolean;
  /** Whether an analyzer is at work there that has findings. */
  readonly isAnalyzed: (region: Region) => boolean;
  /** Whether there is anybody to make a credential report of. */
  readonly hasUsers: boolean;
}
const inOrder: Standing = { isDetectorNamed: () => true, isAnalyzed: () => true, hasUsers: false };

export const factsCalls = (wanted: FactsWanted, standing: Standing = inOrder): readonly Call[] => [
  ...accountCalls(wanted),
  ...(wanted.root && standing.hasUsers
    ? [{ api: 'iam:GenerateCredentialReport' }, { api: 'iam:GetCredentialReport' }]
    : []),
  ...wanted.regions.flatMap((inRegion) => regionCalls(inRegion, standing)),
];

/** The policies of the operator role are listed first, and then read one by one. */
const accountCalls = (wanted: FactsWanted): readonly Call[] => [
  { api: 'iam:GetRole', of: wanted.ciRoleName },
  ...(wanted.operatorRoleName === undefined
    ? []
    : [
        { api: 'iam:GetRole', of: wanted.operatorRoleName },
        { api: 'iam:ListAttachedRolePolicies' },
        { api: 'iam:ListRolePolicies' },
        { api: 'iam:GetRolePolicy', of: regionDenyName },
        { api: 'iam:GetRolePolicy', of: selfProtectName },
      ]),
  ...(wanted.roles ? [{ api: 'iam:ListRoles' }] : []),
  ...(wanted.root ? [{ api: 'iam:GetAccountSummary' }] : []),
  ...(wanted.trails ? [{ api: 'cloudtrail:DescribeTrails' }, { api: 'cloudtrail:GetTrailStatus' }] : []),
  ...settingCalls(
    'Get',
    { passwordPolicy: wanted.passwordPolicy, s3PublicAccessBlock: wanted.s3PublicAccessBlock },
    [],
  ),
];

function regionCalls(
  { region, ...wanted }: FactsWanted['regions'][number],
  { isDetectorNamed, isAnalyzed }: Standing,
): readonly Call[] {
  const apis = [
    ...(wanted.snapshots ? ['ec2:GetSnapshotBlockPublicAccessState'] : []),
    ...(wanted.ebsDefaultKey ? ['ec2:GetEbsDefaultKmsKeyId', 'kms:DescribeKey', 'kms:GetKeyRotationStatus'] : []),
    ...(wanted.config ? configApis : []),
    ...(wanted.threats && !isDetectorNamed(region) ? ['guardduty:ListDetectors'] : []),
    ...(wanted.threats ? threatApis : []),
    ...(wanted.threats && isAnalyzed(region) ? ['access-analyzer:ListFindings'] : []),
    ...(wanted.administrator ? ['guardduty:GetAdministratorAccount'] : []),
    ...(wanted.stacks ? ['cloudformation:DescribeStacks'] : []),
    ...(wanted.alerts ? alertApis : []),
    ...(wanted.subscriptions ? ['sns:ListSubscriptionsByTopic'] : []),
  ];
  const settings = { ebsEncryption: wanted.ebsEncryption, imdsDefaults: wanted.imdsDefaults };
  return [...apis.map((api) => ({ api, region })), ...settingCalls('Get', settings, [region])];
}

const configApis = [
  'config:DescribeConfigurationRecorders',
  'config:DescribeConfigurationRecorderStatus',
  'config:DescribeDeliveryChannelStatus',
];
/** Rules and what they target are listed, two calls for all of them. */
const alertApis = ['sns:GetTopicAttributes', 'events:ListRules', 'events:ListRuleNamesByTarget'];
const threatApis = ['guardduty:GetDetector', 'securityhub:GetEnabledStandards', 'access-analyzer:ListAnalyzers'];

/** Of each setting, how it is read and how it is brought. */
const settingApis = {
  passwordPolicy: { Get: 'iam:GetAccountPasswordPolicy', Put: 'iam:UpdateAccountPasswordPolicy' },
  s3PublicAccessBlock: { Get: 's3:GetAccountPublicAccessBlock', Put: 's3:PutAccountPublicAccessBlock' },
  ebsEncryption: { Get: 'ec2:GetEbsEncryptionByDefault', Put: 'ec2:EnableEbsEncryptionByDefault' },
  imdsDefaults: { Get: 'ec2:GetInstanceMetadataDefaults', Put: 'ec2:ModifyInstanceMetadataDefaults' },
  ebsDefaultKey: { Get: 'ec2:GetEbsDefaultKmsKeyId', Put: 'ec2:ModifyEbsDefaultKmsKeyId' },
} as const satisfies Record<keyof DesiredSettings, Readonly<Record<'Get' | 'Put', string>>>;

export const settingCalls = (
  verb: 'Get' | 'Put',
  wanted: { readonly [part in keyof DesiredSettings]?: unknown },
  regions: readonly Region[],
): readonly Call[] => {
  const named = (...parts: readonly (keyof DesiredSettings)[]): readonly string[] =>
    parts.filter((part) => wanted[part]).map((part) => settingApis[part][verb]);
  return [
    ...named('passwordPolicy', 's3PublicAccessBlock').map((api) => ({ api })),
    ...regions.flatMap((region) =>
      named('ebsEncryption', 'imdsDefaults', 'ebsDefaultKey').map((api) => ({ api, region })),
    ),
  ];
};
