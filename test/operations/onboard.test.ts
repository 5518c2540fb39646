import { parseRolloutId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { onAccountEvent } from '../../orchestrator/events/on-account-event';
import { accountKey } from '../../orchestrator/records/keys';
import { readLease } from '../../orchestrator/records/leases';
import { readFinishedWave } from '../../orchestrator/records/waves';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf } from '../rig';
import {
  add,
  created,
  follow,
  followOne,
  joined,
  managed,
  minutesOn,
  moved,
  newAccountRollouts,
  newer,
  outcomeOf,
  tell,
} from './newcomers';
import { recordOf, rolledOut, stateOf, waves } from './sweeping';

const sandbox = parseWaveName('sandbox');
const canary = parseWaveName('canary');
describe('a new account', () => {
  test('is brought to the release that its wave has finished, proved, soaked and proved again', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');

    const ran = await followOne(rig, created(account));

    const finished = await readFinishedWave(rig.ports, sandbox);
    expect(await recordOf(rig, account)).toMatchObject({
      wave: 'sandbox',
      state: 'READY_FOR_KEYS',
      release: finished?.release,
      because: 'OU Sandbox',
    });
    expect(ran.events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
  });

  test('is waited for until it lets us in, and people see that', async () => {
    const rig = await rolledOut();

    const { events } = await followOne(rig, created(add(rig, 'Sandbox')));

    expect(eventsOf(events, 'waiting')[0]).toMatchObject({ for: 'bootstrap', accounts: 1 });
  });

  test('that never lets us in is a failed bootstrap after a quarter of an hour, and nobody is asked', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    rig.world.faults.cannotEnter = (id) => (id === account ? 'no such role' : undefined);

    const ran = await followOne(rig, created(account));

    expect(await stateOf(rig, account)).toBe('BOOTSTRAP_FAILED');
    expect(await outcomeOf(rig, ran)).toMatchObject({ kind: 'finished', outcome: 'held' });
    expect(eventsOf(ran.events, 'waiting').length).toBeGreaterThan(5);
  });

  test('takes no lease on the organization, and does not finish its wave', async () => {
    const rig = await rolledOut();
    const [lease, finished] = [await readLease(rig.ports), await readFinishedWave(rig.ports, sandbox)];

    await follow(rig, created(add(rig, 'Sandbox')));

    expect(await readLease(rig.ports)).toEqual(lease);
    expect(await readFinishedWave(rig.ports, sandbox)).toEqual(finished);
  });

  test('needs no approval where its wave had one for this release', async () => {
    const rig = await createRig({ accounts: 40 });
    await rig.rollOut({ waves });
    const manual = {
      ...rig.desiredState,
      waves: rig.desiredState.waves.map((wave) => ({ ...wave, approval: 'manual' as const })),
    };
    const { id } = await rig.rollOut({ waves: [canary] }, manual);
    await rig.inTime(() => abortRollout(rig.ports, id, person('jo'), 'not today'));
    const account = add(rig, 'Sandbox');

    await follow(rig, created(account));

    expect(await stateOf(rig, account)).toBe('READY_FOR_KEYS');
  });

  test("that fails takes nothing back, since the StackSets are its whole wave's", async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('onFailure: hold', 'onFailure: rollBack'),
    });
    await rig.rollOut({ waves });
    await rig.rollOut({ waves: [sandbox] }, newer(rig.desiredState));
    const finished = await readFinishedWave(rig.ports, sandbox);
    const account = add(rig, 'Sandbox');
    rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'no space left' : undefined);

    const ran = await followOne(rig, created(account));

    expect(await outcomeOf(rig, ran)).toMatchObject({
      outcome: 'held',
      because: ['wave sandbox is not rolled back for one new account; its accounts stay as they are'],
    });
    expect(await stateOf(rig, anAccountIn(rig, 'Sandbox'))).toBe('READY_FOR_KEYS');
    expect(await readFinishedWave(rig.ports, sandbox)).toEqual(finished);
  });

  test('in the root waits a while for its place, and takes it when it is moved', async () => {
    const rig = await rolledOut();
    const account = add(rig, '');
    const running = follow(rig, created(account));
    await minutesOn(rig, 5);
    rig.world.organization.move(account, 'Sandbox');
    const meanwhile = await tell(rig, moved(account));

    const [ran] = await running;

    expect(meanwhile).toMatchObject({ kind: 'busy' });
    expect(eventsOf(ran?.events ?? [], 'planPostponed')[0]).toMatchObject({
      because: expect.stringContaining('no wave selects accounts directly in the root'),
    });
    expect(await recordOf(rig, account)).toMatchObject({ wave: 'sandbox', state: 'READY_FOR_KEYS' });
  });
});

