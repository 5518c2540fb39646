/** What the tasks of the state machine cannot do is tried again for longer than most outages last. */
import type { ReadinessState } from '../../orchestrator/domain/model/readiness';
import { resumeRollout } from '../../orchestrator/operations/pause';
import { functionName, type TaskName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { createRig, eventsOf, type Rig } from '../rig';
import { blamed, expired, minutes, noNetwork, waves } from './outages';

/** Every call of a port fails, for so long after the state machine first runs a task of this name. */
async function disturbed(
  port: 'stackSets' | 'store' | 'artifacts',
  task: string,
  lastsMinutes: number,
  error: () => Error = noNetwork,
): Promise<{ readonly rig: Rig; readonly clearUp: () => void }> {
  let untilMs = 0;
  let isOver = false;
  const rig: Rig = await createRig({
    ports: (world) => ({ [port]: failing(world[port], () => world.clock.nowMs() < untilMs && !isOver, error) }),
    around: (invoke, name) => (input) => {
      if (name === functionName(task as TaskName) && untilMs === 0)
        untilMs = rig.world.clock.nowMs() + lastsMinutes * minutes;
      return invoke(input);
    },
  });
  return { rig, clearUp: () => (isOver = true) };
}

function failing<T extends object>(port: T, isDown: () => boolean, error: () => Error): T {
  const calls = Object.entries(port).map(([name, call]) => [
    name,
    (...args: readonly unknown[]) => {
      if (isDown()) return Promise.reject(error());
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
    await resumeRollout(rig.ports, parked.id, { by: person('kim'), reason: 'StackSets are back' });
    const { id, events } = await rig.resume(parked.id);

    expect(eventsOf(parked.events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
    expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
    expect((await blamed(rig, { id })).filter((state) => !settling.includes(state))).toEqual([]);
  },
);

/** Nothing is tried again with credentials that have expired, so the rollout is parked as soon as its record can be written. */
test.each(['OpenWave', 'JudgePreflight', 'DeployStage', 'JudgeStage', 'JudgeWave', 'PreflightShard', 'HealthShard'])(
  'credentials for the table that expire in %s and are renewed within half an hour park the rollout, and resume completes it',
  async (task) => {
    const { rig } = await disturbed('store', task, 20, expired);

    const parked = await rig.rollOut({ waves });
    await resumeRollout(rig.ports, parked.id, { by: person('kim'), reason: 'signed in again' });
    const { events } = await rig.resume(parked.id);

    expect(eventsOf(parked.events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
    expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
  },
);

test('a rollout whose end cannot be written for twenty minutes is ended then', async () => {
  const { rig } = await disturbed('store', 'Report', 20, expired);

  const { events } = await rig.rollOut({ waves });

  expect(eventsOf(events, 'rolloutFinished')).toMatchObject([{ outcome: 'completed' }]);
});
