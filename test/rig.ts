/** A rollout as tests see it: the simulated world, the synthesized machine, the embedded engine, and the production handlers. */
import { join } from 'node:path';
import { parseConfig } from '../orchestrator/config/parse';
import { isStrongroomError } from '../orchestrator/domain/errors';
import type { AccountId, RolloutId } from '../orchestrator/domain/model/brand';
import type { DesiredState } from '../orchestrator/domain/model/desired-state';
import type { RolloutEvent } from '../orchestrator/domain/model/event';
import type { ExecutionInput } from '../orchestrator/domain/model/execution-input';
import type { RolloutRequest } from '../orchestrator/domain/model/rollout';
import { createEngine, type ExecutionEnd } from '../orchestrator/engine/engine';
import { onStackSetEvent } from '../orchestrator/events/on-stack-set';
import { prepareRollout } from '../orchestrator/operations/start';
import type { Preflight, UnguardedPorts, Visit } from '../orchestrator/ports/ports';
import { listAccounts } from '../orchestrator/records/accounts';
import { type Baseline, readBaseline } from '../orchestrator/records/baseline';
import { readEvents } from '../orchestrator/records/rollout-events';
import { hasEnded } from '../orchestrator/runtime/embedded';
import { functionsOf } from '../orchestrator/runtime/handlers';
import { createSigns } from '../orchestrator/runtime/signs';
import { simulatedConfig } from '../orchestrator/simulated/config';
import { stackSetEvent } from '../orchestrator/simulated/stack-set-event';
import { createSimulatedWorld, type SimulatedWorld } from '../orchestrator/simulated/world';
import { person } from './actors';

/** What the build made: `npm test` builds first, and synthesizing anew would cost every suite some seconds. */
export const baseline = (): Promise<Baseline> => readBaseline(join(__dirname, '..', 'dist'));

export type Invoke = (input: unknown) => Promise<unknown>;

export interface Rig {
  readonly world: SimulatedWorld;
  readonly desiredState: DesiredState;
  readonly ports: UnguardedPorts;
  /** Starts a rollout and walks it until it ends or asks; for what happens beside others in time. */
  readonly begin: (request?: Partial<RolloutRequest>, wanted?: DesiredState) => Promise<Walked>;
  /** The same, in time that passes. */
  readonly rollOut: (request?: Partial<RolloutRequest>, wanted?: DesiredState) => Promise<Walked>;
  readonly resume: (id: RolloutId) => Promise<Walked>;
  /** Runs rollouts that are prepared, side by side, within time that passes already. */
  readonly walk: (inputs: readonly ExecutionInput[]) => Promise<readonly Walked[]>;
  /** The same, in time that passes. */
  readonly walkAll: (inputs: readonly ExecutionInput[]) => Promise<readonly Walked[]>;
  /** Runs something in virtual time. */
  readonly inTime: <T>(run: () => Promise<T>) => Promise<T>;
  readonly states: () => Promise<Readonly<Record<string, number>>>;
}

export interface Walked {
  readonly id: RolloutId;
  readonly end: ExecutionEnd;
  readonly events: readonly RolloutEvent[];
}

export interface RigOptions {
  readonly accounts?: number;
  readonly config?: (text: string) => string;
  /** Stands between the engine and each handler. */
  readonly around?: (invoke: Invoke, name: string) => Invoke;
  /** What preflight sees instead of what is there. */
  readonly sees?: (seen: Preflight, visit: Visit) => Preflight;
  /** What stands in the place of the world's own ports. */
  readonly ports?: (world: SimulatedWorld) => Partial<UnguardedPorts>;
  /** Wraps the delivery of the events that say an operation has ended. */
  readonly events?: (world: SimulatedWorld, hear: (event: unknown) => void) => (event: unknown) => void;
}

