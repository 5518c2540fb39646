import type { Clock } from '../ports/ports';

/**
 * Leases, soaks, freezes and approvals use the time of AWS, because two people with different clocks must agree on what has expired. The
 * responses of AWS show the offset of this machine.
 *
 * A timer counts only the time that the machine is awake, and at most 24.8 days. A long wait is therefore split into short ones, so
 * that it ends on time even if a laptop was closed overnight.
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
  pause: nap,
});

/** For functions, whose clock is that of AWS. */
export const wallClock = createWallClock(() => 0);

function nap(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
