/** The calls that only a rehearsal makes. StackSets are those of the caller's own account; a visit enters the spare account. */
import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackCommand,
  DeleteStackInstancesCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
  DescribeStackSetOperationCommand,
  paginateDescribeStacks,
  paginateListStackSetOperations,
  paginateListStackSets,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ListParentsCommand, OrganizationsClient, paginateListAccounts } from '@aws-sdk/client-organizations';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { isStrongroomError } from '../domain/errors';
import type { AccountId } from '../domain/model/brand';
import { partitionOf } from '../domain/model/partition';
import { rehearsalPrefix } from '../domain/model/resource-names';
import { instanceOperationsQuota } from '../domain/rehearsal/quota';
import type { OrganizationEntry, Rehearsal, RehearsalStack, StackSetTarget } from '../ports/rehearsal';
import type { Clients } from './clients';
import { setOfStack } from './facts/cloudformation';
import { awsName, calling, finding } from './failures';
import { startedAs } from './operations';
import { everyItem } from './pages';
import { createListener } from './rehearsal-listener';
import { createSessions, type Session, type SessionsOptions } from './sessions';

export interface RehearsalOptions extends SessionsOptions {
  /** With the credentials that list the organization. */
  readonly listing: Pick<Clients, 'in'>;
}

export function createRehearsal({ clients, home, now, listing }: RehearsalOptions): Rehearsal {
  const { enter } = createSessions({ clients, home, now });
  const client = clients.in(CloudFormationClient, home);
  return {
    ...createListener(clients, home),
    templateOf: async (stackSet) => {
      const command = new DescribeStackSetCommand({ StackSetName: stackSet });
      const found = await finding(`cloudformation:DescribeStackSet ${stackSet}`, ['StackSetNotFound'], () =>
        client.send(command),
      );
      return found?.StackSet?.TemplateBody;
    },
    stackSets: async () => {
      const pages = paginateListStackSets({ client }, { Status: 'ACTIVE' });
      const sets = await everyItem('cloudformation:ListStackSets', pages, (page) => page.Summaries);
      return sets.flatMap(({ StackSetName: name }) => (name?.startsWith(rehearsalPrefix) ? [name] : []));
    },
    operations: async (stackSet) => {
      const pages = paginateListStackSetOperations({ client }, { StackSetName: stackSet });
      const call = `cloudformation:ListStackSetOperations ${stackSet}`;
      const found = await finding(call, ['StackSetNotFound'], () => everyItem(call, pages, (page) => page.Summaries));
      return (found ?? []).map(({ OperationId: id = '', Status: status = 'RUNNING' }) => ({ id, status }));
    },
    concurrencyOf: async (stackSet, OperationId) => {
      const command = new DescribeStackSetOperationCommand({ StackSetName: stackSet, OperationId });
      const call = `cloudformation:DescribeStackSetOperation ${stackSet}`;
      return (await calling(call, () => client.send(command))).StackSetOperation?.OperationPreferences
        ?.MaxConcurrentCount;
    },
    organizationEntry: (account) =>
      entryOf(listing.in(OrganizationsClient, partitionOf(home).organizationsRegion), account),
    operationQuota: async () => {
      const { code } = instanceOperationsQuota;
      const command = new GetServiceQuotaCommand({ ServiceCode: 'cloudformation', QuotaCode: code });
      const found = await finding(`servicequotas:GetServiceQuota ${code}`, ['NoSuchResource'], () =>
        clients.in(ServiceQuotasClient, home).send(command),
      );
      return found?.Quota?.Value;
    },
    stacks: async (visit, region) => stacksIn(await enter(visit, 'rehearsal'), region),
    repeat: (target) => repeat(client, target),
    changeByHand: async (visit, region, rule) => {
      const session = await enter(visit, 'rehearsal');
      await calling(`events:DisableRule ${rule} in ${region}`, () =>
        session.clients.in(EventBridgeClient, region).send(new DisableRuleCommand({ Name: rule })),
      );
    },
    tryScopedGrant: async (visit, stackSet) => tryScopedGrant(await enter(visit, 'rehearsal'), stackSet),
    removeInstance: async (target, stack) => {
      const command = new DeleteStackInstancesCommand({ ...addressed(target), RetainStacks: stack === 'retain' });
      const call = `cloudformation:DeleteStackInstances ${target.stackSet}`;
      const { OperationId: id } = await calling(call, () => client.send(command));
      return startedAs(target.stackSet, id);
    },
    deleteStackSet: (stackSet) => deleteStackSet(client, stackSet),
    deleteStack: async (visit, region, stackId) => {
      const session = await enter(visit, 'rehearsal');
      await calling(`cloudformation:DeleteStack ${stackId}`, () =>
        session.clients.in(CloudFormationClient, region).send(new DeleteStackCommand({ StackName: stackId })),
      );
    },
  };
}

