/** After the storm, nothing fails by itself and a person answers every prompt, so everything must come to an end. */

import { isStrongroomError } from '../../orchestrator/domain/errors';
import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { RolloutRecord } from '../../orchestrator/domain/model/rollout';
import { type OperationStatus, operationEnded } from '../../orchestrator/ports/ports';
import { listDetections } from '../../orchestrator/records/detections';
import { isGreen } from './invariants/common';
import { untold } from './invariants/notices';
import { withoutLastWord } from './invariants/once';
import { falseReleases } from './invariants/releases';
import { command, goOn, lookForDrift, replaceMachine, startRollout, sweep } from './people';
import type { Run } from './run-state';
import { minuteMs } from './storm';

/** Every rollout ends within this time after the storm: an operation that is stuck is given up after a day. */
const calmHoursMax = 72;
const lookMinutes = 7;
/** A drift detection that does not end is given up after twelve hours. */
const detectionHoursMax = 13;
/** Operations in flight may finish, and some of them are stuck for more than a day. */
const stopHoursMax = 30;

export async function calm(run: Run): Promise<void> {
  run.say('the storm is over');
  const { gate, isSkewed } = run.machine;
  // A person sets the clock, and begins again.
  if (isSkewed) gate.kill();
  if (!gate.isAwake()) replaceMachine(run);
  await settle(run, 'every rollout ends');
  await sweep(run);
  await settle(run, 'what a sweep begins ends');
  unseen(run);
  await detectionsEnd(run);
  await nothingRuns(run);
  const ended = run.recorder.rollouts.size;
  await startRollout(run, 'eve', run.desiredStates.length - 1, 'all');
  if (run.recorder.rollouts.size === ended)
    run.breaks('every lease is released or expires', 'a new rollout is refused');
  await settle(run, 'the rollout after the storm ends');
  const unsaid = withoutLastWord(run.recorder);
  if (unsaid !== undefined) run.breaks('7 what is delivered twice happens once, and nothing accepted is lost', unsaid);
  await nothingRuns(run);
  const silence = untold(run.recorder, run.notices);
  if (silence !== undefined) run.breaks('every required notice is sent', silence);
  const [last] = [...run.recorder.rollouts.values()].slice(ended);
  const strayed = last && unconverged(run, last);
  if (strayed !== undefined) run.breaks('the rollout after the storm brings everybody to its release', strayed);
}

/** The sweep finds what no event has reported. */
function unseen({ world, recorder, breaks }: Run): void {
  // Without a plan there is no desired state yet.
  if (![...recorder.rollouts.values()].some(({ plan }) => plan !== undefined)) return;
  const unknown = [...world.organization.accounts.values()].find(
    ({ id, state }) => state === 'ACTIVE' && !recorder.accounts.has(id),
  );
  if (unknown !== undefined) breaks('a sweep finds what no event told', `${unknown.id} has no record`);
}

/** A drift detection that one run has started is collected by the next run, whatever happened in between. */
async function detectionsEnd(run: Run): Promise<void> {
  const { clock } = run.world;
  const untilMs = clock.nowMs() + detectionHoursMax * 60 * minuteMs;
  const open = async () => (await listDetections(run.machine.ports)).filter(({ value }) => value.ended === undefined);
  for (let left = await open(); left.length > 0; left = await open()) {
    if (clock.nowMs() > untilMs) {
      run.breaks('a look for drift ends', left.map(({ value }) => JSON.stringify(value)).join('; '));
      return;
    }
    await lookForDrift(run);
    await clock.sleepUntil(new Date(clock.nowMs() + lookMinutes * minuteMs));
  }
}

