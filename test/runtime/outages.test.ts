/** What Strongroom or AWS is to blame for changes no account: the rollout waits, and then it is parked until a person resumes it. */
import { errors } from '../../orchestrator/domain/errors';
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { ReadinessState } from '../../orchestrator/domain/model/readiness';
import { resumeRollout } from '../../orchestrator/operations/pause';
import type { Accounts } from '../../orchestrator/ports/ports';
import { listAccounts } from '../../orchestrator/records/accounts';
import { listRollouts, readRollout } from '../../orchestrator/records/rollouts';
import { answer } from '../../orchestrator/rollout/answer';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { createRig, eventsOf, type Rig, type Walked } from '../rig';

const waves = [parseWaveName('sandbox')];
const minutes = 60_000;

type Method = keyof Accounts;
/** Our own calls fail in these methods, for so long after the first of them is made. */
interface Weather {
  methods: readonly Method[];
  lastsMinutes: number;
  error: () => Error;
  since?: number;
}
const clear: Weather = { methods: [], lastsMinutes: 0, error: () => new Error('none') };

const throttled = (): Error => errors.throttled('sts:AssumeRole');
const noNetwork = (): Error => errors.endpointDown('https://sts.amazonaws.com', 'ECONNREFUSED');
const expired = (): Error => errors.noCredentials('the token has expired');
const bug = (): Error => new TypeError('undefined is not a function');

/** A rig that has rolled a first release out, so that its accounts are ready for keys. */
async function readyRig(): Promise<{ readonly rig: Rig; readonly weather: { now: Weather } }> {
  const weather = { now: clear };
  const rig = await createRig({ ports: (world) => ({ accounts: under(weather, world) }) });
  await rig.rollOut({ waves });
  return { rig, weather };
}

function under(weather: { now: Weather }, world: SimulatedWorld): Accounts {
  const failing =
    <A extends readonly unknown[], R>(method: Method, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const { now } = weather;
      if (!now.methods.includes(method)) return call(...args);
      now.since ??= world.clock.nowMs();
      if (world.clock.nowMs() < now.since + now.lastsMinutes * minutes) throw now.error();
      return call(...args);
    };
  const { accounts } = world;
  return {
    preflight: failing('preflight', accounts.preflight),
    ensureLinkedRoles: failing('ensureLinkedRoles', accounts.ensureLinkedRoles),
    collectFacts: failing('collectFacts', accounts.collectFacts),
    readSettings: failing('readSettings', accounts.readSettings),
    applySettings: failing('applySettings', accounts.applySettings),
    putBackSettings: failing('putBackSettings', accounts.putBackSettings),
    revertDrift: failing('revertDrift', accounts.revertDrift),
  };
}

/** A second release: it changes a setting, so that every account of the wave is deployed to again. */
const secondRelease = ({ desiredState }: Rig): Rig['desiredState'] => {
  const { modules } = desiredState;
  return {
    ...desiredState,
    modules: { ...modules, 'account-hardening': { ...modules['account-hardening'], ebsEncryption: false } },
  };
};

const bad: readonly ReadinessState[] = ['KEYS_AT_RISK', 'UNKNOWN', 'UNHEALTHY', 'BOOTSTRAP_FAILED', 'DEPLOY_FAILED'];

/** The states that say something bad about an account and that accounts have entered during a rollout. */
const blamed = async ({ ports }: Rig, { id }: Pick<Walked, 'id'>): Promise<readonly ReadinessState[]> =>
  (await listAccounts(ports)).flatMap(({ value: { states = [] } }) =>
    states.filter(({ state, rollout }) => rollout === id && bad.includes(state)).map(({ state }) => state),
  );

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
      await resumeRollout(rig.ports, parked.id, { by: 'kim', reason: 'the network is back' });
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
      await resumeRollout(rig.ports, parked.id, { by: 'kim', reason: 'the network is back' });
      const { events } = await rig.resume(parked.id);

      expect(eventsOf(parked.events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
      expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
      expect(eventsOf(events, 'accountFailed')).toEqual([]);
    });
  },
);

