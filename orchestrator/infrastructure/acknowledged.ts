/** Findings of cdk-nag that we accept, each with its reason. Any other finding fails the synthesis. */
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { stackSetPrefix, stateMarkerName } from '../domain/model/module';
import { publishedSamples } from '../domain/model/resource-names';

type Reasons = Readonly<Record<string, string>>;

const acknowledge = (scope: IConstruct, reasons: Reasons): void => {
  for (const [finding, reason] of Object.entries(reasons))
    Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason });
};

const wildcard = (resource: string): string => `IAM5[Resource::${resource}]`;
const here = '<AWS::Region>:<AWS::AccountId>';

const readerRoles = {
  [wildcard('arn:<AWS::Partition>:iam::*:role/<ReaderRoleName>')]:
    'one role in every account, which can only read; the condition on aws:ResourceOrgID limits it to the organization',
};
const ciRoles = {
  [wildcard('arn:<AWS::Partition>:iam::*:role/<CiRoleName>')]:
    'one role in every account; the condition on aws:ResourceOrgID limits it to the organization',
};

/** @param bucket the bucket whose objects the functions read and write. */
export function acknowledgeFunctions(functions: IConstruct, bucket: Bucket): void {
  acknowledge(functions, {
    L1: 'Node 22 is the newest runtime that the code is tested on, and it is supported until April 2027',
    [wildcard('*')]: 'X-Ray actions, the creation of a StackSet and the reads of doctor support no resource',
    [wildcard(`${arnSeenFrom(functions, bucket)}/*`)]:
      'objects are named by their content, so the bucket is the boundary',
    ...ciRoles,
    ...readerRoles,
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stackset/${stackSetPrefix}*:*`)]:
      'rollouts create StackSets with our prefix and an id that AWS assigns',
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stackset/${stateMarkerName}:*`)]:
      'one StackSet, with an id that AWS assigns',
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stackset-target/${stackSetPrefix}*:*/*`)]:
      'the accounts that these StackSets target are not known at deployment time',
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stack/<AWS::StackName>/*`)]:
      'one stack, with an id that AWS assigns',
    [wildcard('arn:<AWS::Partition>:cloudformation:<AWS::Region>::type/resource/*')]:
      'CloudFormation checks the resource types of a template against this; the CI role limits what can be created',
    [wildcard(`arn:<AWS::Partition>:states:${here}:stateMachine:strongroom-rollout:*`)]:
      'the alias and the versions of one state machine',
    [wildcard(`arn:<AWS::Partition>:states:${here}:execution:strongroom-rollout:*`)]:
      'the executions of one state machine, each named after its rollout',
  });
}

export function acknowledgeMachine(machine: IConstruct, functions: readonly IConstruct[]): void {
  acknowledge(machine, {
    [wildcard('*')]: 'log delivery and X-Ray actions support no resource [doc:step-functions/cw-logs]',
    ...Object.fromEntries(
      functions.map((fn) => [
        wildcard(`<${logicalIdOf(fn)}.Arn>:*`),
        'the versions of a function that this state machine invokes',
      ]),
    ),
  });
}

export const acknowledgeAdministration = (role: IConstruct): void => acknowledge(role, ciRoles);

export const acknowledgeQueue = (queue: IConstruct): void =>
  acknowledge(queue, { SQS3: 'this is itself the dead-letter queue, and an alarm watches it' });

export const acknowledgeArtifacts = (bucket: IConstruct): void =>
  acknowledge(bucket, { S1: 'only the functions of this stack have access, and each of them logs its calls' });

export const acknowledgeLogArchive = (stack: IConstruct): void =>
  acknowledge(stack, {
    S1: 'this is the log archive; CloudTrail data events record access to it, not a second bucket',
  });

export const acknowledgeDirectory = (role: IConstruct): void =>
  acknowledge(role, {
    [wildcard('*')]: 'the actions that list an organization and its tags support no resource, and they change nothing',
  });

export const acknowledgeAlerts = (stack: IConstruct): void =>
  acknowledge(stack, {
    L1: 'Node 22 is the newest runtime that the code is tested on, and it is supported until April 2027',
    S1: 'a list of account names and the ids of sample findings; CloudTrail records who changes the bucket',
    SQS3: 'one queue has the other for its dead letters',
    [wildcard(`<Accounts.Arn>/${publishedSamples}*`)]: 'samples are named by the id of their finding',
  });

export const acknowledgeAccessLogs = (bucket: IConstruct): void =>
  acknowledge(bucket, { S1: 'this bucket is itself the access log' });

export const acknowledgeDistribution = (distribution: IConstruct): void =>
  acknowledge(distribution, {
    CFR1: 'the identity provider decides who has access, not the country of the client',
    CFR2: 'without a token a client gets only the code of the page, which is not secret; the API is throttled and returns 401',
    CFR4: 'the default domain and certificate of CloudFront fix the protocol; browsers use TLS 1.2 or newer',
  });

/** @param bucket the bucket that the role uploads to. */
export const acknowledgeUploader = (role: IConstruct, bucket: IConstruct, assets: string): void =>
  acknowledge(role, {
    [wildcard(`<${logicalIdOf(bucket)}.Arn>/*`)]: 'the files of the page are named by their content',
    [wildcard(assets)]: 'the assets of the deployment are named by their content',
  });

/** CDK adds one function for all uploads of a stack, next to them in the construct tree. */
export function acknowledgeUploads(stack: Stack): void {
  for (const child of stack.node.children.filter(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment')))
    acknowledge(child, { L1: 'CDK provides the code and chooses the runtime' });
}

/** The ARN as cdk-nag sees it: another stack imports it by the name of the export. */
function arnSeenFrom(scope: IConstruct, bucket: Bucket): string {
  const own = Stack.of(bucket);
  if (own === Stack.of(scope)) return `<${logicalIdOf(bucket)}.Arn>`;
  const { 'Fn::ImportValue': name } = own.resolve(own.exportValue(bucket.bucketArn));
  return String(name);
}

const logicalIdOf = (construct: IConstruct): string =>
  Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
