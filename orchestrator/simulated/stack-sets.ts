/** The StackSets port with AWS's semantics: SELF_MANAGED, ManagedExecution active. semantics.md has them on one page. */
import { errors, messageOf } from '../domain/errors';
import { type OperationRequest, operationEnded, type StackSets, stacksPerAdoptionMax } from '../ports/ports';
import { createDispatcher, type DispatcherWorld, type InstanceEnded, type OperationEnded } from './dispatcher';
import { driftOrder } from './drift';
import { createOperation, type Operation, type Order } from './operation';
import type { Rates } from './rates';
import {
  type Instance,
  instanceKey,
  type StackSet,
  sameContent,
  stackIdOf,
  type Version,
  versionOf,
} from './stack-set';

/** Quotas [doc:AWSCloudFormation/cloudformation-limits]. */
const stackSetsMax = 1000;
const instancesMax = 100_000;
const templateBytesMax = 51_200;
/** ListStackInstances and ListStackSetOperationResults give 100 at most [bc:cloudformation:MaxResults]. */
const pageMax = 100;

const operationIdForm = /^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/;
const stackSetNameForm = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** The longest that the list of results lags behind. */
const lagSecondsMax = 4;

export interface StackSetsWorld extends Omit<DispatcherWorld, 'homeless'> {
  readonly rates: Rates;
}

export interface SimulatedStackSets extends StackSets {
  /** Called some seconds after an operation has ended, as EventBridge does: perhaps twice, perhaps never. */
  readonly onOperationEnded: (listener: OperationEnded) => void;
  /** Called at the moment at which an operation is done with an instance. */
  readonly onInstanceEnded: (listener: InstanceEnded) => void;
  /** Operations that CloudFormation runs or has queued. */
  readonly inFlight: () => readonly Order[];
  /** For what no port of a rollout does. */
  readonly behind: StackSetsBehind;
}

export interface StackSetsBehind {
  readonly sets: Map<string, StackSet>;
  readonly homeless: Map<string, Instance>;
  readonly submit: (set: StackSet, order: Order) => void;
}

export function createStackSets(world: StackSetsWorld): SimulatedStackSets {
  const { clock, rates, random } = world;
  const sets = new Map<string, StackSet>();
  /** Stacks that were detached and belong to no set, by id. */
  const homeless = new Map<string, Instance>();
  const dispatcher = createDispatcher({ ...world, homeless });

  const asked = async (api: string, pages = 1): Promise<void> => {
    rates.take(`cloudformation:${api}`);
    await rates.latency(Math.max(1, pages));
  };
  const operationOf = (name: string, operationId: string): Operation => {
    const operation = sets.get(name)?.operations.get(operationId);
    if (operation === undefined)
      throw refused('DescribeStackSetOperation', 'OperationNotFoundException', `no ${operationId} in ${name}`);
    return operation;
  };

  const submit = (set: StackSet, order: Order): void => {
    const operation = createOperation(clock, order);
    set.operations.set(order.operationId, operation);
    dispatcher.enqueue(set, operation);
  };

  return {
    behind: { sets, homeless, submit },
    onOperationEnded: dispatcher.onOperationEnded,
    onInstanceEnded: dispatcher.onInstanceEnded,
    inFlight: () =>
      [...sets.values()].flatMap(({ queue, running }) =>
        [...running, ...queue].flatMap(({ request, status }) => (operationEnded(status()) ? [] : [request])),
      ),
    describe: async (name) => {
      await asked('DescribeStackSet');
      const set = sets.get(name);
      return set && { template: set.version.spec.template, parameters: set.version.spec.parameters };
    },
    instances: async (name) => {
      const found = [...(sets.get(name)?.instances.values() ?? [])];
      await asked('ListStackInstances', Math.ceil(found.length / pageMax));
      return found.map((instance) => ({
        account: instance.account,
        region: instance.region,
        status: instance.status,
        lastOperation: instance.lastOperation,
        drift: instance.drift,
        stackId: instance.isMade ? stackIdOf(instance) : '',
      }));
    },
    start: async (request) => {
      await asked(apis[request.kind]);
      const known = sets.get(request.spec.name)?.operations.get(request.operationId);
      if (known !== undefined) return request.operationId;
      const version = validated(request);
      const set =
        request.kind === 'create'
          ? setForCreation(sets, request, version)
          : request.kind === 'adopt'
            ? setForAdoption(sets, homeless, request, version)
            : setWithInstances(sets, request);
      submit(set, request);
      return request.operationId;
    },
    // Operations here are never refused as a whole.
    statusReason: async () => '',
    status: async (name, operationId) => {
      await asked('DescribeStackSetOperation');
      return operationOf(name, operationId).status();
    },
    results: async (name, operationId) => {
      const { request, resultsAt } = operationOf(name, operationId);
      await asked(
        'ListStackSetOperationResults',
        Math.ceil((request.accounts.length * request.regions.length) / pageMax),
      );
      const shown = resultsAt(clock.nowMs() - Math.floor(random.of(`lag ${operationId}`) * lagSecondsMax * 1000));
      const instances = sets.get(name)?.instances;
      // A detection covers the existing instances, which need not be in every region.
      return request.kind !== 'detectDrift'
        ? shown
        : shown.filter(({ account, region }) => instances?.has(instanceKey(account, region)));
    },
    detectDrift: async (name, operationId) => {
      await asked('DetectStackSetDrift');
      const set = sets.get(name);
      if (set === undefined) throw refused('DetectStackSetDrift', 'StackSetNotFoundException', `no stack set ${name}`);
      if (set.operations.has(operationId)) return operationId;
      if (set.running.length + set.queue.length > 0) throw errors.stackSetBusy(name);
      submit(set, driftOrder(set, operationId));
      return operationId;
    },
    closedRegions: async (regions) => {
      await asked('DescribeRegions');
      return regions.filter((region) => world.faults.isClosed(region));
    },
    driftOf: async (name, _operationId, { account, region }) => {
      await asked('ListStackInstanceResourceDrifts');
      return world.contents.drift(account, { stackSet: name, region }) ?? [];
    },
    stop: async (name, operationId) => {
      await asked('StopStackSetOperation');
      sets.get(name)?.operations.get(operationId)?.stop();
    },
  };
}

