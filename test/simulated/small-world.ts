/** What the tests of the simulated world share. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { parseRegion, parseRolloutId } from '../../orchestrator/domain/model/brand';
import type { InstanceOutcome, OperationRequest, Visit } from '../../orchestrator/ports/ports';
import { simulatedCiRole, simulatedExternalId, simulatedReaderRole } from '../../orchestrator/simulated/config';
import { createSimulatedWorld, type SimulatedWorld, type WorldOptions } from '../../orchestrator/simulated/world';
import type { AccountsWorld } from '../contracts/accounts.contract';
import { hashOf, topicTemplate } from '../contracts/stack-sets.contract';

export const home = parseRegion('us-east-1');
export const other = parseRegion('us-west-2');
export const start = new Date('2026-11-22T15:00:00Z');
export const setName = 'strongroom-wave-topic';

export const smallWorld = (change: Partial<WorldOptions> = {}): SimulatedWorld =>
  createSimulatedWorld({ seed: 7, accounts: 60, start, ...change });

/** Accounts that are open to all. */
export const sandboxes = (world: SimulatedWorld): readonly AccountId[] =>
  world.organization.accountsIn('Sandbox').map(({ id }) => id);

export function sandboxIn(world: SimulatedWorld): AccountId {
  const [first] = sandboxes(world);
  if (first === undefined) throw new Error('the world has no sandbox');
  return first;
}

export const visitTo = (account: AccountId): Visit => ({
  account,
  roles: { reader: simulatedReaderRole, ci: simulatedCiRole },
  externalId: simulatedExternalId,
  rollout: parseRolloutId('ro-20261122-150405-ab12'),
});

export const requestFor = (
  accounts: readonly AccountId[],
  change: Partial<OperationRequest> = {},
  body = topicTemplate('one'),
): OperationRequest => ({
  operationId: 'op-1',
  kind: 'create',
  spec: {
    name: setName,
    template: hashOf(body),
    templateBody: body,
    parameters: {},
    executionRoleName: simulatedCiRole,
  },
  accounts,
  regions: [home],
  maxConcurrent: accounts.length,
  failureTolerance: 0,
  strict: false,
  ...change,
});

export const secondsLater = (world: SimulatedWorld, seconds: number): Promise<void> =>
  world.clock.sleepUntil(new Date(world.clock.nowMs() + seconds * 1000));

/** Longer than an operation of some ten accounts takes, and than its results lag behind. */
export const longSeconds = 3600;

/** Starts an operation, lets it end, and gives its outcomes by account in the order of the request. */
export async function play(world: SimulatedWorld, request: OperationRequest): Promise<readonly InstanceOutcome[]> {
  return world.clock.run(
    (async () => {
      await world.stackSets.start(request);
      await secondsLater(world, longSeconds);
      return outcomes(world, request);
    })(),
  );
}
export const outcomes = async (world: SimulatedWorld, request: OperationRequest): Promise<readonly InstanceOutcome[]> =>
  (await world.stackSets.results(setName, request.operationId)).map(({ outcome }) => outcome);
export const statusOf = (world: SimulatedWorld, operationId = 'op-1') =>
  world.clock.run(world.stackSets.status(setName, operationId));

export async function contractWorld(): Promise<AccountsWorld> {
  const world = smallWorld();
  return {
    ports: world,
    accounts: sandboxes(world),
    home,
    other,
    executionRoleName: simulatedCiRole,
    externalId: simulatedExternalId,
    run: world.clock.run,
    pause: () => secondsLater(world, 5),
    cleanup: async () => {},
  };
}
