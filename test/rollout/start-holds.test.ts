/** Times in which nothing new may start; and the lane for what cannot wait for their end. */
import { parseWaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { previewPlan } from '../../orchestrator/operations/start';
import { readRollout } from '../../orchestrator/records/rollouts';
import { person } from '../actors';
import { baseline, createRig, eventsOf, type Rig } from '../rig';

const [canary, sandbox] = [parseWaveName('canary'), parseWaveName('sandbox')];
const waves = [canary, sandbox];

/** The rig's time begins at 09:00 on the 22nd of November. */
const frozen = (rig: Rig, from: string, to: string, only?: DesiredState['freezes'][number]['waves']): DesiredState => ({
  ...rig.desiredState,
  freezes: [{ from: `2026-11-${from}:00.000Z`, to: `2026-11-${to}:00.000Z`, reason: 'election', waves: only }],
});
const rigOf = () => createRig({ accounts: 40 });

describe('in a freeze', () => {
  test('no wave opens until its end; then the rollout goes on, and has kept its lease', async () => {
    const rig = await rigOf();

    const { id, events } = await rig.rollOut({ waves }, frozen(rig, '20T00:00', '25T00:00'));

    const [opened] = eventsOf(events, 'waveOpened');
    expect(eventsOf(events, 'waiting')[0]).toMatchObject({
      wave: canary,
      for: 'freeze',
      until: '2026-11-25T00:00:00.000Z',
    });
    expect(opened).toMatchObject({ wave: canary, attempt: 1, at: expect.stringMatching(/^2026-11-25T00:00/) });
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect((await readRollout(rig.ports, id)).value.lease?.fencingToken).toBe(1);
  });

  test('a second rollout is refused while the first one waits, also days later', async () => {
    const rig = await rigOf();
    const second: unknown[] = [];
    rig.world.clock.at(new Date('2026-11-24T12:00:00Z').getTime(), async () => {
      second.push(await rig.rollOut({ by: person('kim') }).catch((error: unknown) => error));
    });

    await rig.rollOut({ waves }, frozen(rig, '20T00:00', '25T00:00'));

    expect(second).toEqual([expect.objectContaining({ code: 'RolloutBusy' })]);
  });

  test('that begins between two stages the stage that runs is finished, the next one waits, and nothing is done twice', async () => {
    const rig = await rigOf();
    const started: string[] = [];
    const start = rig.world.stackSets.start;
    jest.spyOn(rig.world.stackSets, 'start').mockImplementation(async (request) => {
      for (const account of request.accounts)
        for (const region of request.regions) started.push(`${request.spec.name} ${account} ${region}`);
      return start(request);
    });

    const { events } = await rig.rollOut({ waves }, frozen(rig, '22T09:01', '23T00:00'));

    const types = events.map(({ type }) => type);
    const waits = types.indexOf('waiting');
    expect(types.slice(waits - 2, waits + 2)).toEqual(['stageStarted', 'stageLanded', 'waiting', 'waveOpened']);
    expect(eventsOf(events, 'waveOpened').map(({ wave, attempt }) => [wave, attempt])).toEqual([
      [canary, 1],
      [canary, 2],
      [sandbox, 1],
    ]);
    expect(new Set(started).size).toBe(started.length);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('that begins while accounts are looked at nothing is deployed before they were looked at again', async () => {
    const rig = await rigOf();
    const preflight = rig.world.accounts.preflight;
    jest.spyOn(rig.world.accounts, 'preflight').mockImplementation(async (...visit) => {
      await rig.world.clock.sleepUntil(new Date('2026-11-22T10:00:00Z'));
      return preflight(...visit);
    });

    const { events } = await rig.rollOut({ waves: [canary] }, frozen(rig, '22T09:30', '23T00:00'));

    const types = events.map(({ type }) => type);
    expect(types.slice(types.indexOf('waveOpened'), types.indexOf('stageStarted'))).toEqual([
      'waveOpened',
      'preflightDone',
      'waiting',
      'waveOpened',
      'preflightDone',
    ]);
  });

  test('of one wave the others go on', async () => {
    const rig = await rigOf();

    const { events } = await rig.rollOut({ waves }, frozen(rig, '20T00:00', '25T00:00', [sandbox]));

    expect(eventsOf(events, 'waiting').filter((e) => e.for === 'freeze')).toEqual([
      expect.objectContaining({ wave: sandbox }),
    ]);
  });

  test('a plan says so', async () => {
    const rig = await rigOf();
    const built = await baseline();

    const { plan } = await rig.inTime(() => previewPlan(rig.ports, built, frozen(rig, '20T00:00', '25T00:00')));

    expect(plan.notes).toContain('freeze of every wave until 2026-11-25T00:00:00.000Z: election');
  });
});

describe('an emergency', () => {
  const emergency = { waves, emergency: true, reason: 'a key has leaked' };

  test('is held by no freeze and does not soak, and says so in the log', async () => {
    const rig = await rigOf();

    const { events } = await rig.rollOut(emergency, frozen(rig, '20T00:00', '25T00:00'));

    expect(events[0]).toMatchObject({
      type: 'rolloutStarted',
      emergency: true,
      reason: 'a key has leaked',
      by: person('jo'),
    });
    expect(eventsOf(events, 'waiting').filter((e) => e.for === 'freeze' || e.for === 'soak')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('makes no account ready for keys: that takes a soak', async () => {
    const rig = await rigOf();

    await rig.rollOut(emergency);
    await rig.rollOut(emergency);

    const { BASELINE_HEALTHY: healthy = 0, READY_FOR_KEYS: ready = 0 } = await rig.states();
    expect([healthy > 3, ready]).toEqual([true, 0]);
  });

  test('is held by a gate and by an approval like any other', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('ous: [Sandbox]', '$&, approval: manual'),
    });
    const asked = await rig.rollOut(emergency);
    const broken = await rigOf();
    broken.world.faults.disablesAlerts = () => true;
    const held = await broken.rollOut(emergency);

    expect(eventsOf(asked.events, 'approvalRequested')).toEqual([
      expect.objectContaining({ wave: sandbox, about: 'approval' }),
    ]);
    expect(eventsOf(held.events, 'approvalRequested')).toEqual([
      expect.objectContaining({ wave: canary, about: 'gate' }),
    ]);
  });

  test.each([undefined, '', '  '])('without a reason (%j) is refused before anything is written', async (reason) => {
    const rig = await rigOf();

    await expect(rig.rollOut({ ...emergency, reason })).rejects.toMatchObject({ code: 'InvalidInput' });
  });
});
