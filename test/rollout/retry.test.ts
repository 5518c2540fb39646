/** Calls that fail for a moment are tried again inside the handler, so that one account does not repeat the visits to a hundred. */
import { errors } from '../../orchestrator/domain/errors';
import { withRetry } from '../../orchestrator/rollout/retry';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';

const throttled = errors.throttled('iam:GetRole');
const denied = errors.accessDenied('iam:GetRole', 'no');
const stale = errors.staleWrite('accounts#1 111122223333');

/** A call that fails so many times before it answers, with the longest pauses that are drawn. */
async function tried(failures: number, error: Error) {
  const clock = createVirtualClock(new Date('2026-11-22T09:00:00Z'));
  const startMs = clock.nowMs();
  const atSeconds: number[] = [];
  const call = async (): Promise<string> => {
    atSeconds.push((clock.nowMs() - startMs) / 1000);
    if (atSeconds.length <= failures) throw error;
    return 'answered';
  };
  const end = await clock.run(
    withRetry({ clock, random: () => 1 }, call).catch(({ code }: { readonly code: string }) => code),
  );
  return { end, atSeconds };
}

test('a call that is throttled five times in a row is answered, after pauses that grow', async () => {
  const { end, atSeconds } = await tried(5, throttled);

  expect(end).toBe('answered');
  expect(atSeconds).toEqual([0, 1, 3, 7, 15, 31]);
});

test('a call that is throttled six times has failed', async () => {
  const { end, atSeconds } = await tried(6, throttled);

  expect(end).toBe('Throttled');
  expect(atSeconds).toHaveLength(6);
});

test.each([
  { error: denied, code: 'AccessDenied' },
  { error: stale, code: 'StaleWrite' },
])('$code is not tried again', async ({ error, code }) => {
  const { end, atSeconds } = await tried(1, error);

  expect(end).toBe(code);
  expect(atSeconds).toEqual([0]);
});

test('an answer that stays incomplete is returned after the last try', async () => {
  const clock = createVirtualClock(new Date('2026-11-22T09:00:00Z'));
  let answers = 0;

  const last = await clock.run(
    withRetry(
      { clock, random: () => 0.5 },
      async () => ++answers,
      () => false,
    ),
  );

  expect(last).toBe(6);
});
