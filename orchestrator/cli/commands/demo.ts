/**
 * The whole story on a made-up organization, for somebody who sees it for the first time. It judges itself: it succeeds only if the
 * rollout was held where a lock was broken, nothing behind that was touched, and it went on to its end once the lock was mended.
 */

import { showDashboard, type Wanted } from '../../dashboard/local';
import type { RolloutEvent } from '../../domain/model/event';
import { enabledModules, type ModuleId } from '../../domain/model/module';
import type { Plan, PlannedAccount } from '../../domain/model/plan';
import type { RolloutRecord } from '../../domain/model/rollout';
import { statementsOf } from '../../domain/policies/policy';
import { answer } from '../../handlers/ask-operator';
import { prepareRollout, previewPlan } from '../../operations/start';
import { createPaint, type Paint } from '../../presentation/paint';
import { clean, cleaned, groupedBy, plural, table } from '../../presentation/text';
import { listAccounts } from '../../records/records';
import type { EmbeddedEngine } from '../../runtime/embedded';
import type { SimulatedWorld } from '../../simulated/world';
import { type Conclusion, conclusionOf } from '../conclusion';
import { type ExitStatus, exitStatus } from '../exit-status';
import { createFollower, type Follower } from '../follow';
import type { Host } from '../host';
import { planFigures, planSummary } from '../render/plan';
import { summary } from '../render/summary';
import { madeUpDesiredState, type Session, simulatedSession } from '../session';
import { simulatedStart } from './simulate';

const accounts = 120;
const seed = 7;
/** Late enough that waves are behind it, early enough that most of the organization is not. */
const heldWave = 'staging';
/** Of the next release: production waits for a word from the one who watches. */
const approvedWave = 'prod-canary';
/** How long each picture stays on a terminal, so that hours of a rollout can be watched in seconds. */
const pictureMs = 20;

interface Scene {
  readonly session: Session;
  readonly world: SimulatedWorld;
  readonly engine: EmbeddedEngine;
  readonly follower: Follower;
  readonly plan: Plan;
  readonly victim: PlannedAccount;
  readonly lock: Lock;
  readonly paint: Paint;
  readonly say: (...lines: readonly string[]) => void;
  /** The terminal is told no more. */
  readonly leave: () => void;
}

/** @param once end with the story; otherwise its organization stays on a page, and the next release goes out there. */
export async function demo(host: Host, once: boolean): Promise<ExitStatus> {
  const scene = await setScene(host);
  const { say, session } = scene;
  say(...introduction(scene));
  const held = await session.run(() => untilHeld(scene));
  say(...ending(scene, held, 'held'));
  const surprises = [...surprisesWhenHeld(scene, held)];
  if (surprises.length > 0) return disappointed(host, surprises);

  say(...mending(scene));
  scene.lock.mend();
  const ended = await session.run(() => tryAgain(scene, held.record));
  say(...ending(scene, ended, 'ended'), ...(await session.run(() => farewell(scene))));
  const told = disappointed(host, [...surprisesAtTheEnd(ended)]);
  if (once || told !== exitStatus.done) return told;
  scene.leave();
  return showDashboard(host, session, {
    engine: scene.engine,
    port: 0,
    rollOut: nextRelease(session),
    again: 'strongroom demo',
  }).finally(session.close);
}

/** Wanted next by the same people: shorter sessions, and a word from a person before production. */
function nextRelease({ desiredState }: Session): Wanted {
  const { modules, waves } = desiredState;
  return {
    desiredState: {
      ...desiredState,
      modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 1_800 } },
      waves: waves.map((wave) => (wave.name === approvedWave ? { ...wave, approval: 'manual' } : wave)),
    },
    request: { by: 'you', reason: 'sign in again after half an hour' },
  };
}

function disappointed({ io }: Host, surprises: readonly string[]): ExitStatus {
  for (const surprise of surprises) io.err(`error: the demonstration did not go as it should: ${clean(surprise)}`);
  return surprises.length === 0 ? exitStatus.done : exitStatus.unexpected;
}

