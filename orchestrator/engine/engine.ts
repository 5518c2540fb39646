/**
 * The embedded engine: runs the same definition that is deployed, on a laptop or in a simulation. It stores each transition before
 * acting on it, so `resume` continues where a crash stopped it.
 */
import { isDeepStrictEqual } from 'node:util';
import { errors, isStrongroomError } from '../domain/errors';
import type { Callbacks, Clock, Item, Key, Store } from '../ports/ports';
import { startHeart } from './heartbeat';
import { createLedger, type Figures, noFigures, payloadBytesMax } from './ledger';
import { withRetries } from './outages';
import { type ExecutionEnd, entered, type Functions, runFrom, type Step, type Tools } from './run';
import { readDefinition } from './validate';
import { createWaits } from './waits';

export type { Figures } from './ledger';
export type { ExecutionEnd } from './run';

export interface EngineOptions {
  /** The state machine, as parsed JSON. */
  readonly definition: unknown;
  /** By FunctionName. Retry and Catch match the name of a thrown error. */
  readonly functions: Functions;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called after each stored transition. */
  readonly onTransition?: (transition: { readonly state: string; readonly at: string }) => void;
  /** States that wait for a decision: the engine returns there instead of waiting for the token. */
  readonly parkAt?: ReadonlySet<string>;
  /** Called every minute of a Wait, which ends early if this says that the execution is over. */
  readonly isOver?: (name: string) => Promise<boolean>;
  /**
   * Pauses after which the engine invokes a function again whose token it waits for, with the same input; the last pause repeats. On a
   * laptop there are no events that would wake it.
   */
  readonly nudgeSeconds?: readonly number[];
  /** Shows other processes with the same store that an execution is run. */
  readonly hasHeart?: boolean;
}

export interface Engine {
  /** Like StartExecution: with a known name and the same input it joins or continues a running execution; anything else is refused. */
  readonly start: (name: string, input: unknown) => Promise<ExecutionEnd>;
  /** Continues from the last stored transition, also if the execution has failed there. Returns the end if it has succeeded. */
  readonly resume: (name: string) => Promise<ExecutionEnd>;
  /** Completes a task token, also of an execution that another process runs. */
  readonly callbacks: Callbacks;
  readonly figures: (name: string) => Promise<Figures>;
  /** Whether this engine runs it now. */
  readonly isRunning: (name: string) => boolean;
}

/** What the store holds of an execution. A parked execution is RUNNING, but no process runs it. */
interface Execution {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly input: unknown;
  readonly startedAt: string;
  readonly step: Step;
  readonly figures: Figures;
  readonly end?: ExecutionEnd | undefined;
}

/** Names that Step Functions accepts [bc:stepfunctions:StartExecution]. */
const executionName = /^[A-Za-z0-9_-]{1,80}$/;
const keyOf = (name: string): Key => ({ pk: `execution#${name}`, sk: 'state' });

