/** The StackSets port with AWS's semantics, SELF_MANAGED and with ManagedExecution active; semantics.md has them on one page. */
import { createHash } from 'node:crypto';
import { type AccountId, parseTemplateHash, type Region } from '../domain/brand';
import { errors, messageOf } from '../domain/errors';
import { canonicalJson } from '../domain/release';
import type { OperationRequest, StackInstance, StackSetSpec, StackSets } from '../ports/ports';
import { contentOf, type StackContent } from './deployed';
import { createDeployment, type DeploymentWorld } from './deployment';
import { createOperation, type Operation } from './operation';
import { between, type Random } from './random';
import type { Rates, Weather } from './rates';
import { parseTemplate } from './template';

/** Quotas [doc:AWSCloudFormation/latest/UserGuide/cloudformation-limits]. */
const stackSetsMax = 1000;
const instancesMax = 100_000;
const templateBytesMax = 51_200;
/** ListStackInstances and ListStackSetOperationResults give 100 at most [bc]. */
const pageMax = 100;

const operationIdForm = /^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/;
const stackSetNameForm = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** How far the list of results lags behind at most; and how long a queue, and an event, take to get going. */
const lagSecondsMax = 4;
const queueSeconds = 2;
const eventSeconds = { least: 1, most: 20 };

export type OperationEnded = (stackSet: string, operationId: string) => void;

export interface StackSetsWorld extends DeploymentWorld {
  readonly random: Random;
  readonly rates: Rates;
  readonly weather: Weather;
}

/** A template with its parameters, and what they make in each region. Content is shared by all accounts. */
export interface Version {
  readonly spec: StackSetSpec;
  readonly contentIn: (region: Region) => StackContent;
}

export interface StackSet {
  readonly name: string;
  version: Version;
  readonly instances: Map<
    string,
    { readonly account: AccountId; readonly region: Region; status: StackInstance['status'] }
  >;
  readonly operations: Map<string, Operation>;
  queue: readonly Operation[];
  running: readonly Operation[];
}

export const instanceKey = (account: AccountId, region: Region): string => `${account} ${region}`;

export interface SimulatedStackSets extends StackSets {
  /** Told some seconds after an operation has ended, as EventBridge does: perhaps twice, perhaps never. */
  readonly onOperationEnded: (listener: OperationEnded) => void;
}

export function createStackSets(world: StackSetsWorld): SimulatedStackSets {
  const { clock, rates, random } = world;
  const sets = new Map<string, StackSet>();
  const listeners: OperationEnded[] = [];

  const asked = async (api: string, pages = 1): Promise<void> => {
    rates.take(`cloudformation:${api}`);
    await rates.latency(Math.max(1, pages));
  };
  const tell = (set: StackSet, { request: { operationId } }: Operation): void => {
    const luck = random.of(`event ${set.name} ${operationId}`);
    const times = luck < world.weather.eventLost ? 0 : luck > 1 - world.weather.eventTwice ? 2 : 1;
    for (let time = 1; time <= times; time++) {
      const seconds = between(
        random.of(`event ${time} ${set.name} ${operationId}`),
        eventSeconds.least,
        eventSeconds.most,
      );
      clock.at(clock.nowMs() + seconds * 1000, () => {
        for (const listener of listeners) listener(set.name, operationId);
      });
    }
  };
  /** Starts what is first in the queue, in order, as long as it does not conflict with what runs. */
  const pump = (set: StackSet): void => {
    for (
      let [head] = set.queue;
      head !== undefined && !set.running.some((r) => conflict(r, head));
      [head] = set.queue
    ) {
      const operation = head;
      set.queue = set.queue.slice(1);
      if (operation.status() !== 'QUEUED') continue;
      set.running = [...set.running, operation];
      operation.run(createDeployment(world, set, operation.request), () => {
        set.running = set.running.filter((r) => r !== operation);
        tell(set, operation);
        clock.at(clock.nowMs(), () => pump(set));
      });
    }
  };
  const operationOf = (name: string, operationId: string): Operation => {
    const operation = sets.get(name)?.operations.get(operationId);
    if (operation === undefined)
      throw refused('DescribeStackSetOperation', 'OperationNotFoundException', `no ${operationId} in ${name}`);
    return operation;
  };

  return {
    onOperationEnded: (listener) => void listeners.push(listener),
    describe: async (name) => {
      await asked('DescribeStackSet');
      const set = sets.get(name);
      return set && { template: set.version.spec.template, parameters: set.version.spec.parameters };
    },
    instances: async (name) => {
      const found = [...(sets.get(name)?.instances.values() ?? [])];
      await asked('ListStackInstances', Math.ceil(found.length / pageMax));
      return found.map((instance) => ({ ...instance }));
    },
    start: async (request) => {
      await asked(request.kind === 'create' ? 'CreateStackInstances' : 'UpdateStackSet');
      const known = sets.get(request.spec.name)?.operations.get(request.operationId);
      if (known !== undefined) return request.operationId;
      const version = validated(request);
      const set = sets.get(request.spec.name) ?? createSet(sets, request, version);
      refuseMisfit(set, request);
      const operation = createOperation(clock, request);
      const isIdle = set.queue.length === 0 && set.running.length === 0;
      set.operations.set(request.operationId, operation);
      set.queue = [...set.queue, operation];
      // While anything runs or waits, every new operation waits first, in conflict or not [bc:ManagedExecution].
      if (isIdle) pump(set);
      else clock.at(clock.nowMs() + queueSeconds * 1000, () => pump(set));
      return request.operationId;
    },
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
      return resultsAt(clock.nowMs() - Math.floor(random.of(`lag ${operationId}`) * lagSecondsMax * 1000));
    },
    stop: async (name, operationId) => {
      await asked('StopStackSetOperation');
      operationOf(name, operationId).stop();
    },
  };
}

