import { withoutPassing } from '../../orchestrator/domain/model/account-record';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { listAccounts, readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { loadRelease } from '../../orchestrator/records/documents';
import { readEvidence } from '../../orchestrator/records/evidence';
import { readLease } from '../../orchestrator/records/leases';
import { readRollout } from '../../orchestrator/records/rollouts';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf, type Rig, type Walked } from '../rig';

const sandbox = parseWaveName('sandbox');

describe('a rollout over a healthy organization', () => {
  let rig: Rig;
  let rollout: Promise<Walked>;
  beforeAll(async () => {
    rig = await createRig();
    rollout = rig.rollOut();
  });

  test('completes, and says so last', async () => {
    const { end, events } = await rollout;

    expect(end.status).toBe('SUCCEEDED');
    expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
  });

  test('opens each wave only after the one before was judged healthy for the last time', async () => {
    const { events } = await rollout;

    const opened = eventsOf(events, 'waveOpened');
    for (const [index, { wave }] of opened.entries()) {
      const before = opened[index - 1]?.wave;
      const verdicts = events.flatMap((e, at) =>
        e.type === 'waveJudged' && e.wave === before ? [{ at, verdict: e.verdict }] : [],
      );
      const openedAt = events.findIndex((e) => e.type === 'waveOpened' && e.wave === wave);
      if (before !== undefined)
        expect(verdicts.every(({ at, verdict }) => at < openedAt && verdict === 'healthy')).toBe(true);
    }
    expect(opened.map(({ wave }) => wave)).toEqual(rig.desiredState.waves.map(({ name }) => name));
  });

  test('makes accounts ready for keys only after the soak and a second proof', async () => {
    const { events } = await rollout;
    const { READY_FOR_KEYS: ready = 0 } = await rig.states();
    const soaks = eventsOf(events, 'waiting').filter((e) => e.for === 'soak');

    expect(ready).toBeGreaterThan(40);
    expect(soaks.length).toBe(rig.desiredState.waves.length);
  });

  test('touches planned accounts only, and those with every stack and setting of the release', async () => {
    const { id } = await rollout;
    const { value: record } = await readRollout(rig.ports, id);
    const accounts = (await listAccounts(rig.ports)).map(({ value }) => value);
    const { modules } = await loadRelease(rig.ports, record.release);
    const places = modules.flatMap(({ module, regions }) => regions.map((region) => `${module} ${region}`));

    for (const account of accounts) {
      const stacks = rig.world.contents.stacks(account.id);
      expect(stacks.length).toBe(account.wave === undefined ? 0 : places.length);
      if (account.wave !== undefined) expect(account.release).toBe(record.release);
    }
  });

  test('keeps evidence of every visit, and lets go of the lease', async () => {
    await rollout;
    const account = anAccountIn(rig, 'Sandbox');

    expect((await readEvidence(rig.ports, account))?.results.length).toBeGreaterThan(10);
    expect((await readLease(rig.ports))?.value.released).toBe(true);
  });

  test('has nothing to change the second time, and passes every wave on its fresh proof', async () => {
    await rollout;
    const { events } = await rig.rollOut();

    expect(eventsOf(events, 'stageStarted')).toEqual([]);
    expect(eventsOf(events, 'waveSkipped').length).toBe(rig.desiredState.waves.length);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('proves a wave again in which something was changed since its proof', async () => {
    await rollout;
    const item = await readAccount(rig.ports, anAccountIn(rig, 'Sandbox'));
    if (item === undefined) throw new Error('the account has no record');
    // As DeployStage leaves it, whose update was begun and went no further.
    await writeAccount(guard(rig.ports, byVersion), withoutPassing(item.value), item.version);

    const { events } = await rig.rollOut();

    expect(eventsOf(events, 'waveSkipped').length).toBe(rig.desiredState.waves.length - 1);
    expect(eventsOf(events, 'waveJudged').map(({ wave }) => wave)).toContain('sandbox');
  });
});

describe('a wave with a failing check', () => {
  const held = async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.disablesAlerts = (id) => id === account;
    return { rig, account, ...(await rig.rollOut()) };
  };

  test('holds the rollout before the next wave, and names account, region and check', async () => {
    const { end, events, account } = await held();

    const [asked] = eventsOf(events, 'approvalRequested');
    expect(end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
    expect(eventsOf(events, 'waveOpened').map(({ wave }) => wave)).toEqual(['canary', 'sandbox']);
    expect(asked?.because.join()).toMatch(new RegExp(`${account}.*alert-rule-root-user-forwards.*us-east-1`));
    expect(eventsOf(events, 'checkFailed')).toContainEqual(
      expect.objectContaining({ account, check: 'alert-rule-root-user-forwards', outcome: 'fail' }),
    );
  });

  test('goes on once it is fixed and a person retries', async () => {
    const { rig, id } = await held();
    rig.world.faults.disablesAlerts = () => false;

    await answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'confirmed it' });
    const { end, events } = await rig.resume(id);

    expect(end.status).toBe('SUCCEEDED');
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('is overridden only under the name of a person, with the reason', async () => {
    const { rig, id } = await held();

    await answer(rig.ports, id, { decision: 'approve', by: person('jo'), reason: 'known and accepted' });
    const { events } = await rig.resume(id);
    const { value: record } = await readRollout(rig.ports, id);

    expect(record.waves.find(({ name }) => name === sandbox)?.status).toMatchObject({
      kind: 'overridden',
      by: person('jo'),
      reason: 'known and accepted',
    });
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('ends as held when a person stops it', async () => {
    const { rig, id } = await held();

    await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'not today' });
    const { events } = await rig.resume(id);

    expect(events.at(-1)).toMatchObject({ outcome: 'held' });
    expect((await readLease(rig.ports))?.value.released).toBe(true);
  });

  test('refuses a second rollout while it waits, with who and since when', async () => {
    const { rig, id } = await held();

    await expect(rig.rollOut({ by: person('kim') })).rejects.toMatchObject({
      code: 'RolloutBusy',
      message: expect.stringMatching(`rollout ${id} is in progress, started by jo at 2026-11-22T`),
    });
  });

  test('can be aborted, and then another rollout may start', async () => {
    const { rig, id } = await held();

    await rig.inTime(() => abortRollout(rig.ports, id, person('jo'), 'wrong config'));
    rig.world.faults.disablesAlerts = () => false;
    const { events } = await rig.rollOut({ by: person('kim') });

    expect((await readRollout(rig.ports, id)).value.status).toMatchObject({ kind: 'finished', outcome: 'aborted' });
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

describe('an account that cannot be entered', () => {
  const locked = async (config?: (text: string) => string) => {
    const rig = await createRig(config === undefined ? {} : { config });
    const account = anAccountIn(rig, 'Workloads/Staging');
    rig.world.faults.cannotEnter = (id) => (id === account ? 'the role does not trust us' : undefined);
    return { rig, account, ...(await rig.rollOut()) };
  };

  test('holds its wave before anything is deployed there, with the reason', async () => {
    const { rig, account, end, events } = await locked();

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'accountLeftOut')).toEqual([
      expect.objectContaining({
        account,
        wave: 'staging',
        reason: expect.stringContaining('the role does not trust us'),
      }),
    ]);
    expect(
      rig.world.organization.accountsIn('Workloads/Staging').flatMap(({ id }) => rig.world.contents.stacks(id)),
    ).toEqual([]);
  });

  test('is left out within the tolerance, and nothing is done there', async () => {
    const { rig, account, events } = await locked((text) =>
      text.replace('failureTolerance: 0, soakMinutes: 20', 'failureTolerance: 1, soakMinutes: 20'),
    );

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(rig.world.contents.stacks(account)).toEqual([]);
    expect((await readAccount(rig.ports, account))?.value.state).toBe('BOOTSTRAP_FAILED');
  });
});

describe('a wave with a failing deployment', () => {
  const failing = async (config: (text: string) => string = (text) => text) => {
    const rig = await createRig({ config });
    const account = anAccountIn(rig, 'Workloads/Staging');
    rig.world.faults.failInstance = (attempt) =>
      attempt.account === account ? 'no space left in the vault' : undefined;
    return { rig, account, ...(await rig.rollOut()) };
  };

  test('asks past the tolerance, with account, module, region and what CloudFormation said', async () => {
    const { end, events, account } = await failing();

    const failed = eventsOf(events, 'accountFailed');
    expect(end.status).toBe('PARKED');
    expect(failed).toContainEqual(
      expect.objectContaining({
        account,
        module: 'operator-role',
        region: 'us-east-1',
        reason: 'no space left in the vault',
      }),
    );
    expect(eventsOf(events, 'waveOpened').at(-1)?.wave).toBe('staging');
  });

  test('is borne within the tolerance, and the account stays marked', async () => {
    const { rig, end, events, account } = await failing((text) =>
      text.replace('failureTolerance: 0, soakMinutes: 20', 'failureTolerance: 1, soakMinutes: 20'),
    );

    expect(end.status).toBe('SUCCEEDED');
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect((await readAccount(rig.ports, account))?.value.state).toBe('DEPLOY_FAILED');
  });

  test('goes back to the release that the wave had finished, where the config says so', async () => {
    const rig = await createRig({ config: (text) => text.replace('onFailure: hold', 'onFailure: rollBack') });
    await rig.rollOut();
    const account = anAccountIn(rig, 'Workloads/Dev');
    const before = (await readAccount(rig.ports, account))?.value.release;
    const { modules } = rig.desiredState;
    const wanted = {
      ...rig.desiredState,
      modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
    };
    let failures = 1;
    rig.world.faults.failInstance = (attempt) => (attempt.account === account && failures-- > 0 ? 'broken' : undefined);

    const { events } = await rig.rollOut({}, wanted);

    expect(eventsOf(events, 'rollingBack')).toEqual([expect.objectContaining({ wave: 'dev', to: before })]);
    expect(events.at(-1)).toMatchObject({ outcome: 'rolledBack' });
    expect((await readAccount(rig.ports, account))?.value.release).toBe(before);
    expect(JSON.stringify(rig.world.contents.role(account, 'InfraAdmin')?.trust)).toContain('"3600"');
  });
});
