/** Each way in which a gate, a lease or a tolerance could be got round, tried. */

import { unreadable } from '../../orchestrator/domain/health/facts';
import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import { prepareRollout } from '../../orchestrator/operations/start';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readAccount } from '../../orchestrator/records/accounts';
import { answer } from '../../orchestrator/rollout/answer';
import { changeAccount } from '../../orchestrator/rollout/change-account';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { person } from '../actors';
import { anAccountIn, baseline, createRig, eventsOf } from '../rig';

const stricter = (rig: Awaited<ReturnType<typeof createRig>>) => {
  const { modules } = rig.desiredState;
  return {
    ...rig.desiredState,
    modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
  };
};

describe('a wave does not pass', () => {
  test('when something could not be measured: that is inconclusive, and waits for a person', async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.distort = (facts) =>
      facts.account === account ? { ...facts, operatorRole: unreadable('iam:GetRole was denied') } : facts;

    const { end, events } = await rig.rollOut();

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'waveJudged').at(-1)).toMatchObject({ wave: 'sandbox', verdict: 'inconclusive' });
    expect(eventsOf(events, 'checkFailed')[0]).toMatchObject({
      account,
      outcome: 'unknown',
      observed: 'iam:GetRole was denied',
    });
  });

  test('on the proof of an earlier rollout, when nobody was visited in this one', async () => {
    let blind = false;
    const rig = await createRig({
      around: (invoke, name) => async (input) =>
        blind && name === 'strongroom-HealthShard' ? { shard: 0 } : invoke(input),
    });
    await rig.rollOut();
    blind = true;

    const { end, events } = await rig.rollOut({}, stricter(rig));

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'waveJudged').at(-1)).toMatchObject({ wave: 'canary', verdict: 'inconclusive' });
    expect(eventsOf(events, 'approvalRequested')[0]?.because.join()).toContain(
      'it was not visited in this round of checks',
    );
  });

  test('when settings could not be applied in an account', async () => {
    const rig = await createRig();
    const account = anAccountIn(rig, 'Sandbox');
    let visits = 0;
    // The first two are the preflight's: it looks, and makes the roles that services have for themselves.
    rig.world.faults.cannotEnter = (id) => (id === account && ++visits > 2 ? 'the role is gone' : undefined);

    const { end, events } = await rig.rollOut();

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'waveJudged').at(-1)).toMatchObject({ wave: 'sandbox', verdict: 'failed' });
    expect(eventsOf(events, 'approvalRequested')[0]?.because.join()).toContain('the role is gone');
  });

  test('when each operation stays within the tolerance, and all of them together do not', async () => {
    const rig = await createRig({
      config: (text) => text.replace('failureTolerance: 0, slowStart: true', 'failureTolerance: 1, slowStart: false'),
    });
    const [one, two] = [anAccountIn(rig, 'Sandbox', 0), anAccountIn(rig, 'Sandbox', 1)];
    rig.world.faults.failInstance = ({ account, stackSet }) =>
      (account === one && stackSet.endsWith('alerts')) || (account === two && stackSet.endsWith('operator-role'))
        ? 'broken'
        : undefined;

    const { end, events } = await rig.rollOut();

    expect(end.status).toBe('PARKED');
    expect(eventsOf(events, 'approvalRequested')[0]).toMatchObject({ wave: 'sandbox', about: 'stage' });
  });
});

test('without a soak an account is healthy, and not ready for keys, however often it is proved', async () => {
  const rig = await createRig({ config: (text) => text.replace(/soakMinutes: \d+/g, 'soakMinutes: 0') });

  await rig.rollOut();

  await rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.now().getTime() + 30 * 3_600_000)));
  await rig.rollOut();

  const { BASELINE_HEALTHY: healthy = 0, READY_FOR_KEYS: ready = 0 } = await rig.states();
  expect(healthy).toBeGreaterThan(40);
  expect(ready).toBe(0);
});

test('of two rollouts that start in the same moment one holds the organization, and the other ends without touching anything', async () => {
  const rig = await createRig();
  const built = await baseline();
  const inputs = await rig.inTime(() =>
    Promise.all(['jo', 'kim'].map((name) => prepareRollout(rig.ports, built, rig.desiredState, { by: person(name) }))),
  );

  const ended = await rig.walkAll(inputs);

  expect(
    ended
      .map(({ events }) => events.at(-1))
      .map((e) => e?.type === 'rolloutFinished' && e.outcome)
      .sort(),
  ).toEqual(['aborted', 'completed']);
  expect(ended.flatMap(({ events }) => eventsOf(events, 'waveOpened')).length).toBe(rig.desiredState.waves.length);
});

