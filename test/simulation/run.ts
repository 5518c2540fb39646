/** One run of a scenario: the storm, then the calm with a patient operator, then what must have become of everything. */

import { parseConfig } from '../../orchestrator/config/parse';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { Notice, OperationRequest } from '../../orchestrator/ports/ports';
import type { Baseline } from '../../orchestrator/records/baseline';
import { createSimulatedWorld, type SimulatedWorld } from '../../orchestrator/simulated/world';
import { calm } from './calm';
import { configOf, exemptOf } from './config-text';
import type { Scenario } from './draws';
import { start } from './faults';
import type { Moment, Truth } from './history';
import { configFor } from './intent';
import { createInvariants } from './invariants';
import { momentLine } from './lines';
import { createMachine } from './machine';
import { command } from './people';
import { createRecorder } from './recorder';
import type { MachineWorld, Run } from './run-state';
import { deliverEvents, storm } from './storm';
import { preexistingIn, protect } from './third-parties';
import { createWeather } from './weather';

export interface Outcome {
  /** The first invariant that broke, and how; undefined if all held. */
  readonly broken?: { readonly invariant: string; readonly how: string } | undefined;
  /** Everything that has happened, a line each. */
  readonly log: () => readonly string[];
  readonly rollouts: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

export async function runScenario(scenario: Scenario, baseline: Baseline): Promise<Outcome> {
  const world = createSimulatedWorld({
    seed: scenario.seed,
    accounts: scenario.census,
    start,
    preexisting: preexistingIn(scenario),
  });
  for (const id of world.organization.accounts.keys()) protect(world, scenario, id);
  const log: (string | Moment)[] = [];
  let broken: Outcome['broken'];
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const breaks = (invariant: string, how: string): void => {
    if (broken === undefined) log.push(`BROKEN ${invariant}: ${how}`);
    broken ??= { invariant, how };
    stop();
  };
  const run = createRun(scenario, baseline, world, log, breaks);
  await world.clock.run(Promise.race([stopped, live(run)]));
  const outcomes: Record<string, number> = {};
  for (const { status } of run.recorder.rollouts.values()) {
    const outcome = status.kind === 'finished' ? status.outcome : status.kind;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  const lines = (): readonly string[] => log.map((line) => (typeof line === 'string' ? line : momentLine(line)));
  return { broken, log: lines, rollouts: run.recorder.rollouts.size, outcomes };
}

async function live(run: Run): Promise<void> {
  try {
    await storm(run);
    await calm(run);
  } catch (error) {
    run.breaks('the harness', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

function createRun(
  scenario: Scenario,
  baseline: Baseline,
  world: SimulatedWorld,
  log: (string | Moment)[],
  breaks: Run['breaks'],
): Run {
  const weather = createWeather(world, scenario.faults);
  const recorder = createRecorder(truthOf(world, scenario, baseline, weather.isOver));
  const judge = createInvariants();
  const notices: Notice[] = [];
  const say = (line: string): void =>
    void log.push(`${new Date(world.clock.nowMs()).toISOString().slice(5, 23)} ${line}`);
  const observe = (moment: Moment): void => {
    recorder.take(moment);
    log.push(moment);
    if (moment.kind === 'notified') notices.push(moment.notice);
    for (const { invariant, how } of judge(moment, recorder)) breaks(invariant, how);
  };
  const operations: OperationRequest[] = [];
  const isStarted = (id: string): boolean => operations.some(({ operationId }) => operationId === id);
  const operationStarted = (request: OperationRequest): void => {
    if (isStarted(request.operationId)) return;
    operations.push(request);
    abortInFlight(run, request);
    const { stopAfterSeconds } = weather.operation();
    if (stopAfterSeconds === undefined) return;
    world.clock.at(world.clock.nowMs() + stopAfterSeconds * 1000, () => {
      say(`somebody stops ${request.operationId}`);
      void world.stackSets.stop(request.spec.name, request.operationId);
    });
  };
  const desiredStates = scenario.releases.map((_, release) =>
    intentOf(configOf(scenario, world.organization, release)),
  );
  const shared: MachineWorld = {
    world,
    scenario,
    baseline,
    weather,
    recorder,
    observe,
    say,
    isStarted,
    operationStarted,
    failedInRow: new Map(),
  };
  world.onInstanceEnded((end) => observe({ kind: 'instanceEnded', at: world.clock.nowMs(), ...end }));
  const run: Run = {
    ...shared,
    desiredStates,
    operations,
    notices,
    running: new Set(),
    left: new Set(),
    breaks,
    machine: createMachine(shared),
  };
  deliverEvents(run);
  return run;
}

/** The world as it is, for the invariants. */
function truthOf(world: SimulatedWorld, scenario: Scenario, { templates }: Baseline, isCalm: () => boolean): Truth {
  const { organization, contents } = world;
  const hashes = new Map<string, string>(Object.entries(templates).map(([module, { hash }]) => [module, hash]));
  const running = () => world.operationsInFlight();
  return {
    config: configFor(scenario),
    stacksOf: contents.stacks,
    settingsOf: contents.settings,
    protectionsOf: (account, region) => contents.protections(account, parseRegion(region)),
    isOpen: (account) => organization.accounts.get(account)?.state === 'ACTIVE',
    ouOf: (account) => organization.accounts.get(account)?.ou?.path ?? '',
    forbidden: () => forbiddenIn(world, scenario),
    isCalm,
    isInFlight: (account) => running().some(({ accounts }) => accounts.includes(account)),
    isRunning: (id) => running().some(({ operationId }) => operationId === id),
    templateOf: (module) => hashes.get(module),
  };
}

function abortInFlight(run: Run, { operationId }: OperationRequest): void {
  const { scenario, operations, world, recorder } = run;
  for (const fault of scenario.faults) {
    if (fault.kind !== 'abortedInFlight' || fault.nth !== operations.length) continue;
    world.clock.at(world.clock.nowMs() + fault.afterSeconds * 1000, () => {
      const record = [...recorder.rollouts.values()].find(({ id }) => operationId.startsWith(id));
      if (record !== undefined && run.machine.gate.isAwake() && !recorder.isCalm())
        void command(run, 'abort', record, 'mallory');
    });
  }
}

function intentOf(config: string): DesiredState {
  const parsed = parseConfig(config, 'strongroom.yaml');
  if (!parsed.ok) throw new Error(`${parsed.problems.map(({ message }) => message).join('\n')}\n${config}`);
  return parsed.desiredState;
}

const outside = ['', 'Excluded', 'Loose'];

function forbiddenIn({ organization }: SimulatedWorld, scenario: Scenario): ReadonlySet<string> {
  const waves = new Set<string>(scenario.waves.map(({ ou }) => ou));
  const everybody = [...organization.accounts.values()];
  const out = everybody.filter(({ state, ou, id }) => {
    const path = ou?.path ?? '';
    return state !== 'ACTIVE' || outside.includes(path) || !waves.has(path) || id === organization.managementAccountId;
  });
  return new Set([...out.map(({ id }) => id), ...exemptOf(scenario, organization)]);
}
