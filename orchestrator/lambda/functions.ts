/**
 * A factory for every deployed function, under its name. It gets exactly the ports that `tasks/table.ts` declares, since `entry.ts` generates
 * the module that each bundle starts from.
 */
import { createApi } from '../dashboard/api/router';
import { behindGateway } from '../dashboard/behind-gateway';
import { storedDesiredState } from '../dashboard/stored-desired-state';
import type { AccountId } from '../domain/model/brand';
import { onAccountEvent } from '../events/on-account-event';
import { onStackSet } from '../events/on-stack-set';
import { scheduledDrift } from '../operations/scheduled-drift';
import { scheduledDiscovery, scheduledVisits } from '../operations/scheduled-sweep';
import { startExecution } from '../runtime/executions';
import type { PortsOf } from '../tasks/table';
import { deployed } from './environment';
import { noteFault } from './serve';

export * from '../runtime/task-handlers';

export const StackSetEvents = (ports: PortsOf<'StackSetEvents'>) => onStackSet(ports);

export const AccountEvents = (ports: PortsOf<'AccountEvents'>) => {
  const follow = onAccountEvent(ports);
  return async (raw: unknown) => {
    const followed = await follow(raw);
    if (followed.kind === 'start') await startExecution(ports, followed.input);
    return followed;
  };
};

/** Most rollouts that one discovery starts. */
const startsMax = 25;
export const Discover = (ports: PortsOf<'Discover'>) => {
  const discover = scheduledDiscovery(ports);
  return async () => {
    const inputs = await discover({ startsMax });
    for (const input of inputs) await startExecution(ports, input);
    return { started: inputs.length };
  };
};

/** Most accounts that one call visits, as its size assumes; the state machine of the sweep calls again while there is an `after`. */
const accountsMax = 500;
export const Sweep = (ports: PortsOf<'Sweep'>) => {
  const visit = scheduledVisits(ports);
  return async ({ after }: { readonly after?: AccountId }) => {
    const { verified, next } = await visit({ after, accountsMax });
    const isAtRisk = verified.some((one) => one.kind === 'verified' && one.account.state === 'KEYS_AT_RISK');
    return { ...(next && { after: next }), visited: verified.length, keysAtRisk: isAtRisk ? 'yes' : 'no' };
  };
};

export const Drift = (ports: PortsOf<'Drift'>) => scheduledDrift(ports);

/** The state machine runs the rollouts: it receives answers through its callbacks, so there is nothing to continue here. */
export const Dashboard = (ports: PortsOf<'Dashboard'>) => {
  const { executions } = ports;
  const api = createApi({
    ports,
    executions,
    runner: { start: (input) => startExecution(ports, input), resume: async () => undefined },
    desired: () => storedDesiredState(ports),
    inTime: (work) => work(),
    elapsedMs: () => performance.now(),
    isFrozenBetween: true,
    onFault: noteFault('Dashboard'),
  });
  return behindGateway(api, {
    roleClaim: deployed('roleClaim'),
    operator: deployed('operatorValue'),
    viewer: deployed('viewerValue'),
    nameClaim: deployed('nameClaim'),
  });
};
