/** What a function may do, by the ports it declares. Actions are never wildcards, and resources only where the API offers nothing narrower. */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { stackSetPrefix, stateMarkerName } from '../domain/model/module';
import { alertAccountsKey, alertBucketName, alertsName, publishedSamples } from '../domain/model/resource-names';
import { purposeOf, type Role, roleOf } from '../ports/purposes';
import type {
  AccountMethod,
  DeclaredPort,
  ExecutionMethod,
  FunctionDeclaration,
  StackSetMethod,
} from '../tasks/declaration';
import type { Records } from './records';

/** What the statements refer to. */
export interface Granted {
  readonly records: Records;
  readonly ciRole: string;
  readonly readerRole: string;
  readonly organization: string;
  /** Empty without alerts. */
  readonly securityAccount: string;
  readonly directoryRoleArn: string;
  readonly administrationRoleArn: string;
  readonly stateMachineArn: string;
}

export const statementsFor = (
  scope: Construct,
  granted: Granted,
  { ports, accounts = [], stackSets = [], executions = [] }: Omit<FunctionDeclaration, 'took'>,
): readonly PolicyStatement[] => [
  ...ports.flatMap((port) => portStatements[port](scope, granted)),
  ...enterAccounts(scope, granted, accounts),
  ...executions.map((method) => executionStatements[method](granted)),
  ...stackSetStatements(scope, granted, stackSets),
];

const portStatements: Readonly<
  Record<DeclaredPort, (scope: Construct, granted: Granted) => readonly PolicyStatement[]>
> = {
  store: (scope, granted) => [useRecords(granted), useKey(scope, granted, 'Table', 'dynamodb')],
  artifacts: (scope, granted) => [
    useArtifacts(granted),
    findArtifacts(granted),
    useKey(scope, granted, 'Artifacts', 's3'),
  ],
  directory: (_scope, granted) => [listOrganization(granted)],
  callbacks: (_scope, granted) => [completeTasks(granted)],
  notifier: (scope, granted) => [publishNotices(granted), useKey(scope, granted, 'Notices', 'sns')],
  alerting: (scope, granted) => [seeSubscriptions(scope, granted), nameAccounts(scope, granted)],
  signs: (_scope, granted) => [seeExecutions(granted)],
  stateMarker: (scope, granted) => [markState(scope), createSets(), passAdministrationRole(granted)],
};

const useRecords = ({ records }: Granted) =>
  new PolicyStatement({
    sid: 'Records',
    actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    resources: [records.table.tableArn],
  });

const useArtifacts = ({ records }: Granted) =>
  new PolicyStatement({
    sid: 'Artifacts',
    actions: ['s3:GetObject', 's3:PutObject'],
    resources: [records.bucket.arnForObjects('*')],
  });

/** Without it, S3 answers a missing artifact with 403 instead of 404 [bc:s3:GetObject]. */
const findArtifacts = ({ records }: Granted) =>
  new PolicyStatement({ sid: 'FindArtifacts', actions: ['s3:ListBucket'], resources: [records.bucket.bucketArn] });

/** Through a role of the management account, the only account that returns the tags of accounts in bulk. */
const listOrganization = ({ directoryRoleArn }: Granted) =>
  new PolicyStatement({ sid: 'Organization', actions: ['sts:AssumeRole'], resources: [directoryRoleArn] });

/** Any account of this organization, through the roles that the visits take: a function that only looks cannot enter as the CI role. */
function enterAccounts(
  scope: Construct,
  { ciRole, readerRole, organization }: Granted,
  methods: readonly AccountMethod[],
): readonly PolicyStatement[] {
  if (methods.length === 0) return [];
  const names: Readonly<Record<Role, string>> = { reader: readerRole, ci: ciRole };
  const taken = new Set(methods.map((method) => names[roleOf[purposeOf[method]]]));
  return [
    new PolicyStatement({
      sid: 'EnterAccounts',
      actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      resources: [...taken].map((name) => `arn:${Stack.of(scope).partition}:iam::*:role/${name}`),
      conditions: { StringEquals: { 'aws:ResourceOrgID': organization } },
    }),
  ];
}

const completeTasks = ({ stateMachineArn }: Granted) =>
  new PolicyStatement({ sid: 'WakeUp', actions: ['states:SendTaskSuccess'], resources: [stateMachineArn] });

/** How executions end, and whether they run. */
const seeExecutions = (granted: Granted) =>
  new PolicyStatement({
    sid: 'SeeRollouts',
    actions: ['states:DescribeExecution'],
    resources: [executionsOf(granted)],
  });

