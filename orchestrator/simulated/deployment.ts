/** What an operation does to a StackSet's instances and to the accounts behind them. */
import type { AccountId, Region } from '../domain/brand';
import type { Calls } from './calls';
import type { Estate } from './estate';
import type { Faults } from './faults';
import type { InstanceWork, Order } from './operation';
import type { SimulatedOrganization } from './organization';
import { between, type Random } from './random';
import { instanceKey, type StackSet, sameContent, versionOf } from './stack-set';
import type { VirtualClock } from './virtual-clock';

export interface DeploymentWorld {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly organization: SimulatedOrganization;
  readonly estate: Estate;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly ciRole: string;
}

/** How long CloudFormation takes over one stack, in seconds: to make or change it, and to find that there is nothing to do. */
const changeSeconds = { least: 20, most: 75 };
const nothingSeconds = { least: 3, most: 8 };

/** Begins the operation: an update changes the set at once, and it stays changed even if every instance fails [bc:UpdateStackSet]. */
export function createDeployment(
  world: DeploymentWorld,
  set: StackSet,
  request: Order & { readonly kind: 'create' | 'update' },
): InstanceWork {
  const { clock, random, organization, estate, calls, faults } = world;
  if (request.kind === 'update' && !sameContent(set.version.spec, request.spec)) {
    set.version = versionOf(request.spec);
    for (const instance of set.instances.values()) instance.status = 'OUTDATED';
  }
  const { version } = set;
  for (const region of request.regions)
    for (const account of request.accounts) {
      const key = instanceKey(account, region);
      if (!set.instances.has(key))
        set.instances.set(key, { account, region, status: 'OUTDATED', drift: 'NOT_CHECKED' });
    }

  const whyNot = (account: AccountId, region: Region): string | undefined => {
    const { executionRoleName, administrationRoleArn } = version.spec;
    const member = organization.accounts.get(account);
    const hasRole =
      member?.state !== 'PENDING_ACTIVATION' &&
      executionRoleName === world.ciRole &&
      clock.nowMs() >= (member?.enterableFromMs ?? Infinity);
    if (!hasRole)
      return `Account ${account} should have '${executionRoleName}' role with trust relationship to Role '${administrationRoleArn ?? 'AWSCloudFormationStackSetAdministrationRole'}'.`;
    return faults.failInstance({ account, region, stackSet: set.name, kind: request.kind });
  };

  return {
    begin: (account, region) => {
      const state = organization.accounts.get(account)?.state;
      if (state === 'SUSPENDED' || state === 'CLOSED') return undefined;
      calls.touched({ atMs: clock.nowMs(), account, region, what: 'stackTouched', by: set.name });
      const isCurrent = set.instances.get(instanceKey(account, region))?.status === 'CURRENT';
      const { least, most } = isCurrent ? nothingSeconds : changeSeconds;
      const late = faults.delaySeconds({ account, region, stackSet: set.name, kind: request.kind });
      return late + between(random.of(`${request.operationId} ${account} ${region}`), least, most);
    },
    finish: (account, region) => {
      const { parameters, template } = version.spec;
      const stack = { stackSet: set.name, region, template, content: version.contentIn(region), parameters };
      const reason = whyNot(account, region) ?? estate.deploy(account, stack, clock.nowMs());
      const instance = set.instances.get(instanceKey(account, region));
      if (instance !== undefined) instance.status = reason === undefined ? 'CURRENT' : 'OUTDATED';
      return reason;
    },
  };
}
