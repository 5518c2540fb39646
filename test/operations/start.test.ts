import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { readAccount } from '../../orchestrator/records/accounts';
import { readFinishedWave } from '../../orchestrator/records/waves';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf } from '../rig';

const sandbox = parseWaveName('sandbox');

describe('what is asked for', () => {
  test('chosen waves only are touched', async () => {
    const rig = await createRig();

    const { events } = await rig.rollOut({ waves: [sandbox] });

    expect(eventsOf(events, 'waveOpened').map(({ wave }) => wave)).toEqual(['sandbox']);
    expect(rig.world.contents.stacks(anAccountIn(rig, 'Workloads/Dev'))).toEqual([]);
  });

  test('a rollout over one account does not finish its wave', async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    await rig.rollOut({ accounts: [account] });
    const afterOne = await readFinishedWave(rig.ports, sandbox);

    const { id } = await rig.rollOut({ waves: [sandbox] });

    expect(afterOne).toBeUndefined();
    expect(await readFinishedWave(rig.ports, sandbox)).toMatchObject({ rollout: id });
  });

  test('with --retry-failed only accounts that failed are visited', async () => {
    const rig = await createRig({
      config: (text) => text.replace('failureTolerance: 0, soakMinutes: 20', 'failureTolerance: 1, soakMinutes: 20'),
    });
    const account = anAccountIn(rig, 'Workloads/Staging');
    rig.world.faults.failInstance = (attempt) =>
      attempt.account === account ? 'no space left in the vault' : undefined;
    await rig.rollOut();
    rig.world.faults.failInstance = () => undefined;

    const { events } = await rig.rollOut({ retryFailed: true });

    expect(eventsOf(events, 'waveOpened')).toEqual([expect.objectContaining({ wave: 'staging', accounts: 1 })]);
    expect((await readAccount(rig.ports, account))?.value.state).toBe('READY_FOR_KEYS');
  });

  test('a wave that wants approval waits for it, and then starts under the name of the person', async () => {
    const rig = await createRig({ config: (text) => text.replace('name: prod,', 'name: prod, approval: manual,') });
    const { id, end, events: before } = await rig.rollOut();
    await answer(rig.ports, id, { decision: 'approve', by: person('kim'), reason: 'change 4711' });

    const { events } = await rig.resume(id);

    expect(end).toMatchObject({ status: 'PARKED' });
    expect(eventsOf(before, 'waveOpened').map(({ wave }) => wave)).not.toContain('prod');
    expect(eventsOf(events, 'answered')).toEqual([
      expect.objectContaining({ wave: 'prod', by: person('kim'), reason: 'change 4711' }),
    ]);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

describe('the soak', () => {
  test('is not skipped by a wave that was fixed and tried again', async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Workloads/Staging');
    rig.world.faults.disablesAlerts = (id) => id === account;
    const { id } = await rig.rollOut();
    rig.world.faults.disablesAlerts = () => false;

    await answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'confirmed it' });
    const { events } = await rig.resume(id);

    expect(
      eventsOf(events, 'waiting')
        .filter((e) => e.for === 'soak')
        .map(({ wave }) => wave),
    ).toContain('staging');
    expect((await readAccount(rig.ports, account))?.value.state).toBe('READY_FOR_KEYS');
  });
});

test('a setting that somebody undid is applied again by a retry', async () => {
  const rig = await createRig();
  const account = anAccountIn(rig, 'Sandbox');
  let original = false;
  rig.world.faults.distort = (facts) => {
    if (facts.account !== account || original) return facts;
    original = true;
    rig.world.contents.byHand(account, { kind: 'deletePasswordPolicy' });
    return { ...facts, passwordPolicy: { kind: 'absent' } };
  };
  const { id, events: before } = await rig.rollOut();

  await answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'apply it again' });
  const { events } = await rig.resume(id);

  expect(eventsOf(before, 'checkFailed')).toContainEqual(
    expect.objectContaining({ account, check: 'password-policy-is-strong' }),
  );
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
});
