/** One account of an installation, with the credentials of its administrator. */
import { setTimeout } from 'node:timers/promises';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackSetCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, IAMClient, paginateListPolicies, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { KMSClient, paginateListAliases } from '@aws-sdk/client-kms';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { parse } from 'yaml';
import { errors } from '../domain/errors';
import type { Denial } from '../domain/health/installing';
import { type DeployedStack, isInProgress } from '../domain/installation/changes';
import { deployArguments } from '../domain/installation/installation';
import type { NamedResource, NamedType, Template } from '../domain/installation/template';
import type { AdministeredAccount, OnResource } from '../ports/installer';
import { type Cdk, runCdk } from './cdk';
import type { Clients, Credentials } from './clients';
import { awsName, calling, finding, isAws } from './failures';
import { everyItem } from './pages';

export interface AdministeredAccountOptions {
  readonly clients: Pick<Clients, 'in'>;
  /** For the CDK; undefined if it finds its own. */
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly cdk: Cdk;
  readonly home: string;
}

export function createAdministeredAccount(options: AdministeredAccountOptions): AdministeredAccount {
  const { clients, credentials, cdk, home } = options;
  const formation = (region: string) => clients.in(CloudFormationClient, region);
  const run = async (args: readonly string[], region: string, hear: OnResource) =>
    runCdk(cdk, { args, region, hear, credentials: await credentials() });
  return {
    caller: async () => {
      const { Account = '', Arn = '' } = await calling('sts:GetCallerIdentity', () =>
        clients.in(STSClient, home).send(new GetCallerIdentityCommand({})),
      );
      return { account: Account, arn: Arn };
    },
    stack: (name, region) => deployedStack(formation(region), name),
    resources: async (stack, region) => {
      const pages = paginateListStackResources({ client: formation(region) }, { StackName: stack });
      const found = await everyItem('cloudformation:ListStackResources', pages, (page) => page.StackResourceSummaries);
      return found.map(({ LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' }) => ({
        id: LogicalResourceId,
        type: ResourceType,
        physicalId: PhysicalResourceId,
      }));
    },
    exists: (resource, region) => existing[resource.type](clients, resource, region),
    denied: (arn, actions) => deniedActions(clients.in(IAMClient, home), arn, actions),
    hasAssetBucket: (account, region) =>
      hasBucket(clients.in(S3Client, region), `cdk-hnb659fds-assets-${account}-${region}`),
    bootstrap: async (account, region, hear) => {
      const { status, why } = await run(['bootstrap', `aws://${account}/${region}`], region, hear);
      if (status !== 0) throw errors.deploymentFailed('CDKToolkit', account, why);
    },
    settled: (stack, region) => settled(formation(region), stack),
    deploy: async (change, hear) => {
      const args = ['deploy', ...deployArguments(change), '--require-approval', 'never'];
      const { status, why } = await run(args, change.region, hear);
      if (status !== 0) throw errors.deploymentFailed(change.stack, change.account, why);
    },
    remove: (stack, region, hear) => remove(formation(region), stack, hear),
  };
}

/** A missing stack is a validation error, recognizable only by its message [bc:cloudformation:DescribeStacks]. */
async function described(client: CloudFormationClient, stack: string): Promise<Stack | undefined> {
  const answer = await calling(`cloudformation:DescribeStacks ${stack}`, () =>
    client.send(new DescribeStacksCommand({ StackName: stack })),
  ).catch((error: unknown) => {
    if (isAws(error, 'ValidationError')) return undefined;
    throw error;
  });
  return answer?.Stacks?.[0];
}