export async function createRig({
  accounts = 60,
  config = (text) => text,
  around = (invoke) => invoke,
  sees = (seen) => seen,
  ports: instead = () => ({}),
  events = (_world, hear) => hear,
}: RigOptions = {}): Promise<Rig> {
  const built = await baseline();
  const world = createSimulatedWorld({ seed: 7, accounts, start: new Date('2026-11-22T09:00:00Z') });
  const parsed = parseConfig(config(simulatedConfig(world.organization)), 'strongroom.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { desiredState } = parsed;
  const given: UnguardedPorts = { ...world, signs: createSigns(world, {}), ...instead(world) };
  const ports: UnguardedPorts = {
    ...given,
    accounts: {
      ...given.accounts,
      preflight: async (visit, lookups) => sees(await given.accounts.preflight(visit, lookups), visit),
    },
    callbacks: { succeed: (token, output) => engine.callbacks.succeed(token, output) },
  };
  const functions = Object.entries(functionsOf(ports)).map(([name, invoke]) => [name, around(invoke, name)] as const);
  const engine = createEngine({
    definition: built.definition,
    functions: Object.fromEntries(functions),
    store: world.store,
    clock: world.clock,
    random: world.random,
    parkAt: new Set(['AskOperator']),
    isOver: hasEnded(ports),
  });
  const hear = events(world, (event) => void deliver(ports, event));
  world.onOperationEnded((stackSet, operationId) => hear(stackSetEvent(stackSet, operationId)));

  const ran = async (id: RolloutId, end: ExecutionEnd): Promise<Walked> => ({
    id,
    end,
    events: await readEvents(ports, id, -1),
  });
  const begin: Rig['begin'] = async (request = {}, wanted = desiredState) => {
    const input: ExecutionInput = await prepareRollout(ports, built, wanted, { by: person('jo'), ...request });
    return ran(input.rolloutId, await engine.start(input.rolloutId, input));
  };
  const walk: Rig['walk'] = (inputs) =>
    Promise.all(inputs.map(async (input) => ran(input.rolloutId, await engine.start(input.rolloutId, input))));
  const inTime = <T>(run: () => Promise<T>): Promise<T> => world.clock.run(run());
  return {
    world,
    desiredState,
    ports,
    inTime,
    begin,
    rollOut: (request, wanted) => inTime(() => begin(request, wanted)),
    walk,
    walkAll: (inputs) => inTime(() => walk(inputs)),
    resume: (id) => inTime(async () => ran(id, await engine.resume(id))),
    states: async () => {
      const counts: Record<string, number> = {};
      for (const { value } of await listAccounts(ports)) counts[value.state] = (counts[value.state] ?? 0) + 1;
      return counts;
    },
  };
}

/** Lambda tries an event that failed again, after a minute and after two, and then drops it [doc:lambda/invocation-async-error-handling]. */
async function deliver(ports: UnguardedPorts, event: unknown): Promise<void> {
  for (const pauseMinutes of [1, 2, undefined]) {
    try {
      await onStackSetEvent(ports)(event);
      return;
    } catch (error) {
      // A bug is not an outage.
      if (!isStrongroomError(error) || error.code === 'Internal') throw error;
      if (pauseMinutes !== undefined)
        await ports.clock.sleepUntil(new Date(ports.clock.now().getTime() + pauseMinutes * 60_000));
    }
  }
}

export type EventOf<T extends RolloutEvent['type']> = Extract<RolloutEvent, { type: T }>;
export const eventsOf = <T extends RolloutEvent['type']>(
  events: readonly RolloutEvent[],
  type: T,
): readonly EventOf<T>[] => events.filter((event): event is EventOf<T> => event.type === type);

/** Some account of a wave. */
export const anAccountIn = (rig: Rig, ou: string, index = 0): AccountId => {
  const account = rig.world.organization.accountsIn(ou)[index];
  if (account === undefined) throw new Error(`the simulated organization has no account ${index} in ${ou}`);
  return account.id;
};
