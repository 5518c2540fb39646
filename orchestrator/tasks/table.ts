/**
 * Every deployed function, declared once. Names, handler types, the wiring of both runtimes, sizes and IAM statements follow from these
 * rows; a place that is forgotten does not compile.
 *
 * The numbers in `took` are entered by hand after a measurement: `npx tsx bench/functions.ts` gives peak memory and processor time of the
 * bundles over 100 accounts x 4 regions, `npx tsx bench/wide.ts` what handlers hold with 10,000 accounts and how long they wait, and
 * `npx tsx bench/deployed-dashboard.ts` those of the dashboard. Functions that look at a whole wave, or at every account, have processor
 * time and waiting of one call times the calls with 10,000 accounts in eight waves, the largest of 2,600. bench/README.md has all of them.
 */
import type { DecidingState } from '../domain/model/state-decisions';
import type { Opened } from '../ports/guard';
import {
  type FunctionDeclaration,
  type InputFor,
  type OutputFor,
  type PortsFor,
  type StateKind,
  type TaskDeclaration,
  took,
} from './declaration';

/** States that decide are those with decisions in `domain/model/state-decisions.ts`. */
type Tasks = Readonly<Record<string, TaskDeclaration>> & {
  readonly [S in DecidingState]: FunctionDeclaration & { readonly kind: 'decide' | 'awaitPerson' };
};

/** The tasks of the state machine, in the order of the story that `state-machine/rollout.ts` tells. */
export const tasks = {
  ListOrganization: { kind: 'decide', ports: ['store', 'artifacts', 'directory'], took: took(67, 2_100, 3, 63) },
  PlanWaves: {
    kind: 'decide',
    ports: ['store', 'artifacts', 'notifier', 'alerting', 'stateMarker', 'signs'],
    stackSets: ['stop', 'closedRegions'],
    took: took(72, 22_300, 75, 61),
  },
  OpenWave: { kind: 'decide', ports: ['store', 'artifacts'], took: took(61, 100, 17, 1) },
  // Three of the tasks per shard make 28, 38 and 66 calls per account, of which 20 are in flight.
  PreflightShard: {
    kind: 'perShard',
    map: 'Preflight',
    ports: ['store', 'artifacts'],
    accounts: ['preflight'],
    took: took(196, 5_660, 0, 15),
  },
  // Not measured by itself: it makes at most eight calls per account, of the kind that SettingsShard makes 38 of.
  LinkedRolesShard: {
    kind: 'perShard',
    map: 'LinkedRoles',
    ports: ['store', 'artifacts'],
    accounts: ['ensureLinkedRoles'],
    took: took(150, 7_667, 0, 20),
  },
  JudgePreflight: {
    kind: 'decide',
    ports: ['store', 'artifacts'],
    stackSets: ['describe', 'instances'],
    took: took(60, 2_000, 34, 30),
  },
  DeployStage: {
    kind: 'decide',
    ports: ['store', 'artifacts'],
    stackSets: ['describe', 'instances', 'start', 'stop'],
    took: took(72, 7_500, 20, 17),
  },
  AwaitStage: {
    kind: 'awaitEvent',
    backstopMinutes: 15,
    ports: ['store', 'callbacks'],
    stackSets: ['status', 'results'],
    took: took(57, 500, 11, 12),
  },
  JudgeStage: {
    kind: 'decide',
    ports: ['store', 'artifacts'],
    stackSets: ['status', 'statusReason', 'results', 'instances'],
    took: took(79, 11_000, 33, 28),
  },
  SettingsShard: {
    kind: 'perShard',
    map: 'ApplySettings',
    ports: ['store', 'artifacts'],
    accounts: ['readSettings', 'applySettings', 'putBackSettings', 'revertDrift'],
    took: took(150, 7_667, 0, 20),
  },
  HealthShard: {
    kind: 'perShard',
    map: 'CheckHealth',
    ports: ['store', 'artifacts'],
    accounts: ['collectFacts'],
    took: took(287, 12_137, 0, 34),
  },
  // If every account of the wave fails, it reads the evidence of all of them.
  JudgeWave: { kind: 'decide', ports: ['store', 'artifacts', 'notifier'], took: took(85, 13_000, 17, 31) },
  AskOperator: { kind: 'awaitPerson', ports: ['store', 'callbacks', 'notifier'], took: took(56, 62, 12, 1) },
  // Not measured, since moto cannot bring a rollout this far. It reads what OpenWave and JudgePreflight read.
  RollBack: {
    kind: 'decide',
    ports: ['store', 'artifacts'],
    stackSets: ['describe', 'instances'],
    took: took(61, 2_000, 34, 2),
  },
  Park: { kind: 'decide', ports: ['store'], took: took(56, 62, 12, 1) },
  Report: { kind: 'last', ports: ['store', 'notifier'], stackSets: ['stop'], took: took(56, 85, 12, 1) },
} as const satisfies Tasks;

