/** One run of a scenario: the storm, then the calm with a patient operator, then what must have become of everything. */

import { parseConfig } from '../../orchestrator/config/parse';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import type { Baseline } from '../../orchestrator/records/baseline';
import { createSimulatedWorld, type SimulatedWorld } from '../../orchestrator/simulated/world';
import { calm } from './calm';
import { start } from './faults';
import { createRecorder, type Moment, momentLine } from './history';
import { invariants } from './invariants';
import { createMachine, type MachineWorld } from './machine';
import { command } from './people';
import type { Run } from './run-state';
import { configOf, exemptOf, type Scenario } from './scenario';
import { deliverEvents, storm } from './storm';
import { createWeather } from './weather';

export interface Outcome {
  /** The first invariant that broke, and how; undefined if all held. */
  readonly broken?: { readonly invariant: string; readonly how: string } | undefined;
  readonly log: readonly string[];
  readonly rollouts: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

export async function runScenario(scenario: Scenario, baseline: Baseline): Promise<Outcome> {
  const world = createSimulatedWorld({ seed: scenario.seed, accounts: scenario.census, start });
  const log: string[] = [];
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
  return { broken, log, rollouts: run.recorder.rollouts.size, outcomes };
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
  log: string[],
  breaks: Run['breaks'],
): Run {
  const weather = createWeather(world, scenario.faults);
  const recorder = createRecorder({
    stacksOf: world.contents.stacks,
    settingsOf: world.contents.settings,
    isCalm: () => weather.isOver(),
    forbidden: () => forbiddenIn(world, scenario),
    isInFlight: (account) => world.operationsInFlight().some(({ accounts }) => accounts.includes(account)),
  });
  const watchers = Object.entries(invariants).map(([name, create]) => [name, create()] as const);
  const say = (line: string): void =>
    void log.push(`${new Date(world.clock.nowMs()).toISOString().slice(5, 23)} ${line}`);
  const observe = (moment: Moment): void => {
    recorder.take(moment);
    log.push(momentLine(moment));
    for (const [name, watch] of watchers) {
      const how = watch(moment, recorder);
      if (how !== undefined) breaks(name, how);
    }
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
  };
  const { failInstance } = world.faults;
  world.faults.failInstance = (attempt) => {
    const reason = failInstance(attempt);
    const { account, stackSet } = attempt;
    if (reason !== undefined) observe({ kind: 'instanceFailed', at: world.clock.nowMs(), account, stackSet });
    return reason;
  };
  const run: Run = {
    ...shared,
    desiredStates,
    operations,
    running: new Set(),
    left: new Set(),
    breaks,
    machine: createMachine(shared),
  };
  deliverEvents(run);
  return run;
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
