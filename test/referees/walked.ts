/**
 * One simulated organization, walked by our engine or by somebody else's interpreter. Time is virtual and begins in the past: what a
 * foreign interpreter would wait for in real time is over for it, and passes here before the next handler is asked.
 */
import { parseConfig } from '../../orchestrator/config/parse';
import { isStrongroomError } from '../../orchestrator/domain/errors';
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import type { ExecutionInput, TokenInput } from '../../orchestrator/domain/model/execution-input';
import { onStackSetEvent } from '../../orchestrator/events/on-stack-set';
import { prepareRollout } from '../../orchestrator/operations/start';
import type { Callbacks, Ports, UnguardedPorts } from '../../orchestrator/ports/ports';
import { readRollout } from '../../orchestrator/records/rollouts';
import { answer } from '../../orchestrator/rollout/answer';
import { createEmbeddedEngine } from '../../orchestrator/runtime/embedded';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { simulatedConfig } from '../../orchestrator/simulated/config';
import { stackSetEvent } from '../../orchestrator/simulated/stack-set-event';
import { createSimulatedWorld, type SimulatedWorld } from '../../orchestrator/simulated/world';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import type { LambdaHandler } from '../emulator/gateway';
import { baseline } from '../rig';

export interface Case {
  readonly accounts: number;
  readonly config?: (text: string) => string;
  /** Stands between the interpreter and each handler. */
  readonly around?: (invoke: LambdaHandler, task: string) => LambdaHandler;
}

/** What was said, in order, and how the rollout ended by its own record. */
export interface Walked {
  readonly told: readonly string[];
  readonly outcome: string;
}

/** What walks: gets the functions and the first input, and comes back when its execution has ended; Report is the last function. */
export type Interpreter = (functions: Readonly<Record<string, LambdaHandler>>, input: ExecutionInput) => Promise<void>;

type Functions = Readonly<Record<string, LambdaHandler>>;

const askOperatorFunction = functionName('AskOperator');
const awaitStageFunction = functionName('AwaitStage');
/** The machine's own: what fails is tried again after at most that. */
const longestRetryMs = 60_000;
const yes = { decision: 'approve', by: person('jo'), reason: 'looks well' } as const;

export async function walkedByOurs(given: Case): Promise<Walked> {
  const built = await baseline();
  const { world, told, listening } = begin(given);
  const engine = createEmbeddedEngine(world, { baseline: built, functions: (ports) => listening(functionsOf(ports)) });
  hearOperations(world, engine.ports);
  return world.clock.run(
    (async () => {
      const input = await prepareRollout(engine.ports, built, desiredStateOf(world, given), { by: person('jo') });
      let end = await engine.start(input);
      while (end.status === 'PARKED') {
        await answer(engine.ports, input.rolloutId, yes);
        end = await engine.resume(input.rolloutId);
      }
      return ended(world, input.rolloutId, told);
    })(),
  );
}

/** @param succeed completes a task token of the interpreter. */
export async function walkedBy(interpret: Interpreter, succeed: Callbacks['succeed'], given: Case): Promise<Walked> {
  const { world, told, listening } = begin(given);
  // A call to the interpreter takes real time, and no virtual time may pass meanwhile: so it is made afterwards.
  const answers: (readonly [token: string, output: unknown])[] = [];
  let answered = 0;
  let hear = (): void => {};
  const ports: UnguardedPorts = {
    ...world,
    callbacks: {
      succeed: async (token, output) => {
        answers.push([token, output]);
        answered += 1;
        hear();
      },
    },
  };
  hearOperations(world, ports);
  const handOn = async (): Promise<void> => {
    for (const [token, output] of answers.splice(0)) await succeed(token, output);
  };
  const inTime = async <T>(run: () => Promise<T>): Promise<T> => {
    const output = await world.clock.run(run());
    await handOn();
    return output;
  };
  const heard = (): Promise<void> =>
    new Promise((resolve) => {
      hear = resolve;
    });

  const later: Promise<void>[] = [];
  let due = new Date(0);
  const asLambda = (name: string, invoke: LambdaHandler): LambdaHandler => {
    return async (raw) => {
      await inTime(() => world.clock.sleepUntil(due));
      const before = answered;
      const output = await inTime(() => invoke(raw)).catch((error: unknown) => {
        due = new Date(world.clock.nowMs() + longestRetryMs);
        throw error;
      });
      due = dueAfter(output);
      if (answered > before) return output;
      if (name === awaitStageFunction) later.push(inTime(heard));
      if (name === askOperatorFunction) later.push(inTime(() => answer(ports, idIn(raw), yes)));
      return output;
    };
  };
  const functions: Functions = Object.fromEntries(
    Object.entries(listening(functionsOf(ports))).map(([name, invoke]) => [name, asLambda(name, invoke)]),
  );

  const built = await baseline();
  const input = await inTime(() => prepareRollout(ports, built, desiredStateOf(world, given), { by: person('jo') }));
  await interpret(functions, input);
  await Promise.all(later);
  return ended(world, input.rolloutId, told);
}

