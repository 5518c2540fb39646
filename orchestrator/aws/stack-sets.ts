/** SELF_MANAGED StackSets, one per wave and module. An operation changes only the accounts and regions that the request names. */
import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DeleteStackSetCommand,
  type Parameter,
  paginateListStackSetOperations,
  StopStackSetOperationCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { errors } from '../domain/errors';
import {
  type OperationRequest,
  operationEnded,
  type StackSetSpec,
  type StackSetState,
  type StackSets,
} from '../ports/ports';
import type { AdministrationRole } from './administration-role';
import type { Clients } from './clients';
import { closedRegions } from './closed-regions';
import { calling, finding, isAws } from './failures';
import { moves } from './moving-stacks';
import { startedAs, targets } from './operations';
import { everyItem } from './pages';
import { detectDrift, listDrift } from './stack-set-drift';
import { describe, described, listInstances, listResults, pageSize, statusOf, statusReasonOf } from './stack-set-reads';

/** The maximum size of an inline template [doc:AWSCloudFormation/cloudformation-limits]. */
const templateBytesMax = 51_200;

export interface StackSetsOptions {
  readonly clients: Clients;
  readonly home: string;
  readonly administration: AdministrationRole;
}

export function createStackSets({ clients, home, administration }: StackSetsOptions): StackSets {
  const client = clients.in(CloudFormationClient, home);
  return {
    closedRegions: (regions) => closedRegions(clients.in(EC2Client, home), regions),
    describe: (name) => describe(client, name),
    instances: (name) => listInstances(client, name),
    detectDrift: (name, operationId) => startDetection(client, name, operationId),
    driftOf: (name, operationId, instance) => listDrift(client, name, operationId, instance),
    start: (request) => start(client, request, administration),
    status: (name, operationId) => statusOf(client, name, operationId),
    statusReason: (name, operationId) => statusReasonOf(client, name, operationId),
    results: (name, operationId) => listResults(client, name, operationId),
    stop: (name, operationId) => stop(client, name, operationId),
  };
}

export async function stop(client: CloudFormationClient, name: string, operationId: string): Promise<void> {
  const operation = await described(client, name, operationId);
  if (operation?.Status === undefined || operationEnded(operation.Status)) return;
  try {
    await calling(`cloudformation:StopStackSetOperation ${name}`, () =>
      client.send(new StopStackSetOperationCommand({ StackSetName: name, OperationId: operationId })),
    );
  } catch (error) {
    // If the operation has ended in the meantime, there is nothing to stop.
    if (!operationEnded(await statusOf(client, name, operationId))) throw error;
  }
}

export const startDetection = (client: CloudFormationClient, name: string, operationId: string): Promise<string> =>
  startedOnce(client, name, operationId, async () => startedAs(name, await detectDrift(client, name, operationId)));

export async function start(
  client: CloudFormationClient,
  request: OperationRequest,
  administration: AdministrationRole,
): Promise<string> {
  const { spec, operationId } = request;
  const bytes = Buffer.byteLength(spec.templateBody);
  if (bytes > templateBytesMax)
    throw errors.invalidInput(
      `the template of stack set ${spec.name} has ${bytes} bytes, CloudFormation takes ${templateBytesMax}`,
      'make the template smaller, or split the module',
    );
  const held = await describe(client, spec.name);
  const role = await administration();
  const run = () => begin[request.kind](client, request, role, held);
  // A set that does not exist yet has no operations.
  return held === undefined
    ? oursOrRefused(client, spec.name, operationId, run)
    : startedOnce(client, spec.name, operationId, run);
}

async function startedOnce(
  client: CloudFormationClient,
  name: string,
  operationId: string,
  run: () => Promise<string>,
): Promise<string> {
  return (await isKnown(client, name, operationId)) ? operationId : oursOrRefused(client, name, operationId, run);
}

/** An error may mean that this is a repeat of our own request. */
async function oursOrRefused(
  client: CloudFormationClient,
  name: string,
  operationId: string,
  run: () => Promise<string>,
): Promise<string> {
  try {
    return await run();
  } catch (error) {
    // While the operation runs, AWS may reject its repeat as a conflict with another operation [aws-behavior 2.5].
    const mayBeOurs = isAws(error, 'OperationIdAlreadyExists', 'OperationInProgress', 'StaleRequest');
    if (mayBeOurs && (await isKnown(client, name, operationId))) return operationId;
    if (isAws(error, 'StaleRequest')) throw errors.stackSetBusy(name, error);
    throw error;
  }
}

type Begin = (
  client: CloudFormationClient,
  request: OperationRequest,
  administrationRole: string,
  held: StackSetState | undefined,
) => Promise<string>;

const begin: Readonly<Record<OperationRequest['kind'], Begin>> = {
  create: (client, request, role, held) => create(client, request, role, held),
  update: (client, request, role, held) => update(client, request, role, held),
  ...moves,
  // The set is created only if it does not exist. The update that follows changes its stacks.
  adopt: async (client, request, role, held) => {
    if (held === undefined) await createSet(client, request.spec, role);
    return moves.adopt(client, request);
  },
};

