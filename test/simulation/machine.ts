/** One process that runs rollouts: the production engine and handlers, on ports that inject faults and record effects. */

import { errors } from '../../orchestrator/domain/errors';
import type { ExecutionInput } from '../../orchestrator/domain/model/execution-input';
import { createEngine, type Engine } from '../../orchestrator/engine/engine';
import type { Key, OperationRequest, Ports, Visit } from '../../orchestrator/ports/ports';
import type { Baseline } from '../../orchestrator/records/baseline';
import { handlerOf } from '../../orchestrator/runtime/handlers';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { functionName, type TaskName, taskNames } from '../../orchestrator/tasks/table';
import { createGate, type Gate, wrapped } from './gate';
import type { Moment, Recorder } from './history';
import type { Scenario } from './scenario';
import { died, lost, type Weather } from './weather';

export interface MachineWorld {
  readonly world: SimulatedWorld;
  readonly scenario: Scenario;
  readonly baseline: Baseline;
  readonly weather: Weather;
  readonly recorder: Recorder;
  /** Receives everything that happens. */
  readonly observe: (moment: Moment) => void;
  readonly say: (line: string) => void;
  readonly isStarted: (operationId: string) => boolean;
  readonly operationStarted: (request: OperationRequest) => void;
}

export interface Machine {
  readonly gate: Gate;
  readonly engine: Engine;
  /** For people's commands: the only faults are those of the process. */
  readonly ports: Ports;
}

/** The source of calls: an invocation of a handler, or a person. */
interface Caller {
  readonly name: string;
  /** The rollout on whose behalf it calls. */
  readonly rollout: string;
  /** The moment at which it last read the store. */
  looked: number;
  calls: number;
  writes: number;
  readonly fate: ReturnType<Weather['visit']>;
  /** Ends the invocation for the state machine. */
  readonly end: (error: Error) => void;
  isDead: boolean;
}

const parked = new Set(['AskOperator']);
const nudges = [5, 10, 20, 30, 60];

export function createMachine(run: MachineWorld): Machine {
  const { world, scenario, baseline } = run;
  const gate = createGate(world.clock);
  const gated = <P extends object>(name: string, port: P): P =>
    wrapped(name, port, (_api, _args, call) => gate.through(call));
  const { now } = world.clock;
  const processPorts: Ports = {
    ...world,
    store: gated('store', world.store),
    artifacts: {
      get: world.artifacts.get,
      put: (key, text) => {
        run.recorder.documentWritten(key, text);
        return gate.through(() => world.artifacts.put(key, text));
      },
    },
    clock: {
      now,
      offByMs: () => 0,
      sleepUntil: (until, signal) => gate.through(() => world.clock.sleepUntil(until, signal)),
    },
    callbacks: { succeed: (token, output) => engine.callbacks.succeed(token, output) },
    random: world.random,
  };
  const as = (caller: Caller): Ports => ({ ...processPorts, ...callersPorts(run, gate, caller) });
  const engine = createEngine({
    definition: baseline.definition,
    functions: Object.fromEntries(
      taskNames.map((task) => [functionName(task), (input: unknown) => invoke(run, as, task, input)]),
    ),
    store: processPorts.store,
    clock: processPorts.clock,
    random: world.random,
    ...(scenario.engine === 'laptop' && { parkAt: parked, nudgeSeconds: nudges }),
  });
  return { gate, engine, ports: as(callerOf(run, 'console', 'console', calmly)) };
}

/** The functions that events start, which run whatever happens to the process that runs rollouts. */
export const functionPorts = (run: MachineWorld, name: string): Pick<Ports, 'store' | 'clock'> => ({
  clock: run.world.clock,
  store: callersPorts(run, createGate(run.world.clock), callerOf(run, name, name, calmly)).store,
});

const calmly: Caller['fate'] = { crashes: [], zombies: [], twice: false };

const callerOf = (
  run: MachineWorld,
  name: string,
  rollout: string,
  fate: Caller['fate'],
  end: Caller['end'] = () => {},
): Caller => ({ name, rollout, looked: run.recorder.now(), calls: 0, writes: 0, fate, end, isDead: false });

/** An invocation that dies returns an error at once. The rest of it is cut off, or continues as a zombie. */
async function invoke(
  run: MachineWorld,
  as: (caller: Caller) => Ports,
  task: TaskName,
  input: unknown,
): Promise<unknown> {
  const fate = run.weather.visit(task);
  const once = (): Promise<unknown> => {
    return new Promise((resolve, reject) => {
      const caller = callerOf(run, task, rolloutOf(input), fate, reject);
      handlerOf(task, as(caller))(input).then(resolve, reject);
    });
  };
  const output = await once();
  return fate.twice && !isWaiting(task) ? once() : output;
}

/** Events and nudges ask for the same token again anyway. */
const isWaiting = (task: TaskName): boolean => task === 'AwaitStage' || task === 'AskOperator';

