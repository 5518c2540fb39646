import { wallClock } from '../../orchestrator/aws/wall-clock';

const start = new Date('2026-11-22T12:00:00Z');
const after = (milliseconds: number): Date => new Date(start.getTime() + milliseconds);
const day = 24 * 60 * 60 * 1000;

/** Sleeps, and tells whether it still does. */
function sleeper(until: Date, signal?: AbortSignal) {
  const seen = { awake: false };
  void wallClock.sleepUntil(until, signal).then(() => {
    seen.awake = true;
  });
  return seen;
}

beforeEach(() => {
  jest.useFakeTimers({ now: start });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a sleep ends at its time, and not before', async () => {
  const seen = sleeper(after(90_000));

  await jest.advanceTimersByTimeAsync(89_999);
  expect(seen.awake).toBe(false);
  await jest.advanceTimersByTimeAsync(1);
  expect(seen.awake).toBe(true);
});

test('a sleep may be longer than a timer can count', async () => {
  const seen = sleeper(after(30 * day));

  await jest.advanceTimersByTimeAsync(29 * day);
  expect(seen.awake).toBe(false);
  await jest.advanceTimersByTimeAsync(day);
  expect(seen.awake).toBe(true);
});

test('a machine that was asleep wakes to the right time', async () => {
  const seen = sleeper(after(day));

  await jest.advanceTimersByTimeAsync(1_000);
  jest.setSystemTime(after(2 * day));
  await jest.advanceTimersByTimeAsync(60_000);

  expect(seen.awake).toBe(true);
});

test.each([
  ['the time is past', after(-1), undefined],
  ['the signal was given before', after(day), AbortSignal.abort()],
])('a sleep ends at once when %s', async (_, until, signal) => {
  const seen = sleeper(until, signal);

  await jest.advanceTimersByTimeAsync(0);

  expect(seen.awake).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});

test('a sleep ends when the signal is given, and leaves no timer behind', async () => {
  const leaving = new AbortController();
  const seen = sleeper(after(day), leaving.signal);

  await jest.advanceTimersByTimeAsync(1_000);
  leaving.abort();
  await jest.advanceTimersByTimeAsync(0);

  expect(seen.awake).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});
