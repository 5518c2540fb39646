/** What Strongroom or AWS is to blame for changes no account: the rollout waits, and then it is parked until a person resumes it. */
import { parseAccountId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { resumeRollout } from '../../orchestrator/operations/pause';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { answer } from '../../orchestrator/rollout/answer';
import { person } from '../actors';
import { createRig, eventsOf, type Rig, type Walked } from '../rig';
import {
  blamed,
  bug,
  clear,
  expired,
  type Method,
  minutes,
  noNetwork,
  throttled,
  under,
  type Weather,
  waves,
} from './outages';

/** A rig that has rolled a first release out, so that its accounts are ready for keys. */
async function readyRig(): Promise<{ readonly rig: Rig; readonly weather: { now: Weather } }> {
  const weather = { now: clear };
  const rig = await createRig({ ports: (world) => ({ accounts: under(weather, world) }) });
  await rig.rollOut({ waves });
  return { rig, weather };
}

/** A second release: it changes a setting, so that every account of the wave is deployed to again. */
const secondRelease = ({ desiredState }: Rig): Rig['desiredState'] => {
  const { modules } = desiredState;
  return {
    ...desiredState,
    modules: { ...modules, 'account-hardening': { ...modules['account-hardening'], ebsEncryption: false } },
  };
};

const noticesOf = ({ world }: Rig, rollout: Walked): readonly string[] =>
  world.notices.filter(({ key }) => key.startsWith(rollout.id)).map(({ subject }) => subject);

const phases: readonly (readonly [string, readonly Method[]])[] = [
  ['preflight', ['preflight']],
  ['applying settings', ['applySettings']],
  ['health checks', ['collectFacts']],
  ['every visit', ['preflight', 'ensureLinkedRoles', 'collectFacts', 'readSettings', 'applySettings']],
];
const causes: readonly (readonly [string, () => Error])[] = [
  ['throttling', throttled],
  ['no network', noNetwork],
  ['expired credentials', expired],
  ['a bug', bug],
];

describe.each(phases)('an outage in %s', (_phase, methods) => {
  test.each(causes)(
    'by %s that ends within the hour changes no account, and the rollout completes',
    async (_, error) => {
      const { rig, weather } = await readyRig();
      weather.now = { methods, lastsMinutes: 20, error };

      const { id, events } = await rig.rollOut({ waves }, secondRelease(rig));

      expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
      expect(await blamed(rig, { id })).toEqual([]);
      expect(eventsOf(events, 'rollingBack')).toEqual([]);
    },
  );

  test.each(causes)(
    'by %s that lasts for days parks the rollout with one notice, and resume completes it',
    async (_, error) => {
      const { rig, weather } = await readyRig();
      weather.now = { methods, lastsMinutes: 3 * 1440, error };

      const parked = await rig.rollOut({ waves }, { ...secondRelease(rig), onFailure: 'rollBack' });
      const notices = noticesOf(rig, parked);
      weather.now = clear;
      await resumeRollout(rig.ports, parked.id, { by: person('kim'), reason: 'the network is back' });
      const { events } = await rig.resume(parked.id);

      expect(eventsOf(parked.events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
      expect(notices).toEqual([expect.stringContaining('parked by an outage')]);
      expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
      expect(await blamed(rig, parked)).toEqual([]);
    },
  );
});

/** Only a first release does these. */
describe.each([['linked roles', 'ensureLinkedRoles'] as const, ['reading settings', 'readSettings'] as const])(
  'an outage in %s',
  (_phase, method) => {
    test.each(causes)('by %s parks the rollout after an hour, and resume completes it', async (_, error) => {
      const weather: { now: Weather } = { now: { methods: [method], lastsMinutes: 1e6, error } };
      const rig = await createRig({ ports: (world) => ({ accounts: under(weather, world) }) });

      const parked = await rig.rollOut({ waves });
      weather.now = clear;
      await resumeRollout(rig.ports, parked.id, { by: person('kim'), reason: 'the network is back' });
      const { events } = await rig.resume(parked.id);

      expect(eventsOf(parked.events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
      expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
      expect(eventsOf(events, 'accountFailed')).toEqual([]);
    });
  },
);

describe('a soak', () => {
  const wake = async (rig: Rig, id: Walked['id']): Promise<Walked> => {
    await resumeRollout(rig.ports, id, { by: person('kim'), reason: 'the network is back' });
    return rig.resume(id);
  };
  /** The checks after the soak are the second ones of each account. */
  async function parkedAfterSoak(): Promise<{
    readonly rig: Rig;
    readonly parked: Walked;
    readonly clearUp: () => void;
  }> {
    const weather = { now: clear };
    let isOver = false;
    const rig: Rig = await createRig({
      ports: (world) => ({ accounts: under(weather, world) }),
      around: (invoke, name) => async (input) => {
        const output = await invoke(input);
        const [record] = name.endsWith('JudgeWave') ? await listRollouts(rig.ports) : [];
        if (record?.waves[0]?.firstHealthyAt !== undefined && weather.now === clear && !isOver)
          weather.now = { methods: ['collectFacts'], lastsMinutes: 1e6, error: noNetwork };
        return output;
      },
    });
    const parked = await rig.rollOut({ waves });
    const clearUp = (): void => {
      isOver = true;
      weather.now = clear;
    };
    return { rig, parked, clearUp };
  }

  test('survives an outage while its last proof is fresh', async () => {
    const { rig, parked, clearUp } = await parkedAfterSoak();
    const soakedFrom = (await readRollout(rig.ports, parked.id)).value.waves[0]?.firstHealthyAt;
    clearUp();

    const { events } = await wake(rig, parked.id);

    expect(soakedFrom).toEqual(expect.any(String));
    expect(eventsOf(parked.events, 'waiting').filter((e) => e.for === 'soak')).toHaveLength(1);
    expect(eventsOf(events, 'waiting').filter((e) => e.for === 'soak')).toHaveLength(1);
    expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
    expect(await rig.states()).toMatchObject({ READY_FOR_KEYS: expect.any(Number) });
  });

  test('starts again after an outage of more than a day', async () => {
    const { rig, parked, clearUp } = await parkedAfterSoak();
    clearUp();
    await rig.inTime(() => rig.ports.clock.sleepUntil(new Date(rig.world.clock.nowMs() + 2 * 1440 * minutes)));

    const { events } = await wake(rig, parked.id);

    expect(eventsOf(events, 'waiting').filter((e) => e.for === 'soak')).toHaveLength(2);
    expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
  });
});

describe('all accounts that refuse at the same time', () => {
  test('point to our own access: none is blamed, and the rollout is parked within minutes', async () => {
    const { rig } = await readyRig();
    rig.world.faults.cannotEnter = () => 'AccessDenied: not authorized to perform sts:AssumeRole';

    const { id, events } = await rig.rollOut({ waves }, secondRelease(rig));

    expect(eventsOf(events, 'approvalRequested')).toMatchObject([
      { about: 'outage', because: [expect.stringContaining("points to Strongroom's own access")] },
    ]);
    expect(await blamed(rig, { id })).toEqual([]);
    rig.world.faults.cannotEnter = () => undefined;
    await resumeRollout(rig.ports, id, { by: person('kim'), reason: 'the policy is restored' });
    expect(eventsOf((await rig.resume(id)).events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
  });

  test('in the health checks are not blamed either', async () => {
    const { rig } = await readyRig();
    const visited = rig.world.calls.touches.length;
    rig.world.faults.cannotEnter = () =>
      rig.world.calls.touches.slice(visited).some(({ what }) => what === 'settingsChanged')
        ? 'AccessDenied'
        : undefined;

    const { id, events } = await rig.rollOut({ waves }, secondRelease(rig));

    expect(eventsOf(events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
    expect(await blamed(rig, { id })).toEqual([]);
  });

  test('one that refuses alone is blamed', async () => {
    const { rig } = await readyRig();
    const [{ id: alone = '' } = {}] = rig.world.organization.accountsIn('Sandbox');
    rig.world.faults.cannotEnter = (account) => (account === alone ? 'AccessDenied' : undefined);

    const { id, events } = await rig.rollOut({ waves }, secondRelease(rig));

    expect(eventsOf(events, 'outage')).toEqual([]);
    expect(await blamed(rig, { id })).toContain('KEYS_AT_RISK');
  });

  test('the only one of a wave is not blamed, since there is nothing to compare it with, and resume continues', async () => {
    const { rig } = await readyRig();
    const [{ id: alone = '' } = {}] = rig.world.organization.accountsIn('Sandbox');
    rig.world.faults.cannotEnter = (account) => (account === alone ? 'AccessDenied' : undefined);
    const only = { waves: [parseWaveName('sandbox')], accounts: [parseAccountId(alone)] };

    const { id, end, events } = await rig.rollOut(only, secondRelease(rig));
    const meanwhile = await blamed(rig, { id });
    rig.world.faults.cannotEnter = () => undefined;
    await resumeRollout(rig.ports, id, { by: person('kim'), reason: 'the role is back' });
    const after = await rig.resume(id);

    expect([end.status, meanwhile]).toEqual(['PARKED', []]);
    expect(eventsOf(events, 'approvalRequested')).toMatchObject([
      { about: 'outage', because: [expect.stringMatching(/is the only one in the wave and refused/)] },
    ]);
    expect(after.events.at(-1)).toMatchObject({ outcome: 'completed' });
  });
});

test('a rollout that an outage parks before anything is deployed cannot be approved', async () => {
  const { rig, weather } = await readyRig();
  weather.now = { methods: ['preflight'], lastsMinutes: 1e6, error: noNetwork };
  const { id } = await rig.rollOut({ waves }, secondRelease(rig));

  await expect(
    answer(rig.ports, id, { decision: 'approve', by: person('kim'), reason: 'go on' }),
  ).rejects.toMatchObject({
    code: 'NotWaiting',
    message: expect.stringContaining('parked by an outage'),
  });
});

test('a person may override the gate of a wave whose checks an outage keeps from ending', async () => {
  const { rig, weather } = await readyRig();
  weather.now = { methods: ['collectFacts'], lastsMinutes: 1e6, error: noNetwork };
  const { id } = await rig.rollOut({ waves }, secondRelease(rig));

  await answer(rig.ports, id, { decision: 'approve', by: person('kim'), reason: 'checked by hand' });
  const { events } = await rig.resume(id);

  expect(eventsOf(events, 'rolloutFinished')).toHaveLength(1);
  expect(await blamed(rig, { id })).toEqual([]);
});
