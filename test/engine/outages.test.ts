/** The engine's own records while the store cannot be reached. */
import { errors } from '../../orchestrator/domain/errors';
import type { Store } from '../../orchestrator/ports/ports';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { createVirtualClock, type VirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { rig, startedAt, task } from './rig';

const states = { A: task('work', { Next: 'B' }), B: task('work') };
const work = { work: () => ({ done: true }) };

/** From its n-th call on it fails for so long, and the writes that fail are lost, or had their effect. */
function failing(store: Store, clock: VirtualClock, at: number, minutes: number, written: 'lost' | 'kept'): Store {
  let calls = 0;
  let since: number | undefined;
  const through = async <T>(call: () => Promise<T>, isWrite: boolean): Promise<T> => {
    if (++calls >= at) since ??= clock.nowMs();
    if (since === undefined || clock.nowMs() >= since + minutes * 60_000) return call();
    if (isWrite && written === 'kept') await call();
    throw errors.endpointDown('https://dynamodb.us-east-1.amazonaws.com', 'ECONNREFUSED');
  };
  return {
    ...store,
    get: (key) => through(() => store.get(key), false),
    put: (key, value, version) => through(() => store.put(key, value, version), true),
  };
}

const walked = (at: number, minutes: number, written: 'lost' | 'kept') => {
  const clock = createVirtualClock(startedAt);
  const store = failing(createMemoryStore(), clock, at, minutes, written);
  return { clock, it: rig(states, work, { store, clock }) };
};

describe.each(['lost', 'kept'] as const)('an outage of the store, in which writes are %s,', (written) => {
  test.each([1, 2, 3, 4, 5])('that begins at call %i and ends after twenty minutes is waited out', async (at) => {
    const { it } = walked(at, 20, written);

    const end = await it.start();

    expect(end).toEqual({ status: 'SUCCEEDED', output: { done: true } });
    expect(it.calls).toHaveLength(2);
    expect(it.transitions).toEqual(['A', 'B']);
  });

  test('that lasts for hours ends the process, and what was done is resumed', async () => {
    const { it } = walked(3, 180, written);

    await expect(it.start()).rejects.toMatchObject({ code: 'EndpointDown' });
    await it.clock.run(it.clock.sleepUntil(new Date(startedAt.getTime() + 200 * 60_000)));

    expect(await it.resume()).toEqual({ status: 'SUCCEEDED', output: { done: true } });
  });
});

test('a write of another process is not taken for its own', async () => {
  const clock = createVirtualClock(startedAt);
  const store = createMemoryStore();
  let puts = 0;
  const meddled: Store = {
    ...store,
    put: async (key, value, version) => {
      if (++puts !== 2) return store.put(key, value, version);
      await store.put(key, { somebody: 'else' }, version);
      throw errors.awsUnavailable('dynamodb:PutItem', 'no answer');
    },
  };

  await expect(rig(states, work, { store: meddled, clock }).start()).rejects.toMatchObject({ code: 'RolloutBusy' });
});

test('a Wait goes on although it cannot be seen whether the execution is over', async () => {
  const { start } = rig(
    { A: { Type: 'Wait', Seconds: 300, Next: 'B' }, B: { Type: 'Succeed' } },
    {},
    {
      isOver: async () => {
        throw errors.noCredentials('the token has expired');
      },
    },
  );

  expect(await start()).toMatchObject({ status: 'SUCCEEDED' });
});
