/**
 * What a visit may do at most, per purpose: the CI role could do more, the session cannot. Plaintext is limited to 2,048 characters
 * [bc:sts:AssumeRole]. Each list but that of mending is exactly what its purpose calls, and the tests hold it to that.
 */
import { alertTopicName } from '../domain/health/facts';
import { probePrefix } from '../domain/health/probe';
import { linkedServiceOf } from '../domain/policies/linked-roles';
import type { Purpose } from '../ports/ports';

const identity = ['sts:GetCallerIdentity'];

const actions: Readonly<Record<Exclude<Purpose, 'revertDrift'>, readonly string[]>> = {
  linkedRoles: [...identity, 'iam:ListRoles'],
  preflight: [
    ...identity,
    'access-analyzer:ListAnalyzers',
    'cloudtrail:DescribeTrails',
    'config:DescribeConfigurationRecorders',
    'ec2:DescribeRegions',
    'ec2:GetSnapshotBlockPublicAccessState',
    'guardduty:GetAdministratorAccount',
    'guardduty:GetDetector',
    'guardduty:ListDetectors',
    'securityhub:GetAdministratorAccount',
    'securityhub:ListTagsForResource',
  ],
  facts: [
    ...identity,
    'access-analyzer:ListAnalyzers',
    // Of ListFindingsV2 too [bc:accessanalyzer:ListFindingsV2].
    'access-analyzer:ListFindings',
    'cloudformation:DescribeStacks',
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'config:DescribeConfigurationRecorderStatus',
    'config:DescribeConfigurationRecorders',
    'config:DescribeDeliveryChannelStatus',
    'ec2:GetEbsDefaultKmsKeyId',
    'ec2:GetEbsEncryptionByDefault',
    'ec2:GetInstanceMetadataDefaults',
    'ec2:GetSnapshotBlockPublicAccessState',
    'events:ListRuleNamesByTarget',
    'events:ListRules',
    'guardduty:GetAdministratorAccount',
    'guardduty:GetDetector',
    'guardduty:ListDetectors',
    'iam:GenerateCredentialReport',
    'iam:GetAccountPasswordPolicy',
    'iam:GetAccountSummary',
    'iam:GetCredentialReport',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'iam:ListRoles',
    'kms:DescribeKey',
    'kms:GetKeyRotationStatus',
    's3:GetAccountPublicAccessBlock',
    'securityhub:GetEnabledStandards',
    'sns:GetTopicAttributes',
    'sns:ListSubscriptionsByTopic',
  ],
  settings: [
    ...identity,
    'ec2:DisableEbsEncryptionByDefault',
    'ec2:EnableEbsEncryptionByDefault',
    'ec2:GetEbsDefaultKmsKeyId',
    'ec2:GetEbsEncryptionByDefault',
    'ec2:GetInstanceMetadataDefaults',
    'ec2:ModifyEbsDefaultKmsKeyId',
    'ec2:ModifyInstanceMetadataDefaults',
    'ec2:ResetEbsDefaultKmsKeyId',
    'iam:DeleteAccountPasswordPolicy',
    'iam:GetAccountPasswordPolicy',
    'iam:UpdateAccountPasswordPolicy',
    'kms:DescribeKey',
    's3:GetAccountPublicAccessBlock',
    // Also what DeletePublicAccessBlock needs for an account.
    's3:PutAccountPublicAccessBlock',
  ],
  probe: [
    ...identity,
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'guardduty:ArchiveFindings',
    'guardduty:CreateSampleFindings',
    'guardduty:GetFindings',
    'guardduty:ListDetectors',
    'guardduty:ListFindings',
    'iam:GetRole',
    'iam:SimulatePrincipalPolicy',
    'sns:ListSubscriptionsByTopic',
    // Of a subscription: SNS knows no resource that it could be bounded to.
    'sns:Unsubscribe',
    'sqs:ListQueues',
  ],
};

/** What an experiment makes is told by its name, and only that can be made and removed. */
const probeQueues = {
  Effect: 'Allow',
  Action: ['sqs:CreateQueue', 'sqs:DeleteQueue', 'sqs:ReceiveMessage'],
  Resource: `arn:*:sqs:*:*:${probePrefix}*`,
};
const probeSubscriptions = {
  Effect: 'Allow',
  Action: ['sns:Subscribe'],
  Resource: `arn:*:sns:*:*:${alertTopicName}`,
  Condition: {
    StringEquals: { 'sns:Protocol': 'sqs' },
    StringLike: { 'sns:Endpoint': `arn:*:sqs:*:*:${probePrefix}*` },
  },
};

/** What may not be done to everything. */
const bound: Readonly<Partial<Record<Purpose, readonly object[]>>> = {
  linkedRoles: [
    {
      Effect: 'Allow',
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: 'arn:*:iam::*:role/aws-service-role/*',
      Condition: { StringEquals: { 'iam:AWSServiceName': Object.values(linkedServiceOf) } },
    },
  ],
  probe: [probeQueues, probeSubscriptions],
};

/** Whose resources are in the templates. */
const fixedServices = [
  'access-analyzer',
  'cloudtrail',
  'config',
  'ec2',
  'events',
  'guardduty',
  'iam',
  'kms',
  'securityhub',
  'sns',
];

/**
 * CloudFormation changes a stack's resources in the name of who executes the change set, so the session must be allowed what the
 * templates need. One by one that is twice as long as a session policy may be; within these services the boundary of the CI role still
 * names each action.
 */
const mending: readonly Statement[] = [
  { Effect: 'Allow', Action: [...identity, 'cloudformation:DescribeStacks'], Resource: '*' },
  {
    Effect: 'Allow',
    Action: ['cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:ExecuteChangeSet'],
    Resource: 'arn:*:cloudformation:*:*:stack/StackSet-strongroom-*',
  },
  { Effect: 'Allow', Action: fixedServices.map((service) => `${service}:*`), Resource: '*' },
];

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

export const sessionPolicy = (purpose: Purpose): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement:
      purpose === 'revertDrift'
        ? mending
        : [{ Effect: 'Allow', Action: actions[purpose], Resource: '*' }, ...(bound[purpose] ?? [])],
  });