/** Two operations conflict if they share an instance, or would have the set hold different things. */
const conflict = (a: Operation, b: Operation): boolean =>
  !sameContent(a.request.spec, b.request.spec) ||
  b.request.regions.some((region) => b.request.accounts.some((account) => a.touches(account, region)));

export const sameContent = (a: StackSetSpec, b: StackSetSpec): boolean =>
  a.templateBody === b.templateBody && canonicalJson(a.parameters) === canonicalJson(b.parameters);

const refused = (api: string, name: string, why: string) => errors.awsRefused(`cloudformation:${api}`, name, why);

function createSet(sets: Map<string, StackSet>, request: OperationRequest, version: Version): StackSet {
  if (request.kind === 'update')
    throw refused('UpdateStackSet', 'StackSetNotFoundException', `no stack set ${request.spec.name}`);
  if (sets.size >= stackSetsMax)
    throw errors.limitExceeded(`stack set ${request.spec.name}`, `${stackSetsMax} stack sets`);
  const set: StackSet = {
    name: request.spec.name,
    version,
    instances: new Map(),
    operations: new Map(),
    queue: [],
    running: [],
  };
  sets.set(set.name, set);
  return set;
}

/** What CloudFormation refuses before anything starts. */
function validated(request: OperationRequest): Version {
  const { spec, operationId, kind, accounts, regions, maxConcurrent } = request;
  const api = kind === 'create' ? 'CreateStackInstances' : 'UpdateStackSet';
  const invalid = (why: string) => refused(api, 'ValidationError', why);
  if (!operationIdForm.test(operationId)) throw invalid(`OperationId ${operationId}`);
  if (!stackSetNameForm.test(spec.name)) throw invalid(`StackSetName ${spec.name}`);
  if (accounts.length === 0 || regions.length === 0) throw invalid('accounts and regions must be named');
  if (maxConcurrent < 1) throw invalid(`MaxConcurrentCount ${maxConcurrent}`);
  const bytes = Buffer.byteLength(spec.templateBody);
  if (bytes > templateBytesMax) throw errors.limitExceeded(`template of ${bytes} bytes`, `${templateBytesMax} bytes`);
  try {
    const version = versionOf(spec);
    for (const region of regions) version.contentIn(region);
    return version;
  } catch (error) {
    throw invalid(messageOf(error));
  }
}

export function versionOf(spec: StackSetSpec): Version {
  const template = parseTemplate(spec.templateBody);
  const contents = new Map<Region, StackContent>();
  const hash = createHash('sha256').update(spec.templateBody).digest('hex');
  return {
    spec: { ...spec, template: parseTemplateHash(hash) },
    contentIn: (region) => {
      const known = contents.get(region);
      if (known !== undefined) return known;
      const made = contentOf(template, spec.parameters, { region, stackName: `StackSet-${spec.name}` });
      contents.set(region, made);
      return made;
    },
  };
}

/** New instances get what the set holds, whatever the caller has in mind; updates need instances that are there [bc]. */
function refuseMisfit(set: StackSet, { kind, spec, accounts, regions }: OperationRequest): void {
  if (kind === 'create') {
    if (!sameContent(set.version.spec, spec))
      throw errors.stackSetChangedByHand(
        set.name,
        `it holds template ${set.version.spec.template}, not ${spec.template}, or other parameters`,
      );
    const fresh = regions.flatMap((region) =>
      accounts.filter((account) => !set.instances.has(instanceKey(account, region))),
    );
    if (set.instances.size + fresh.length > instancesMax)
      throw errors.limitExceeded(`stack set ${set.name}`, `${instancesMax} stack instances`);
    return;
  }
  for (const region of regions)
    for (const account of accounts)
      if (!set.instances.has(instanceKey(account, region)))
        throw refused(
          'UpdateStackSet',
          'StackInstanceNotFoundException',
          `no instance of ${set.name} in ${account} ${region}`,
        );
}
