/** An approval has a term: to be given, and to be used. */

import { parseWaveName } from '../../orchestrator/domain/model/brand';
import { askOperator } from '../../orchestrator/handlers/ask-operator';
import { pauseRollout, resumeRollout } from '../../orchestrator/operations/pause';
import { readLease } from '../../orchestrator/records/leases';
import { readRollout } from '../../orchestrator/records/rollouts';
import { answer } from '../../orchestrator/rollout/answer';
import { functionName } from '../../orchestrator/tasks/table';
import { person } from '../actors';
import { createRig, eventsOf, type Rig } from '../rig';

const waves = [parseWaveName('canary')];
const approve = { decision: 'approve', by: person('kim'), reason: 'looks good' } as const;

const asking = async () => {
  const rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual, approvalHours: 5'),
  });
  return { rig, ...(await rig.rollOut({ waves })) };
};
const later = (rig: Rig, hours: number): Promise<void> =>
  rig.inTime(() => rig.world.clock.sleepUntil(new Date(rig.world.clock.now().getTime() + hours * 3_600_000)));

describe('an approval', () => {
  test('says until when it can be given, and is recorded with who and when', async () => {
    const { rig, id } = await asking();
    const { status } = (await readRollout(rig.ports, id)).value;
    await later(rig, 4.9);

    await answer(rig.ports, id, approve);
    const { events } = await rig.resume(id);

    expect(status).toMatchObject({
      prompt: { about: 'approval', expiresAt: expect.stringMatching(/^2026-11-22T14:0/) },
    });
    expect((await readRollout(rig.ports, id)).value.waves[0]).toMatchObject({
      approvedBy: person('kim'),
      approvedAt: expect.stringMatching(/^2026-11-22T13:5/),
    });
    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  });

  test('that comes too late is refused, with what to do next', async () => {
    const { rig, id } = await asking();
    await later(rig, 5.1);

    await expect(answer(rig.ports, id, approve)).rejects.toMatchObject({
      code: 'NotWaiting',
      message: expect.stringMatching(/^the approval of wave canary in rollout ro-\S+ expired at 2026-11-22T14:0/),
      next: expect.stringContaining(`strongroom resume ${id}`),
    });
  });

  test('that nobody gives in time ends the rollout as held, and lets go of the organization', async () => {
    const { rig, id } = await asking();
    await later(rig, 5.1);

    const { events } = await rig.resume(id);

    expect(events.at(-1)).toMatchObject({
      outcome: 'held',
      because: [
        'wave canary was held, and nobody answered in time',
        expect.stringContaining('requires an approval before it starts'),
      ],
    });
    expect((await readLease(rig.ports))?.value.released).toBe(true);
  });

  test('holds the organization no longer than it can be given', async () => {
    const { rig } = await asking();
    await later(rig, 5.1);

    const second = await rig.rollOut({ waves, by: person('kim') });

    expect(eventsOf(second.events, 'approvalRequested')).toHaveLength(1);
  });

  test.each([
    { hours: 4.9, asked: ['approval', 'pause'] },
    { hours: 5.1, asked: ['approval', 'pause', 'approval'] },
  ])('that was given $hours hours ago when the wave opens: asked $asked', async ({ hours, asked }) => {
    const { rig, id } = await asking();
    await answer(rig.ports, id, approve);
    await pauseRollout(rig.ports, id, { by: person('jo'), reason: 'an outage' });
    await rig.resume(id);
    await later(rig, hours);

    await resumeRollout(rig.ports, id, { by: person('jo'), reason: 'it is over' });
    const { events } = await rig.resume(id);

    expect(eventsOf(events, 'approvalRequested').map(({ about }) => about)).toEqual(asked);
  });
});

test('an answer reaches the process that waits for it, even when one that was taken for dead has come back since', async () => {
  const { rig, id } = await asking();
  const succeed = jest.fn(async (_token: string) => {});
  const ports = { ...rig.ports, callbacks: { succeed } };
  const input = (await readRollout(rig.ports, id)).value.lastStep?.input;
  if (input === undefined) throw new Error('nothing was played');
  await askOperator(ports)({ input, token: 'of the process that was taken for dead' });

  await answer(ports, id, approve);

  const woken = succeed.mock.calls.map(([token]) => token);
  expect(woken).toHaveLength(2);
  expect(woken[0]).toBe('of the process that was taken for dead');
});

test('an answer that comes while the prompt is being announced is handed on, and fails nothing', async () => {
  let isAnnouncing = false;
  const rig: Rig = await createRig({
    accounts: 40,
    config: (text) => text.replace('ous: [PolicyStaging]', '$&, approval: manual, approvalHours: 5'),
    around: (invoke, name) => (input) => {
      isAnnouncing ||= name === functionName('AskOperator');
      return invoke(input);
    },
  });
  let answered = 0;
  const { getMany } = rig.world.store;
  jest.spyOn(rig.ports.store, 'getMany').mockImplementation(async (keys) => {
    const holder = isAnnouncing && answered === 0 ? (await readLease(rig.ports))?.value.holder : undefined;
    if (holder !== undefined) {
      answered += 1;
      await answer(rig.ports, holder, approve);
    }
    return getMany(keys);
  });

  const { events } = await rig.rollOut({ waves });

  expect(answered).toBe(1);
  expect(eventsOf(events, 'crashed')).toEqual([]);
  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
});
