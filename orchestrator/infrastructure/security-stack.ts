/**
 * Deployed to the security account in the home region: the bus that all accounts forward alerts to, and the one topic that notifies. The
 * code of its function is in the template, so the account needs no `cdk bootstrap`, whose roles are administrators.
 */
import { readFileSync } from 'node:fs';
import {
  CfnCondition,
  CfnOutput,
  CfnParameter,
  Duration,
  Fn,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import { CfnEventBus, CfnEventBusPolicy, CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  alertAccountsKey,
  alertBucketName,
  alertKeyAlias,
  alertsName,
  publishedSamples,
} from '../domain/model/resource-names';
import { allManagementEvents } from '../domain/policies/alert-patterns';
import {
  alertBucketPolicy,
  alertBusStatement,
  alertKeyPolicy,
  alertQueuePolicy,
  alertTopicPolicy,
  ownAlertingPattern,
} from '../domain/policies/alert-policy';
import { environmentNames } from '../lambda/environment';
import { acknowledgeAlerts } from './acknowledged';
import { lastingLogGroup } from './log-group';
import { orchestratorAccountParameter, organizationParameter } from './parameters';

/** A batch waits this long for more alerts, and becomes one message. */
const batch = { seconds: 20, alertsMax: 100, atOnceMax: 2 };
const timeoutSeconds = 60;
/** AWS recommends six times the timeout of the function [doc:lambda/services-sqs-configure]. */
const hiddenSeconds = 6 * timeoutSeconds;

export class SecurityStack extends Stack {
  /** @param props with the bundle of the function. */
  constructor(scope: Construct, id: string, { bundle, ...props }: StackProps & { readonly bundle: string }) {
    super(scope, id, {
      ...props,
      description: 'Strongroom: receives the alerts of all accounts and notifies one address',
    });
    const organization = organizationParameter(this);
    const orchestrator = orchestratorAccountParameter(this);
    const here = { partition: this.partition, account: this.account };

    const bus = new CfnEventBus(this, 'Bus', { name: alertsName, description: 'Receives the alerts of all accounts' });
    new CfnEventBusPolicy(this, 'BusPolicy', {
      eventBusName: bus.ref,
      statementId: 'MembersForward',
      statement: alertBusStatement(organization, bus.attrArn),
    });
    const key = new CfnKey(this, 'Key', {
      description: 'Encrypts the alerts of all accounts',
      keyPolicy: alertKeyPolicy(here),
      enableKeyRotation: true,
      pendingWindowInDays: 30,
    });
    new CfnAlias(this, 'KeyAlias', { aliasName: alertKeyAlias, targetKeyId: key.ref });
    const bucket = accountsBucket(this, orchestrator);
    const roleArn = `arn:${this.partition}:iam::${this.account}:role/${functionRoleName}`;
    const topic = topicOf(this, key, roleArn, orchestrator);
    const queues = queuesOf(this);
    const rules = rulesOf(this, bus, queues.alerts, key);
    new CfnQueuePolicy(this, 'QueuePolicy', {
      queues: [queues.alerts.ref],
      policyDocument: alertQueuePolicy(queues.alerts.attrArn, rules),
    });
    publisher(this, { bundle, topic, bucket, key, queues });
    acknowledgeAlerts(this);
    new CfnOutput(this, 'TopicArn', { value: topic.ref, description: 'Topic of all alerts' });
  }
}

/** Fixed, so that the policies of the topic and of the key can name it before it exists. */
const functionRoleName = alertsName;

function topicOf(scope: Construct, key: CfnKey, roleArn: string, orchestrator: string): CfnTopic {
  const email = new CfnParameter(scope, 'AlertEmail', {
    allowedPattern: '^$|^[^@\\s]+@[^@\\s]+$',
    maxLength: 254,
    default: '',
    description: 'Email address that receives the alerts of all accounts; empty for none',
  });
  const hasEmail = new CfnCondition(scope, 'HasAlertEmail', {
    expression: Fn.conditionNot(Fn.conditionEquals(email.valueAsString, '')),
  });
  const topic = new CfnTopic(scope, 'Topic', {
    topicName: alertsName,
    displayName: 'Strongroom alerts',
    kmsMasterKeyId: key.attrArn,
  });
  new CfnTopicPolicy(scope, 'TopicPolicy', {
    topics: [topic.ref],
    policyDocument: alertTopicPolicy(topic.ref, { roleArn, partition: Stack.of(scope).partition, orchestrator }),
  });
  // By itself, and not within the topic: so it goes when the address is taken away, or the stack is deleted.
  const subscription = new CfnSubscription(scope, 'EmailSubscription', {
    topicArn: topic.ref,
    protocol: 'email',
    endpoint: email.valueAsString,
  });
  subscription.cfnOptions.condition = hasEmail;
  return topic;
}

/** The list of accounts that messages name, and which sample findings were published. Nothing secret, so the encryption of S3 is enough. */
function accountsBucket(scope: Construct, orchestrator: string): CfnBucket {
  const { account, partition, region } = Stack.of(scope);
  const bucket = new CfnBucket(scope, 'Accounts', {
    bucketName: alertBucketName(account, region),
    bucketEncryption: {
      serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    },
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    versioningConfiguration: { status: 'Enabled' },
    lifecycleConfiguration: {
      rules: [
        { id: 'samples', status: 'Enabled', prefix: publishedSamples, expirationInDays: 1 },
        { id: 'former-lists', status: 'Enabled', noncurrentVersionExpiration: { noncurrentDays: 30 } },
      ],
    },
  });
  bucket.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  new CfnBucketPolicy(scope, 'AccountsPolicy', {
    bucket: bucket.ref,
    policyDocument: alertBucketPolicy(bucket.attrArn, { partition, orchestrator }),
  });
  return bucket;
}

interface Queues {
  readonly alerts: CfnQueue;
  readonly undelivered: CfnQueue;
}

/** Alerts that could not be published are kept for two weeks. */
function queuesOf(scope: Construct): Queues {
  const undelivered = new CfnQueue(scope, 'Undelivered', {
    queueName: `${alertsName}-undelivered`,
    sqsManagedSseEnabled: true,
    messageRetentionPeriod: Duration.days(14).toSeconds(),
  });
  const alerts = new CfnQueue(scope, 'Queue', {
    queueName: alertsName,
    sqsManagedSseEnabled: true,
    visibilityTimeout: hiddenSeconds,
    messageRetentionPeriod: Duration.days(4).toSeconds(),
    redrivePolicy: { deadLetterTargetArn: undelivered.attrArn, maxReceiveCount: 5 },
  });
  new CfnQueuePolicy(scope, 'UndeliveredPolicy', {
    queues: [undelivered.ref],
    policyDocument: alertQueuePolicy(undelivered.attrArn, []),
  });
  return { alerts, undelivered };
}

/** @returns the ARNs of the rules that put events into the queue. */
function rulesOf(scope: Construct, bus: CfnEventBus, queue: CfnQueue, key: CfnKey): readonly string[] {
  const forwarded = new CfnRule(scope, 'Forwarded', {
    name: alertsName,
    eventBusName: bus.ref,
    description: 'Alerts that the accounts forward',
    // Only AWS services can send events of such a source [doc:eventbridge/API_PutEventsRequestEntry].
    eventPattern: { source: [{ prefix: 'aws.' }] },
    state: allManagementEvents,
    targets: [{ id: 'queue', arn: queue.attrArn }],
  });
  // The module alerts watches its own rules only; here it may not even be deployed.
  const own = new CfnRule(scope, 'OwnAlerting', {
    name: `${alertsName}-watch`,
    description: 'Somebody changed what receives the alerts',
    eventPattern: ownAlertingPattern({ keyId: key.ref, keyArn: key.attrArn }),
    state: 'ENABLED',
    targets: [{ id: 'queue', arn: queue.attrArn }],
  });
  return [forwarded.attrArn, own.attrArn];
}

interface Publishing {
  readonly bundle: string;
  readonly topic: CfnTopic;
  readonly bucket: CfnBucket;
  readonly key: CfnKey;
  readonly queues: Queues;
}

function publisher(scope: Construct, { bundle, topic, bucket, key, queues }: Publishing): void {
  const { partition, region, account } = Stack.of(scope);
  const log = lastingLogGroup(scope, 'Log', { name: `/strongroom/${alertsName}` });
  const allow = (Sid: string, Action: readonly string[], Resource: string, Condition?: object) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const viaSns = { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } };
  const role = new CfnRole(scope, 'FunctionRole', {
    roleName: functionRoleName,
    description: 'Publishes the alerts of all accounts',
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: [
      {
        policyName: 'Publish',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            allow('Publish', ['sns:Publish'], topic.ref),
            allow('EncryptMessages', ['kms:Decrypt', 'kms:GenerateDataKey'], key.attrArn, viaSns),
            allow('ReadAccounts', ['s3:GetObject'], `${bucket.attrArn}/${alertAccountsKey}`),
            allow('WriteDownSamples', ['s3:PutObject'], `${bucket.attrArn}/${publishedSamples}*`),
            allow(
              'Receive',
              ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
              queues.alerts.attrArn,
            ),
            allow('Log', ['logs:CreateLogStream', 'logs:PutLogEvents'], log.logGroupArn),
          ],
        },
      },
    ],
  });
  const fn = new CfnFunction(scope, 'Function', {
    functionName: alertsName,
    description: 'Publishes the alerts of all accounts',
    runtime: 'nodejs22.x',
    architectures: ['arm64'],
    handler: 'index.handler',
    code: { zipFile: readFileSync(bundle, 'utf8') },
    role: role.attrArn,
    timeout: timeoutSeconds,
    memorySize: 256,
    loggingConfig: { logGroup: log.logGroupName, logFormat: 'JSON' },
    environment: {
      variables: { [environmentNames.topic]: topic.ref, [environmentNames.bucket]: bucket.ref },
    },
  });
  new CfnEventSourceMapping(scope, 'Batches', {
    eventSourceArn: queues.alerts.attrArn,
    functionName: `arn:${partition}:lambda:${region}:${account}:function:${fn.ref}`,
    batchSize: batch.alertsMax,
    maximumBatchingWindowInSeconds: batch.seconds,
    scalingConfig: { maximumConcurrency: batch.atOnceMax },
  });
}