/** Only out-of-band changes may hold a rollout. */
function unconverged(
  { recorder, recorder: { accounts } }: Run,
  { id, status, release }: RolloutRecord,
): string | undefined {
  if (recorder.lease()?.released !== true) return `${id} has ended, and the organization is still held`;
  if ([...accounts.values()].some((account) => recorder.isTampered(account.id))) return undefined;
  const outside = recorder.forbidden();
  const members = [...accounts.values()].filter((account) => !outside.has(account.id));
  const behind = members.find((account) => account.release !== release || !(isGreen(account) || isInTime(account)));
  if (status.kind !== 'finished' || status.outcome !== 'completed')
    return isEarly(recorder.events.get(id) ?? []) ? undefined : `${id} is ${JSON.stringify(status)}`;
  return behind && `${id} is completed, and account ${behind.id} is ${behind.state} at ${behind.release}`;
}

/** Nothing is wrong, but not everything is visible yet: a recorder starts after its stack. */
const isInTime = ({ failing, state }: AccountRecord): boolean =>
  ['UNKNOWN', 'UNHEALTHY', 'KEYS_AT_RISK'].includes(state) && failing.length > 0 && failing.every(isYetToCome);

/** The rollout was rejected or rolled back only because it checked before everything was visible. */
function isEarly(events: readonly RolloutEvent[]): boolean {
  const found = events.filter((event) => event.type === 'checkFailed');
  return found.length > 0 && found.every(isYetToCome);
}

const isYetToCome = ({ outcome }: { readonly outcome: string }): boolean => outcome !== 'fail';

async function settle(run: Run, what: string): Promise<void> {
  const { clock } = run.world;
  const untilMs = clock.nowMs() + calmHoursMax * 60 * minuteMs;
  const answered = new Map<string, number>();
  for (;;) {
    const open = [...run.recorder.rollouts.values()].filter(({ status }) => status.kind !== 'finished');
    if (open.length === 0) return;
    if (clock.nowMs() > untilMs) {
      run.breaks(what, open.map(({ id, status }) => `${id} is ${JSON.stringify(status)}`).join('; '));
      return;
    }
    for (const record of open) await tend(run, record, answered);
    await clock.sleepUntil(new Date(clock.nowMs() + lookMinutes * minuteMs));
  }
}

/** A patient operator approves, or gives the answers that the scenario has drawn, but does not retry forever. */
async function tend(run: Run, record: RolloutRecord, answered: Map<string, number>): Promise<void> {
  // Its execution has failed, so nothing runs it to its end.
  if (run.left.has(record.id)) await command(run, 'abort', record, 'eve');
  else if (record.status.kind === 'awaitingApproval') {
    const times = answered.get(record.id) ?? 0;
    answered.set(record.id, times + 1);
    const decision = record.status.prompt.about === 'approval' ? 'approve' : (run.scenario.operator[times] ?? 'reject');
    await command(run, decision, record, 'eve');
  } else if (record.lastStep?.state === 'AskOperator') {
    // The answer was stored, and the state machine has not heard of it.
    await command(run, 'resume', record, 'eve');
  } else goOn(run, record);
}

/** An empty StackSet was created again, and does not know its earlier operations. */
const forgotten = (error: unknown): OperationStatus => {
  if (isStrongroomError(error) && error.code === 'AwsRefused') return 'SUCCEEDED';
  throw error;
};

/** The operations of a rollout end with it or soon after, since operations in flight finish. */
async function nothingRuns(run: Run): Promise<void> {
  const { clock, stackSets } = run.world;
  const untilMs = clock.nowMs() + stopHoursMax * 60 * minuteMs;
  do await clock.sleepUntil(new Date(clock.nowMs() + 10 * minuteMs));
  while (run.world.operationsInFlight().length > 0 && clock.nowMs() < untilMs);
  for (const { spec, operationId } of run.operations) {
    const status = await stackSets.status(spec.name, operationId).catch(forgotten);
    if (!operationEnded(status)) run.breaks('nothing is left running', `${operationId} is ${status}`);
  }
  const isFalse = falseReleases(run.recorder);
  if (isFalse !== undefined) run.breaks('6 the release that is recorded is what the stacks run', isFalse);
}
