/** What people do with rollouts: start one, answer its prompts, end it, and make sure that a process runs it. */

import { type ErrorCode, errors, isStrongroomError } from '../../orchestrator/domain/errors';
import type { AccountId, RolloutId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { RolloutRecord, RolloutRequest } from '../../orchestrator/domain/model/rollout';
import type { ExecutionEnd } from '../../orchestrator/engine/engine';
import { pauseRollout, resumeRollout } from '../../orchestrator/operations/pause';
import { prepareRollback } from '../../orchestrator/operations/rollback';
import { scheduledDrift } from '../../orchestrator/operations/scheduled-drift';
import { scheduledSweep } from '../../orchestrator/operations/scheduled-sweep';
import { firstInput, prepareRollout } from '../../orchestrator/operations/start';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import { readRollout } from '../../orchestrator/records/rollouts';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import type { CommandName, Narrowing } from './faults';
import { createMachine } from './machine';
import type { Machine, Run } from './run-state';

/** A refusal by Strongroom is a valid result; any other error is a bug. */
export async function attempt(
  run: Run,
  what: string,
  act: () => Promise<unknown>,
  refused: (code: ErrorCode) => void = () => {},
): Promise<boolean> {
  try {
    await act();
    run.say(`${what}: done`);
    return true;
  } catch (error) {
    if (!isStrongroomError(error) || error.code === 'Internal')
      run.breaks('nothing unforeseen is thrown', `${what}: ${error instanceof Error ? error.stack : String(error)}`);
    else {
      run.say(`${what}: ${error.code}, ${error.message}`);
      refused(error.code);
    }
    return false;
  }
}

export async function startRollout(run: Run, by: string, release: number, only: Narrowing): Promise<void> {
  // While one process sleeps or is dead, somebody else starts on another machine.
  const machine = run.machine.gate.isAwake() ? run.machine : createMachine(run);
  const desiredState = run.desiredStates[release] ?? run.desiredStates[0];
  if (desiredState === undefined) return;
  const act = async () => {
    const input =
      only === 'rollback'
        ? await backwards(run, machine, desiredState, by)
        : await prepareRollout(machine.ports, run.baseline, desiredState, { by: person(by), ...requestOf(run, only) });
    // A rollback names the release that it goes back to, and not the one of the config.
    const made = run.recorder.rollouts.get(input.rolloutId)?.release;
    if (made !== undefined && only !== 'rollback') run.recorder.made(made, run.desiredStates.indexOf(desiredState));
    inOwnMachine(run, input.rolloutId, ({ engine }) => engine.start(input.rolloutId, input), machine);
  };
  await attempt(run, `${by} rolls out release ${release} (${only})`, act, (code) => {
    if (code === 'RolloutBusy') mustBeHeld(run);
  });
}

/** A rollout that has given no sign of life for longer than its lease keeps nobody away. */
function mustBeHeld({ recorder, world, breaks }: Run): void {
  const holder = recorder.lease()?.holder ?? '';
  const until = recorder.aliveUntil(holder);
  if (until <= world.clock.nowMs() - skewMs)
    breaks('every lease is released or expires', `${holder} keeps others away after ${new Date(until).toISOString()}`);
}
/** A process whose clock is behind waits a little longer. */
const skewMs = 3 * 60_000;

/** The last rollout over waves that a person started is rolled back. */
function backwards(run: Run, { ports }: Machine, desiredState: DesiredState, by: string) {
  const original = [...run.recorder.rollouts.values()].findLast(({ request }) => request.newAccount !== true);
  if (original === undefined) throw errors.nothingToRollBack('nothing was rolled out yet', 'roll something out');
  return prepareRollback(ports, run.baseline, desiredState, { original }, { by: person(by), reason: 'it was bad' });
}

function requestOf(run: Run, only: Narrowing): Partial<RolloutRequest> {
  const [wave] = run.desiredStates[0]?.waves ?? [];
  const placed = [...run.recorder.accounts.values()].find(({ wave: name }) => name !== undefined);
  if (only === 'oneWave' && wave !== undefined) return { waves: [wave.name] };
  if (only === 'oneAccount' && placed !== undefined) return { accounts: [placed.id as AccountId] };
  if (only === 'emergency') return { emergency: true, reason: 'it burns' };
  if (only === 'includeDrifted') return { retryFailed: true, includeDrifted: true };
  return only === 'retryFailed' ? { retryFailed: true } : {};
}

export function inOwnMachine(
  run: Run,
  id: RolloutId,
  going: (machine: Machine) => Promise<ExecutionEnd>,
  machine = run.machine,
): void {
  if (run.running.has(id)) return;
  // A process does not know what its predecessor runs.
  if (machine === run.machine) run.running.add(id);
  void attempt(run, `the run of ${id}`, async () => {
    try {
      const end = await going(machine);
      run.say(`${id} ${JSON.stringify(end)}`);
      if (end.status === 'FAILED' && machine === run.machine) failed(run, id, end.error);
    } finally {
      if (machine === run.machine) run.running.delete(id);
    }
  });
}

/** If even Report dies at every try, the rollout is left for its successor. */
function failed(run: Run, id: RolloutId, error: string): void {
  const isKilled = run.scenario.faults.some(
    (fault) => fault.kind === 'crash' && fault.task === 'Report' && fault.times > 3,
  );
  if (isKilled) run.left.add(id);
  else run.breaks('every rollout ends in Report', error);
}

/** Like `resume`: a rollout that died before its first transition starts from the beginning. */
export function goOn(run: Run, record: RolloutRecord): void {
  const { gate } = run.machine;
  if (!gate.isAwake() || run.running.has(record.id) || record.status.kind === 'finished') return;
  inOwnMachine(run, record.id, ({ engine }) =>
    record.lastStep === undefined ? engine.start(record.id, firstInput(record)) : engine.resume(record.id),
  );
}

/** A new process replaces the old one and continues everything that has not ended. */
export function replaceMachine(run: Run): void {
  run.machine = createMachine(run);
  run.running.clear();
  run.say('a new process continues');
  for (const record of run.recorder.rollouts.values()) goOn(run, record);
}

/** Like the schedule: with the ports of a function, and as far as it gets. */
export async function sweep(run: Run): Promise<void> {
  const { gate, ports } = run.machine;
  if (!gate.isAwake()) return;
  await attempt(run, 'a sweep', async () => {
    const { inputs, verified } = await scheduledSweep(ports)({ accountsMax: 100, startsMax: 25 });
    run.say(`the sweep has visited ${verified.length} accounts`);
    for (const input of inputs)
      inOwnMachine(run, input.rolloutId, ({ engine }) => engine.start(input.rolloutId, input));
  });
}

/** Like the schedule: repeatedly, under the name of the day. */
export async function lookForDrift(run: Run): Promise<void> {
  const { gate, ports } = run.machine;
  if (!gate.isAwake()) return;
  await attempt(run, 'a look for drift', async () => {
    const progress = await scheduledDrift(ports)();
    if (progress === undefined) return;
    const { running, ended, waiting } = progress;
    run.say(`drift: ${running.length} running, ${ended.length} ended, ${waiting.length} waiting`);
  });
}

const isAnswer = (name: CommandName): boolean => name !== 'abort' && name !== 'pause' && name !== 'resume';

export async function command(run: Run, name: CommandName, record: RolloutRecord, by: string): Promise<boolean> {
  const { ports } = run.machine;
  const reason = `${by} said ${name}`;
  run.observe({ kind: 'said', at: run.world.clock.nowMs(), by, rollout: record.id, command: name, reason });
  const isAccepted = await attempt(run, `${by} tells ${record.id} to ${name}`, async () => {
    if (name === 'abort') await abortRollout(ports, record.id, person(by), reason);
    else if (name === 'pause') await pauseRollout(ports, record.id, { by: person(by), reason });
    else if (name === 'resume') await resumeRollout(ports, record.id, { by: person(by), reason });
    else await answer(ports, record.id, { decision: name, by: person(by), reason });
    // In the cloud an answer wakes the state machine; on a laptop the answering command continues the run.
    if (run.scenario.engine === 'laptop') goOn(run, (await readRollout(ports, record.id)).value);
  });
  if (isAccepted) mustHaveComeOf(run, name, record.id, reason);
  return isAccepted;
}

/** A command that reports success must be right. */
function mustHaveComeOf(run: Run, name: CommandName, id: RolloutId, reason: string): void {
  const record = run.recorder.rollouts.get(id);
  const isKept =
    name === 'abort'
      ? record?.status.kind === 'finished' && record.status.outcome === 'aborted'
      : !isAnswer(name) || record?.answers.some((answer) => answer.reason === reason);
  if (isKept !== true)
    run.breaks('7 what is delivered twice happens once, and nothing accepted is lost', `${id}: ${reason}`);
  if (name === 'abort') nothingGoesOn(run, id);
}

/** The end of the run stops what a handler was starting at that very moment. */
const stopMinutes = 5;
const stopAtOnceMinutes = 0.1;

/** After an abort, StackSets finish what is in flight and start nothing. */
function nothingGoesOn(run: Run, id: RolloutId): void {
  const { clock, stackSets } = run.world;
  const ofRollout = () => run.operations.filter(({ operationId }) => operationId.startsWith(id));
  const known = ofRollout();
  const lookAt = (minutes: number, operations: () => readonly OperationRequest[]): void =>
    clock.at(clock.nowMs() + minutes * 60_000, async () => {
      for (const { spec, operationId } of operations()) {
        const status = await stackSets.status(spec.name, operationId);
        if (status === 'RUNNING' || status === 'QUEUED')
          run.breaks('after abort nothing is left running', `${operationId} is ${status}`);
      }
    });
  lookAt(stopAtOnceMinutes, () => known);
  lookAt(stopMinutes, ofRollout);
}