function begin({ accounts, around = (invoke) => invoke }: Case) {
  const world = createSimulatedWorld({ seed: 7, accounts, start: new Date('2020-01-06T09:00:00Z') });
  const told: string[] = [];
  const listening = (functions: Functions): Functions =>
    Object.fromEntries(
      Object.entries(functions).map(([name, invoke]) => [
        name,
        async (input: unknown) => {
          const output = await around(invoke, name)(input);
          told.push(`${name}: ${wordIn(output)}`);
          return output;
        },
      ]),
    );
  return { world, told, listening };
}

function desiredStateOf(world: SimulatedWorld, { config = (text) => text }: Case) {
  const parsed = parseConfig(config(simulatedConfig(world.organization)), 'strongroom.yaml');
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.desiredState;
}

/** Lambda tries an event that failed again, after a minute [doc:lambda/invocation-async-error-handling]. */
function hearOperations(world: SimulatedWorld, ports: Ports): void {
  const deliver = async (event: unknown): Promise<void> => {
    try {
      await onStackSetEvent(ports)(event);
    } catch (error) {
      if (!isStrongroomError(error) || !error.retriable) throw error;
      await ports.clock.sleepUntil(new Date(ports.clock.now().getTime() + 60_000));
      await onStackSetEvent(ports)(event);
    }
  };
  world.onOperationEnded((stackSet, operationId) => void deliver(stackSetEvent(stackSet, operationId)));
}

async function ended(world: SimulatedWorld, id: RolloutId, told: readonly string[]): Promise<Walked> {
  const { value } = await readRollout(world, id);
  const outcome = value.status.kind === 'finished' ? value.status.outcome : value.status.kind;
  return { told: compared(told), outcome };
}

/**
 * Shards run side by side, so only their set is compared. How often a wave is looked at while it soaks depends on the seconds that
 * retries before it took, so only that it is.
 */
function compared(told: readonly string[]): readonly string[] {
  const words: string[] = [];
  let beside: string[] = [];
  for (const word of told) {
    if (/: shard \d+$/.test(word)) {
      beside.push(word);
      continue;
    }
    const looked = beside.sort().join(', ');
    beside = [];
    if (word === looksAgain && words.at(-1) === looksAgain && words.at(-2) === looked) continue;
    words.push(...(looked === '' ? [] : [looked]), word);
  }
  return [...words, ...beside.sort()];
}
const looksAgain = `${functionName('JudgeWave')}: recheck`;

const wordIn = (output: unknown): string => {
  const { decision, outcome, shard } = (output ?? {}) as { decision?: string; outcome?: string; shard?: number };
  return decision ?? outcome ?? (shard === undefined ? 'noted' : `shard ${shard}`);
};

const idIn = (raw: unknown): RolloutId => (raw as TokenInput).input.rolloutId;
/** When the machine goes on after this, if it waits. */
const dueAfter = (output: unknown): Date => new Date((output as Partial<ExecutionInput> | null)?.until ?? 0);

export const named = (task: TaskName): string => functionName(task);
