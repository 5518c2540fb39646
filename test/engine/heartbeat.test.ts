/** The sign of life that an engine leaves in the store for other processes. */
import { errors } from '../../orchestrator/domain/errors';
import { isBeating, startHeart } from '../../orchestrator/engine/heartbeat';
import type { Store } from '../../orchestrator/ports/ports';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { Named, rig, startedAt, task } from './rig';

const execution = 'ro-1';

const apart = (store: Store = createMemoryStore()) => {
  const clock = createVirtualClock(startedAt);
  return { store, clock, minutes: (minutes: number) => clock.pause(minutes * 60_000) };
};

test('an execution without a heart tells nothing', async () => {
  const { store, clock } = apart();

  expect(await clock.run(isBeating({ store, clock }, execution))).toBeUndefined();
});

test('a heart beats for as long as it is not stopped', async () => {
  const { store, clock, minutes } = apart();
  await clock.run(
    (async () => {
      const heart = await startHeart({ store, clock }, execution, 'one');
      await minutes(90);

      expect(await isBeating({ store, clock }, execution)).toBe(true);
      await heart.stop();
    })(),
  );
});

test('one that has stopped is seen at once', async () => {
  const { store, clock } = apart();
  await clock.run(
    (async () => {
      const heart = await startHeart({ store, clock }, execution, 'one');
      await heart.stop();
      const before = clock.nowMs();

      expect(await isBeating({ store, clock }, execution)).toBe(false);
      expect(clock.nowMs()).toBe(before);
    })(),
  );
});

test('one whose process has died is seen within a minute', async () => {
  const { store, clock } = apart();
  const dead = { pause: () => new Promise<void>(() => {}) };
  await clock.run(
    (async () => {
      await startHeart({ store, clock: dead }, execution, 'one');
      const before = clock.nowMs();

      expect(await isBeating({ store, clock }, execution)).toBe(false);
      expect((clock.nowMs() - before) / 1000).toBeLessThanOrEqual(60);
    })(),
  );
});

test('beats that an outage swallows do not end the run, and others follow', async () => {
  const memory = createMemoryStore();
  let isDown = false;
  const down = <T>(call: () => Promise<T>): Promise<T> =>
    isDown ? Promise.reject(errors.endpointDown('https://dynamodb', 'ECONNREFUSED')) : call();
  const { store, clock, minutes } = apart({
    ...memory,
    get: (key) => down(() => memory.get(key)),
    put: (key, value, version) => down(() => memory.put(key, value, version)),
  });
  await clock.run(
    (async () => {
      const heart = await startHeart({ store, clock }, execution, 'one');
      isDown = true;
      await minutes(20);
      isDown = false;

      expect(await isBeating({ store, clock }, execution)).toBe(true);
      await heart.stop();
    })(),
  );
});

test('a run that another process has taken over does not stop the heart of that process', async () => {
  const { store, clock } = apart();
  await clock.run(
    (async () => {
      const first = await startHeart({ store, clock }, execution, 'one');
      const second = await startHeart({ store, clock }, execution, 'two');
      await first.stop();

      expect(await isBeating({ store, clock }, execution)).toBe(true);
      await second.stop();
    })(),
  );
});

describe('an engine with a heart', () => {
  const states = { A: task('work') };
  const hours = (count: number) => async () => {
    await clock.pause(count * 3_600_000);
    return {};
  };
  let clock = createVirtualClock(startedAt);
  beforeEach(() => {
    clock = createVirtualClock(startedAt);
  });

  test('shows it while a task takes hours', async () => {
    const store = createMemoryStore();
    const it = rig(states, { work: hours(3) }, { store, clock, hasHeart: true });
    const [, seen] = await clock.run(
      Promise.all([
        it.engine.start(execution, {}),
        clock.pause(2 * 3_600_000).then(() => isBeating({ store, clock }, execution)),
      ]),
    );

    expect(seen).toBe(true);
  });

  test.each([
    ['has ended', async () => ({})],
    [
      'has failed',
      async () => {
        throw new Named('Odd');
      },
    ],
  ])('shows that it no longer runs what %s', async (_, work) => {
    const store = createMemoryStore();
    const it = rig(states, { work }, { store, clock, hasHeart: true });
    await it.start();

    expect(await clock.run(isBeating({ store, clock }, execution))).toBe(false);
    expect(it.engine.isRunning(execution)).toBe(false);
  });
});
