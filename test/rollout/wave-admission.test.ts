/** What a new account and a rollout over waves do to each other: neither waits for ever, and nobody gets a release that is not finished. */

import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readFinishedWave, writeFinishedWave } from '../../orchestrator/records/waves';
import {
  add,
  closed,
  created,
  follow,
  followOne,
  left,
  minutesOn,
  newer,
  outcomeOf,
  tell,
} from '../operations/newcomers';
import { recordOf, rolledOut, stateOf, waves } from '../operations/sweeping';
import { anAccountIn, createRig, eventsOf } from '../rig';

const sandbox = parseWaveName('sandbox');

describe('a rollout over waves and a new account', () => {
  test('a new account of an open wave waits for its end, and then gets what the wave has finished', async () => {
    const rig = await rolledOut();
    const before = await readFinishedWave(rig.ports, sandbox);
    const rolling = rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    await minutesOn(rig, 5);
    const account = add(rig, 'Sandbox');

    const ran = await followOne(rig, created(account));
    await rolling;

    const finished = await readFinishedWave(rig.ports, sandbox);
    expect(finished?.release).not.toBe(before?.release);
    expect(eventsOf(ran.events, 'planPostponed')[0]?.because).toContain('is changing wave sandbox');
    expect(await recordOf(rig, account)).toMatchObject({ state: 'READY_FOR_KEYS', release: finished?.release });
  });

  test('a wave that is held keeps its new accounts out for a day, and then they are given up to a sweep', async () => {
    const rig = await rolledOut();
    rig.world.faults.failInstance = () => 'no space left in the vault';
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    const account = add(rig, 'Sandbox');

    const ran = await followOne(rig, created(account));

    expect(await outcomeOf(rig, ran)).toMatchObject({
      outcome: 'held',
      because: [expect.stringContaining('is changing wave sandbox')],
    });
    expect(rig.world.contents.stacks(account)).toEqual([]);
  });

  test('one of a wave that has not opened yet need not wait, and gets the former release', async () => {
    const rig = await rolledOut();
    const finished = await readFinishedWave(rig.ports, sandbox);
    rig.world.faults.failInstance = ({ stackSet }) => (stackSet.includes('canary') ? 'no space left' : undefined);
    await rig.rollOut({ waves }, newer(rig.desiredState));
    const account = add(rig, 'Sandbox');

    await follow(rig, created(account));

    expect(await recordOf(rig, account)).toMatchObject({ state: 'READY_FOR_KEYS', release: finished?.release });
  });

  test('a wave waits with its StackSets for new accounts that came before it opened', async () => {
    const rig = await rolledOut();
    const finished = await readFinishedWave(rig.ports, sandbox);
    const account = add(rig, 'Sandbox');
    const following = follow(rig, created(account));
    await minutesOn(rig, 10);

    const { events } = await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    await following;

    expect(eventsOf(events, 'waiting')[0]).toMatchObject({ for: 'onboardings', accounts: 1 });
    expect(eventsOf(events, 'planned')[0]?.notes.join()).toContain(`rollout ro-${account}-joined`);
    expect(await recordOf(rig, account)).toMatchObject({ state: 'READY_FOR_KEYS', release: finished?.release });
  });

  test('no instance is created in a StackSet that holds something else than what the wave has finished', async () => {
    const rig = await rolledOut();
    const finished = await readFinishedWave(rig.ports, sandbox);
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    if (finished !== undefined) await writeFinishedWave(guard(rig.ports, byVersion), sandbox, finished, 'back');
    const account = add(rig, 'Sandbox');

    const ran = await followOne(rig, created(account));

    expect(await outcomeOf(rig, ran)).toMatchObject({
      outcome: 'failed',
      because: [expect.stringContaining(`differs from release ${finished?.release}`)],
    });
    expect(rig.world.contents.stacks(account)).toEqual([]);
  });
});

describe('an account that is gone', () => {
  test.each([
    { how: 'was closed', event: closed, because: 'the account is closed' },
    { how: 'has left', event: left, because: 'the account has left the organization' },
  ])('because it $how is suspended, and nobody goes on with it', async ({ event, because }) => {
    const rig = await rolledOut();
    const account = anAccountIn(rig, 'Sandbox');

    await tell(rig, event(account));

    expect(await recordOf(rig, account)).toMatchObject({ state: 'SUSPENDED', because });
  });

  test('that nobody has seen yet is recorded as such', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');

    await tell(rig, closed(account));

    expect(await stateOf(rig, account)).toBe('SUSPENDED');
  });

  test('holds up no rollout that it was planned in', async () => {
    const rig = await createRig({ accounts: 40 });
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.disablesAlerts = (id) => id === account;
    const rolling = rig.rollOut({ waves });
    await minutesOn(rig, 20);
    rig.world.organization.setState(account, 'CLOSED');
    const [{ holder }] = [await recordOf(rig, account)];
    await tell(rig, closed(account));

    const { id, events } = await rolling;

    expect(holder?.rollout).toBe(id);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await stateOf(rig, account)).toBe('SUSPENDED');
  });
});
