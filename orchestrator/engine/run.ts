/** Runs states one after another, as Step Functions would. The caller decides what to store between steps, and where. */
import { errors } from '../domain/errors';
import type { Clock } from '../ports/ports';
import { catcherFor, failureOf, matches, retryFor, StatesFailure } from './failure';
import type { Ledger } from './ledger';
import { type Context, filled, mustBeAt, placed, valueAt } from './paths';
import {
  invokeWithTokenResource,
  type MapState,
  type State,
  type States,
  type TaskState,
  timeoutSecondsMax,
} from './vocabulary';
import { tokenFor, type Waits } from './waits';

/** The position of a run. Continuing from it gives the same result. */
export interface Step {
  readonly state: string;
  readonly input: unknown;
  readonly enteredAt: string;
  /** Counts the states entered, so that each entry of a state has its own tokens. */
  readonly entry: number;
  /** Retries so far, one count per retrier. */
  readonly retries: readonly number[];
  /** When the next retry starts; undefined at the first attempt. */
  readonly retryAt?: string | undefined;
}

export type ExecutionEnd =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string }
  | { readonly status: 'PARKED'; readonly state: string };

export type Functions = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

export interface Tools {
  readonly execution: string;
  readonly functions: Functions;
  readonly clock: Clock;
  readonly random: () => number;
  readonly waits: Waits;
  readonly ledger: Ledger;
  readonly parkAt: ReadonlySet<string>;
  readonly isOver?: ((execution: string) => Promise<boolean>) | undefined;
}

/** The states and the context they may refer to. The run awaits `keep` before it acts on a step. */
export interface Run {
  readonly states: States;
  readonly context: Context;
  readonly keep: (step: Step) => Promise<void>;
}

/** Iterations of an inline Map that run at a time [aws-behavior 1.3]. */
const iterationsAtOnceMax = 40;

const failed = ({ error, message }: StatesFailure): ExecutionEnd => ({ status: 'FAILED', error, cause: message });

/** Runs from a step to the end. It throws only for errors of the engine or the store. */
export async function runFrom(tools: Tools, run: Run, from: Step): Promise<ExecutionEnd> {
  let step = from;
  for (;;) {
    const move = await moved(tools, run, step);
    if ('status' in move) return move;
    await run.keep(move);
    step = move;
  }
}

export function entered({ clock, ledger }: Tools, states: States, state: string, input: unknown, entry: number): Step {
  ledger.count(`${stateIn(states, state).Type}StateEntered`);
  ledger.countTransition();
  return { state, input, enteredAt: clock.now().toISOString(), entry, retries: [] };
}

function stateIn(states: States, name: string): State {
  const state = states[name];
  if (state === undefined) throw errors.internal(`the state machine has no state "${name}"`);
  return state;
}

async function moved(tools: Tools, run: Run, step: Step): Promise<Step | ExecutionEnd> {
  const state = stateIn(run.states, step.state);
  try {
    return await acted(tools, run, step, state).catch((thrown: unknown) => {
      if (!(thrown instanceof StatesFailure)) throw thrown;
      return recovered(tools, run, step, state, thrown);
    });
  } catch (thrown) {
    if (!(thrown instanceof StatesFailure)) throw thrown;
    return failed(thrown);
  }
}

async function acted(tools: Tools, run: Run, step: Step, state: State): Promise<Step | ExecutionEnd> {
  const { clock } = tools;
  const { input } = step;
  switch (state.Type) {
    case 'Pass': {
      const result = state.Result === undefined ? input : state.Result;
      return left(tools, run, step, state, placed(result, state.ResultPath, input));
    }
    case 'Choice':
      return left(tools, run, step, { Type: 'Choice', Next: chosen(state, input) }, input);
    case 'Wait':
      await waited(tools, endOfWait(state, step));
      return left(tools, run, step, state, input);
    case 'Succeed':
      return left(tools, run, step, state, input);
    case 'Fail':
      return { status: 'FAILED', error: state.Error, cause: state.Cause };
    case 'Task': {
      if (step.retryAt !== undefined) await clock.sleepUntil(new Date(step.retryAt));
      const result = await performed(tools, run, step, state);
      if (result.status === 'parked') return { status: 'PARKED', state: step.state };
      const output = placed(result.output, state.ResultPath, input);
      return left(tools, run, step, state, mustBeAt(state.OutputPath ?? '$', output, 'OutputPath'));
    }
    case 'Map':
      if (step.retryAt !== undefined) await clock.sleepUntil(new Date(step.retryAt));
      await mapped(tools, run, step, state);
      return left(tools, run, step, state, input);
  }
}

