/** Drift detection: it looks into the existing stacks and changes nothing. */

import { errors } from '../domain/errors';
import type { AccountId } from '../domain/model/brand';
import type { StackPlace } from '../ports/ports';
import type { DeploymentWorld } from './deployment';
import type { InstanceWork, Order } from './operation';
import { between } from './random';
import { instanceKey, type StackSet } from './stack-set';

/** How long CloudFormation takes to check one stack, and to revert one; in seconds. */
const lookSeconds = { least: 5, most: 20 };
const revertSeconds = { least: 20, most: 75 };

/** All instances of the set: a detection cannot be limited to some [bc:cloudformation:DetectStackSetDrift]. */
export const driftOrder = ({ instances, version }: StackSet, operationId: string): Order => ({
  operationId,
  kind: 'detectDrift',
  spec: version.spec,
  accounts: [...new Set([...instances.values()].map(({ account }) => account))],
  regions: [...new Set([...instances.values()].map(({ region }) => region))],
  maxConcurrent: 25,
  failureTolerance: instances.size,
  strict: false,
});

export const createDetection = (world: DeploymentWorld, set: StackSet, { operationId }: Order): InstanceWork => ({
  begin: (account, region) => {
    const state = world.organization.accounts.get(account)?.state;
    if (state === 'SUSPENDED' || state === 'CLOSED' || !set.instances.has(instanceKey(account, region)))
      return undefined;
    return between(world.random.of(`${operationId} ${account} ${region}`), lookSeconds.least, lookSeconds.most);
  },
  finish: (account, region) => {
    const instance = set.instances.get(instanceKey(account, region));
    const differing = instance && world.contents.drift(account, { stackSet: instance.madeBy, region });
    if (instance === undefined || differing === undefined) return `Stack StackSet-${set.name} does not exist`;
    const reason = world.faults.failDetection({ account, region, stackSet: set.name });
    if (reason === undefined) instance.drift = differing.length > 0 ? 'DRIFTED' : 'IN_SYNC';
    return reason;
  },
});

/** A drift-aware change set that was created for a key: it is executed some time later, once. */
export interface Revert {
  readonly doneAtMs: number;
}

/** @param begun what is known of the key. */
export function revert(
  world: Pick<DeploymentWorld, 'clock' | 'random' | 'contents' | 'faults'>,
  begun: Map<string, Revert>,
  { account, stack, key }: { readonly account: AccountId; readonly stack: StackPlace; readonly key: string },
): 'underway' | 'done' {
  const { clock, random, contents, faults } = world;
  const name = `${key} ${account} ${stack.stackSet} ${stack.region}`;
  const known = begun.get(name);
  const refused = (why: string) => errors.awsRefused('cloudformation:CreateChangeSet', 'ValidationError', why);
  if (contents.drift(account, stack) === undefined) throw refused(`Stack StackSet-${stack.stackSet} does not exist`);
  if (known === undefined) {
    const seconds = between(random.of(`revert ${name}`), revertSeconds.least, revertSeconds.most);
    begun.set(name, { doneAtMs: clock.nowMs() + seconds * 1000 });
    return 'underway';
  }
  if (clock.nowMs() < known.doneAtMs) return 'underway';
  const reason = faults.failDetection({ account, ...stack });
  if (reason !== undefined) throw refused(reason);
  contents.revert(account, stack);
  return 'done';
}
