/**
 * How alerts travel: a rule of a member forwards to the bus of the security account, whose rules put events into a queue; a function
 * reads the queue and publishes to the topic. Templates deploy these policies, and checks compare with them.
 */
import { alertAccountsKey, alertsName, publishedSamples } from '../model/resource-names';
import { bootstrapPath } from './ci-policy';
import type { PolicyDocument } from './policy';

export interface AlertPlace {
  readonly partition: string;
  readonly account: string;
}

/** One role per region, so that the stack of a region needs no other stack. */
export const alertForwarderName = (region: string): string => `strongroom-alerts-${region}`;
export const alertForwarderArn = ({ partition, account }: AlertPlace, region: string): string =>
  `arn:${partition}:iam::${account}:role${bootstrapPath}${alertForwarderName(region)}`;
export const alertForwardPolicyName = 'Forward';

/** Only for rules of this account. That EventBridge gives the account for which it acts is [assumption A62]. */
export const alertForwarderTrust = ({ account }: Pick<AlertPlace, 'account'>) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ],
  }) as const satisfies PolicyDocument;

export const alertForward = (busArn: string) =>
  ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn }],
  }) as const satisfies PolicyDocument;

/** Members can only send. The account that owns the bus needs no statement [doc:eventbridge/eb-event-bus-perms]. */
export const alertBusStatement = (organization: string, busArn: string) =>
  ({
    Sid: 'MembersForward',
    Effect: 'Allow',
    Principal: '*',
    Action: 'events:PutEvents',
    Resource: busArn,
    Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } },
  }) as const;

/** The account keeps the key, or nobody could ever change it. Only the function publishes, and its own policy lets it use the key. */
export const alertKeyPolicy = ({ partition, account }: AlertPlace) =>
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
    ],
  }) as const satisfies PolicyDocument;

interface TopicReaders {
  /** Of the function. */
  readonly roleArn: string;
  readonly partition: string;
  /** The Deployments account, whose doctor and sweeps look whether the address is confirmed. */
  readonly orchestrator: string;
}

/**
 * Only the function publishes. No statement for EventBridge: a topic that is the target of a rule must be open to every rule of every
 * account, because EventBridge passes no condition key to SNS, and a role must not be given [doc:eventbridge/eb-use-resource-based].
 */
export const alertTopicPolicy = (topicArn: string, { roleArn, partition, orchestrator }: TopicReaders) =>
  ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'FunctionPublishes',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountIn(roleArn)}:root` },
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn } },
      },
      {
        Sid: 'NobodyElsePublishes',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArn } },
      },
      {
        Sid: 'OrchestratorSeesSubscriptions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${orchestrator}:root` },
        Action: 'sns:ListSubscriptionsByTopic',
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

/** The account of an ARN, which may be text that CloudFormation resolves. */
const accountIn = (arn: string): string => arn.split(':')[4] ?? '';

/** The orchestrator writes the list of accounts, and sees which samples were published; what it may do besides is up to IAM there. */
export const alertBucketPolicy = (
  bucketArn: string,
  { partition, orchestrator }: { readonly partition: string; readonly orchestrator: string },
) => {
  const principal = { AWS: `arn:${partition}:iam::${orchestrator}:root` };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OrchestratorNamesAccounts',
        Effect: 'Allow',
        Principal: principal,
        Action: 's3:PutObject',
        Resource: `${bucketArn}/${alertAccountsKey}`,
      },
      {
        Sid: 'OrchestratorFindsSamples',
        Effect: 'Allow',
        Principal: principal,
        Action: 's3:ListBucket',
        Resource: bucketArn,
        Condition: { StringLike: { 's3:prefix': `${publishedSamples}*` } },
      },
      {
        Sid: 'OnlyOverTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  } as const satisfies PolicyDocument;
};

/** Rules of the security account put events into the queue, and only over TLS. */
export const alertQueuePolicy = (queueArn: string, ruleArns: readonly string[]) =>
  ({
    Version: '2012-10-17',
    Statement: [
      ...(ruleArns.length === 0
        ? []
        : [
            {
              Sid: 'RulesSend',
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: queueArn,
              Condition: { ArnEquals: { 'aws:SourceArn': ruleArns } },
            },
          ]),
      {
        Sid: 'OnlyOverTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: queueArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  }) as const satisfies PolicyDocument;

/**
 * What changes the bus, rules, queue, function, topic, key or bucket of the security account. These are no reads, and none of a message:
 * publishing is no management event.
 */
export const ownAlertingPattern = ({ keyId, keyArn }: { readonly keyId: string; readonly keyArn: string }) => {
  const ours = [{ wildcard: `*${alertsName}*` }];
  // One alternative is none: `$or` takes two or more.
  const named = (...fields: readonly [string, string, ...string[]]) => ({
    requestParameters: { $or: fields.map((name) => ({ [name]: ours })) },
  });
  return {
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: {
      readOnly: [false],
      $or: [
        { eventSource: ['events.amazonaws.com'], ...named('name', 'rule', 'eventBusName') },
        { eventSource: ['sns.amazonaws.com'], ...named('topicArn', 'subscriptionArn', 'resourceArn') },
        { eventSource: ['sqs.amazonaws.com'], requestParameters: { queueUrl: ours } },
        { eventSource: ['lambda.amazonaws.com'], ...named('functionName', 'uUID') },
        { eventSource: ['iam.amazonaws.com'], requestParameters: { roleName: [alertsName] } },
        { eventSource: ['s3.amazonaws.com'], requestParameters: { bucketName: ours } },
        {
          eventSource: ['kms.amazonaws.com'],
          eventName: [{ 'anything-but': ['Decrypt', 'GenerateDataKey', 'Encrypt'] }],
          requestParameters: { $or: [{ keyId: [keyId, keyArn] }, { aliasName: ours }] },
        },
      ],
    },
  } as const satisfies PolicyDocument;
};
