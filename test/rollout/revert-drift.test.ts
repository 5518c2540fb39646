/** Detections make way for rollouts, and rollouts bring back what has drifted where they are asked to. */

import { parseAccountId, parseRolloutId, parseSweepId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { advanceDrift } from '../../orchestrator/operations/detect-drift';
import { listDetections } from '../../orchestrator/records/detections';
import { abortRollout } from '../../orchestrator/rollout/abort';
import { person } from '../actors';
import { detected, disarm, rolledOutUnsoaked } from '../operations/drifting';
import { recordOf, rolledOut, stateOf, swept, waves } from '../operations/sweeping';
import { anAccountIn, createRig, eventsOf } from '../rig';

describe('a detection beside a rollout', () => {
  test('is not begun in the wave that the rollout is at', async () => {
    const rig = await createRig({
      accounts: 40,
      config: (text) => text.replace('name: sandbox,', 'name: sandbox, approval: manual,'),
    });
    await rig.rollOut({ waves });

    const progress = await detected(rig);

    expect(new Set(progress.ended.map(({ wave }) => wave))).toEqual(new Set(['canary']));
    const { status } = await rig.inTime(async () => ({ status: (await listDetections(rig.ports)).length }));
    expect(status).toBe(progress.ended.length);
  });

  test('makes way for a rollout that comes: it is stopped, and what it had not seen stays as it was', async () => {
    const rig = await rolledOut();
    const id = parseSweepId('sw-20261122-bbbbbb');
    await rig.inTime(() => advanceDrift(rig.ports, rig.desiredState, { id, by: person('jo'), waves }));
    const desiredState = {
      ...rig.desiredState,
      // Changes the alerts, in two regions, so that they are still looked into when the rollout comes to them.
      installation: { ...rig.desiredState.installation, security: { account: parseAccountId('999999999998') } },
    };

    const { end } = await rig.rollOut({ waves: [parseWaveName('canary')] }, desiredState);
    const progress = await rig.inTime(() => advanceDrift(rig.ports, rig.desiredState, { id, by: person('jo'), waves }));

    expect(end).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'completed' } });
    expect(rig.world.calls.counts.get('cloudformation:StopStackSetOperation')).toBeGreaterThan(0);
    expect(progress.ended.filter(({ wave }) => wave === 'canary').length).toBeGreaterThan(0);
  });
});

describe('a rollout that includes drifted accounts', () => {
  test('brings back what was changed, and nothing else', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    await detected(rig);
    const before = rig.world.calls.touches.length;

    const { events } = await rig.rollOut({ waves, retryFailed: true, includeDrifted: true });

    const touches = rig.world.calls.touches.slice(before);
    expect(eventsOf(events, 'planned')[0]?.waves).toEqual([{ name: 'sandbox', accounts: 1 }]);
    expect(eventsOf(events, 'rolloutFinished')[0]?.outcome).toBe('completed');
    expect(
      rig.world.contents.drift(id, { stackSet: 'strongroom-sandbox-alerts', region: rig.desiredState.regions.home }),
    ).toEqual([]);
    expect(new Set(touches.map(({ account }) => account))).toEqual(new Set([id]));
    expect(
      touches.filter(({ what }) => what === 'stackTouched').every(({ by }) => by === 'strongroom-sandbox-alerts'),
    ).toBe(true);
    const record = await recordOf(rig, id);
    expect([record.state, record.drift, record.gates.undrifted]).toEqual(['READY_FOR_KEYS', undefined, 'pass']);
  });

  test('selects accounts that have only drifted, which a retry alone does not', async () => {
    const rig = await rolledOutUnsoaked();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    await detected(rig);

    const alone = await rig.rollOut({ waves, retryFailed: true });
    const included = await rig.rollOut({ waves, retryFailed: true, includeDrifted: true });

    expect(eventsOf(alone.events, 'planned')[0]?.waves).toEqual([]);
    expect(eventsOf(included.events, 'planned')[0]?.waves).toEqual([{ name: 'sandbox', accounts: 1 }]);
    expect(await stateOf(rig, id)).toBe('BASELINE_HEALTHY');
  });

  test('does not bring back what it was not asked to, and is held by the drift', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    await detected(rig);

    const { events } = await rig.rollOut({ waves, accounts: [id] });

    expect(eventsOf(events, 'approvalRequested')[0]?.because.join()).toContain('alerts-stack-has-no-drift');
    expect(
      rig.world.contents.drift(id, { stackSet: 'strongroom-sandbox-alerts', region: rig.desiredState.regions.home }),
    ).toHaveLength(1);
  });

  test('that cannot bring it back says why, and keeps what differs', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    await detected(rig);
    rig.world.faults.failDetection = () => 'Resource handler returned message: denied';

    const { events } = await rig.rollOut({ waves, retryFailed: true, includeDrifted: true });

    expect(eventsOf(events, 'approvalRequested')[0]?.because.join()).toMatch(/drift was not reverted: .*denied/);
    expect((await recordOf(rig, id)).drift).toHaveLength(1);
  });

  test('stops reverting when it is aborted', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    await detected(rig);
    const mending = jest.spyOn(rig.ports.accounts, 'revertDrift').mockImplementation(async ({ rollout }) => {
      await abortRollout(rig.ports, parseRolloutId(rollout), person('jo'), 'not now');
      return 'underway';
    });

    const { end } = await rig.rollOut({ waves, retryFailed: true, includeDrifted: true });

    expect(end).toMatchObject({ output: { outcome: 'aborted' } });
    expect(mending).toHaveBeenCalledTimes(1);
    expect((await recordOf(rig, id)).drift).toHaveLength(1);
  });
});

test('a setting that drifted is seen by a check, and applied again by the next rollout', async () => {
  const rig = await rolledOut();
  const id = anAccountIn(rig, 'Sandbox');
  rig.world.contents.byHand(id, { kind: 'deletePasswordPolicy' });
  await swept(rig);
  const found = await stateOf(rig, id);

  await rig.rollOut({ waves, retryFailed: true });

  expect(found).toBe('KEYS_AT_RISK');
  expect(rig.world.contents.settings(id).passwordPolicy).toBeDefined();
  expect(await stateOf(rig, id)).toBe('READY_FOR_KEYS');
});
