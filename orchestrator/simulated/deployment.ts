/** What an operation changes: a StackSet's instances and the accounts behind them. */
import type { AccountId, Region } from '../domain/model/brand';
import { installationDefaults } from '../domain/model/installation';
import { isRehoming } from '../domain/model/plan';
import type { InstanceOutcome, OperationRequest } from '../ports/ports';
import type { AccountContents } from './account-contents';
import type { Calls } from './calls';
import type { Faults } from './faults';
import type { InstanceWork, Order } from './operation';
import type { SimulatedOrganization } from './organization';
import { between, type Random } from './random';
import { type Instance, instanceKey, type StackSet, sameContent, stackIdOf, versionOf } from './stack-set';
import type { VirtualClock } from './virtual-clock';

export interface DeploymentWorld {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly organization: SimulatedOrganization;
  readonly contents: AccountContents;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly ciRole: string;
  /** Stacks that were detached and belong to no set, by id. */
  readonly homeless: Map<string, Instance>;
}

interface Span {
  readonly least: number;
  readonly most: number;
}

/** How long CloudFormation takes for one stack, in seconds: to create or change it, and to find that there is nothing to do. */
const changeSeconds: Span = { least: 20, most: 75 };
const nothingSeconds: Span = { least: 3, most: 8 };

/** The seconds for one stack that is created or changed. A stack always draws the same number, so that a bench can compute what a rollout will take. */
export const stackSeconds = (random: Random, operationId: string, account: AccountId, region: Region): number =>
  secondsWithin(changeSeconds, random, operationId, account, region);

const secondsWithin = (
  { least, most }: Span,
  random: Random,
  operationId: string,
  account: AccountId,
  region: Region,
): number => between(random.of(`${operationId} ${account} ${region}`), least, most);

/** Starts the operation: an update changes the set at once, and the set stays changed even if every instance fails [bc:cloudformation:UpdateStackSet]. */
export function createDeployment(
  world: DeploymentWorld,
  set: StackSet,
  request: Order & Pick<OperationRequest, 'kind' | 'stackIds'>,
): InstanceWork {
  const { clock, random, organization, contents, calls, faults } = world;
  if (request.kind === 'update' && !sameContent(set.version.spec, request.spec)) {
    set.version = versionOf(request.spec);
    for (const instance of set.instances.values()) instance.status = 'OUTDATED';
  }
  const { version } = set;
  for (const region of request.regions)
    for (const account of request.accounts) {
      const key = instanceKey(account, region);
      if (!set.instances.has(key) && !isRehoming(request.kind))
        set.instances.set(key, newInstance(set, account, region));
    }

  const whyNot = (account: AccountId, region: Region): string | undefined => {
    const { executionRoleName } = version.spec;
    const member = organization.accounts.get(account);
    const hasRole =
      member?.state !== 'PENDING_ACTIVATION' &&
      executionRoleName === world.ciRole &&
      clock.nowMs() >= (member?.enterableFromMs ?? Infinity);
    if (!hasRole)
      return `Account ${account} should have '${executionRoleName}' role with trust relationship to Role '${installationDefaults.administrationRole}'.`;
    return faults.failInstance({ account, region, stackSet: set.name, kind: request.kind });
  };

  return noting(set, request.operationId, {
    begin: (account, region) => {
      const state = organization.accounts.get(account)?.state;
      if (state === 'SUSPENDED' || state === 'CLOSED') return undefined;
      calls.touched({ atMs: clock.nowMs(), account, region, what: 'stackTouched', by: set.name });
      const isCurrent = set.instances.get(instanceKey(account, region))?.status === 'CURRENT';
      const takes = secondsWithin(
        isCurrent ? nothingSeconds : changeSeconds,
        random,
        request.operationId,
        account,
        region,
      );
      return takes + faults.delaySeconds({ account, region, stackSet: set.name, kind: request.kind });
    },
    finish: (account, region) => {
      const reason = whyNot(account, region);
      if (reason === undefined && request.kind === 'detach') return release(world, set, account, region);
      if (reason === undefined && request.kind === 'adopt') return adopt(world, set, request, account, region);
      const instance = set.instances.get(instanceKey(account, region));
      if (instance === undefined) return reason;
      if (reason === undefined && request.kind === 'follow') instance.overrides = undefined;
      const { spec } = version;
      const held =
        instance.overrides && versionOf({ ...spec, parameters: { ...spec.parameters, ...instance.overrides } });
      const { contentIn, spec: as } = held ?? version;
      const { template, parameters } = as;
      const stack = { stackSet: instance.madeBy, region, template, content: contentIn(region), parameters };
      const failure = reason ?? contents.deploy(account, stack, clock.nowMs());
      instance.status = failure === undefined ? 'CURRENT' : 'OUTDATED';
      instance.isMade ||= failure === undefined;
      return failure;
    },
  });
}

/** The same work, which leaves with each instance what the operation did there. */
function noting(set: StackSet, id: string, { begin, finish }: InstanceWork): InstanceWork {
  const note = (account: AccountId, region: Region, outcome: InstanceOutcome, reason = ''): void => {
    const instance = set.instances.get(instanceKey(account, region));
    if (instance !== undefined) instance.lastOperation = { id, outcome, reason };
  };
  return {
    begin: (account, region) => {
      const seconds = begin(account, region);
      note(account, region, seconds === undefined ? 'SKIPPED' : 'RUNNING');
      return seconds;
    },
    finish: (account, region) => {
      const reason = finish(account, region);
      note(account, region, reason === undefined ? 'SUCCEEDED' : 'FAILED', reason);
      return reason;
    },
    cancel: (account, region, reason) => note(account, region, 'CANCELLED', reason),
  };
}

const newInstance = ({ name: madeBy }: StackSet, account: AccountId, region: Region): Instance => ({
  account,
  region,
  status: 'OUTDATED',
  drift: 'NOT_CHECKED',
  lastOperation: undefined,
  madeBy,
  isMade: false,
});

/** With RetainStacks the stack stays as it is and belongs to no set [bc:cloudformation:DeleteStackInstances]. */
function release(
  { homeless, contents }: DeploymentWorld,
  set: StackSet,
  account: AccountId,
  region: Region,
): undefined {
  const key = instanceKey(account, region);
  const instance = set.instances.get(key);
  if (instance === undefined) return;
  set.instances.delete(key);
  if (stackOf(contents, instance) !== undefined) homeless.set(stackIdOf(instance), instance);
}

/** The stack stays as it is, and keeps its parameters until an operation changes them [doc:AWSCloudFormation/stacksets-import]. */
function adopt(
  { homeless, contents }: DeploymentWorld,
  set: StackSet,
  { stackIds = [] }: Pick<OperationRequest, 'stackIds'>,
  account: AccountId,
  region: Region,
): string | undefined {
  const found = stackIds.map((id) => homeless.get(id)).find((one) => one?.account === account && one.region === region);
  const stack = found && stackOf(contents, found);
  if (found === undefined || stack === undefined) return `no stack to import in ${account} ${region}`;
  homeless.delete(stackIdOf(found));
  const overrides = Object.fromEntries(
    Object.entries(stack.parameters).filter(([name]) => name in set.version.spec.parameters),
  );
  set.instances.set(instanceKey(account, region), { ...found, status: 'OUTDATED', overrides });
  return undefined;
}

const stackOf = (contents: AccountContents, { account, region, madeBy }: Instance) =>
  contents.stacks(account).find((one) => one.stackSet === madeBy && one.region === region);