export function createEngine(options: EngineOptions): Engine {
  const { functions, clock, random } = options;
  const store = withRetries(options.store, clock, random);
  const machine = readDefinition(options.definition, new Set(Object.keys(functions)));
  const waits = createWaits(store, clock, options.nudgeSeconds);
  /** Executions that this engine is running, with the input they started with. */
  const runs = new Map<string, { readonly input: unknown; readonly end: Promise<ExecutionEnd> }>();

  const find = (name: string): Promise<Item<Execution> | undefined> => store.get<Execution>(keyOf(name));
  async function mustFind(name: string): Promise<Item<Execution>> {
    const item = await find(name);
    if (item === undefined) throw errors.unknownRollout(name);
    return item;
  }

  /** A version other than the last one written here means that another engine runs the execution too. */
  function writerOf(name: string, from: number): (execution: Execution) => Promise<void> {
    let version = from;
    return async (execution) => {
      version = await store.put(keyOf(name), execution, version).catch((error: unknown) => {
        throw isStrongroomError(error) && error.code === 'StaleWrite' ? errors.runElsewhere(name) : error;
      });
    };
  }

  async function run(name: string, input: unknown, stored: Item<Execution> | undefined): Promise<ExecutionEnd> {
    const ledger = createLedger(stored?.value.figures ?? noFigures);
    const parkAt = options.parkAt ?? new Set();
    const { isOver } = options;
    const tools: Tools = { execution: name, functions, clock, random, waits, ledger, parkAt, isOver };
    const startedAt = stored?.value.startedAt ?? clock.now().toISOString();
    const write = writerOf(name, stored?.version ?? 0);
    const record = (step: Step, end?: ExecutionEnd): Promise<void> => {
      const status = end === undefined || end.status === 'PARKED' ? 'RUNNING' : end.status;
      return write({ status, input, startedAt, step, figures: ledger.figures(), end });
    };

    let last: Step;
    const keep = async (step: Step): Promise<void> => {
      await record(step);
      last = step;
      if (step.retryAt === undefined) options.onTransition?.({ state: step.state, at: step.enteredAt });
    };
    if (stored === undefined) {
      ledger.count('ExecutionStarted');
      last = entered(tools, machine.States, machine.StartAt, ledger.carry(input), 1);
      await keep(last);
    } else {
      last = stored.value.step;
      // Writing it unchanged claims the execution: another engine that runs it stops at its next write.
      await record(last);
    }
    const context = { '$$.Execution.Id': executionId(name), '$$.Execution.Name': name };
    const end = await runFrom(tools, { states: machine.States, context, keep }, last);
    if (end.status !== 'PARKED') {
      ledger.countEnd();
      await record(last, end);
    }
    return end;
  }

  async function runWithHeart(...[name, input, stored]: Parameters<typeof run>): Promise<ExecutionEnd> {
    if (options.hasHeart !== true) return run(name, input, stored);
    // Its own store: a beat that fails is not tried for half an hour.
    const heart = await startHeart({ store: options.store, clock }, name, String(random()));
    try {
      return await run(name, input, stored);
    } finally {
      await heart.stop();
    }
  }

  function begin(name: string, input: unknown, stored: Item<Execution> | undefined): Promise<ExecutionEnd> {
    const end = runWithHeart(name, input, stored).finally(() => runs.delete(name));
    runs.set(name, { input, end });
    return end;
  }

  function continueRun(name: string, item: Item<Execution>): Promise<ExecutionEnd> {
    const { end, step } = item.value;
    if (end !== undefined && end.status !== 'FAILED') return Promise.resolve(end);
    const { state } = step;
    if (!Object.hasOwn(machine.States, state))
      throw errors.invalidInput(
        `execution ${name} is at state "${state}", which this state machine does not have`,
        'resume it with the version of Strongroom that started it',
      );
    const from = end === undefined ? item : { ...item, value: { ...item.value, step: tryingAgain(step) } };
    return begin(name, item.value.input, from);
  }

  return {
    start: async (name, input) => {
      if (!executionName.test(name))
        throw errors.invalidInput(
          `execution name "${name}" is not 1 to 80 letters, digits, hyphens or underscores`,
          'choose another name',
        );
      const bytes = Buffer.byteLength(JSON.stringify(input ?? null));
      if (bytes > payloadBytesMax) throw errors.limitExceeded(`an input of ${bytes} bytes`, `${payloadBytesMax} bytes`);
      const copy: unknown = JSON.parse(JSON.stringify(input ?? null));
      const item = await find(name);
      const running = runs.get(name);
      const known = running ?? item?.value;
      if (known === undefined) return begin(name, copy, undefined);
      // Step Functions throws ExecutionAlreadyExists for an ended execution and for another input [bc:stepfunctions:StartExecution].
      if (item?.value.end !== undefined || !isDeepStrictEqual(known.input, copy))
        throw errors.invalidInput(
          `execution "${name}" exists already${item?.value.end === undefined ? ' with another input' : ' and has ended'}`,
          'start it under another name',
        );
      return running?.end ?? (item === undefined ? begin(name, copy, undefined) : continueRun(name, item));
    },
    resume: async (name) => {
      const item = await mustFind(name);
      return runs.get(name)?.end ?? continueRun(name, item);
    },
    callbacks: waits.callbacks,
    isRunning: (name) => runs.has(name),
    figures: async (name) => (await mustFind(name)).value.figures,
  };
}

/** A failed state is tried again as if for the first time, with tokens of its own [doc:step-functions/redrive-executions]. */
const tryingAgain = ({ state, input, enteredAt, entry }: Step): Step => ({
  state,
  input,
  enteredAt,
  entry: entry + 1,
  retries: [],
});

/** How an execution of an embedded engine has ended; undefined if it has not, or if the store has none of this name. */
export async function endOfExecution(
  store: Pick<Store, 'get'>,
  name: string,
): Promise<{ readonly status: string; readonly because: string } | undefined> {
  const end = (await store.get<Execution>(keyOf(name)))?.value.end;
  if (end === undefined) return undefined;
  return { status: end.status, because: end.status === 'FAILED' ? `${end.error}: ${end.cause}` : '' };
}

/** Has the form of an ARN, like `$$.Execution.Id` on AWS. */
const executionId = (name: string): string => `arn:aws:states:local:000000000000:execution:strongroom:${name}`;