describe('a soak', () => {
  const wake = async (rig: Rig, id: Walked['id']): Promise<Walked> => {
    await resumeRollout(rig.ports, id, { by: 'kim', reason: 'the network is back' });
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

  test('starts anew after an outage of more than a day', async () => {
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
    await resumeRollout(rig.ports, id, { by: 'kim', reason: 'the policy is restored' });
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
});

test('a rollout that an outage parks before anything is deployed cannot be approved', async () => {
  const { rig, weather } = await readyRig();
  weather.now = { methods: ['preflight'], lastsMinutes: 1e6, error: noNetwork };
  const { id } = await rig.rollOut({ waves }, secondRelease(rig));

  await expect(answer(rig.ports, id, { decision: 'approve', by: 'kim', reason: 'go on' })).rejects.toMatchObject({
    code: 'NotWaiting',
    message: expect.stringContaining('parked by an outage'),
  });
});

test('a person may override the gate of a wave whose checks an outage keeps from ending', async () => {
  const { rig, weather } = await readyRig();
  weather.now = { methods: ['collectFacts'], lastsMinutes: 1e6, error: noNetwork };
  const { id } = await rig.rollOut({ waves }, secondRelease(rig));

  await answer(rig.ports, id, { decision: 'approve', by: 'kim', reason: 'checked by hand' });
  const { events } = await rig.resume(id);

  expect(eventsOf(events, 'rolloutFinished')).toHaveLength(1);
  expect(await blamed(rig, { id })).toEqual([]);
});

/** Every call of a port fails, for so long after the state machine first runs a task of this name. */
async function disturbed(
  port: 'stackSets' | 'store' | 'artifacts',
  task: string,
  lastsMinutes: number,
): Promise<{ readonly rig: Rig; readonly clearUp: () => void }> {
  let untilMs = 0;
  let isOver = false;
  const rig: Rig = await createRig({
    ports: (world) => ({ [port]: failing(world[port], () => world.clock.nowMs() < untilMs && !isOver) }),
    around: (invoke, name) => (input) => {
      if (name === functionName(task as TaskName) && untilMs === 0)
        untilMs = rig.world.clock.nowMs() + lastsMinutes * minutes;
      return invoke(input);
    },
  });
  return { rig, clearUp: () => (isOver = true) };
}

function failing<T extends object>(port: T, isDown: () => boolean): T {
  const calls = Object.entries(port).map(([name, call]) => [
    name,
    (...args: readonly unknown[]) => {
      if (isDown()) return Promise.reject(noNetwork());
      return call(...args);
    },
  ]);
  return Object.fromEntries(calls) as T;
}

/** In a first release, what was just deployed is not healthy for some minutes. */
const settling: readonly ReadinessState[] = ['UNHEALTHY', 'UNKNOWN'];
const deciding = [
  'OpenWave',
  'JudgePreflight',
  'DeployStage',
  'AwaitStage',
  'JudgeStage',
  'JudgeWave',
  'Report',
] as const;

describe.each([
  ['StackSets', 'stackSets', ['JudgePreflight', 'DeployStage', 'AwaitStage', 'JudgeStage']],
  [
    'the table',
    'store',
    [...deciding, 'ListOrganization', 'PlanWaves', 'PreflightShard', 'SettingsShard', 'HealthShard'],
  ],
  ['the bucket', 'artifacts', ['OpenWave', 'JudgePreflight', 'PreflightShard', 'HealthShard']],
] as const)('an outage of %s', (_name, port, tasks) => {
  test.each(tasks)('that begins in %s and ends after twenty minutes needs no person', async (task) => {
    const { rig } = await disturbed(port, task, 20);

    const { id, events } = await rig.rollOut({ waves });

    expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
    expect(eventsOf(events, 'approvalRequested')).toEqual([]);
    expect((await blamed(rig, { id })).filter((state) => !settling.includes(state))).toEqual([]);
  });
});

test.each(['JudgePreflight', 'DeployStage', 'AwaitStage', 'JudgeStage'])(
  'an outage of StackSets in %s that lasts for hours parks the rollout, and resume completes it',
  async (task) => {
    const { rig, clearUp } = await disturbed('stackSets', task, 10_000);

    const parked = await rig.rollOut({ waves });
    clearUp();
    await resumeRollout(rig.ports, parked.id, { by: 'kim', reason: 'StackSets are back' });
    const { id, events } = await rig.resume(parked.id);

    expect(eventsOf(parked.events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
    expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
    expect((await blamed(rig, { id })).filter((state) => !settling.includes(state))).toEqual([]);
  },
);