async function deployedStack(client: CloudFormationClient, name: string): Promise<DeployedStack | undefined> {
  const stack = await described(client, name);
  if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
  const { StackStatus: status = '', Tags: tags = [], Parameters: parameters = [] } = stack;
  return {
    status,
    // A stack in review has no tags yet: an interrupted installation may have left it.
    isOurs:
      status === 'REVIEW_IN_PROGRESS' || tags.some(({ Key, Value }) => Key === 'application' && Value === 'strongroom'),
    parameters: Object.fromEntries(
      parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    template: status === 'REVIEW_IN_PROGRESS' ? undefined : await templateOf(client, name),
  };
}

async function templateOf(client: CloudFormationClient, name: string): Promise<Template | undefined> {
  const { TemplateBody: body = '' } = await calling(`cloudformation:GetTemplate ${name}`, () =>
    client.send(new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' })),
  );
  try {
    // The CDK sends a template without assets as YAML, and one with assets as JSON, which is YAML too.
    return parse(body);
  } catch {
    return undefined;
  }
}

const existing: Readonly<
  Record<NamedType, (clients: Pick<Clients, 'in'>, resource: NamedResource, region: string) => Promise<boolean>>
> = {
  'AWS::IAM::Role': async (clients, { name }, region) => {
    const command = new GetRoleCommand({ RoleName: name });
    const found = await finding(`iam:GetRole ${name}`, ['NoSuchEntity'], () =>
      clients.in(IAMClient, region).send(command),
    );
    return found !== undefined;
  },
  'AWS::IAM::ManagedPolicy': async (clients, { name }, region) => {
    const pages = paginateListPolicies({ client: clients.in(IAMClient, region) }, { Scope: 'Local' });
    const policies = await everyItem('iam:ListPolicies', pages, (page) => page.Policies);
    return policies.some(({ PolicyName }) => PolicyName === name);
  },
  'AWS::S3::Bucket': (clients, { name }, region) => hasBucket(clients.in(S3Client, region), name),
  'AWS::KMS::Alias': async (clients, { name }, region) => {
    const pages = paginateListAliases({ client: clients.in(KMSClient, region) }, {});
    const aliases = await everyItem('kms:ListAliases', pages, (page) => page.Aliases);
    return aliases.some(({ AliasName }) => AliasName === name);
  },
  'AWS::CloudFormation::StackSet': async (clients, { name }, region) => {
    const command = new DescribeStackSetCommand({ StackSetName: name });
    const found = await finding(`cloudformation:DescribeStackSet ${name}`, ['StackSetNotFound'], () =>
      clients.in(CloudFormationClient, region).send(command),
    );
    return found !== undefined && found.StackSet?.Status !== 'DELETED';
  },
  'AWS::StepFunctions::StateMachine': async (clients, { name: wanted }, region) => {
    const pages = paginateListStateMachines({ client: clients.in(SFNClient, region) }, {});
    const machines = await everyItem('states:ListStateMachines', pages, (page) => page.stateMachines);
    return machines.some(({ name }) => name === wanted);
  },
};

/** Bucket names are unique in all of AWS: one that another account has answers 403. */
async function hasBucket(client: S3Client, bucket: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (isAws(error, 'NotFound', 'NoSuchBucket')) return false;
    if (isAws(error, 'Forbidden', 'AccessDenied', '403') || awsName(error) === undefined) return true;
    throw await calling(`s3:HeadBucket ${bucket}`, () => Promise.reject(error)).catch((failure: unknown) => failure);
  }
}

/** Asks about all resources, since the names of most are not known yet. The answer also covers policies of the organization. */
async function deniedActions(
  client: IAMClient,
  callerArn: string,
  actions: readonly string[],
): Promise<readonly Denial[]> {
  // Root users of a member account have no policies, and they cannot be simulated.
  if (callerArn.endsWith(':root')) return [];
  const source = await simulatedArn(client, callerArn);
  const pages = paginateSimulatePrincipalPolicy({ client }, { PolicySourceArn: source, ActionNames: [...actions] });
  const results = await everyItem('iam:SimulatePrincipalPolicy', pages, (page) => page.EvaluationResults);
  return results.flatMap(({ EvalActionName: action = '', EvalDecision, OrganizationsDecisionDetail }) => {
    if (EvalDecision === 'allowed') return [];
    const isOfOrganization = OrganizationsDecisionDetail?.AllowedByOrganizations === false;
    return [{ action, by: isOfOrganization ? ('organization' as const) : ('identity' as const) }];
  });
}

/** The ARN of a session has no path, and IAM wants that of the role. */
async function simulatedArn(client: IAMClient, callerArn: string): Promise<string> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  if (role === undefined) return callerArn;
  const { Role } = await calling(`iam:GetRole ${role}`, () => client.send(new GetRoleCommand({ RoleName: role })));
  return Role?.Arn ?? callerArn;
}

const pollsMs = [200, 500, 1_000, 2_000, 5_000] as const;
/** A stack with a distribution takes half an hour at most. */
const pollsMax = 720;

async function settled(client: CloudFormationClient, stack: string): Promise<void> {
  for (let poll = 0; poll < pollsMax; poll += 1) {
    const { StackStatus: status = '' } = (await described(client, stack)) ?? {};
    if (!isInProgress(status)) return;
    await setTimeout(pollsMs[poll] ?? pollsMs.at(-1));
  }
  throw errors.deploymentFailed(stack, 'of the stack', 'an operation on it is still in progress');
}

async function remove(client: CloudFormationClient, name: string, hear: OnResource): Promise<void> {
  const { StackId: id } = (await described(client, name)) ?? {};
  if (id === undefined) return;
  await calling(`cloudformation:DeleteStack ${name}`, () => client.send(new DeleteStackCommand({ StackName: id })));
  const account = id.split(':')[4] ?? '';
  const heard = new Set<string>();
  for (let poll = 0; poll < pollsMax; poll += 1) {
    const failures = await hearEvents(client, { name, id }, heard, hear);
    const { StackStatus: status = 'DELETE_COMPLETE' } = (await described(client, id)) ?? {};
    if (status === 'DELETE_COMPLETE') return;
    if (status === 'DELETE_FAILED') throw errors.deploymentFailed(name, account, failures.at(0) ?? status);
    await setTimeout(pollsMs[poll] ?? pollsMs.at(-1));
  }
  throw errors.deploymentFailed(name, account, 'its deletion is still in progress');
}

/** The latest page is enough: between two polls, a stack has fewer events. */
async function hearEvents(
  client: CloudFormationClient,
  { name, id }: { readonly name: string; readonly id: string },
  heard: Set<string>,
  hear: OnResource,
): Promise<readonly string[]> {
  const answer = await finding(`cloudformation:DescribeStackEvents ${name}`, ['ValidationError'], () =>
    client.send(new DescribeStackEventsCommand({ StackName: id })),
  );
  const failures: string[] = [];
  for (const event of (answer?.StackEvents ?? []).toReversed()) {
    const { EventId = '', LogicalResourceId = '', ResourceType = '', ResourceStatus = '' } = event;
    if (!ResourceStatus.startsWith('DELETE')) continue;
    const because = event.ResourceStatusReason;
    if (ResourceStatus === 'DELETE_FAILED') failures.push(`${ResourceType} ${LogicalResourceId}: ${because}`);
    if (heard.has(EventId)) continue;
    heard.add(EventId);
    hear({ stack: name, id: LogicalResourceId, type: ResourceType, status: ResourceStatus, because });
  }
  return failures;
}
