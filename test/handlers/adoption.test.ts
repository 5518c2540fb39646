import { type AccountId, parseRegion, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { ModuleId } from '../../orchestrator/domain/model/module';
import type { Preflight } from '../../orchestrator/ports/ports';
import { readAccount } from '../../orchestrator/records/accounts';
import { readRollout } from '../../orchestrator/records/rollouts';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf, type Rig } from '../rig';

const sandbox = parseWaveName('sandbox');
const home = parseRegion('us-east-1');

/** Where a module stands in an account. */
const regionsWith = (rig: Rig, account: AccountId, module: ModuleId): readonly string[] =>
  rig.world.contents
    .stacks(account)
    .filter(({ stackSet }) => stackSet === `strongroom-${sandbox}-${module}`)
    .map(({ region }) => region)
    .sort();

/** An account like any other, beside the one that is looked at. */
const aNeighbour = (rig: Rig): AccountId => anAccountIn(rig, 'Sandbox', 1);

const withTheirRecorder = (seen: Preflight): Preflight => ({
  ...seen,
  singletons: seen.singletons.map((here) => ({
    ...here,
    recorder: { name: 'aws-controltower-BaselineConfigRecorder', ours: false },
  })),
});

describe('what somebody else runs', () => {
  test.each([
    {
      by: 'controlTower',
      module: 'aws-config',
      left: ['us-east-1', 'us-west-2'],
      says: /^Control Tower manages recorder/,
    },
    {
      by: 'guardDutyAdministrator',
      module: 'threat-detection',
      left: ['us-east-1', 'us-west-2'],
      says: /^administered by account \d{12}/,
    },
    {
      by: 'analyzerByHand',
      module: 'access-analyzer',
      left: ['us-east-1', 'us-west-2'],
      says: /^analyzer ConsoleAnalyzer-by-hand exists and is not managed by Strongroom$/,
    },
    {
      by: 'snapshotPolicy',
      module: 'account-hardening',
      left: ['us-east-1', 'us-west-2'],
      says: /^a declarative policy sets snapshot block public access to block-new-sharing/,
    },
    { by: 'organizationTrail', module: 'audit-logging', left: ['us-east-1'], says: /^organization trail/ },
  ] as const)('$by: nothing of $module is deployed there, and each region says why', async (theirs) => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.contents.protect(account, { by: theirs.by });

    const { id, events } = await rig.rollOut({ waves: [sandbox] });

    const { value: record } = await readRollout(rig.ports, id);
    const adopted = eventsOf(events, 'adopted');
    expect(regionsWith(rig, account, theirs.module)).toEqual([]);
    expect(regionsWith(rig, aNeighbour(rig), theirs.module)).toEqual(theirs.left);
    expect(adopted.map(({ region }) => region)).toEqual(theirs.left);
    for (const event of adopted)
      expect(event).toMatchObject({
        wave: sandbox,
        account,
        module: theirs.module,
        because: expect.stringMatching(theirs.says),
      });
    expect(eventsOf(events, 'preflightDone')[0]?.adopted).toBe(1);
    expect((await readAccount(rig.ports, account))?.value.release).toBe(record.release);
  });

  test('does not keep the analyzer out of an account whose detector is adopted, and no check waits for it', async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.contents.protect(account, { by: 'guardDutyAdministrator' });

    await rig.rollOut({ waves: [sandbox] });

    const record = (await readAccount(rig.ports, account))?.value;
    expect(regionsWith(rig, account, 'threat-detection')).toEqual([]);
    expect(regionsWith(rig, account, 'access-analyzer')).toEqual(['us-east-1', 'us-west-2']);
    expect(record?.failing.map(({ check }) => check)).not.toContain('access-analyzer-is-active');
  });

  test('in one region only is left there, and the module is deployed in the other', async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.contents.protect(account, { by: 'controlTower', region: home });

    await rig.rollOut({ waves: [sandbox] });

    expect(regionsWith(rig, account, 'aws-config')).toEqual(['us-west-2']);
  });

  test('in every account of the wave has no stage', async () => {
    const rig = await createRig({ sees: withTheirRecorder });

    const { events } = await rig.rollOut({ waves: [sandbox] });

    const accounts = eventsOf(events, 'waveOpened')[0]?.accounts ?? 0;
    expect(eventsOf(events, 'adopted').length).toBe(accounts * 2);
    expect(new Set(eventsOf(events, 'stageStarted').flatMap(({ modules }) => modules))).toEqual(
      new Set(['account-hardening', 'audit-logging', 'threat-detection', 'access-analyzer', 'alerts', 'operator-role']),
    );
  });

  test('and has gone is found out by a retry, which then deploys there', async () => {
    let isTheirs = true;
    const rig: Rig = await createRig({
      sees: (seen, visit) =>
        isTheirs && visit.account === anAccountIn(rig, 'Sandbox') ? withTheirRecorder(seen) : seen,
    });
    const account = anAccountIn(rig, 'Sandbox');
    const { id, end } = await rig.rollOut({ waves: [sandbox] });
    const before = regionsWith(rig, account, 'aws-config');

    isTheirs = false;
    await answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'Control Tower was given up' });
    const { events } = await rig.resume(id);

    expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
    expect(before).toEqual([]);
    expect(regionsWith(rig, account, 'aws-config')).toEqual(['us-east-1', 'us-west-2']);
    expect((await readAccount(rig.ports, account))?.value.adopted).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
  });
});