test('instances that exist are brought to the release before new ones are created', async () => {
  const rig = await createRig({ config: (text) => text.replace('slowStart: true', 'slowStart: false') });
  await rig.rollOut({ accounts: [anAccountIn(rig, 'Sandbox', 0)] });

  const { events } = await rig.rollOut({}, stricter(rig));

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
});

test('what an account had before is kept, and the first of it only', async () => {
  const rig = await createRig();
  const account = anAccountIn(rig, 'Sandbox');
  await rig.rollOut();
  const first = (await readAccount(rig.ports, account))?.value.previousSettings;

  await rig.rollOut({}, { ...stricter(rig), onFailure: 'hold' });

  expect(first).toMatchObject({ passwordPolicy: null });
  expect((await readAccount(rig.ports, account))?.value.previousSettings).toEqual(first);
});

test('an account that another rollout holds is not written', async () => {
  const rig = await createRig();
  await rig.rollOut();
  const item = await readAccount(rig.ports, anAccountIn(rig, 'Sandbox'));
  if (item === undefined) throw new Error('the account has no record');
  const stranger = parseRolloutId('ro-20260101-000000-zzzz');

  const writing = changeAccount(guard(rig.ports, byVersion), stranger, item, (account) => ({
    ...account,
    name: 'taken',
  }));

  await expect(writing).rejects.toMatchObject({ code: 'LeaseLost' });
});

test('past the tolerance nothing new starts: only what was in flight is lost', async () => {
  const rig = await createRig({
    config: (text) => text.replace('slowStart: true', 'slowStart: false').replaceAll('"10%, at least 10"', '10%'),
  });
  const broken = new Set<string>();
  rig.world.faults.failInstance = ({ account, stackSet }) => {
    if (!stackSet.startsWith('strongroom-sandbox-')) return undefined;
    broken.add(account);
    return 'broken';
  };

  const { end } = await rig.rollOut();

  expect(end.status).toBe('PARKED');
  // Ten percent of the wave at once, in each of two modules.
  expect(broken.size).toBeLessThanOrEqual(2);
});

describe('rolling back', () => {
  const rollingBack = (text: string): string => text.replace('onFailure: hold', 'onFailure: rollBack');

  test('ends as held, and changes nothing, where the wave has no earlier release', async () => {
    const rig = await createRig({ config: rollingBack });
    rig.world.faults.failInstance = ({ stackSet }) =>
      stackSet.startsWith('strongroom-sandbox-') ? 'broken' : undefined;

    const { events } = await rig.rollOut();

    expect(eventsOf(events, 'rollingBack')).toEqual([]);
    expect(events.at(-1)).toMatchObject({
      outcome: 'held',
      because: ['wave sandbox has no earlier release to roll back to; its accounts stay as they are'],
    });
  });

  test('never means to deploy the very release that failed', async () => {
    const rig = await createRig({ config: rollingBack });
    await rig.rollOut();
    const { organization, clock, faults } = rig.world;
    const newcomer = organization.addAccount('sb-new', 'Sandbox', clock.now().getTime() - 86_400_000);
    faults.failInstance = ({ account }) => (account === newcomer.id ? 'broken' : undefined);

    const { events } = await rig.rollOut();

    expect(eventsOf(events, 'rollingBack')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ outcome: 'held' });
  });
});

test('an answer to a rollout that does not ask is refused', async () => {
  const rig = await createRig();
  const { id } = await rig.rollOut();

  await expect(
    answer(rig.ports, id, { decision: 'retry', by: person('jo'), reason: 'too late' }),
  ).rejects.toMatchObject({
    code: 'NotWaiting',
  });
});

test('a shard that comes when its turn is over is refused', async () => {
  const shards: unknown[] = [];
  const rig = await createRig({
    around: (invoke, name) => async (input) => {
      if (name === 'strongroom-PreflightShard') shards.push(input);
      return invoke(input);
    },
  });
  rig.world.faults.disablesAlerts = () => true;
  await rig.rollOut();

  const late = functionsOf(rig.ports)['strongroom-PreflightShard']?.(shards[0]);

  await expect(late).rejects.toMatchObject({ code: 'StaleStep' });
});