function rolloutOf(given: unknown): string {
  const input = given as Partial<ExecutionInput> & { readonly input?: ExecutionInput };
  return input.rolloutId ?? input.input?.rolloutId ?? 'nobody';
}

function callersPorts(run: MachineWorld, gate: Gate, caller: Caller) {
  const { directory, accounts, stackSets, store, notifier } = run.world;
  const around = (api: string, args: readonly unknown[], call: () => Promise<unknown>) =>
    called(run, gate, caller, api, args, call);
  return {
    directory: wrapped('directory', directory, around),
    accounts: wrapped('accounts', accounts, around),
    stackSets: wrapped('stackSets', stackSets, around),
    store: wrapped('store', store, around),
    notifier: wrapped('notifier', notifier, around),
  };
}

const writing = new Set([
  'store.put',
  'stackSets.start',
  'stackSets.stop',
  'accounts.applySettings',
  'notifier.notify',
]);

/** One call: on its way out, in the world, and on its way back. */
async function called(
  run: MachineWorld,
  gate: Gate,
  caller: Caller,
  api: string,
  args: readonly unknown[],
  call: () => Promise<unknown>,
): Promise<unknown> {
  const { weather, world } = run;
  const isWriting = writing.has(api);
  caller.calls++;
  if (isWriting) caller.writes++;
  const nth = caller.writes;
  const crash = isWriting ? caller.fate.crashes.find(({ write }) => write === nth) : undefined;
  const zombie = caller.fate.zombies.find((z) => z.call === caller.calls);
  if (caller.isDead) await never;
  if (zombie !== undefined) {
    run.say(`${caller.name} is taken for dead at ${api}`);
    caller.end(died(caller.name));
    await world.clock.sleepUntil(new Date(world.clock.nowMs() + zombie.minutes * 60_000));
  }
  if (crash?.when === 'before') await die(run, caller, `before write ${nth}, ${api}`);
  const fate = weather.call(api);
  if (fate.throttled) throw errors.throttled(api);

  // Recorded inside the gate: what a process did before it was killed has happened, though it never learns of it.
  const through = (): Promise<unknown> =>
    gate.through(async () => {
      const effect = effectOf(run, caller, api, args);
      if (effect !== undefined) run.observe(effect);
      const answer = await call();
      settled(run, caller, api, args, answer);
      return answer;
    });
  const answer = await through();
  if (fate.doubled) await through();
  if (crash?.when === 'after') await die(run, caller, `after write ${nth}, ${api}`);
  if (fate.answerLost) throw lost(api);
  if (caller.isDead) await never;
  return answer;
}

const never = new Promise<never>(() => {});

function die(run: MachineWorld, caller: Caller, where: string): Promise<never> {
  run.say(`${caller.name} of ${caller.rollout} dies ${where}`);
  caller.isDead = true;
  caller.end(died(caller.name));
  return never;
}

/** What a call does to the world, recorded when it is sent. */
function effectOf(run: MachineWorld, caller: Caller, api: string, args: readonly unknown[]): Moment | undefined {
  const at = run.world.clock.nowMs();
  const { looked, rollout: by } = caller;
  if (api.startsWith('accounts.')) {
    const { account, rollout } = args[0] as Visit;
    const isWrite = api === 'accounts.applySettings' || api === 'accounts.putBackSettings';
    if (isWrite) return { kind: 'settingsWritten', at, by: rollout, looked, account };
    return { kind: 'entered', at, by: rollout, looked, account, purpose: api.slice('accounts.'.length) };
  }
  if (api !== 'stackSets.start') return undefined;
  const request = args[0] as OperationRequest;
  // An operation with a known id is the same operation.
  return run.isStarted(request.operationId) ? undefined : { kind: 'operation', at, by, looked, request };
}

/** What an answer shows: an accepted write, a visit to an account, a read of the store. */
function settled(run: MachineWorld, caller: Caller, api: string, args: readonly unknown[], answer: unknown): void {
  const at = run.world.clock.nowMs();
  if (api === 'store.put') {
    const written = run.recorder.stored(args[0] as Key, args[1], at, caller.rollout);
    if (written !== undefined) run.observe(written);
  } else if (api === 'accounts.collectFacts') {
    const { account, rollout } = args[0] as Visit;
    const facts = answer as Awaited<ReturnType<Ports['accounts']['collectFacts']>>;
    run.observe({ kind: 'visited', at, by: rollout, facts, blinded: run.weather.isBlind(account) });
  } else if (api === 'accounts.preflight') {
    const { account, rollout } = args[0] as Visit;
    run.observe({ kind: 'preflighted', at, by: rollout, account });
  } else if (api === 'stackSets.start') {
    run.operationStarted(args[0] as OperationRequest);
  }
  if (api.startsWith('store.')) caller.looked = run.recorder.now();
}
