import type { AccountId } from '../../orchestrator/domain/model/brand';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readFinishedWave, writeFinishedWave } from '../../orchestrator/records/waves';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { anAccountIn, createRig, type Rig } from '../rig';
import {
  add,
  created,
  followOne,
  minutesOn,
  newAccountRollouts,
  newer,
  outcomeOf,
  sweepOnce,
  swept,
  tell,
} from './newcomers';
import { recordOf, rolledOut, stateOf, waves } from './sweeping';

const sandbox = parseWaveName('sandbox');
const days = 24 * 60;

describe('a sweep for accounts', () => {
  test('finds nothing to do where everything is as it should be', async () => {
    const rig = await rolledOut();

    expect(await sweepOnce(rig)).toEqual([]);
  });

  test('follows a new one that no event announced', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');

    const [ran] = await swept(rig);

    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
    expect(ran?.events[0]).toMatchObject({ type: 'newAccountFollowed', account, reason: 'no event announced it' });
  });

  test('starts the one whose event was recorded and never followed, once that has died', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    await tell(rig, created(account));

    const soon = await sweepOnce(rig);
    await minutesOn(rig, 61);
    await swept(rig);

    expect(soon).toEqual([]);
    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
  });

  test('tries again what has ended without success, once a day', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    rig.world.faults.cannotEnter = (id) => (id === account ? 'no such role' : undefined);
    await followOne(rig, created(account));
    await swept(rig);
    const sameDay = await sweepOnce(rig);
    rig.world.faults.cannotEnter = () => undefined;
    await minutesOn(rig, days);

    await swept(rig);

    expect(sameDay).toEqual([expect.objectContaining({ kind: 'past' })]);
    expect((await newAccountRollouts(rig)).length).toBe(3);
    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
  });

  test('starts no more than it may', async () => {
    const rig = await rolledOut();
    add(rig, 'Sandbox', 'one');
    add(rig, 'Sandbox', 'two');

    const followed = await sweepOnce(rig, 1);

    expect(followed.filter(({ kind }) => kind === 'start').length).toBe(1);
  });

  test('brings along one that was away while its wave finished a newer release, and says until then that it is outdated', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.organization.setState(account, 'SUSPENDED');
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    rig.world.organization.setState(account, 'ACTIVE');

    await sweepOnce(rig, 0);
    const meanwhile = await stateOf(rig, account);
    await swept(rig);

    const finished = await readFinishedWave(rig.ports, sandbox);
    expect(meanwhile).toBe('OUTDATED');
    expect(await recordOf(rig, account)).toMatchObject({ release: finished?.release, state: 'READY_FOR_KEYS' });
  });

  test('brings along one whose exemption has expired', async () => {
    const rig = await createRig({ accounts: 40 });
    const account = anAccountIn(rig, 'Sandbox');
    const grant = { account, reason: 'moves out', owner: 'jo', expires: '2026-11-23' };
    await rig.rollOut({ waves }, { ...rig.desiredState, exceptions: [grant] });
    const [before, exempt] = [await sweepOnce(rig), await stateOf(rig, account)];
    await minutesOn(rig, 2 * days);

    await swept(rig);

    expect([before, exempt]).toEqual([[], 'EXEMPT']);
    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
  });

  test('brings nobody into a wave that a rollout has left between two releases, and says what is waited for', async () => {
    const rig = await rolledOut();
    rig.world.faults.failInstance = () => 'no space left';
    const { id } = await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'tomorrow' });
    await rig.resume(id);
    rig.world.faults.failInstance = () => undefined;
    const account = add(rig, 'Sandbox');

    const followed = await sweepOnce(rig);

    expect(followed).toEqual([]);
    expect((await recordOf(rig, account)).because).toContain('a rollout has left wave sandbox between two releases');
  });

  test('leaves an account in which a later rollout has failed to a person', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('failureTolerance: 0, slowStart', 'failureTolerance: 1, slowStart'),
    });
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'no space left' : undefined);
    await rig.rollOut({ waves });
    rig.world.faults.failInstance = () => undefined;
    rig.world.faults.cannotEnter = (id) => (id === account ? 'no such role' : undefined);
    const { id } = await rig.rollOut({ waves: [sandbox], retryFailed: true });
    await answer(rig.ports, id, { decision: 'reject', by: person('jo'), reason: 'tomorrow' });
    await rig.resume(id);
    rig.world.faults.cannotEnter = () => undefined;
    // Another wave changes, so the wave is settled again.
    await rig.rollOut({ waves: [parseWaveName('canary')] }, newer(rig.desiredState));
    const finished = await readFinishedWave(rig.ports, sandbox);

    const followed = await sweepOnce(rig);

    expect(finished?.rollout).not.toBe(id);
    expect((await recordOf(rig, account)).holder?.rollout).toBe(id);
    expect((await recordOf(rig, account)).release).not.toBe(finished?.release);
    expect(followed).toEqual([]);
  });

  test('brings nobody into a wave that a rollout has open, whatever its StackSets still hold', async () => {
    const rig = await rolledOut();
    rig.world.faults.cannotEnter = () => 'no such role';
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    rig.world.faults.cannotEnter = () => undefined;
    add(rig, 'Sandbox');

    expect(await sweepOnce(rig)).toEqual([]);
  });

  test('brings nobody into StackSets that hold something else than what their wave has finished', async () => {
    const rig = await rolledOut();
    const finished = await readFinishedWave(rig.ports, sandbox);
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    if (finished !== undefined) await writeFinishedWave(guard(rig.ports, byVersion), sandbox, finished, 'back');
    add(rig, 'Sandbox');

    expect(await sweepOnce(rig)).toEqual([]);
  });

  test('leaves what a rollout over the wave has left undone to a person', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('failureTolerance: 0, slowStart', 'failureTolerance: 1, slowStart'),
    });
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'no space left' : undefined);
    await rig.rollOut({ waves });

    expect(await sweepOnce(rig)).toEqual([]);
    expect(await stateOf(rig, account)).toBe('DEPLOY_FAILED');
  });
});

