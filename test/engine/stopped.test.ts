/** An engine whose store is full, gone or damaged stops at once, without Retry and Catch, and is resumed where it stopped. */
import { errors } from '../../orchestrator/domain/errors';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { map, rig, task } from './rig';

const handlesAll = {
  Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60 }],
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }],
};
const caught = { Caught: { Type: 'Succeed' } };

test.each([
  ['full', errors.stateFull('folder s')],
  ['gone', errors.stateUnusable('folder s', 'it is read-only', 'use another folder')],
  ['damaged', errors.stateDamaged('folder s', 'item a/b was changed')],
])('a store that is %s stops the run in a task, and the task runs again when it is resumed', async (_, broken) => {
  const line = rig(
    { A: task('a', handlesAll), ...caught },
    {
      a: (_input, call) => {
        if (call === 1) throw broken;
        return 'done';
      },
    },
  );

  await expect(line.start()).rejects.toBe(broken);
  const resumed = await line.resume();

  expect(resumed).toEqual({ status: 'SUCCEEDED', output: 'done' });
  expect(line.calls.map(({ name, second }) => [name, second])).toEqual([
    ['a', 0],
    ['a', 0],
  ]);
});

test('a disk that is full when the engine records its own progress stops the run without waiting for space', async () => {
  const store = createMemoryStore();
  const full = errors.stateFull('folder s');
  let writes = 0;
  const line = rig(
    { A: task('a', { Next: 'B' }), B: task('b') },
    { a: () => ({}), b: () => 'done' },
    {
      store: {
        ...store,
        put: async (key, value, version) => {
          writes += 1;
          if (writes === 2) throw full;
          return store.put(key, value, version);
        },
      },
    },
  );

  await expect(line.start()).rejects.toBe(full);
  const stoppedAt = line.secondNow();

  expect([stoppedAt, await line.resume()]).toEqual([0, { status: 'SUCCEEDED', output: 'done' }]);
});

test('in a Map the iterations that are running finish, no other one starts, and the run stops', async () => {
  const broken = errors.stateFull('folder s');
  const finished: number[] = [];
  const line = rig(
    { Each: map('shard', { MaxConcurrency: 2, ...handlesAll }), ...caught },
    {
      shard: async ({ item }: { item: number }, call) => {
        if (item === 1 && call === 1) throw broken;
        await line.clock.sleepUntil(new Date(line.clock.now().getTime() + 1_000));
        finished.push(item);
      },
    },
  );

  await expect(line.start({ items: [1, 2, 3] })).rejects.toBe(broken);
  const finishedFirst = [...finished];
  const resumed = await line.resume();

  expect(finishedFirst).toEqual([2]);
  expect(resumed.status).toBe('SUCCEEDED');
  expect(finished.toSorted()).toEqual([1, 2, 2, 3]);
});

test('a lock of another process that lasts is an ordinary failure, which Retry handles', async () => {
  const line = rig(
    { A: task('a', handlesAll), ...caught },
    {
      a: (_input, call) => {
        if (call === 1) throw errors.stateBusy('folder s');
        return 'done';
      },
    },
  );

  expect(await line.start()).toEqual({ status: 'SUCCEEDED', output: 'done' });
  expect(line.calls.map(({ second }) => second)).toEqual([0, 60]);
});