const refused = (api: string, name: string, why: string) => errors.awsRefused(`cloudformation:${api}`, name, why);

const apis: Readonly<Record<OperationRequest['kind'], string>> = {
  create: 'CreateStackInstances',
  update: 'UpdateStackSet',
  detach: 'DeleteStackInstances',
  adopt: 'ImportStacksToStackSet',
  follow: 'UpdateStackInstances',
};

/** Creates the set, or recreates it while it is empty: new instances get what the set holds, and nothing else. */
function setForCreation(sets: Map<string, StackSet>, request: OperationRequest, version: Version): StackSet {
  const { spec, accounts, regions } = request;
  const known = sets.get(spec.name);
  if (known === undefined && sets.size >= stackSetsMax)
    throw errors.limitExceeded(`stack set ${spec.name}`, `${stackSetsMax} stack sets`);
  if (known !== undefined && !sameContent(known.version.spec, spec) && known.instances.size > 0)
    throw errors.stackSetElsewhere(spec.name, `template ${spec.template}`);
  const set: StackSet =
    known !== undefined && sameContent(known.version.spec, spec)
      ? known
      : { name: spec.name, version, instances: new Map(), operations: new Map(), queue: [], running: [] };
  const fresh = regions.flatMap((r) => accounts.filter((account) => !set.instances.has(instanceKey(account, r))));
  if (set.instances.size + fresh.length > instancesMax)
    throw errors.limitExceeded(`stack set ${spec.name}`, `${instancesMax} stack instances`);
  sets.set(set.name, set);
  return set;
}

/** An existing set is used as it is: AWS documents no requirement that its template equals the stack's. */
function setForAdoption(
  sets: Map<string, StackSet>,
  homeless: ReadonlyMap<string, Instance>,
  { spec, accounts, regions, stackIds = [] }: OperationRequest,
  version: Version,
): StackSet {
  if (stackIds.length > stacksPerAdoptionMax)
    throw refused('ImportStacksToStackSet', 'ValidationError', `${stackIds.length} stack ids`);
  const isInSet = (id: string): boolean =>
    [...sets.values()].some(({ instances }) => [...instances.values()].some((one) => stackIdOf(one) === id));
  for (const id of stackIds) {
    if (isInSet(id)) throw refused('ImportStacksToStackSet', 'ValidationError', `${id} belongs to a stack set`);
    if (!homeless.has(id)) throw errors.stackGone(spec.name, stackIds);
  }
  if (stackIds.length !== accounts.length * regions.length)
    throw refused('ImportStacksToStackSet', 'ValidationError', 'the stacks are not those of the accounts and regions');
  const set: StackSet = sets.get(spec.name) ?? {
    name: spec.name,
    version,
    instances: new Map(),
    operations: new Map(),
    queue: [],
    running: [],
  };
  sets.set(set.name, set);
  return set;
}

function setWithInstances(
  sets: ReadonlyMap<string, StackSet>,
  { spec, accounts, regions, kind }: OperationRequest,
): StackSet {
  const set = sets.get(spec.name);
  if (set === undefined) throw refused(apis[kind], 'StackSetNotFoundException', `no stack set ${spec.name}`);
  for (const region of regions)
    for (const account of accounts)
      if (!set.instances.has(instanceKey(account, region)))
        throw refused(apis[kind], 'StackInstanceNotFoundException', `no instance in ${account} ${region}`);
  return set;
}

/** What CloudFormation refuses before anything starts. */
function validated(request: OperationRequest): Version {
  const { spec, operationId, kind, accounts, regions, maxConcurrent } = request;
  const invalid = (why: string) => refused(apis[kind], 'ValidationError', why);
  if (!operationIdForm.test(operationId)) throw invalid(`OperationId ${operationId}`);
  if (!stackSetNameForm.test(spec.name)) throw invalid(`StackSetName ${spec.name}`);
  if (accounts.length === 0 || regions.length === 0) throw invalid('accounts and regions must be named');
  if (maxConcurrent < 1) throw invalid(`MaxConcurrentCount ${maxConcurrent}`);
  const bytes = Buffer.byteLength(spec.templateBody);
  if (bytes > templateBytesMax)
    throw errors.invalidInput(
      `the template of stack set ${spec.name} has ${bytes} bytes, CloudFormation takes ${templateBytesMax}`,
      'make the template smaller, or split the module',
    );
  try {
    const version = versionOf(spec);
    for (const region of regions) version.contentIn(region);
    return version;
  } catch (error) {
    throw invalid(messageOf(error));
  }
}
