/** The storm: rollouts start, faults happen at their times, people give commands at random moments. */
import { isStrongroomError } from '../../orchestrator/domain/errors';
import { onStackSet } from '../../orchestrator/events/on-stack-set';
import type { StackSetEvent } from '../../orchestrator/events/stack-set-event';
import { stackSetEvent } from '../../orchestrator/simulated/stack-set-event';
import { type DeedName, type Fault, stormMinutes } from './faults';
import { become, create } from './newcomers';
import { command, goOn, lookForDrift, replaceMachine, startRollout, sweep } from './people';
import type { Run } from './run-state';

export const minuteMs = 60_000;
const sleep = (run: Run, minutes: number): Promise<void> =>
  run.world.clock.sleepUntil(new Date(run.world.clock.nowMs() + minutes * minuteMs));

/** The first release is rolled out at once, and the update after the first has had time to soak. */
const updateAtMinute = 75;

export async function storm(run: Run): Promise<void> {
  const { clock } = run.world;
  const startMs = clock.nowMs();
  const at = (minute: number, act: () => unknown): void => clock.at(startMs + minute * minuteMs, () => void act());
  at(0, () => startRollout(run, 'ada', 0, 'all'));
  at(updateAtMinute, () => startRollout(run, 'ada', 1, 'all'));
  for (const fault of run.scenario.faults) {
    if (!('at' in fault)) continue;
    at(fault.at, () => {
      run.say(`fault ${JSON.stringify(fault)}`);
      return happen(run, fault);
    });
  }
  await clock.sleepUntil(new Date(startMs + stormMinutes * minuteMs));
}

type Timed = Extract<Fault, { readonly at: number }>;

function happen(run: Run, fault: Timed): unknown {
  switch (fault.kind) {
    case 'killed':
      return kill(run, fault.downMinutes);
    case 'asleep':
      return fallAsleep(run, fault.minutes, fault.replaced);
    case 'anotherRollout':
      return startRollout(run, 'bob', fault.release, fault.only);
    case 'command': {
      const record = [...run.recorder.rollouts.values()].at(-1 - fault.nth);
      return record && run.machine.gate.isAwake() ? command(run, fault.command, record, 'bob') : undefined;
    }
    case 'byHand':
      return byHand(run, fault.resident, fault.change);
    case 'setByHand':
      return setByHand(run, fault.nth);
    case 'account':
      return happenTo(run, fault);
    case 'created':
      return create(run, fault);
    case 'fiveCreated':
      for (let i = 0; i < 5; i++) create(run, { ...fault, kind: 'created' }, `five-${Math.round(fault.at * 10)}-${i}`);
      return undefined;
    case 'sweep':
      return sweep(run);
    case 'driftLook':
      return driftLook(run);
    case 'outage':
    case 'awsOutage':
      return undefined;
  }
}

async function kill(run: Run, downMinutes: number): Promise<void> {
  const { machine } = run;
  if (!machine.gate.isAlive()) return;
  machine.gate.kill();
  await sleep(run, downMinutes);
  if (run.machine === machine) replaceMachine(run);
}

async function fallAsleep(run: Run, minutes: number, replaced: boolean): Promise<void> {
  const { machine } = run;
  if (!machine.gate.isAwake()) return;
  machine.gate.sleepUntil(new Date(run.world.clock.nowMs() + minutes * minuteMs));
  await sleep(run, minutes / 2);
  if (replaced && run.machine === machine) replaceMachine(run);
  await sleep(run, minutes / 2);
  if (run.machine === machine) for (const record of run.recorder.rollouts.values()) goOn(run, record);
}

const driftLookSteps = 6;
const driftLookEveryMinutes = 10;

async function driftLook(run: Run): Promise<void> {
  for (let step = 0; step < driftLookSteps; step++) {
    await lookForDrift(run);
    await sleep(run, driftLookEveryMinutes);
  }
}

function residentOf(run: Run, index: number) {
  const account = [...run.world.organization.accounts.values()][index];
  return account?.id === run.world.organization.managementAccountId ? undefined : account;
}

function happenTo(run: Run, { resident, becomes, told }: Extract<Fault, { readonly kind: 'account' }>): void {
  const account = residentOf(run, resident);
  if (account !== undefined) become(run, account.id, becomes, told);
}

function byHand(run: Run, resident: number, change: DeedName): void {
  const account = residentOf(run, resident);
  if (account === undefined) return;
  const { contents } = run.world;
  const [stack] = contents.stacks(account.id);
  run.observe({ kind: 'tampered', at: run.world.clock.nowMs(), account: account.id });
  if (change === 'openBuckets' || change === 'deletePasswordPolicy') contents.byHand(account.id, { kind: change });
  else if (change === 'changeRole') contents.byHand(account.id, { kind: 'delete', of: 'roles' });
  else if (stack !== undefined) {
    const { stackSet, region } = stack;
    contents.byHand(
      account.id,
      change === 'deleteStack'
        ? { kind: change, region, stackSet }
        : { kind: change, region, stackSet, parameters: { Changed: 'by hand' } },
    );
  }
}

/** Somebody updates a StackSet out of band, to the content of an earlier operation. */
async function setByHand(run: Run, nth: number): Promise<void> {
  const request = run.operations[nth % Math.max(1, run.operations.length)];
  if (request === undefined) return;
  for (const account of request.accounts) run.observe({ kind: 'tampered', at: run.world.clock.nowMs(), account });
  try {
    await run.world.stackSets.start({ ...request, kind: 'update', operationId: `by-hand-${nth}` });
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
  }
}

/** EventBridge delivers at least once, late, and out of order; Lambda tries an event again that failed [doc:lambda/invocation-async-error-handling]. */
export function deliverEvents(run: Run): void {
  const { clock, onOperationEnded } = run.world;
  onOperationEnded((stackSet, operationId) => {
    const stray = run.weather.event();
    if (stray?.fate === 'lost') return;
    const event = { stackSet, operationId };
    const later = (minutes: number): void =>
      clock.at(clock.nowMs() + minutes * minuteMs, () => void deliver(run, event));
    if (stray?.fate !== 'late') later(0);
    if (stray !== undefined) later(stray.minutes);
  });
}

async function deliver(run: Run, event: StackSetEvent): Promise<void> {
  const { gate, ports } = run.machine;
  if (!gate.isAwake()) return;
  run.observe({ kind: 'endTold', at: run.world.clock.nowMs(), operationId: event.operationId });
  for (let tries = 1; tries <= 3; tries++) {
    try {
      await onStackSet(ports)(stackSetEvent(event.stackSet, event.operationId));
      return;
    } catch (error) {
      if (!isStrongroomError(error) || error.code === 'Internal')
        run.breaks('nothing unforeseen is thrown', `event: ${error instanceof Error ? error.stack : String(error)}`);
      await sleep(run, 1);
    }
  }
}
