/** Reads of StackSets, one call each. A deployed function has permissions only for the calls that it makes. */
import { createHash } from 'node:crypto';
import {
  type CloudFormationClient,
  DescribeStackSetCommand,
  DescribeStackSetOperationCommand,
  paginateListStackInstances,
  paginateListStackSetOperationResults,
  type StackInstanceDetailedStatus,
  type StackInstanceSummary,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import { parseAccountId, parseRegion, parseTemplateHash } from '../domain/model/brand';
import { canonicalJson } from '../domain/model/release';
import type {
  InstanceOutcome,
  InstanceResult,
  LastOperation,
  OperationStatus,
  StackInstance,
  StackSetState,
} from '../ports/ports';
import { calling, finding } from './failures';
import { everyItem } from './pages';

/** The maximum page size of the list calls [bc:cloudformation:ListStackInstances]. */
export const pageSize = 100;

export async function describe(client: CloudFormationClient, name: string): Promise<StackSetState | undefined> {
  const found = await finding(`cloudformation:DescribeStackSet ${name}`, ['StackSetNotFound'], () =>
    client.send(new DescribeStackSetCommand({ StackSetName: name })),
  );
  const set = found?.StackSet;
  if (set?.TemplateBody === undefined) return undefined;
  return {
    template: parseTemplateHash(createHash('sha256').update(canonicalTemplate(set.TemplateBody)).digest('hex')),
    parameters: Object.fromEntries((set.Parameters ?? []).map((p) => [p.ParameterKey ?? '', p.ParameterValue ?? ''])),
  };
}

/**
 * Our templates are canonical JSON, and AWS may give one back with other spaces or another order of its keys. One that somebody wrote in
 * YAML is none of ours.
 */
function canonicalTemplate(body: string): string {
  try {
    return canonicalJson(JSON.parse(body));
  } catch {
    return body;
  }
}

export async function listInstances(client: CloudFormationClient, name: string): Promise<readonly StackInstance[]> {
  const call = `cloudformation:ListStackInstances ${name}`;
  const pages = paginateListStackInstances({ client, pageSize }, { StackSetName: name });
  const instances = await finding(call, ['StackSetNotFound'], () => everyItem(call, pages, (page) => page.Summaries));
  return (instances ?? []).map((instance) => ({
    stackId: instance.StackId ?? '',
    account: parseAccountId(instance.Account ?? ''),
    region: parseRegion(instance.Region ?? ''),
    status: instance.Status ?? 'OUTDATED',
    lastOperation: lastOperationOf(instance),
    drift: instance.DriftStatus ?? 'NOT_CHECKED',
  }));
}

function lastOperationOf(instance: StackInstanceSummary): LastOperation | undefined {
  const { LastOperationId: id, Status, StackInstanceStatus, StatusReason } = instance;
  if (id === undefined) return undefined;
  const detailed = StackInstanceStatus?.DetailedStatus;
  // INOPERABLE and OUTDATED both say that the last operation has failed [bc:cloudformation:StackInstanceSummary.Status].
  const outcome = detailed ? outcomes[detailed] : Status === 'CURRENT' ? 'SUCCEEDED' : 'FAILED';
  return { id, outcome, reason: StatusReason ?? '' };
}

/** [bc:cloudformation:StackInstanceComprehensiveStatus.DetailedStatus] */
const outcomes: Readonly<Record<StackInstanceDetailedStatus, InstanceOutcome>> = {
  PENDING: 'PENDING',
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  FAILED_IMPORT: 'FAILED',
  INOPERABLE: 'FAILED',
  CANCELLED: 'CANCELLED',
  SKIPPED_SUSPENDED_ACCOUNT: 'SKIPPED',
};

export async function statusOf(
  client: CloudFormationClient,
  name: string,
  operationId: string,
): Promise<OperationStatus> {
  const operation = await operationOf(client, name, operationId);
  if (operation?.Status === undefined) throw errors.internal(`operation ${operationId} of ${name} has no status`);
  return operation.Status;
}

/** An operation can be refused as a whole, and then has no results to say why [bc:cloudformation:StackSetOperation]. */
export const statusReasonOf = async (
  client: CloudFormationClient,
  name: string,
  operationId: string,
): Promise<string> => (await operationOf(client, name, operationId))?.StatusReason ?? '';

const operationOf = async (client: CloudFormationClient, name: string, operationId: string) => {
  const command = new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: operationId });
  const found = await calling(`cloudformation:DescribeStackSetOperation ${name}`, () => client.send(command));
  return found.StackSetOperation;
};

export async function listResults(client: CloudFormationClient, name: string, operationId: string) {
  const results = await everyItem(
    `cloudformation:ListStackSetOperationResults ${name}`,
    paginateListStackSetOperationResults({ client, pageSize }, { StackSetName: name, OperationId: operationId }),
    (page) => page.Summaries,
  );
  return results.map(
    ({ Account, Region, Status, StatusReason }): InstanceResult => ({
      account: parseAccountId(Account ?? ''),
      region: parseRegion(Region ?? ''),
      outcome: Status ?? 'PENDING',
      reason: StatusReason ?? '',
    }),
  );
}

/** Returns undefined if the set or the operation does not exist; an emulator reports ValidationError then. */
export async function described(client: CloudFormationClient, name: string, operationId: string) {
  const absent = ['OperationNotFound', 'StackSetNotFound', 'ValidationError'];
  const found = await finding(`cloudformation:DescribeStackSetOperation ${name}`, absent, () =>
    client.send(new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: operationId })),
  );
  return found?.StackSetOperation;
}
