import type { Clock } from '../ports/ports';

/**
 * A timer counts the time that the machine is awake, and 24.8 days at most. A long sleep is many short ones, so that a laptop
 * that was shut for a night wakes to the right time.
 */
const napMsMax = 30_000;

export const wallClock: Clock = {
  now: () => new Date(),
  sleepUntil: async (until, signal) => {
    for (;;) {
      const remainingMs = until.getTime() - Date.now();
      if (remainingMs <= 0 || signal?.aborted) return;
      await nap(Math.min(remainingMs, napMsMax), signal);
    }
  },
};

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
