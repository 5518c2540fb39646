/** What the alerts module creates, in one place: the template deploys it and the checks compare with it. */
import type { PolicyDocument } from './policy';

/** The alert rules by purpose; the physical name is `strongroom-<rule>`. */
export const alertRules = [
  'guardduty-findings',
  'securityhub-findings',
  'root-sign-in',
  'root-api-use',
  'tampering',
] as const;
export type AlertRule = (typeof alertRules)[number];
export const alertRuleName = (rule: AlertRule): string => `strongroom-${rule}`;

/** The least severity that GuardDuty calls high [controls 000-12]. */
const guardDutySeverityMin = 7;

/** Event patterns by rule. */
export const alertPatterns = {
  'guardduty-findings': {
    source: ['aws.guardduty'],
    'detail-type': ['GuardDuty Finding'],
    detail: { severity: [{ numeric: ['>=', guardDutySeverityMin] }] },
  },
  'securityhub-findings': {
    source: ['aws.securityhub'],
    'detail-type': ['Security Hub Findings - Imported'],
    detail: { findings: { Severity: { Label: ['HIGH', 'CRITICAL'] } } },
  },
  // Reaches EventBridge through a trail, and only in us-east-1, where CloudTrail records a root user's sign-in [controls 000-12].
  'root-sign-in': {
    source: ['aws.signin'],
    'detail-type': ['AWS Console Sign In via CloudTrail'],
    detail: { eventName: ['ConsoleLogin'], userIdentity: { type: ['Root'] } },
  },
  // Not what an AWS service does in the root user's name, nor what it records of itself [controls 000-12].
  'root-api-use': {
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      userIdentity: { type: ['Root'], invokedBy: [{ exists: false }] },
      eventType: [{ 'anything-but': 'AwsServiceEvent' }],
    },
  },
  // Only calls that a first deployment does not make: a rollout must not raise alerts in a thousand accounts. The checks find other changes.
  tampering: {
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: [
        'access-analyzer.amazonaws.com',
        'cloudtrail.amazonaws.com',
        'config.amazonaws.com',
        'guardduty.amazonaws.com',
        'securityhub.amazonaws.com',
      ],
      eventName: [
        'StopLogging',
        'DeleteTrail',
        'UpdateTrail',
        'StopConfigurationRecorder',
        'DeleteConfigurationRecorder',
        'DeleteDeliveryChannel',
        'UpdateDetector',
        'DeleteDetector',
        'DisassociateFromAdministratorAccount',
        'DisassociateFromMasterAccount',
        'BatchDisableStandards',
        'DisableSecurityHub',
        'DeleteAnalyzer',
      ],
    },
  },
} as const satisfies Record<AlertRule, PolicyDocument>;

/**
 * The key of the topic. EventBridge must be let use it: under the AWS managed key, which nobody can open to it, every alert would be
 * lost [aws-behavior 5.11]. The account keeps the key, or nobody could ever change it.
 */
export const alertKeyPolicy = ({ partition, account }: { readonly partition: string; readonly account: string }) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountKeepsItsKey',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'EventBridgeEncrypts',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: '*',
      },
    ],
  }) as const satisfies PolicyDocument;

/**
 * Lets EventBridge publish. Without any condition, since EventBridge gives none of the keys when it publishes to a topic: with
 * aws:SourceAccount nothing would ever arrive [doc:eventbridge/eb-use-resource-based].
 */
export const alertTopicPolicy = (topicArn: string) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EventBridgePublishes',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topicArn,
      },
      {
        Sid: 'OnlyOverTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  }) as const satisfies PolicyDocument;