describe('what is in the way', () => {
  const conflicting = async (config: (text: string) => string = (text) => text) => {
    const rig = await createRig({ config });
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.contents.protect(account, { by: 'hubByHand', region: home });
    return { rig, account, ...(await rig.rollOut({ waves: [sandbox] })) };
  };

  test('holds the wave before anything is deployed, with account, module, region and what to do', async () => {
    const { rig, account, end, events } = await conflicting();

    const [asked] = eventsOf(events, 'approvalRequested');
    expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
    expect(asked?.about).toBe('preflight');
    expect(asked?.because.join()).toMatch(
      new RegExp(
        `${account}.*threat-detection in us-east-1: Security Hub is enabled and not managed by Strongroom.*managedBy`,
      ),
    );
    expect(eventsOf(events, 'stageStarted')).toEqual([]);
    expect(rig.world.contents.stacks(aNeighbour(rig))).toEqual([]);
  });

  test('is borne within the tolerance: the account gets nothing at all, the others everything', async () => {
    const { rig, account, events } = await conflicting((text) =>
      text.replace('failureTolerance: 0, slowStart', 'failureTolerance: 1, slowStart'),
    );

    expect(eventsOf(events, 'accountLeftOut')).toEqual([
      expect.objectContaining({ account, reason: expect.stringContaining('Security Hub') }),
    ]);
    expect(rig.world.contents.stacks(account)).toEqual([]);
    expect(regionsWith(rig, aNeighbour(rig), 'threat-detection')).toEqual(['us-east-1', 'us-west-2']);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

test('what the config leaves to the organization has no stage and no stack, and is no news', async () => {
  const rig = await createRig({
    config: (text) =>
      text.replace(
        'aws-config: { enabled: true, managedBy: strongroom',
        'aws-config: { enabled: true, managedBy: organization',
      ),
  });

  const { events } = await rig.rollOut({ waves: [sandbox] });

  const account = anAccountIn(rig, 'Sandbox');
  expect(eventsOf(events, 'stageStarted').flatMap(({ modules }) => modules)).not.toContain('aws-config');
  expect(regionsWith(rig, account, 'aws-config')).toEqual([]);
  expect(regionsWith(rig, account, 'threat-detection')).toEqual(['us-east-1', 'us-west-2']);
  expect(eventsOf(events, 'adopted')).toEqual([]);
  expect((await readAccount(rig.ports, account))?.value.adopted).toContainEqual({
    module: 'aws-config',
    region: home,
    because: 'the config sets managedBy: organization',
  });
});
