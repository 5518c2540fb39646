/** Takes instances out of their set, and deletes their stacks unless they are retained [bc:cloudformation:DeleteStackInstances]. */
import type { DeploymentWorld } from './deployment';
import type { InstanceWork, Order } from './operation';
import { between } from './random';
import { instanceKey, type StackSet } from './stack-set';

/** How long CloudFormation takes to delete one stack, in seconds. */
const deleteSeconds = { least: 15, most: 60 };

/** A stack is deleted with the execution role; without one the instance stays. */
export const createRemoval = (
  { random, contents, ciRole }: DeploymentWorld,
  set: StackSet,
  { operationId, kind }: Order,
): InstanceWork => ({
  begin: (account, region) =>
    kind === 'retain'
      ? 1
      : between(random.of(`${operationId} ${account} ${region}`), deleteSeconds.least, deleteSeconds.most),
  finish: (account, region) => {
    const key = instanceKey(account, region);
    const instance = set.instances.get(key);
    if (instance === undefined) return undefined;
    const { executionRoleName } = set.version.spec;
    if (kind === 'delete' && executionRoleName !== ciRole) return `Account ${account} has no role ${executionRoleName}`;
    if (kind === 'delete') contents.byHand(account, { kind: 'deleteStack', region, stackSet: instance.madeBy });
    set.instances.delete(key);
    return undefined;
  },
});