export type TaskName = keyof typeof tasks;
export type TasksOfKind<Kind extends StateKind['kind']> = {
  [T in TaskName]: (typeof tasks)[T]['kind'] extends Kind ? T : never;
}[TaskName];

/** What a task's handler is: it asks for no other ports than its row declares, and takes what a state of its kind sends. */
export type Handler<T extends TaskName> = (
  ports: PortsOf<T>,
) => (input: InputFor<(typeof tasks)[T]>) => Promise<OutputFor<(typeof tasks)[T]>>;

/** What a detection of drift needs to end. */
const collecting = ['driftOf', 'instances', 'results', 'status', 'stop'] as const;

/** Functions of the orchestrator that events and schedules invoke. */
const triggered = {
  StackSetEvents: {
    ports: ['store', 'callbacks', 'notifier'],
    stackSets: collecting,
    took: took(55, 1_600, 34, 35),
  },
  AccountEvents: { ports: ['store'], executions: ['start'], took: took(55, 89, 0, 1) },
  Discover: {
    ports: ['store', 'artifacts', 'directory', 'notifier', 'signs'],
    stackSets: ['describe', 'instances', 'stop'],
    executions: ['start'],
    took: took(84, 2_500, 59, 69),
  },
  // One call visits 500 accounts: five times the processor time of the hundred that were measured.
  Sweep: {
    ports: ['store', 'artifacts', 'notifier', 'alerting'],
    accounts: ['collectFacts'],
    took: took(336, 71_645, 41, 120),
  },
  Drift: {
    ports: ['store', 'artifacts', 'notifier'],
    stackSets: [...collecting, 'detectDrift'],
    took: took(65, 1_600, 48, 35),
  },
} as const satisfies Readonly<Record<string, FunctionDeclaration>>;

const dashboard = {
  // Measured with all 10,000 accounts in one bundle, several times over, so its peak includes what it holds.
  Dashboard: {
    ports: ['store', 'artifacts', 'directory', 'callbacks', 'signs'],
    stackSets: ['stop'],
    executions: ['start', 'stop'],
    took: took(233, 2_017, 0, 1),
  },
} as const satisfies Readonly<Record<string, FunctionDeclaration>>;

export const functions = { ...tasks, ...triggered, ...dashboard };
export type FunctionName = keyof typeof functions;
/** The ports that a function gets, with their effects closed. */
export type PortsOf<F extends FunctionName> = PortsFor<(typeof functions)[F]>;
/** The same, opened by a guard. */
export type ActingPortsOf<F extends FunctionName> = Opened<PortsOf<F>>;

const namesOf = <Name extends string>(declared: Readonly<Record<Name, FunctionDeclaration>>) =>
  Object.keys(declared) as [Name, ...Name[]];
export const taskNames = namesOf(tasks);
export const functionNames = namesOf(functions);
/** Functions of the orchestrator's stack. */
export const orchestratorFunctions = namesOf({ ...tasks, ...triggered });
export type OrchestratorFunction = (typeof orchestratorFunctions)[number];

/** The name that a function is deployed under, and that the state machine invokes it by. */
export const functionName = (name: FunctionName): string => `strongroom-${name}`;
