import { array, assert, integer, property } from 'fast-check';
import { createHeap } from '../../orchestrator/simulated/heap';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';

const start = new Date('2026-11-22T15:00:00Z');
const later = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

describe('virtual time', () => {
  test('sleepers wake in the order of their times, and those of one time in the order in which they lay down', async () => {
    const clock = createVirtualClock(start);
    const woken: string[] = [];
    const sleeper = async (name: string, seconds: number) => {
      await clock.sleepUntil(later(seconds));
      woken.push(`${name} at ${clock.now().toISOString().slice(14, 19)}`);
    };

    await clock.run(Promise.all([sleeper('c', 60), sleeper('a', 5), sleeper('b', 5)]));

    expect(woken).toEqual(['a at 00:05', 'b at 00:05', 'c at 01:00']);
  });

  test('no time passes while anybody can go on', async () => {
    const clock = createVirtualClock(start);
    const seen: Date[] = [];
    const busy = async () => {
      for (let step = 0; step < 1000; step++) await Promise.resolve();
      seen.push(clock.now());
    };

    await clock.run(Promise.all([busy(), clock.sleepUntil(later(86_400))]));

    expect(seen).toEqual([start]);
    expect(clock.now()).toEqual(later(86_400));
  });

  test('a sleep until the past takes no time', async () => {
    const clock = createVirtualClock(start);

    await clock.run(clock.sleepUntil(later(-1)));

    expect(clock.now()).toEqual(start);
  });

  test('a cancelled sleep ends at once and leaves nothing ticking', async () => {
    const clock = createVirtualClock(start);
    const abort = new AbortController();
    const sleep = clock.sleepUntil(later(60), abort.signal);

    abort.abort();
    await clock.run(sleep);

    expect(clock.now()).toEqual(start);
    expect(clock.pending()).toBe(0);
  });

  test('a sleep that was cancelled before it began does not begin', async () => {
    const clock = createVirtualClock(start);

    await clock.run(clock.sleepUntil(later(60), AbortSignal.abort()));

    expect(clock.pending()).toBe(0);
  });

  test('work that waits for what no timer will bring is a deadlock, and is called one', async () => {
    const clock = createVirtualClock(start);

    const run = clock.run(clock.sleepUntil(later(5)).then(() => new Promise(() => {})));

    await expect(run).rejects.toMatchObject({ message: expect.stringContaining('deadlock at 2026-11-22T15:00:05') });
  });

  test('a cancelled timer does not hide a deadlock', async () => {
    const clock = createVirtualClock(start);
    const abort = new AbortController();
    void clock.sleepUntil(later(60), abort.signal);
    abort.abort();

    await expect(clock.run(new Promise(() => {}))).rejects.toMatchObject({ code: 'Internal' });
    expect(clock.now()).toEqual(start);
  });

  test('the failure of the work is the failure of the run', async () => {
    const clock = createVirtualClock(start);

    const failing = clock.sleepUntil(later(1)).then(() => Promise.reject(new Error('out of keys')));

    await expect(clock.run(failing)).rejects.toThrow('out of keys');
  });
});

test('a heap gives back everything, the first first', () => {
  assert(
    property(array(integer()), (numbers) => {
      const heap = createHeap<number>((a, b) => a < b);
      for (const number of numbers) heap.push(number);
      const drained = numbers.map(() => heap.pop());

      expect(drained).toEqual([...numbers].sort((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});
