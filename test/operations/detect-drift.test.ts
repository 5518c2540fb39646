/** Drift of stacks: found by detection, kept in the records, and judged by the gate. */
import { parseSweepId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { advanceDrift, onDetectionEnded } from '../../orchestrator/operations/detect-drift';
import { listDetections } from '../../orchestrator/records/detections';
import { person } from '../actors';
import { anAccountIn } from '../rig';
import { countsOf, detected, disarm, putBackByHand, rolledOutUnsoaked, secondsLater } from './drifting';
import { recordOf, risks, rolledOut, stateOf, swept, waves } from './sweeping';

describe('a detection of drift', () => {
  test('over waves as they were rolled out finds nothing, and changes nobody', async () => {
    const rig = await rolledOut();
    const before = await rig.states();

    const progress = await detected(rig);

    expect([countsOf(progress, 'drifted'), countsOf(progress, 'unknown'), progress.waiting]).toEqual([0, 0, []]);
    expect(countsOf(progress, 'instances')).toBeGreaterThan(50);
    expect(new Set(progress.ended.map(({ wave }) => wave))).toEqual(new Set(waves));
    expect(await rig.states()).toEqual(before);
  });

  test('looks into each stack set once, wave by wave, and into a few at a time', async () => {
    const rig = await rolledOut();
    const id = parseSweepId('sw-20261122-aaaaaa');
    const step = () => rig.inTime(() => advanceDrift(rig.ports, rig.desiredState, { id, by: person('jo'), waves }));

    const first = await step();
    const again = await step();

    expect(first.running).toHaveLength(5);
    expect(first.running.map(({ wave }) => wave)).toEqual(Array(5).fill('canary'));
    expect(again.running.map(({ operationId }) => operationId)).toEqual(
      first.running.map(({ operationId }) => operationId),
    );
    expect(rig.world.calls.counts.get('cloudformation:DetectStackSetDrift')).toBe(5);
  });

  test('keeps what differs, and takes a ready account down with a page, once', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);

    const progress = await detected(rig);
    await detected(rig);

    const record = await recordOf(rig, id);
    expect(countsOf(progress, 'drifted')).toBe(1);
    expect([record.state, record.gates.undrifted]).toEqual(['KEYS_AT_RISK', 'fail']);
    expect(record.drift).toEqual([
      {
        module: 'alerts',
        region: 'us-east-1',
        at: expect.stringMatching(/^2026-/),
        outcome: 'drifted',
        because: '',
        resources: [
          {
            resource: 'strongroom-root-user',
            type: 'AWS::Events::Rule',
            change: 'modified',
            differences: [
              {
                path: '/state',
                expected: '"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"',
                actual: '"DISABLED"',
              },
            ],
          },
        ],
      },
    ]);
    expect(record.failing).toMatchObject([
      { check: 'alerts-stack-has-no-drift', gate: 'undrifted', outcome: 'fail', region: 'us-east-1' },
    ]);
    expect(risks(rig)).toHaveLength(1);
  });

  test('counts a deleted resource as drift', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    rig.world.contents.byHand(id, { kind: 'delete', of: 'rules', name: 'strongroom-detection-tampering' });

    await detected(rig);

    const [stack] = (await recordOf(rig, id)).drift ?? [];
    expect(stack?.resources).toMatchObject([
      { resource: 'strongroom-detection-tampering', change: 'deleted', differences: [] },
    ]);
  });

  test('that could not look says so, moves no state, and never withdraws what was seen before', async () => {
    const rig = await rolledOut();
    const [seen, unseen] = [anAccountIn(rig, 'Sandbox', 0), anAccountIn(rig, 'Sandbox', 1)];
    disarm(rig, seen);
    await detected(rig);
    rig.world.faults.failDetection = ({ account, stackSet }) =>
      stackSet.endsWith('alerts') && (account === seen || account === unseen) ? 'Rate exceeded' : undefined;

    const progress = await detected(rig);

    expect(countsOf(progress, 'unknown')).toBe(4);
    const [drifted, unknown] = [await recordOf(rig, seen), await recordOf(rig, unseen)];
    expect(drifted.drift?.find(({ region }) => region === 'us-east-1')?.outcome).toBe('drifted');
    expect(unknown.drift?.map(({ outcome, because }) => [outcome, because])).toEqual([
      ['unknown', 'Rate exceeded'],
      ['unknown', 'Rate exceeded'],
    ]);
    expect([unknown.state, unknown.gates.undrifted]).toEqual(['READY_FOR_KEYS', 'unknown']);
  });

  test('clears what somebody has put back, which is no proof yet', async () => {
    const rig = await rolledOutUnsoaked();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    await detected(rig);
    const found = await recordOf(rig, id);
    putBackByHand(rig, id);

    await detected(rig);

    const cleared = await recordOf(rig, id);
    expect([found.state, cleared.state]).toEqual(['DRIFTED', 'DEPLOYED']);
    expect([cleared.drift, cleared.failing, cleared.gates.undrifted]).toEqual([undefined, [], 'pass']);
    await swept(rig);
    expect(await stateOf(rig, id)).toBe('BASELINE_HEALTHY');
  });

  test('is what a visit goes on judging by: an account that has only drifted is drifted, not unhealthy', async () => {
    const rig = await rolledOutUnsoaked();
    const id = anAccountIn(rig, 'Sandbox');
    // A thing that no other check looks at.
    rig.world.contents.byHand(id, { kind: 'change', of: 'detectors', to: { id: 'made-anew' } });
    await detected(rig);

    await swept(rig);

    expect((await recordOf(rig, id)).failing.map(({ check }) => check)).toEqual(
      Array(2).fill('threat-detection-stack-has-no-drift'),
    );
    expect(await stateOf(rig, id)).toBe('DRIFTED');
  });

  test('is read as soon as its operation reports that it has ended', async () => {
    const rig = await rolledOut();
    const id = anAccountIn(rig, 'Sandbox');
    disarm(rig, id);
    const told: boolean[] = [];
    rig.world.onOperationEnded((stackSet, operationId) => {
      void onDetectionEnded(rig.ports, { stackSet, operationId }).then((was) => told.push(was));
    });

    await rig.inTime(async () => {
      const run = { id: parseSweepId('sw-20261122-events'), by: person('jo'), waves: [parseWaveName('sandbox')] };
      await advanceDrift(rig.ports, rig.desiredState, run);
      await secondsLater(rig, 3600);
    });

    expect(told).toEqual(Array(5).fill(true));
    expect((await listDetections(rig.ports)).every(({ value }) => value.ended !== undefined)).toBe(true);
    expect((await recordOf(rig, id)).drift).toHaveLength(1);
  });
});
