/**
 * `strongroom demo`: a complete rollout over a simulated organization, for a first look. It checks itself: it succeeds only if the
 * broken account holds its wave, no later wave is touched, and the rollout completes after the fix.
 */

import type { Actor } from '../../domain/model/actor';
import type { RolloutEvent } from '../../domain/model/event';
import { enabledModules, type ModuleId } from '../../domain/model/module';
import type { Plan, PlannedAccount } from '../../domain/model/plan';
import type { RolloutRecord } from '../../domain/model/rollout';
import { statementsOf } from '../../domain/policies/policy';
import { prepareRollout, previewPlan } from '../../operations/start';
import { createPaint, type Paint } from '../../presentation/paint';
import { clean, cleaned, groupedBy, plural, table } from '../../presentation/text';
import { listAccounts } from '../../records/accounts';
import { answer } from '../../rollout/answer';
import type { EmbeddedEngine } from '../../runtime/embedded';
import type { SimulatedWorld } from '../../simulated/world';
import { type Conclusion, conclusionOf } from '../conclusion';
import { type ExitStatus, exitStatus } from '../exit-status';
import { createFollower, type Follower } from '../follow';
import type { Host } from '../host';
import { planFigures, planSummary } from '../render/plan';
import { summary } from '../render/summary';
import { madeUpDesiredState, type Session, simulatedSession } from '../session';
import { type NextRollout, showDashboard } from '../show-dashboard';
import { simulatedStart } from './simulate';

const you: Actor = { kind: 'simulated', name: 'you' };

const accounts = 120;
const seed = 7;
/** Late enough that some waves are done, early enough that most of the organization is not. */
const heldWave = 'staging';
/** In the next release, this wave waits for the approval of the person who watches. */
const approvedWave = 'prod-canary';
/** How long each screen stays on a terminal, so that hours of a rollout pass in seconds. */
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
  /** Ends the output on the terminal. */
  readonly leave: () => void;
}

/** @param once end after the rollout; otherwise the dashboard opens, and the next release is rolled out there. */
export async function demo(host: Host, once: boolean): Promise<ExitStatus> {
  const scene = await setScene(host);
  const { say, session } = scene;
  say(...introduction(scene));
  const held = await session.run(() => untilHeld(scene));
  say(...ending(scene, held, 'held'));
  const surprises = [...surprisesWhenHeld(scene, held)];
  if (surprises.length > 0) return disappointed(host, surprises);

  say(...fixing(scene));
  scene.lock.fix();
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

/** The next release: shorter sessions, and a manual approval before production. */
function nextRelease({ desiredState }: Session): NextRollout {
  const { modules, waves } = desiredState;
  return {
    desiredState: {
      ...desiredState,
      modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 1_800 } },
      waves: waves.map((wave) => (wave.name === approvedWave ? { ...wave, approval: 'manual' } : wave)),
    },
    request: { by: you, reason: 'require MFA every 30 minutes' },
  };
}

function disappointed({ io }: Host, surprises: readonly string[]): ExitStatus {
  for (const surprise of surprises) io.err(`error: the demo did not go as expected: ${clean(surprise)}`);
  return surprises.length === 0 ? exitStatus.done : exitStatus.unexpected;
}

async function setScene(host: Host): Promise<Scene> {
  const world = await host.openSimulated({ seed, accounts, start: simulatedStart });
  const session = await simulatedSession(host, world, await madeUpDesiredState(world));
  const { ports, baseline, desiredState } = session;
  const { plan } = await session.run(() => previewPlan(ports, baseline, desiredState));
  const victim = victimIn(plan);
  const lock = createLock(world, victim, desiredState.installation.operatorRole);
  const follower = createFollower(host, { json: false, isDetail, pauseMs: pictureMs });
  let isPrinting = true;
  const engine = session.engine(() => {
    lock.breakOnceFitted();
    if (isPrinting) follower.glance();
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
      isPrinting = false;
    },
  };
}

/** An account in the middle of the wave: neither the first nor the last that a slow start reaches. */
function victimIn(plan: Plan): PlannedAccount {
  const members = plan.waves.find(({ name }) => name === heldWave)?.accounts ?? [];
  const victim = members[Math.floor(members.length / 2)];
  if (victim === undefined) throw new Error(`wave ${heldWave} has no accounts`);
  return victim;
}

interface Lock {
  readonly breakOnceFitted: () => void;
  readonly fix: () => void;
}

/** The operator role of one account, which requires MFA until a person removes that condition from its trust policy. */
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
    fix: () => {
      if (fitted !== undefined) contents.byHand(id, { kind: 'changeTrust', role, trust: fitted.trust });
    },
  };
}

async function untilHeld({ engine, follower, session }: Scene): Promise<Conclusion> {
  const { baseline, desiredState } = session;
  const input = await prepareRollout(engine.ports, baseline, desiredState, { by: you, reason: 'a first look' });
  follower.watch(engine.ports, input.rolloutId, 0);
  const end = await engine.start(input);
  await follower.settle();
  return conclusionOf(engine.ports, input.rolloutId, end);
}