const addressed = ({ stackSet, operationId, account, region }: StackSetTarget) => ({
  StackSetName: stackSet,
  OperationId: operationId,
  Accounts: [account],
  Regions: [region],
});

async function deleteStackSet(client: CloudFormationClient, stackSet: string): Promise<void> {
  await finding(`cloudformation:DeleteStackSet ${stackSet}`, ['StackSetNotFound'], () =>
    client.send(new DeleteStackSetCommand({ StackSetName: stackSet })),
  );
}

async function entryOf(client: OrganizationsClient, account: AccountId): Promise<OrganizationEntry | undefined> {
  const accounts = await everyItem(
    'organizations:ListAccounts',
    paginateListAccounts({ client }, {}),
    (page) => page.Accounts,
  );
  const entry = accounts.find(({ Id }) => Id === account);
  if (entry === undefined) return undefined;
  const { Parents: [parent] = [] } = await calling('organizations:ListParents', () =>
    client.send(new ListParentsCommand({ ChildId: account })),
  );
  return { state: entry.State, path: entry.Paths?.[0], parent: parent?.Id ?? '' };
}

/** Refusals of the request itself are the answer; those of the caller, and outages, are not. */
async function repeat(client: CloudFormationClient, target: StackSetTarget): Promise<string> {
  try {
    await calling(`cloudformation:CreateStackInstances ${target.stackSet}`, () =>
      client.send(new CreateStackInstancesCommand(addressed(target))),
    );
    return 'accepted';
  } catch (error) {
    const isAnswer = isStrongroomError(error) && (error.code === 'AwsRefused' || error.code === 'StackSetBusy');
    const name = awsName(error);
    if (!isAnswer || name === undefined) throw error;
    return name;
  }
}

/** Its template needs a resource, and without instances it is never created. */
const emptyTemplate = JSON.stringify({ Resources: { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } });

async function tryScopedGrant({ clients, home }: Session, stackSet: string): Promise<void> {
  const client = clients.in(CloudFormationClient, home);
  await calling(`cloudformation:CreateStackSet ${stackSet}`, () =>
    client.send(new CreateStackSetCommand({ StackSetName: stackSet, TemplateBody: emptyTemplate })),
  );
  await deleteStackSet(client, stackSet);
}

async function stacksIn({ clients }: Session, region: string): Promise<readonly RehearsalStack[]> {
  const client = clients.in(CloudFormationClient, region);
  const pages = paginateDescribeStacks({ client }, {});
  const stacks = await everyItem(`cloudformation:DescribeStacks in ${region}`, pages, (page) => page.Stacks);
  return stacks.flatMap((stack) => {
    const madeBy = setOfStack(stack.StackName ?? '');
    return madeBy?.startsWith(rehearsalPrefix) ? [{ ...factsOf(stack), madeBy }] : [];
  });
}

const factsOf = (stack: Stack): Omit<RehearsalStack, 'madeBy'> => ({
  id: stack.StackId ?? '',
  status: stack.StackStatus ?? '',
  changedAt: (stack.LastUpdatedTime ?? stack.CreationTime)?.toISOString() ?? '',
  parameters: Object.fromEntries(
    (stack.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey ?? '', ParameterValue ?? '']),
  ),
  outputs: Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
  ),
});