describe('what is not brought anywhere is seen all the same', () => {
  test.each([
    { ou: '', state: 'UNPLACED', because: 'no wave selects accounts directly in the root' },
    { ou: 'Suspended', state: 'OUT_OF_SCOPE', because: 'OU Suspended is excluded' },
    {
      ou: 'Workloads/Dev',
      state: 'DISCOVERED',
      because: 'OU Workloads/Dev; wave dev has finished no release yet',
    },
  ])('an account in "$ou" is $state', async ({ ou, state, because }) => {
    const rig = await rolledOut();
    const account = add(rig, ou);

    const ran = await followOne(rig, created(account));

    expect(await recordOf(rig, account)).toMatchObject({ state, because: expect.stringContaining(because) });
    expect(await outcomeOf(rig, ran)).toMatchObject({
      outcome: 'completed',
      because: [expect.stringContaining(because.split('; ').at(-1) ?? '')],
    });
    expect(rig.world.contents.stacks(account)).toEqual([]);
  });

  test('a suspended one is recorded as such', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    rig.world.organization.setState(account, 'SUSPENDED');

    await follow(rig, created(account));

    expect(await stateOf(rig, account)).toBe('SUSPENDED');
  });

  test('one that the organization does not list is given up after a while, and left to a sweep', async () => {
    const rig = await rolledOut();
    const stranger = '000000000001' as ReturnType<typeof add>;

    const ran = await followOne(rig, created(stranger));

    expect(await outcomeOf(rig, ran)).toMatchObject({
      outcome: 'held',
      because: [`account ${stranger} is not listed in the organization`],
    });
  });

  test('before any rollout nobody knows what is wanted, so the account is recorded only', async () => {
    const rig = await createRig({ accounts: 40 });
    const account = add(rig, 'Sandbox');

    const followed = await tell(rig, created(account));

    expect(followed).toMatchObject({ kind: 'recorded' });
    expect(await stateOf(rig, account)).toBe('DISCOVERED');
  });
});

describe('one execution, however many events arrive', () => {
  test('events of several sources and their doubles start one', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');

    const ran = await follow(
      rig,
      joined(account),
      created(account),
      managed(account),
      created(account),
      moved(account),
    );

    expect(new Set(ran.map(({ id }) => id)).size).toBe(1);
    expect((await newAccountRollouts(rig)).map(({ id }) => id)).toEqual([`ro-${account}-joined`]);
  });

  test('a late double starts nothing', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    await follow(rig, created(account));

    expect(await tell(rig, joined(account))).toMatchObject({ kind: 'past', rollout: `ro-${account}-joined` });
  });

  test('each move is followed once, and an account may go to the same place twice', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    await follow(rig, created(account));

    await follow(rig, moved(account, 'there'), moved(account, 'there'));
    await follow(rig, moved(account, 'and back'));
    await follow(rig, moved(account, 'there'));

    expect((await newAccountRollouts(rig)).length).toBe(3);
  });

  test('one whose handler died between its record and its start is started by the next delivery', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    const lost = await tell(rig, created(account));

    const again = await tell(rig, created(account));

    expect(lost).toMatchObject({ kind: 'start' });
    expect(again).toEqual(lost);
  });

  test('one whose handler died before it held the account gives way to the one that holds it now', async () => {
    const rig = await rolledOut();
    const account = add(rig, 'Sandbox');
    const { store } = rig.ports;
    const dying: typeof store = {
      ...store,
      put: async (key, value, version) => {
        if (key.pk === accountKey(account).pk && key.sk === accountKey(account).sk) throw new Error('killed');
        return store.put(key, value, version);
      },
    };
    await expect(rig.inTime(() => onAccountEvent({ ...rig.ports, store: dying })(created(account)))).rejects.toThrow();
    const holding = await tell(rig, moved(account));

    const late = await tell(rig, created(account));

    const holder = (await recordOf(rig, account)).holder?.rollout;
    expect(holding).toMatchObject({ kind: 'start', input: { rolloutId: holder } });
    expect(late).toMatchObject({ kind: 'busy', rollout: holder });
    expect(await outcomeOf(rig, { id: parseRolloutId(`ro-${account}-joined`) })).toMatchObject({
      outcome: 'aborted',
      because: [`rollout ${holder} was working on the account already`],
    });
  });
});