async function setScene(host: Host): Promise<Scene> {
  const world = await host.openSimulated({ seed, accounts, start: simulatedStart });
  const session = await simulatedSession(host, world, await madeUpDesiredState(world));
  const { ports, baseline, desiredState } = session;
  const { plan } = await session.run(() => previewPlan(ports, baseline, desiredState));
  const victim = victimIn(plan);
  const lock = createLock(world, victim, desiredState.modules['operator-role'].roleName);
  const follower = createFollower(host, { json: false, isDetail, pauseMs: pictureMs });
  let isTold = true;
  const engine = session.engine(() => {
    lock.breakOnceFitted();
    if (isTold) follower.glance();
  });
  const say = (...lines: readonly string[]): void => lines.forEach(host.io.out);
  return {
    session,
    world,
    engine,
    follower,
    plan: cleaned(plan),
    victim: cleaned(victim),
    lock,
    paint: createPaint(host.io.colour),
    say,
    leave: () => {
      isTold = false;
    },
  };
}

/** In the middle of the wave: neither the first that a slow start reaches nor the last. */
function victimIn(plan: Plan): PlannedAccount {
  const members = plan.waves.find(({ name }) => name === heldWave)?.accounts ?? [];
  const victim = members[Math.floor(members.length / 2)];
  if (victim === undefined) throw new Error(`wave ${heldWave} has no account`);
  return victim;
}

interface Lock {
  readonly breakOnceFitted: () => void;
  readonly mend: () => void;
}

/** The operator role of one account: who enters by it must have signed in with MFA, until somebody takes that out of its trust. */
function createLock({ contents }: SimulatedWorld, { id }: PlannedAccount, role: string): Lock {
  let fitted: ReturnType<typeof contents.role>;
  return {
    breakOnceFitted: () => {
      if (fitted !== undefined) return;
      fitted = contents.role(id, role);
      if (fitted === undefined) return;
      const Statement = statementsOf(fitted.trust).map(({ Condition: _mfa, ...rest }) => rest);
      contents.byHand(id, { kind: 'changeTrust', role, trust: { ...fitted.trust, Statement } });
    },
    mend: () => {
      if (fitted !== undefined) contents.byHand(id, { kind: 'changeTrust', role, trust: fitted.trust });
    },
  };
}

async function untilHeld({ engine, follower, session }: Scene): Promise<Conclusion> {
  const { baseline, desiredState } = session;
  const input = await prepareRollout(engine.ports, baseline, desiredState, { by: 'you', reason: 'a first look' });
  follower.watch(engine.ports, input.rolloutId, 0);
  const end = await engine.start(input);
  await follower.settle();
  return conclusionOf(engine.ports, input.rolloutId, end);
}

async function tryAgain({ engine, follower }: Scene, { id }: RolloutRecord): Promise<Conclusion> {
  await answer(engine.ports, id, { decision: 'retry', by: 'you', reason: 'the trust is as released again' });
  const end = await engine.resume(id);
  await follower.settle();
  return conclusionOf(engine.ports, id, end);
}

/** The story is told by waves; stages are in the live block, and everything is in the log. */
const details: ReadonlySet<RolloutEvent['type']> = new Set([
  'organizationListed',
  'preflightDone',
  'stageStarted',
  'stageLanded',
]);
const isDetail = (event: RolloutEvent): boolean =>
  details.has(event.type) || (event.type === 'waiting' && event.for === 'settle');

const introduction = ({ plan, world, paint, session }: Scene): readonly string[] => [
  '',
  paint.bold('strongroom: harden the room, check the locks, and only then move the keys in.'),
  '',
  `Here is an organization of ${plural(world.organization.accounts.size, 'AWS account')}, made up and in memory: nothing of yours is touched.`,
  'Every account is to get the same locks, a security baseline:',
  ...table(lockRows(session), '  '),
  'Not all at once: in waves, those that matter least first. A wave starts only when the locks of the one before',
  'were checked in the live accounts, and have held for a while. Only then is an account READY_FOR_KEYS.',
  '',
  `${paint.bold('The plan')}: ${planFigures(plan)}`,
  ...planSummary(plan),
  ...table(
    groupedBy(plan.excluded, ({ reason }) => reason).map(([reason, group]) => [
      'left alone',
      reason,
      plural(group.length, 'account'),
      group[0]?.because ?? '',
    ]),
    '  ',
  ),
  '',
  `${paint.bold('The rollout')}, in virtual time: hours pass in seconds.`,
];

