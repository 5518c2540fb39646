/** What the alerts module makes, in one place: the template deploys it and the checks compare with it. */
import type { AlertRule, PolicyDocument } from './facts';

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
} as const satisfies Record<AlertRule, PolicyDocument>;

/**
 * Lets EventBridge publish. Without any condition, since EventBridge gives none of the keys when it publishes to a topic: with
 * aws:SourceAccount nothing would ever arrive [doc:eventbridge/latest/userguide/eb-use-resource-based, Amazon SNS permissions].
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
