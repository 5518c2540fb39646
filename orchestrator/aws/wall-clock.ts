import type { Clock } from '../ports/ports';

/**
 * Leases, soaks, freezes and approvals go by AWS's time: two people with different clocks must agree on what has expired. The offset of
 * this machine is known from AWS's answers.
 *
 * A timer counts the time that the machine is awake, and 24.8 days at most. A long sleep is many short ones, so that a laptop
 * that was shut for a night wakes to the right time.
 */
const napMsMax = 30_000;

export const createWallClock = (offByMs: () => number): Clock => ({
  now: () => new Date(Date.now() + offByMs()),
  offByMs,
  sleepUntil: async (until, signal) => {
    for (;;) {
      const remainingMs = until.getTime() - Date.now() - offByMs();
      if (remainingMs <= 0 || signal?.aborted) return;
      await nap(Math.min(remainingMs, napMsMax), signal);
    }
  },
});

/** Where the machine's clock is AWS's own, as in a function. */
export const wallClock = createWallClock(() => 0);

const nap = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal?.addEventListener('abort', wake, { once: true });
  });