/** What each module is, to somebody who has never heard of it. */
const locks: Readonly<Record<ModuleId, string>> = {
  'operator-role': 'people enter by one role, with fresh MFA, and stay in the governed regions',
  'account-hardening': 'password policy, no public S3 or snapshots, encrypted disks, IMDSv2',
  alerts: 'threats, root users and tampering reach a person',
  'audit-logging': 'every call is in a log that the account cannot change',
  'aws-config': 'what there is, and how it changes, is recorded',
  'threat-detection': 'GuardDuty and Security Hub watch',
  'access-analyzer': 'Access Analyzer looks for access from outside',
  'kms-default': 'a key of its own for disks',
};

const lockRows = ({ desiredState }: Session): readonly (readonly string[])[] =>
  enabledModules(desiredState).map((module) => [module, locks[module]]);

const ending = ({ paint, world }: Scene, conclusion: Conclusion, when: 'held' | 'ended'): readonly string[] =>
  summary(
    cleaned(conclusion),
    { endedAt: world.clock.now(), command: (words) => `strongroom ${words}`, isKept: when === 'held' },
    paint,
  );

const mending = ({ paint, victim, plan, world }: Scene): readonly string[] => {
  const behind = accountsBehind(plan);
  return [
    '',
    paint.bold('What happened'),
    `  The locks went in, but then somebody took MFA out of the operator role of ${victim.name}. StackSets alone would`,
    `  have said SUCCEEDED and gone on. Strongroom looked: ${touchedAmong(world, behind)} of the ${plural(behind.length, 'account')} behind this wave were touched.`,
    '',
    `${paint.bold('Somebody mends it')}: the role's trust is put back, and the wave is tried again with \`strongroom resume\`.`,
    '',
  ];
};

function accountsBehind({ waves }: Plan): readonly PlannedAccount[] {
  const held = waves.findIndex(({ name }) => name === heldWave);
  return waves.slice(held + 1).flatMap((wave) => wave.accounts);
}

function touchedAmong({ calls }: SimulatedWorld, accounts: readonly PlannedAccount[]): number {
  const touched = new Set(calls.touches.map(({ account }) => account));
  return accounts.filter(({ id }) => touched.has(id)).length;
}

function* surprisesWhenHeld(
  { plan, world, victim }: Scene,
  { record, outcome, troubled }: Conclusion,
): Iterable<string> {
  const { status } = record;
  if (outcome !== 'held' || status.kind !== 'awaitingApproval') yield `the rollout was not held, it is ${outcome}`;
  else if (status.prompt.wave !== heldWave) yield `wave ${status.prompt.wave} was held, and not ${heldWave}`;
  if (!troubled.some(({ id }) => id === victim.id)) yield `nothing was found in ${victim.id}`;
  const touched = touchedAmong(world, accountsBehind(plan));
  if (touched > 0) yield `${plural(touched, 'account')} behind wave ${heldWave} were touched`;
}

function* surprisesAtTheEnd({ outcome, because, troubled }: Conclusion): Iterable<string> {
  if (outcome !== 'completed') yield `it ended as ${outcome}: ${because.join('; ')}`;
  for (const { id, findings } of troubled) yield `account ${id} ended with ${plural(findings.length, 'finding')}`;
}

async function farewell({ session, plan, paint }: Scene): Promise<readonly string[]> {
  const records = (await listAccounts(session.ports)).map(({ value }) => value);
  const rows = [...plan.waves.map(({ name }) => name), undefined].map((wave) => {
    const states = groupedBy(
      records.filter((record) => record.wave === wave),
      ({ state }) => state,
    );
    return [wave ?? 'left alone', states.map(([state, group]) => `${group.length} ${state}`).join(', ')];
  });
  return [
    '',
    paint.bold('Where every account stands now'),
    ...table(rows, '  '),
    '',
    paint.bold('Your own organization'),
    `  Write ${paint.cyan('strongroom.yaml')} (the README shows one), then`,
    ...table(
      [
        ['strongroom plan', 'who gets what in which wave, and why; writes nothing'],
        ['strongroom rollout', 'asks, then begins with the first wave'],
        ['strongroom status', 'where every account stands'],
      ],
      '    ',
    ),
  ];
}