function left(
  tools: Tools,
  run: Run,
  step: Step,
  state: { readonly Type: State['Type']; readonly Next?: string | undefined },
  output: unknown,
): Step | ExecutionEnd {
  const carried = tools.ledger.carry(output);
  tools.ledger.count(`${state.Type}StateExited`);
  if (state.Next === undefined) return { status: 'SUCCEEDED', output: carried };
  return entered(tools, run.states, state.Next, carried, step.entry + 1);
}

/** Retry first, then Catch, then the end [doc:step-functions/concepts-error-handling]. */
function recovered(tools: Tools, run: Run, step: Step, state: State, failure: StatesFailure): Step | ExecutionEnd {
  if (state.Type !== 'Task' && state.Type !== 'Map') return failed(failure);
  const { clock, ledger, random } = tools;
  const retry = retryFor(state.Retry, step.retries, failure.error, random);
  if (retry !== undefined) {
    ledger.countTransition();
    const retryAt = new Date(clock.now().getTime() + retry.delaySeconds * 1000).toISOString();
    return { ...step, retries: retry.retries, retryAt };
  }
  const catcher = catcherFor(state.Catch, failure.error);
  if (catcher === undefined) return failed(failure);
  const error = { Error: failure.error, Cause: failure.message };
  const output = placed(error, catcher.ResultPath, step.input);
  return left(tools, run, step, { Type: state.Type, Next: catcher.Next }, output);
}

function chosen(state: Extract<State, { Type: 'Choice' }>, input: unknown): string {
  const rule = state.Choices.find((c) => mustBeAt(c.Variable, input, 'Variable') === c.StringEquals);
  const next = rule?.Next ?? state.Default;
  if (next === undefined)
    throw new StatesFailure('States.NoChoiceMatched', 'no choice matches and there is no Default');
  return next;
}

/** Pauses between checks whether the execution is over. */
const lookSeconds = 60;

/** If the execution was ended elsewhere in the meantime, the wait ends early: the next state refuses to run, which leads to the end. */
async function waited({ clock, execution, isOver }: Tools, until: Date): Promise<void> {
  const pauseMs = isOver === undefined ? Number.POSITIVE_INFINITY : lookSeconds * 1000;
  while (clock.now() < until) {
    await clock.sleepUntil(new Date(Math.min(until.getTime(), clock.now().getTime() + pauseMs)));
    // A look that fails is repeated with the next one.
    if (isOver !== undefined && (await isOver(execution).catch(() => false))) return;
  }
}

/** Calculated from what was stored when the state was entered, so a crash does not make the wait longer. */
function endOfWait(state: Extract<State, { Type: 'Wait' }>, step: Step): Date {
  if (state.TimestampPath === undefined) return secondsAfter(step.enteredAt, state.Seconds ?? 0);
  const value = mustBeAt(state.TimestampPath, step.input, 'TimestampPath');
  const until = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(until.getTime()))
    throw new StatesFailure('States.Runtime', `TimestampPath holds ${JSON.stringify(value)}, which is not a time`);
  return until;
}

const secondsAfter = (time: string, seconds: number): Date => new Date(Date.parse(time) + seconds * 1000);

type Performed = { readonly status: 'succeeded'; readonly output: unknown } | { readonly status: 'parked' };

async function performed(tools: Tools, run: Run, step: Step, state: TaskState): Promise<Performed> {
  const { ledger } = tools;
  const attempt = step.retries.reduce((sum, n) => sum + n, 0);
  const token = tokenFor(tools.execution, step.entry, attempt, step.state);
  const { FunctionName, ...template } = state.Parameters;
  const parameters = filled(template, step.input, { ...run.context, '$$.Task.Token': token });
  const payload = ledger.carry(valueAt('$.Payload', parameters));
  const invoke = (): Promise<unknown> => invoked(tools, FunctionName, payload);
  ledger.count('TaskScheduled', 'TaskStarted');
  try {
    if (state.Resource !== invokeWithTokenResource) {
      const output = await invoke();
      ledger.count('TaskSucceeded');
      // The form of a lambda:invoke result; AWS adds HTTP metadata of the response [doc:step-functions/connect-lambda].
      return { status: 'succeeded', output: { ExecutedVersion: '$LATEST', Payload: output, StatusCode: 200 } };
    }
    const waited = await tools.waits.wait({
      token,
      deadline: secondsAfter(step.retryAt ?? step.enteredAt, timeoutSecondsOf(state, step.input)),
      invoke: async () => void (await invoke()),
      tolerates: (error) => state.Retry?.some((retrier) => matches(retrier, error)) ?? false,
      park: tools.parkAt.has(step.state),
    });
    // Nudges are not counted, since Step Functions would only wait.
    if (waited.status === 'succeeded') ledger.count('TaskSubmitted', 'TaskSucceeded');
    return waited;
  } catch (thrown) {
    if (thrown instanceof StatesFailure) countFailure(ledger, thrown, state);
    throw thrown;
  }
}

