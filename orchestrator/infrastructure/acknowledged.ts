/** Findings of cdk-nag that stand, each with the reason. What is not here fails the synthesis. */
import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { markerName, stackSetPrefix } from './permissions';

type Reasons = Readonly<Record<string, string>>;

const acknowledge = (scope: IConstruct, reasons: Reasons): void => {
  for (const [finding, reason] of Object.entries(reasons))
    Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason });
};

const wildcard = (resource: string): string => `IAM5[Resource::${resource}]`;
const here = '<AWS::Region>:<AWS::AccountId>';

const ciRoles = {
  [wildcard('arn:<AWS::Partition>:iam::*:role/<CiRoleName>')]:
    'one role in every account of the organization, which the condition on aws:ResourceOrgID bounds',
};

/** @param bucket whose objects the functions read and write. */
export function acknowledgeFunctions(functions: IConstruct, bucket: Bucket): void {
  acknowledge(functions, {
    L1: 'Node 22 is the newest runtime that the code is tested on; it is supported until April 2027',
    [wildcard('*')]: 'X-Ray takes trace segments without a resource',
    [wildcard(`${arnSeenFrom(functions, bucket)}/*`)]: 'objects are named by their content; the bucket is the boundary',
    ...ciRoles,
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stackset/${stackSetPrefix}*:*`)]:
      'StackSets are made by rollouts, under our prefix, with an id that only AWS knows',
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stackset/${markerName}:*`)]:
      'one StackSet, with an id that only AWS knows',
    [wildcard(`arn:<AWS::Partition>:cloudformation:${here}:stackset-target/${stackSetPrefix}*:*/*`)]:
      'targets of those StackSets are the accounts of a plan, which is not known when this is deployed',
    [wildcard('arn:<AWS::Partition>:cloudformation:<AWS::Region>::type/resource/*')]:
      'the types of resource in a template are checked against this; what may be made is bounded by the CI role',
    [wildcard(`arn:<AWS::Partition>:states:${here}:stateMachine:strongroom-rollout:*`)]:
      'the alias and the versions of one state machine',
    [wildcard(`arn:<AWS::Partition>:states:${here}:execution:strongroom-rollout:*`)]:
      'the executions of one state machine, each named by its rollout',
  });
}

export function acknowledgeMachine(machine: IConstruct, functions: readonly IConstruct[]): void {
  acknowledge(machine, {
    [wildcard('*')]: 'log delivery and X-Ray take no resource [doc:step-functions/cw-logs]',
    ...Object.fromEntries(
      functions.map((fn) => [wildcard(`<${logicalIdOf(fn)}.Arn>:*`), 'the versions of a function of this machine']),
    ),
  });
}

export const acknowledgeAdministration = (role: IConstruct): void => acknowledge(role, ciRoles);

export const acknowledgeQueue = (queue: IConstruct): void =>
  acknowledge(queue, { SQS3: 'it is itself where what could not be delivered ends; an alarm watches it' });

export const acknowledgeArtifacts = (bucket: IConstruct): void =>
  acknowledge(bucket, { S1: 'only the functions of this stack reach it, and each logs what it does' });

export const acknowledgeLogArchive = (stack: IConstruct): void =>
  acknowledge(stack, {
    S1: 'it is the log archive: reading it is recorded by CloudTrail data events, not by a second bucket',
  });

export const acknowledgeDirectory = (role: IConstruct): void =>
  acknowledge(role, {
    [wildcard('*')]: 'listing an organization and its tags takes no resource; nothing is changed with it',
  });

export const acknowledgeAccessLogs = (bucket: IConstruct): void =>
  acknowledge(bucket, { S1: 'it is itself where access is logged' });

export const acknowledgeDistribution = (distribution: IConstruct): void =>
  acknowledge(distribution, {
    CFR1: 'who may look is said by the provider, not by the country that somebody is in',
    CFR2: 'without a token there is only the code of the page, which is no secret; the API is throttled, and answers 401',
    CFR4: "the domain and the certificate are CloudFront's own, which fixes the protocol; browsers bring TLS 1.2 or newer",
  });

/** @param bucket that the role fills. */
export const acknowledgeUploader = (role: IConstruct, bucket: IConstruct, assets: string): void =>
  acknowledge(role, {
    [wildcard(`<${logicalIdOf(bucket)}.Arn>/*`)]: 'files of the page are named by their content',
    [wildcard(assets)]: 'assets of the deployment are named by their content',
  });

/** CDK makes one function for all uploads of a stack, beside them. */
export function acknowledgeUploads(stack: Stack): void {
  for (const child of stack.node.children.filter(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment')))
    acknowledge(child, { L1: "its code is CDK's, and so is the choice of its runtime" });
}

/** Another stack imports it under the name that its own exports it by. */
function arnSeenFrom(scope: IConstruct, bucket: Bucket): string {
  const own = Stack.of(bucket);
  if (own === Stack.of(scope)) return `<${logicalIdOf(bucket)}.Arn>`;
  const { 'Fn::ImportValue': name } = own.resolve(own.exportValue(bucket.bucketArn));
  return String(name);
}

const logicalIdOf = (construct: IConstruct): string =>
  Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);