/** Whether the set has an operation with our id, so this request was sent before. */
const isKnown = async (client: CloudFormationClient, name: string, operationId: string): Promise<boolean> =>
  (await described(client, name, operationId)) !== undefined;

/**
 * New instances get the template and parameters of the set. If these differ from the spec, the set may change only while it has no
 * instances, because a change would mark, and could by mistake update, instances outside the request. A wave with both kinds therefore
 * updates its existing instances first, which brings the set to the release.
 */
async function create(
  client: CloudFormationClient,
  request: OperationRequest,
  role: string,
  held: StackSetState | undefined,
) {
  const { spec } = request;
  if (held === undefined) await createSet(client, spec, role);
  else if (!holds(held, spec)) {
    try {
      await calling(`cloudformation:DeleteStackSet ${spec.name}`, () =>
        client.send(new DeleteStackSetCommand({ StackSetName: spec.name })),
      );
    } catch (error) {
      if (!isAws(error, 'StackSetNotEmpty')) throw error;
      throw errors.stackSetElsewhere(spec.name, `template ${spec.template}`);
    }
    await createSet(client, spec, role);
  }
  try {
    return await createInstances(client, request);
  } catch (error) {
    // AWS skips instances that are current [bc:cloudformation:CreateStackInstances]; an emulator rejects them.
    if (!isAws(error, 'AlreadyExists')) throw error;
    return createMissing(client, request);
  }
}

async function createMissing(client: CloudFormationClient, request: OperationRequest): Promise<string> {
  const { name } = request.spec;
  const there = new Set((await listInstances(client, name)).map(({ account, region }) => `${account}/${region}`));
  const accounts = request.accounts.filter((a) => request.regions.some((region) => !there.has(`${a}/${region}`)));
  if (accounts.length > 0) return createInstances(client, { ...request, accounts });
  const operations = await everyItem(
    `cloudformation:ListStackSetOperations ${name}`,
    paginateListStackSetOperations({ client, pageSize }, { StackSetName: name }),
    (page) => page.Summaries,
  );
  const made = operations
    .filter((operation) => operation.Action === 'CREATE')
    .reduce((a, b) => ((b.CreationTimestamp ?? 0) >= (a.CreationTimestamp ?? 0) ? b : a), {});
  return startedAs(name, made.OperationId);
}

async function createInstances(client: CloudFormationClient, request: OperationRequest): Promise<string> {
  const { name } = request.spec;
  const { OperationId: id } = await calling(`cloudformation:CreateStackInstances ${name}`, () =>
    client.send(new CreateStackInstancesCommand({ StackSetName: name, ...targets(request) })),
  );
  return startedAs(name, id);
}

/**
 * The template is sent only if it differs from the set's, because sending it first marks all instances OUTDATED, even those outside the
 * request. Unchanged parameters are sent as such, because an omitted one could fall back to its default
 * [bc:cloudformation:UpdateStackSet].
 */
async function update(
  client: CloudFormationClient,
  request: OperationRequest,
  role: string,
  held: StackSetState | undefined,
) {
  const { spec } = request;
  if (held === undefined)
    throw errors.invalidInput(
      `stack set ${spec.name} does not exist, so it has no instances to update`,
      'check who deleted it; missing instances must be created, not updated',
    );
  const change = holds(held, spec)
    ? {
        UsePreviousTemplate: true,
        Parameters: Object.keys(spec.parameters).map((key) => ({ ParameterKey: key, UsePreviousValue: true })),
      }
    : { TemplateBody: spec.templateBody, Parameters: parametersOf(spec) };
  const { OperationId: id } = await calling(`cloudformation:UpdateStackSet ${spec.name}`, () =>
    client.send(new UpdateStackSetCommand({ ...common(spec, role), ...change, ...targets(request) })),
  );
  return startedAs(spec.name, id);
}

async function createSet(client: CloudFormationClient, spec: StackSetSpec, role: string): Promise<void> {
  await finding(`cloudformation:CreateStackSet ${spec.name}`, ['NameAlreadyExists'], () =>
    client.send(
      new CreateStackSetCommand({
        ...common(spec, role),
        TemplateBody: spec.templateBody,
        Parameters: parametersOf(spec),
        PermissionModel: 'SELF_MANAGED',
        // Operations run concurrently unless they conflict; conflicting ones are queued [bc:cloudformation:ManagedExecution].
        ManagedExecution: { Active: true },
      }),
    ),
  );
}

/** Capabilities and the administration role must be repeated in every update [bc:cloudformation:UpdateStackSet]. */
const common = (spec: StackSetSpec, administrationRole: string) => ({
  StackSetName: spec.name,
  Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  ExecutionRoleName: spec.executionRoleName,
  AdministrationRoleARN: administrationRole,
});

/** Compares only the parameters in the spec. It is not documented whether CloudFormation also lists parameters with default values. */
const holds = (held: StackSetState, spec: StackSetSpec): boolean =>
  held.template === spec.template &&
  Object.entries(spec.parameters).every(([key, value]) => held.parameters[key] === value);

const parametersOf = (spec: StackSetSpec): Parameter[] =>
  Object.entries(spec.parameters).map(([key, value]) => ({ ParameterKey: key, ParameterValue: value }));
