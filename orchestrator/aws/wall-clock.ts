import type { Clock } from '../ports/ports';

/**
 * A timer counts only the time that the machine is awake, and at most 24.8 days. A long wait is therefore split into short ones, so
 * that it ends on time even if a laptop was closed overnight.
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