async function tryAgain({ engine, follower }: Scene, { id }: RolloutRecord): Promise<Conclusion> {
  await answer(engine.ports, id, { decision: 'retry', by: you, reason: 'the trust policy is restored' });
  const end = await engine.resume(id);
  await follower.settle();
  return conclusionOf(engine.ports, id, end);
}

/** The demo prints only events of waves; the progress block shows stages, and the log has everything. */
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
  `This is a simulated organization of ${plural(world.organization.accounts.size, 'AWS account')}, in memory. None of your accounts are touched.`,
  'Every account gets the same security baseline:',
  ...table(moduleRows(session), '  '),
  'Accounts are grouped into waves, the least critical first. A wave starts only after the health checks of the wave',
  'before it have passed in the live accounts, twice, with a soak in between. Only then is an account READY_FOR_KEYS.',
  '',
  `${paint.bold('The plan')}: ${planFigures(plan)}`,
  ...planSummary(plan),
  ...table(
    groupedBy(plan.excluded, ({ reason }) => reason).map(([, group]) => [
      'excluded',
      plural(group.length, 'account'),
      group[0]?.because ?? '',
    ]),
    '  ',
  ),
  '',
  `${paint.bold('The rollout')}, in virtual time: hours pass in seconds.`,
];

/** What each module does, in a few words. */
const moduleWords: Readonly<Record<ModuleId, string>> = {
  'operator-role': 'people sign in through one role, with recent MFA, in the governed regions only',
  'account-hardening': 'password policy, no public S3 or snapshots, encrypted disks, IMDSv2',
  alerts: 'a person is notified of threats, root sign-ins and tampering',
  'audit-logging': 'API calls are logged where the account cannot change them',
  'aws-config': 'resources and their changes are recorded',
  'threat-detection': 'GuardDuty and Security Hub are enabled',
  'access-analyzer': 'Access Analyzer reports access from outside the account',
  'kms-default': 'EBS volumes are encrypted with a key of the account',
};

const moduleRows = ({ desiredState }: Session): readonly (readonly string[])[] =>
  enabledModules(desiredState).map((module) => [module, moduleWords[module]]);

const ending = ({ paint, world }: Scene, conclusion: Conclusion, when: 'held' | 'ended'): readonly string[] =>
  summary(
    cleaned(conclusion),
    { endedAt: world.clock.now(), command: (words) => `strongroom ${words}`, isKept: when === 'held' },
    paint,
  );

const fixing = ({ paint, victim, plan, world }: Scene): readonly string[] => {
  const later = accountsOfLaterWaves(plan);
  return [
    '',
    paint.bold('What happened'),
    `  After the deployment, somebody removed the MFA condition from the operator role of ${victim.name}.`,
    '  A StackSet operation alone would have ended as SUCCEEDED, and the pipeline would have continued.',
    `  Strongroom checked the account and held the wave: ${touchedAmong(world, later)} of the ${plural(later.length, 'account')} in later waves were touched.`,
    '',
    `${paint.bold('The fix')}: the trust policy of the role is restored, and \`strongroom resume\` retries the wave.`,
    '',
  ];
};

function accountsOfLaterWaves({ waves }: Plan): readonly PlannedAccount[] {
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
  if (outcome !== 'held' || status.kind !== 'awaitingApproval') yield `the rollout is ${outcome}, not held`;
  else if (status.prompt.wave !== heldWave) yield `wave ${status.prompt.wave} was held, not ${heldWave}`;
  if (!troubled.some(({ id }) => id === victim.id)) yield `account ${victim.id} has no findings`;
  const touched = touchedAmong(world, accountsOfLaterWaves(plan));
  if (touched > 0) yield `${plural(touched, 'account')} of waves after ${heldWave} were touched`;
}

function* surprisesAtTheEnd({ outcome, because, troubled }: Conclusion): Iterable<string> {
  if (outcome !== 'completed') yield `the rollout ended as ${outcome}: ${because.join('; ')}`;
  for (const { id, findings } of troubled) yield `account ${id} ended with ${plural(findings.length, 'finding')}`;
}

async function farewell({ session, plan, paint }: Scene): Promise<readonly string[]> {
  const records = (await listAccounts(session.ports)).map(({ value }) => value);
  const rows = [...plan.waves.map(({ name }) => name), undefined].map((wave) => {
    const states = groupedBy(
      records.filter((record) => record.wave === wave),
      ({ state }) => state,
    );
    return [wave ?? 'excluded', states.map(([state, group]) => `${group.length} ${state}`).join(', ')];
  });
  return [
    '',
    paint.bold('The accounts now'),
    ...table(rows, '  '),
    '',
    paint.bold('Your own organization'),
    `  Write ${paint.cyan('strongroom.yaml')} with \`strongroom init\`, then run`,
    ...table(
      [
        ['strongroom plan', 'show what would change and why; changes nothing'],
        ['strongroom rollout', 'confirm the plan and start with the first wave'],
        ['strongroom status', 'show the state of every account'],
      ],
      '    ',
    ),
  ];
}
