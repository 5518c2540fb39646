/** The form of a story, and the states that are made from it. A task without a place, or a decision without a branch, does not compile. */
import { type IChainable, type INextable, type State, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DecisionOf } from '../orchestrator/domain/model/state-decisions';
import type { TaskDeclaration } from '../orchestrator/tasks/declaration';
import { type TaskName, type TasksOfKind, taskNames, tasks } from '../orchestrator/tasks/table';
import {
  awaitEvent,
  awaitPerson,
  choice,
  type Functions,
  forEachShard,
  lastTask,
  type Make,
  parkingTask,
  task,
  waitUntilDue,
} from './vocabulary';

type ShardTask = TasksOfKind<'perShard'>;
type DecidingTask = TasksOfKind<'decide' | 'awaitPerson'>;
type MapName = (typeof tasks)[ShardTask]['map'];
type WaitName = 'WaitForLease' | 'WaitForFreezeEnd' | 'WaitForAccounts' | 'WaitForOutageEnd' | 'Soak';
type StateName = Exclude<TaskName, ShardTask> | MapName | WaitName;

interface Branching<Decision extends string> {
  /** The name of the Choice state. */
  readonly question: string;
  readonly next: Readonly<Record<Decision, StateName>>;
}
/** Waits until the time that the last decision set. */
interface Waiting {
  readonly waitThen: StateName;
}

/** What follows each state. A state that can decide only one thing needs no question. */
export type Story = { readonly startAt: StateName } & {
  readonly [T in DecidingTask]: [DecisionOf<T>] extends ['go' | 'ask'] ? StateName : Branching<DecisionOf<T>>;
} & { readonly [S in MapName | TasksOfKind<'awaitEvent'>]: StateName } & {
  readonly [W in WaitName]: Waiting;
} & { readonly [T in TasksOfKind<'last'>]: 'Finished' };

type After = StateName | 'Finished' | Branching<string> | Waiting;

/** @returns the state that the execution starts at, connected to all others. */
export function statesOf({ startAt, ...story }: Story, scope: Construct, functions: Functions): IChainable {
  const last = lastTask(scope, functions, 'Report');
  const bare: Make = { scope, functions, onCrash: last };
  const park = parkingTask(bare, 'Park');
  const states = new Map<string, State & INextable>([
    ['Report', last],
    ['Park', park],
  ]);
  for (const name of taskNames) {
    if (tasks[name].kind === 'last' || name === 'Park') continue;
    const make = beforeTheFirstWave.includes(name) ? bare : { ...bare, onOutage: park };
    states.set(...taskState(make, name));
  }
  for (const [name, after] of entriesOf(story)) if (isWaiting(after)) states.set(name, waitUntilDue(scope, name));
  const finished = new Succeed(scope, 'Finished');
  const made = (name: string): State & INextable => {
    const state = states.get(name);
    if (state === undefined) throw new RangeError(`the story has no state ${name}`);
    return state;
  };
  const stateOf = (name: string): IChainable => (name === 'Finished' ? finished : made(name));

  for (const [name, after] of entriesOf(story)) {
    const state = made(name);
    if (typeof after === 'string') state.next(stateOf(after));
    else if (isWaiting(after)) state.next(stateOf(after.waitThen));
    else {
      const branches = Object.entries(after.next).map(([decision, to]) => [decision, stateOf(to)] as const);
      state.next(choice(bare, after.question, branches));
    }
  }
  return stateOf(startAt);
}

/** They have changed nothing that could be resumed, so their failure ends the rollout. */
const beforeTheFirstWave: readonly TaskName[] = ['ListOrganization', 'PlanWaves'];

const entriesOf = (story: Readonly<Record<string, After>>): readonly (readonly [string, After])[] =>
  Object.entries(story);
const isWaiting = (after: After): after is Waiting => typeof after === 'object' && 'waitThen' in after;

function taskState(make: Make, name: TaskName): [name: string, state: State & INextable] {
  const declared: TaskDeclaration = tasks[name];
  switch (declared.kind) {
    case 'perShard':
      return [declared.map, forEachShard(make, declared.map, name)];
    case 'awaitEvent':
      return [name, awaitEvent(make, name, declared)];
    case 'awaitPerson':
      return [name, awaitPerson(make, name)];
    default:
      return [name, task(make, name)];
  }
}