const executionsOf = ({ stateMachineArn }: Granted): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:*`;

const publishNotices = ({ records }: Granted) =>
  new PolicyStatement({ sid: 'Notices', actions: ['sns:Publish'], resources: [records.topic.topicArn] });

/** The topic and the bucket in the security account, whose policies let this account in. */
const seeSubscriptions = (scope: Construct, { securityAccount }: Granted) => {
  const { partition, region } = Stack.of(scope);
  return new PolicyStatement({
    sid: 'AlertSubscriptions',
    actions: ['sns:ListSubscriptionsByTopic'],
    resources: [`arn:${partition}:sns:${region}:${securityAccount}:${alertsName}`],
  });
};
const alertBucketArn = (scope: Construct, { securityAccount }: Granted): string =>
  `arn:${Stack.of(scope).partition}:s3:::${alertBucketName(securityAccount, Stack.of(scope).region)}`;
const nameAccounts = (scope: Construct, granted: Granted) =>
  new PolicyStatement({
    sid: 'NameAccounts',
    actions: ['s3:PutObject'],
    resources: [`${alertBucketArn(scope, granted)}/${alertAccountsKey}`],
  });
/** For people, whose probes look for their sample findings. */
export const findSamples = (scope: Construct, granted: Granted) =>
  new PolicyStatement({
    sid: 'FindSamples',
    actions: ['s3:ListBucket'],
    resources: [alertBucketArn(scope, granted)],
    conditions: { StringLike: { 's3:prefix': `${publishedSamples}*` } },
  });

/** One StackSet, which gets no instances. */
const markState = (scope: Construct) => {
  const { partition, region, account } = Stack.of(scope);
  return new PolicyStatement({
    sid: 'StateMarker',
    actions: ['DeleteStackSet', 'DescribeStackSet'].map((name) => `cloudformation:${name}`),
    resources: [`arn:${partition}:cloudformation:${region}:${account}:stackset/${stateMarkerName}:*`],
  });
};

/** The action supports no resource: the StackSet does not exist yet [doc:service-authorization/list_awscloudformation]. */
const createSets = () =>
  new PolicyStatement({ sid: 'CreateStackSets', actions: ['cloudformation:CreateStackSet'], resources: ['*'] });

/** A service uses the key on behalf of the function; nothing uses it directly. */
const useKey = (scope: Construct, { records }: Granted, what: string, service: string) =>
  new PolicyStatement({
    sid: `KeyOf${what}`,
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
    resources: [records.key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });

const executionStatements: Readonly<Record<ExecutionMethod, (granted: Granted) => PolicyStatement>> = {
  start: ({ stateMachineArn }) =>
    new PolicyStatement({
      sid: 'StartRollouts',
      actions: ['states:StartExecution'],
      resources: [stateMachineArn, `${stateMachineArn}:*`],
    }),
  stop: (granted) =>
    new PolicyStatement({
      sid: 'EndRollouts',
      actions: ['states:StopExecution'],
      resources: [executionsOf(granted)],
    }),
};

const stackSetActions: Readonly<Record<Exclude<StackSetMethod, 'closedRegions'>, readonly string[]>> = {
  describe: ['DescribeStackSet'],
  instances: ['ListStackInstances'],
  status: ['DescribeStackSetOperation'],
  statusReason: ['DescribeStackSetOperation'],
  results: ['ListStackSetOperationResults'],
  stop: ['DescribeStackSetOperation', 'StopStackSetOperation'],
  detectDrift: ['DescribeStackSetOperation', 'DetectStackSetDrift'],
  driftOf: ['ListStackInstanceResourceDrifts'],
  start: [
    'CreateStackInstances',
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

/** CloudFormation checks a call against the accounts and resource types it names, besides the StackSet [doc:service-authorization/list_awscloudformation]. */
function stackSetStatements(
  scope: Construct,
  granted: Granted,
  methods: readonly StackSetMethod[],
): readonly PolicyStatement[] {
  if (methods.length === 0) return [];
  const { partition, region, account } = Stack.of(scope);
  const own = `arn:${partition}:cloudformation:${region}:${account}`;
  const starts = methods.includes('start');
  const called = methods.filter((method) => method !== 'closedRegions');
  const statement = new PolicyStatement({
    sid: 'StackSets',
    actions: [...new Set(called.flatMap((method) => stackSetActions[method]))].map((name) => `cloudformation:${name}`),
    resources: [
      `${own}:stackset/${stackSetPrefix}*:*`,
      `${own}:stackset-target/${stackSetPrefix}*:*/*`,
      ...(starts ? [`arn:${partition}:cloudformation:${region}::type/resource/*`] : []),
    ],
  });
  return [
    statement,
    ...(called.length === methods.length ? [] : [seeRegions()]),
    ...(starts ? [createSets(), passAdministrationRole(granted)] : []),
  ];
}

/** The action supports no resource [doc:service-authorization/list_amazonec2]. */
const seeRegions = () => new PolicyStatement({ sid: 'SeeRegions', actions: ['ec2:DescribeRegions'], resources: ['*'] });

const passAdministrationRole = ({ administrationRoleArn }: Granted) =>
  new PolicyStatement({
    sid: 'AdministrationRole',
    actions: ['iam:PassRole'],
    resources: [administrationRoleArn],
    conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
  });