type TokenTask = Extract<TaskState, { Resource: typeof invokeWithTokenResource }>;

function timeoutSecondsOf({ TimeoutSeconds, TimeoutSecondsPath }: TokenTask, input: unknown): number {
  if (TimeoutSecondsPath === undefined) return TimeoutSeconds ?? timeoutSecondsMax;
  const seconds = mustBeAt(TimeoutSecondsPath, input, 'TimeoutSecondsPath');
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0 && seconds <= timeoutSecondsMax)
    return seconds;
  throw new StatesFailure(
    'States.Runtime',
    `TimeoutSecondsPath holds ${JSON.stringify(seconds)}, which is not a timeout`,
  );
}

function countFailure(ledger: Ledger, { error }: StatesFailure, { Resource }: TaskState): void {
  if (Resource === invokeWithTokenResource && error === 'States.Timeout') ledger.count('TaskSubmitted', 'TaskTimedOut');
  else ledger.count('TaskFailed');
}

async function invoked({ functions, ledger }: Tools, name: string, payload: unknown): Promise<unknown> {
  const handler = functions[name];
  if (handler === undefined) throw errors.internal(`no function "${name}" is given`);
  try {
    return ledger.carry(await handler(structuredClone(payload)));
  } catch (thrown) {
    throw failureOf(thrown);
  }
}

/** The first failed iteration fails the Map: no other iteration starts, and those that are running finish, also if the run stops. */
async function mapped(tools: Tools, run: Run, step: Step, state: MapState): Promise<void> {
  const items = mustBeAt(state.ItemsPath, step.input, 'ItemsPath');
  if (!Array.isArray(items)) throw new StatesFailure('States.Runtime', `ItemsPath ${state.ItemsPath} is not an array`);
  tools.ledger.count('MapStateStarted');
  const outputs: unknown[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      const iteration = iterated(tools, run, step, state, items[index]);
      const end = await iteration.catch((thrown: unknown) => void failures.push(thrown));
      if (end?.status === 'FAILED') failures.push(new StatesFailure(end.error, end.cause));
      else if (end?.status === 'SUCCEEDED') outputs[index] = end.output;
    }
  };
  const atOnce = Math.min(state.MaxConcurrency || iterationsAtOnceMax, iterationsAtOnceMax, items.length);
  await Promise.all(Array.from({ length: atOnce }, worker));
  const failure = failures.find((one) => !(one instanceof StatesFailure)) ?? failures[0];
  if (failure !== undefined) {
    tools.ledger.count('MapStateFailed');
    throw failure;
  }
  // ResultPath null drops the outputs. That their size is checked first is an assumption.
  tools.ledger.hold(outputs);
  tools.ledger.count('MapStateSucceeded');
}

/** An iteration runs like an execution, but stores nothing: after a crash the Map starts again. */
async function iterated(tools: Tools, outer: Run, step: Step, map: MapState, item: unknown): Promise<ExecutionEnd> {
  const { StartAt, States } = map.ItemProcessor;
  const context = { ...outer.context, '$$.Map.Item.Value': item };
  try {
    tools.ledger.count('MapIterationStarted');
    const input = map.ItemSelector === undefined ? item : filled(map.ItemSelector, step.input, context);
    const first = entered(tools, States, StartAt, tools.ledger.carry(input), 0);
    const end = await runFrom(tools, { states: States, context, keep: async () => {} }, first);
    tools.ledger.count(end.status === 'SUCCEEDED' ? 'MapIterationSucceeded' : 'MapIterationFailed');
    return end;
  } catch (thrown) {
    if (!(thrown instanceof StatesFailure)) throw thrown;
    return failed(thrown);
  }
}
