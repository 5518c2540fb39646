/** What a function may do, by the port that it takes: never a wildcard action, and a wildcard resource only where the API knows no other. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { StackSets } from '../ports/ports';
import type { Records } from './records';

export const portNames = [
  'store',
  'artifacts',
  'directory',
  'accounts',
  'callbacks',
  'notifier',
  'stateMarker',
  'start',
  'stop',
] as const;
export type PortName = (typeof portNames)[number];

/** What the statements name. */
export interface Granted {
  readonly records: Records;
  readonly ciRole: string;
  readonly organization: string;
  readonly directoryRoleArn: string;
  readonly administrationRoleArn: string;
  readonly stateMachineArn: string;
}

export const stackSetPrefix = 'strongroom-';
/** As aws/state-marker.ts has it, which brings an AWS client along. */
export const markerName = `${stackSetPrefix}state`;

export const statementsOf = (
  scope: Construct,
  granted: Granted,
): Readonly<Record<PortName, readonly PolicyStatement[]>> => ({
  store: [storing(granted), throughKey(scope, granted, 'Table', 'dynamodb')],
  artifacts: [archiving(granted), throughKey(scope, granted, 'Artifacts', 's3')],
  directory: [listing(granted)],
  accounts: [entering(scope, granted)],
  callbacks: [waking(granted)],
  notifier: [telling(granted), throughKey(scope, granted, 'Notices', 'sns')],
  stateMarker: [marking(scope), passing(granted)],
  start: [starting(granted)],
  stop: [ending(granted)],
});

const storing = ({ records }: Granted) =>
  new PolicyStatement({
    sid: 'Records',
    actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    resources: [records.table.tableArn],
  });

const archiving = ({ records }: Granted) =>
  new PolicyStatement({
    sid: 'Artifacts',
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [records.bucket.arnForObjects('*')],
  });

/** By a role of the management account: the tags of accounts are told in bulk there and nowhere else. */
const listing = ({ directoryRoleArn }: Granted) =>
  new PolicyStatement({ sid: 'Organization', actions: ['sts:AssumeRole'], resources: [directoryRoleArn] });

/** By what a handler asks of the StackSets port. */
const stackSetActions: Readonly<Record<keyof StackSets, readonly string[]>> = {
  describe: ['DescribeStackSet'],
  instances: ['ListStackInstances'],
  status: ['DescribeStackSetOperation'],
  results: ['ListStackSetOperationResults'],
  stop: ['DescribeStackSetOperation', 'StopStackSetOperation'],
  detectDrift: ['DescribeStackSetOperation', 'DetectStackSetDrift'],
  driftOf: ['ListStackInstanceResourceDrifts'],
  start: [
    'CreateStackInstances',
    'CreateStackSet',
    'DeleteStackInstances',
    'DeleteStackSet',
    'DescribeStackSet',
    'DescribeStackSetOperation',
    'ImportStacksToStackSet',
    'ListStackInstances',
    'ListStackSetOperations',
    'UpdateStackInstances',
    'UpdateStackSet',
  ],
};

/** A call that names accounts or resource types is checked against those too, besides the set [doc:service-authorization/list_awscloudformation]. */
export function stackSetStatements(
  scope: Construct,
  granted: Granted,
  asked: readonly (keyof StackSets)[],
): readonly PolicyStatement[] {
  if (asked.length === 0) return [];
  const { partition, region, account } = Stack.of(scope);
  const own = `arn:${partition}:cloudformation:${region}:${account}`;
  const operates = asked.includes('start');
  const statement = new PolicyStatement({
    sid: 'StackSets',
    actions: [...new Set(asked.flatMap((method) => stackSetActions[method]))].map((name) => `cloudformation:${name}`),
    resources: [
      `${own}:stackset/${stackSetPrefix}*:*`,
      `${own}:stackset-target/${stackSetPrefix}*:*/*`,
      ...(operates ? [`arn:${partition}:cloudformation:${region}::type/resource/*`] : []),
    ],
  });
  return operates ? [statement, passing(granted)] : [statement];
}

const passing = ({ administrationRoleArn }: Granted) =>
  new PolicyStatement({
    sid: 'AdministrationRole',
    actions: ['iam:PassRole'],
    resources: [administrationRoleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
  });

/** Into any account of this organization, by the one role. */
const entering = (scope: Construct, { ciRole, organization }: Granted) =>
  new PolicyStatement({
    sid: 'EnterAccounts',
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    resources: [`arn:${Stack.of(scope).partition}:iam::*:role/${ciRole}`],
    conditions: { StringEquals: { 'aws:ResourceOrgID': organization } },
  });

const waking = ({ stateMachineArn }: Granted) =>
  new PolicyStatement({ sid: 'WakeUp', actions: ['states:SendTaskSuccess'], resources: [stateMachineArn] });

const starting = ({ stateMachineArn }: Granted) =>
  new PolicyStatement({
    sid: 'StartRollouts',
    actions: ['states:StartExecution'],
    resources: [stateMachineArn, `${stateMachineArn}:*`],
  });

/** One StackSet, which gets no instances. */
const marking = (scope: Construct) => {
  const { partition, region, account } = Stack.of(scope);
  return new PolicyStatement({
    sid: 'StateMarker',
    actions: ['CreateStackSet', 'DeleteStackSet', 'DescribeStackSet'].map((name) => `cloudformation:${name}`),
    resources: [
      `arn:${partition}:cloudformation:${region}:${account}:stackset/${markerName}:*`,
      `arn:${partition}:cloudformation:${region}::type/resource/*`,
    ],
  });
};

/** An abort ends what walks the rollout and what runs in its StackSets; it starts nothing. */
const ending = ({ stateMachineArn }: Granted) =>
  new PolicyStatement({
    sid: 'EndRollouts',
    actions: ['states:StopExecution'],
    resources: [`${stateMachineArn.replace(':stateMachine:', ':execution:')}:*`],
  });

const telling = ({ records }: Granted) =>
  new PolicyStatement({ sid: 'Notices', actions: ['sns:Publish'], resources: [records.topic.topicArn] });

/** The key is used by the service in the function's name, and by nobody directly. */
const throughKey = (scope: Construct, { records }: Granted, what: string, service: string) =>
  new PolicyStatement({
    sid: `KeyOf${what}`,
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    resources: [records.key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });
