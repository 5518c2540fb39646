/**
 * `strongroom rehearse`: asks AWS, in one spare account, what the code assumes about it. What it creates is removed in any case, and what
 * cannot be removed is named. It writes no records.
 */
import { errors, isStrongroomError, messageOf } from '../domain/errors';
import { type AccountId, parseSweepId, type Region, type WaveName } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import { seatsOf, target } from '../domain/planning/targeting';
import type { QuestionId } from '../domain/rehearsal/questions';
import { type Answer, type Rehearsed, type Report, reportOf } from '../domain/rehearsal/report';
import { guard, isFromGuard } from '../ports/guard';
import type { ClosedRehearsal, Ports } from '../ports/ports';
import { snapshotOrganization } from '../rollout/organization-snapshot';
import { visitTo } from '../rollout/wave-accounts';
import { probingTrials, readingTrials } from './rehearsal/account-trials';
import { busyTrial } from './rehearsal/busy-trial';
import { cleanUp, isOf, isOfAnyRehearsal } from './rehearsal/clean-up';
import { driftTrial } from './rehearsal/drift-trial';
import { rehearsalGuard } from './rehearsal/guard';
import { listening, type ParseEvent } from './rehearsal/listening';
import { movingTrial } from './rehearsal/moving-trials';
import { Interrupted, type Scene, type Told, type Trial, Undecided, unknown } from './rehearsal/scene';
import { creation, deniedRole, optIn, repetition, secondCreation, strictUpdate } from './rehearsal/stack-set-trials';
import { refuseBusy, stamp } from './start';

export type RehearsePorts = Pick<
  Ports,
  'directory' | 'accounts' | 'probes' | 'stackSets' | 'store' | 'clock' | 'random' | 'signs'
> & { readonly rehearsal: ClosedRehearsal };

export interface RehearsalRequest {
  readonly account: AccountId;
  readonly optInRegion?: Region | undefined;
  /** The wave that selects the account, if a person has confirmed that it may be used all the same. */
  readonly inWave?: WaveName | undefined;
}

export interface Watching {
  readonly parseEvent: ParseEvent;
  /** Aborted by an interruption: what runs is given up, and everything is removed. */
  readonly signal?: AbortSignal | undefined;
  /** Called once for each question, as soon as it is answered. */
  readonly tell?: ((answer: Answer) => void) | undefined;
  /** Called when the cleanup begins. */
  readonly cleaning?: (() => void) | undefined;
}

/** All trials together; the slowest known answers take 20 minutes. */
export const minutesMax = 120;

/** @throws UnknownAccount, NotAllowed, RolloutBusy */
export async function assertSpare(
  ports: Pick<Ports, 'directory' | 'store' | 'clock' | 'signs'>,
  desiredState: DesiredState,
  { account, inWave }: RehearsalRequest,
): Promise<void> {
  const organization = await snapshotOrganization(ports, desiredState);
  const member = organization.accounts.find(({ id }) => id === account);
  if (member === undefined) throw errors.unknownAccount([account], 'is not in the organization');
  if (account === organization.managementAccountId)
    throw errors.notRehearsed(`account ${account}`, 'is the management account');
  if (member.state !== 'ACTIVE') throw errors.notRehearsed(`account ${account}`, `is ${member.state}`);
  const wave = seatsOf(target(organization, desiredState, ports.clock.now())).get(account)?.wave;
  if (wave !== undefined && wave !== inWave) throw errors.rehearsedInWave(account, wave);
  await refuseBusy(ports);
}

/** @throws what `assertSpare` throws, before anything is created. */
export async function rehearse(
  ports: RehearsePorts,
  desiredState: DesiredState,
  request: RehearsalRequest,
  { parseEvent, signal: interruption, tell = () => {}, cleaning = () => {} }: Watching,
): Promise<Report> {
  await assertSpare(ports, desiredState, request);
  const organization = await ports.directory.identity();
  const giveUp = new AbortController();
  const startedAt = ports.clock.now();
  const scene = sceneOf(ports, desiredState, request, giveUp.signal);
  const run: Run = { scene, parseEvent, tell, answers: [], organization: organization.id };
  const endedEarly = await limited(ports, giveUp, interruption, run);
  cleaning();
  // The cleanup has limits of its own.
  const remains = await cleanUp({ ...scene, signal: new AbortController().signal }, isOf(scene));
  return reportOf({
    account: request.account,
    home: scene.home,
    optInRegion: request.optInRegion,
    startedAt: startedAt.toISOString(),
    endedAt: ports.clock.now().toISOString(),
    answers: [...run.answers],
    endedEarly,
    remains,
  });
}

/** `rehearse --cleanup`: removes what all rehearsals in this account have left. @returns what remains. */
export async function cleanUpAfter(
  ports: RehearsePorts,
  desiredState: DesiredState,
  request: RehearsalRequest,
): Promise<Rehearsed['remains']> {
  const scene = sceneOf(ports, desiredState, request, new AbortController().signal);
  return cleanUp(scene, isOfAnyRehearsal);
}

function sceneOf(
  ports: RehearsePorts,
  desiredState: DesiredState,
  { account, optInRegion }: RehearsalRequest,
  signal: AbortSignal,
): Scene {
  const run = stamp(ports.clock.now(), ports.random);
  return {
    ports: guard(ports, rehearsalGuard(ports, account)),
    visit: visitTo(account, parseSweepId(`sw-${run}`), desiredState),
    desiredState,
    home: desiredState.regions.home,
    optInRegion,
    stamp: run,
    signal,
  };
}

interface Run {
  readonly scene: Scene;
  readonly parseEvent: ParseEvent;
  readonly tell: (answer: Answer) => void;
  readonly answers: Answer[];
  readonly organization: Parameters<typeof probingTrials>[0];
}

/** @returns why the trials ended early; undefined if all of them were made. */
async function limited(
  { clock }: Pick<Ports, 'clock'>,
  giveUp: AbortController,
  interruption: AbortSignal | undefined,
  run: Run,
): Promise<string | undefined> {
  let because: string | undefined;
  const end = (why: string) => {
    because ??= why;
    giveUp.abort();
  };
  const interrupt = () => end('it was interrupted');
  if (interruption?.aborted === true) interrupt();
  interruption?.addEventListener('abort', interrupt);
  const watch = new AbortController();
  const limit = clock
    .sleepUntil(new Date(clock.now().getTime() + minutesMax * 60_000), watch.signal)
    .then(() => (watch.signal.aborted ? undefined : end(`${minutesMax} minutes were over`)));
  // Probes wait for deliveries that nothing speeds up, so they run beside the rest. Without them, an interruption would wait too.
  const probes = Promise.race([track(run, probingTrials(run.organization), end), aborted(giveUp.signal)]);
  try {
    await Promise.all([mainTrack(run, end), probes]);
  } finally {
    watch.abort();
    interruption?.removeEventListener('abort', interrupt);
  }
  await limit;
  return because;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

async function mainTrack(run: Run, endEarly: (because: string) => void): Promise<void> {
  const { begin, end } = listening(run.parseEvent);
  const trials = [
    ...readingTrials,
    ...[creation, repetition, strictUpdate, secondCreation, busyTrial, deniedRole, driftTrial, movingTrial, optIn],
  ];
  const isListening = await attempt(run, begin, endEarly);
  await track(run, [...trials, ...(isListening ? [end] : [])], endEarly);
}

async function track(run: Run, trials: readonly Trial[], endEarly: (because: string) => void): Promise<void> {
  for (const trial of trials) {
    if (run.scene.signal.aborted) return;
    await attempt(run, trial, endEarly);
  }
}

/** @returns whether the trial could be made. */
async function attempt(run: Run, trial: Trial, endEarly: (because: string) => void): Promise<boolean> {
  const { scene, answers, tell } = run;
  const beganMs = scene.ports.clock.now().getTime();
  const answered = (all: readonly Told[]): void => {
    const seconds = Math.round((scene.ports.clock.now().getTime() - beganMs) / 1000);
    for (const one of all) {
      answers.push({ ...one, seconds });
      tell({ ...one, seconds });
    }
  };
  try {
    answered(await trial.run(scene));
    return true;
  } catch (error) {
    if (error instanceof Interrupted) return false;
    if (error instanceof Error && isFromGuard(error)) {
      endEarly(error.message);
      return false;
    }
    // What was created has to be removed and reported.
    if (!(error instanceof Undecided) && !isStrongroomError(error))
      endEarly(`of a bug in Strongroom: ${messageOf(error)}`);
    answered(trial.asks.map((question: QuestionId) => unknown(question, messageOf(error))));
    return false;
  }
}
