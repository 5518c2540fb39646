/** A wave on its way back: its stacks, its settings, and what it remembers. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { PasswordPolicy } from '../../orchestrator/domain/model/settings';
import { readAccount } from '../../orchestrator/records/accounts';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf, type Rig } from '../rig';

/** One that goes back, and one that must not be reached then. */
const waves = [parseWaveName('sandbox'), parseWaveName('dev')];

const ofThePeople: PasswordPolicy = {
  minimumLength: 9,
  requireSymbols: false,
  requireNumbers: true,
  requireUppercase: false,
  requireLowercase: true,
  allowUsersToChange: true,
  maxAgeDays: 90,
  reusePrevention: 3,
  hardExpiry: false,
};

/** The release before: it leaves the password policy to the people, detects no threats, and lets operators in for longer. */
const lesser = ({ modules, ...desiredState }: DesiredState): DesiredState => ({
  ...desiredState,
  modules: {
    ...modules,
    'account-hardening': { ...modules['account-hardening'], passwordPolicy: false },
    'threat-detection': { ...modules['threat-detection'], enabled: false },
    'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 7200 },
  },
});

/** The policy that the fuller release makes is seen as absent there, so that the wave's gate fails. */
const spoil = ({ world }: Rig, account: string): void => {
  world.faults.distort = (facts) =>
    facts.account === account ? { ...facts, passwordPolicy: { kind: 'absent' } } : facts;
};

const recordOf = async (rig: Rig, id: ReturnType<typeof anAccountIn>) => {
  const item = await readAccount(rig.ports, id);
  if (item === undefined) throw new Error(`account ${id} has no record`);
  return item.value;
};

describe('a wave that turns back to the release before', () => {
  const turnedBack = async (around?: Parameters<typeof createRig>[0]) => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('onFailure: hold', 'onFailure: rollBack'),
      ...around,
    });
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.contents.settings(account).passwordPolicy = ofThePeople;
    await rig.rollOut({ waves }, lesser(rig.desiredState));
    const before = await recordOf(rig, account);
    spoil(rig, account);
    const puttingBack = jest.spyOn(rig.ports.accounts, 'putBackSettings');
    const ran = await rig.rollOut({ waves });
    const putBack = puttingBack.mock.calls
      .filter(([visit]) => visit.account === account)
      .map(([, settings]) => settings);
    return { rig, account, before, after: await recordOf(rig, account), putBack, ...ran };
  };

  test('puts back the settings that the older release leaves alone, and keeps the older release in the others', async () => {
    const { rig, account, events, before, after } = await turnedBack();
    const settings = rig.world.contents.settings(account);

    expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
    expect(settings.passwordPolicy).toEqual(ofThePeople);
    expect(settings.s3PublicAccessBlock).toMatchObject({ blockPublicAcls: true });
    expect(after.release).toBe(before.release);
  });

  test('forgets what it has put back, and keeps the rest as it was before the first change', async () => {
    const { before, after } = await turnedBack();

    expect(before.previousSettings).toMatchObject({ s3PublicAccessBlock: null });
    expect(before.previousSettings).not.toHaveProperty('passwordPolicy');
    expect(after.previousSettings).toEqual(before.previousSettings);
  });

  test('leaves the stacks of newer modules standing, and says so in the log and of the account', async () => {
    const { rig, account, events, after } = await turnedBack();

    const stacks = rig.world.contents
      .stacks(account)
      .filter(({ stackSet }) => /threat-detection$|access-analyzer$/.test(stackSet));
    expect(stacks.length).toBeGreaterThan(0);
    expect(eventsOf(events, 'rollingBack')).toEqual([
      expect.objectContaining({ wave: 'sandbox', staying: ['threat-detection', 'access-analyzer'] }),
    ]);
    const notInRelease = after.modules.filter((m) => m.notInRelease).map(({ module, region }) => `${module} ${region}`);
    expect(notInRelease.sort()).toEqual(
      stacks.map(({ stackSet, region }) => `${stackSet.replace('strongroom-sandbox-', '')} ${region}`).sort(),
    );
  });

  test('puts back once, though every shard is delivered twice', async () => {
    const { rig, account, putBack } = await turnedBack({
      around: (invoke, name) => async (input) => {
        if (name === 'strongroom-SettingsShard') await invoke(input);
        return invoke(input);
      },
    });

    expect(putBack).toEqual([{ passwordPolicy: ofThePeople }]);
    expect(rig.world.contents.settings(account).passwordPolicy).toEqual(ofThePeople);
  });

  test('puts the same back after a crash between putting back and recording it', async () => {
    let crashes = 0;
    const { rig, account, events } = await turnedBack({
      around: (invoke, name) => async (input) => {
        const answered = await invoke(input);
        // Lambda died after its work was done; the machine tries the shard again.
        if (name === 'strongroom-SettingsShard' && ++crashes % 2 === 1)
          throw Object.assign(new Error('the function died'), { name: 'Runtime.ExitError' });
        return answered;
      },
    });

    expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
    expect(rig.world.contents.settings(account).passwordPolicy).toEqual(ofThePeople);
  });

  test('forgets nothing of the modules: rolled out again, the newer release has what it left', async () => {
    const { rig, account } = await turnedBack();
    rig.world.faults.distort = (facts) => facts;

    const { events } = await rig.rollOut({ waves });

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect((await recordOf(rig, account)).modules.some(({ notInRelease }) => notInRelease)).toBe(false);
  });
});

