/**
 * What a visit may do at most, per purpose: the CI role could do more, the session cannot. Plaintext is limited to 2,048 characters
 * [bc:sts:AssumeRole]. Each list is exactly what its purpose calls, and the tests hold it to that.
 */
import type { Purpose } from '../ports/ports';

const identity = ['sts:GetCallerIdentity'];

const actions: Readonly<Record<Purpose, readonly string[]>> = {
  preflight: [
    ...identity,
    'cloudtrail:DescribeTrails',
    'config:DescribeConfigurationRecorders',
    'ec2:DescribeRegions',
    'guardduty:GetAdministratorAccount',
    'guardduty:GetDetector',
    'guardduty:ListDetectors',
    'securityhub:GetAdministratorAccount',
    'securityhub:ListTagsForResource',
  ],
  facts: [
    ...identity,
    'access-analyzer:ListAnalyzers',
    'cloudformation:DescribeStacks',
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'config:DescribeConfigurationRecorderStatus',
    'config:DescribeConfigurationRecorders',
    'config:DescribeDeliveryChannelStatus',
    'config:DescribeDeliveryChannels',
    'ec2:GetEbsDefaultKmsKeyId',
    'ec2:GetEbsEncryptionByDefault',
    'ec2:GetInstanceMetadataDefaults',
    'ec2:GetSnapshotBlockPublicAccessState',
    'events:ListRuleNamesByTarget',
    'events:ListRules',
    'guardduty:GetAdministratorAccount',
    'guardduty:GetDetector',
    'guardduty:ListDetectors',
    'iam:GetAccountPasswordPolicy',
    'iam:GetAccountSummary',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'kms:DescribeKey',
    'kms:GetKeyRotationStatus',
    's3:GetAccountPublicAccessBlock',
    'securityhub:GetAdministratorAccount',
    'securityhub:GetEnabledStandards',
    'sns:GetTopicAttributes',
    'sns:ListSubscriptionsByTopic',
  ],
  settings: [
    ...identity,
    'ec2:DisableEbsEncryptionByDefault',
    'ec2:EnableEbsEncryptionByDefault',
    'ec2:GetEbsEncryptionByDefault',
    'ec2:GetInstanceMetadataDefaults',
    'ec2:ModifyInstanceMetadataDefaults',
    'iam:DeleteAccountPasswordPolicy',
    'iam:GetAccountPasswordPolicy',
    'iam:UpdateAccountPasswordPolicy',
    's3:GetAccountPublicAccessBlock',
    // Also what DeletePublicAccessBlock needs for an account.
    's3:PutAccountPublicAccessBlock',
  ],
};

export const sessionPolicy = (purpose: Purpose): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions[purpose], Resource: '*' }],
  });