describe('what a sweep records', () => {
  const cases: readonly {
    readonly what: string;
    readonly happens: (rig: Rig, id: AccountId) => void;
    readonly state: string;
  }[] = [
    { what: 'closed', happens: (rig, id) => rig.world.organization.setState(id, 'CLOSED'), state: 'SUSPENDED' },
    { what: 'moved to where no wave is', happens: (rig, id) => rig.world.organization.move(id, ''), state: 'UNPLACED' },
    {
      what: 'moved out of scope',
      happens: (rig, id) => rig.world.organization.move(id, 'Suspended'),
      state: 'OUT_OF_SCOPE',
    },
  ];
  test.each(cases)('an account that was $what is $state', async ({ happens, state }) => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    happens(rig, account);

    await sweepOnce(rig);

    expect(await stateOf(rig, account)).toBe(state);
  });

  test('one that has left the organization is out of scope, and its record stays', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    const listed = await rig.inTime(() => rig.ports.directory.accounts());
    jest.spyOn(rig.ports.directory, 'accounts').mockResolvedValue(listed.filter(({ id }) => id !== account));

    await sweepOnce(rig);

    expect(await recordOf(rig, account)).toMatchObject({
      state: 'OUT_OF_SCOPE',
      because: 'it is no longer in the organization',
    });
  });

  test('one that belongs to another wave now is of that wave, and followed there', async () => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.organization.move(account, 'PolicyStaging');

    const [followed] = await sweepOnce(rig);

    expect(await recordOf(rig, account)).toMatchObject({ wave: 'canary' });
    expect(followed).toMatchObject({ kind: 'start', account });
  });

  test('one of a wave that has finished nothing waits, and says so in the same words each time', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Workloads/Dev');
    const ran = await followOne(rig, created(account));
    const before = await recordOf(rig, account);

    await sweepOnce(rig);

    expect(await outcomeOf(rig, ran)).toMatchObject({ outcome: 'completed' });
    expect(await recordOf(rig, account)).toEqual(before);
  });
});