test('a setting that only a later release names is kept as it was before that release', async () => {
  const rig = await createRig({ accounts: 40 });
  const account = anAccountIn(rig, 'Sandbox');
  rig.world.contents.settings(account).passwordPolicy = ofThePeople;
  await rig.rollOut({ waves }, lesser(rig.desiredState));

  await rig.rollOut({ waves });

  expect((await recordOf(rig, account)).previousSettings).toMatchObject({
    passwordPolicy: ofThePeople,
    s3PublicAccessBlock: null,
  });
});

describe('a wave that a person turns back', () => {
  const held = async () => {
    const rig = await createRig({ accounts: 40 });
    const account = anAccountIn(rig, 'Sandbox');
    await rig.rollOut({ waves }, lesser(rig.desiredState));
    const before = await recordOf(rig, account);
    spoil(rig, account);
    const { id } = await rig.rollOut({ waves });
    return { rig, account, before, id };
  };

  test('takes back what earlier attempts have changed, and not only the last', async () => {
    const { rig, before, id } = await held();
    await answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'perhaps it was the weather' });
    await rig.resume(id);

    await answer(rig.ports, id, { decision: 'rollBack', by: person('jo'), reason: 'it was not' });
    const { events } = await rig.resume(id);

    const releases = await Promise.all(
      rig.world.organization.accountsIn('Sandbox').map(async (a) => (await recordOf(rig, a.id)).release),
    );
    expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
    expect(new Set(releases)).toEqual(new Set([before.release]));
  });

  test('ends there, whatever is said when the way back is held too: no later wave is opened', async () => {
    const { rig, account, id } = await held();
    rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'broken' : undefined);
    await answer(rig.ports, id, { decision: 'rollBack', by: person('jo'), reason: 'back' });
    const stuck = await rig.resume(id);

    await answer(rig.ports, id, { decision: 'approve', by: person('jo'), reason: 'fixed by hand' });
    const { events } = await rig.resume(id);

    expect(stuck.end.status).toBe('PARKED');
    expect(events.at(-1)).toMatchObject({
      outcome: 'rolledBack',
      because: [expect.stringContaining('fixed by hand')],
    });
    expect(eventsOf(events, 'waveOpened').at(-1)?.wave).toBe('sandbox');
  });

  test('is not turned round twice', async () => {
    const { rig, account, id } = await held();
    rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'broken' : undefined);
    for (const reason of ['back', 'back again']) {
      await answer(rig.ports, id, { decision: 'rollBack', by: person('jo'), reason });
      await rig.resume(id);
    }
    const { events } = await rig.resume(id);

    expect(eventsOf(events, 'rollingBack')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ outcome: 'held', because: [expect.stringContaining('already')] });
  });
});

test('a wave goes back to a release that has settings and no stack', async () => {
  const settingsOnly = ({ modules, ...desiredState }: DesiredState): DesiredState => ({
    ...desiredState,
    modules: Object.fromEntries(
      Object.entries(modules).map(([name, module]) => [
        name,
        { ...module, enabled: name === 'account-hardening', snapshotBlockPublicAccess: false, passwordPolicy: false },
      ]),
    ) as DesiredState['modules'],
  });
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('onFailure: hold', 'onFailure: rollBack'),
  });
  const account = anAccountIn(rig, 'Sandbox');
  await rig.rollOut({ waves }, settingsOnly(rig.desiredState));
  const before = await recordOf(rig, account);
  spoil(rig, account);

  const { events } = await rig.rollOut({ waves });

  expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
  expect((await recordOf(rig, account)).release).toBe(before.release);
});
