/** One process that runs rollouts: the production engine and handlers, on ports that inject faults and record effects. */

import type { ExecutionInput } from '../../orchestrator/domain/model/execution-input';
import { createEngine } from '../../orchestrator/engine/engine';
import type { UnguardedPorts } from '../../orchestrator/ports/ports';
import { handlerOf } from '../../orchestrator/runtime/handlers';
import { createSigns } from '../../orchestrator/runtime/signs';
import { functionName, type TaskName, taskNames } from '../../orchestrator/tasks/table';
import { called, calmly } from './calls';
import { createGate, type Gate, wrapped } from './gate';
import type { Caller, Machine, MachineWorld, Process } from './run-state';

const parked = new Set(['AskOperator']);
const nudges = [5, 10, 20, 30, 60];

export function createMachine(run: MachineWorld): Machine {
  const { world, scenario, baseline } = run;
  const gate = createGate(world.clock);
  const isLaptop = scenario.engine === 'laptop';
  const offMs = isLaptop ? run.weather.clockOff() : 0;
  if (offMs !== 0) run.say(`a process begins whose clock is off by ${offMs / 1000} seconds`);
  const process: Process = {
    gate,
    ...createProcessClock(run, gate, offMs),
    callbacks: { succeed: (token, output) => engine.callbacks.succeed(token, output) },
  };
  const engineStore = wrapped('engine', world.store, async (_api, _args, call) => {
    const failure = run.weather.engineCall(isLaptop);
    if (failure !== undefined) throw failure;
    return gate.through(call);
  });
  const engine = createEngine({
    definition: baseline.definition,
    functions: Object.fromEntries(
      taskNames.map((task) => [functionName(task), (input: unknown) => invoke(run, process, task, input)]),
    ),
    store: engineStore,
    clock: process.clock,
    random: world.random,
    ...(isLaptop && { parkAt: parked, nudgeSeconds: nudges }),
  });
  return { gate, engine, ports: portsFor(run, process, callerOf(run, 'console', 'console')), isSkewed: offMs !== 0 };
}

/** A process on a laptop has a clock that may be off, and takes over AWS's time with the first answer. The functions run on AWS's. */
function createProcessClock(
  { world: { clock } }: MachineWorld,
  gate: Gate,
  offMs: number,
): Pick<Process, 'clock' | 'answered'> {
  let known = false;
  const aheadMs = (): number => (known ? 0 : offMs);
  return {
    answered: () => {
      known = true;
    },
    clock: {
      now: () => new Date(clock.nowMs() + aheadMs()),
      offByMs: () => (known ? -offMs : 0),
      sleepUntil: (until, signal) =>
        gate.through(() => clock.sleepUntil(new Date(until.getTime() - aheadMs()), signal)),
      pause: (milliseconds, signal) => gate.through(() => clock.pause(milliseconds, signal)),
    },
  };
}

/** The functions that events start, which run whatever happens to the process that runs rollouts. */
export function functionPorts(run: MachineWorld, name: string): Pick<UnguardedPorts, 'store' | 'clock'> {
  const gate = createGate(run.world.clock);
  const process: Process = {
    gate,
    clock: run.world.clock,
    answered: () => {},
    callbacks: run.world.callbacks,
  };
  return portsFor(run, process, callerOf(run, name, name));
}

const callerOf = (
  { world, recorder }: MachineWorld,
  name: string,
  rollout: string,
  fate: Caller['fate'] = calmly,
  end: Caller['end'] = () => {},
): Caller => ({
  name,
  rollout,
  since: world.clock.nowMs(),
  looked: recorder.now(),
  calls: 0,
  writes: 0,
  fate,
  end,
  isDead: false,
});

/** An invocation that dies returns an error at once. The rest of it is cut off, or continues as a zombie. */
async function invoke(run: MachineWorld, process: Process, task: TaskName, input: unknown): Promise<unknown> {
  const fate = run.weather.visit(task);
  const rollout = rolloutOf(input);
  const key = `${rollout} ${task}`;
  const once = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const caller = callerOf(run, task, rollout, fate, reject);
      handlerOf(task, portsFor(run, process, caller))(input).then(resolve, reject);
    });
  try {
    const output = await once();
    run.failedInRow.delete(key);
    return fate.twice && !isWaiting(task) ? await once() : output;
  } catch (error) {
    run.failedInRow.set(key, (run.failedInRow.get(key) ?? 0) + 1);
    throw error;
  }
}

/** Events and nudges ask for the same token again anyway. */
const isWaiting = (task: TaskName): boolean => task === 'AwaitStage' || task === 'AskOperator';

function rolloutOf(given: unknown): string {
  const input = given as Partial<ExecutionInput> & { readonly input?: ExecutionInput };
  return input.rolloutId ?? input.input?.rolloutId ?? 'nobody';
}

function portsFor(run: MachineWorld, process: Process, caller: Caller): UnguardedPorts {
  const { world } = run;
  const around = (api: string, args: readonly unknown[], call: () => Promise<unknown>) =>
    called(run, process, caller, { api, args, call });
  const store = wrapped('store', world.store, around);
  return {
    directory: wrapped('directory', world.directory, around),
    accounts: wrapped('accounts', world.accounts, around),
    stackSets: wrapped('stackSets', world.stackSets, around),
    store,
    signs: createSigns({ store, clock: process.clock }, {}),
    artifacts: wrapped('artifacts', world.artifacts, around),
    notifier: wrapped('notifier', world.notifier, around),
    alerting: wrapped('alerting', world.alerting, around),
    callbacks: wrapped('callbacks', process.callbacks, around),
    stateMarker: wrapped('stateMarker', world.stateMarker, around),
    probes: world.probes,
    clock: process.clock,
    random: world.random,
  };
}
