import { setImmediate } from 'node:timers/promises';
import { errors } from '../domain/errors';
import type { Clock } from '../ports/ports';
import { createHeap } from './heap';

/** Time that passes only when everybody waits: days of soak take no time, and the order of events is the same in every run. */
export interface VirtualClock extends Clock {
  /** Milliseconds since 1970, which is what the world reckons with. */
  readonly nowMs: () => number;
  /** Does something at a time; at the same time, in the order of asking. */
  readonly at: (ms: number, action: () => void) => void;
  /**
   * Runs `main` to its end: lets all that can go on go on, then moves to the next timer. Throws if `main` still waits and no timer
   * is left, since then nothing can wake it. Real input and output (files, sockets) has no virtual time: do it before or after.
   * @param pace lets real time pass before so many virtual milliseconds do, for somebody who watches.
   */
  readonly run: <T>(main: Promise<T>, pace?: (milliseconds: number) => Promise<void>) => Promise<T>;
  /** Timers that are still to ring; cancelled ones are not. */
  readonly pending: () => number;
}

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  /** undefined once cancelled: the timer stays in the heap until its turn, and is passed over. */
  action: (() => void) | undefined;
}

export function createVirtualClock(start: Date): VirtualClock {
  let nowMs = start.getTime();
  let sequence = 0;
  let live = 0;
  const timers = createHeap<Timer>((a, b) => a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence));

  const set = (atMs: number, action: () => void): Timer => {
    const timer: Timer = { atMs: Math.max(atMs, nowMs), sequence: sequence++, action };
    timers.push(timer);
    live++;
    return timer;
  };
  const cancel = (timer: Timer): void => {
    if (timer.action === undefined) return;
    timer.action = undefined;
    live--;
  };
  const upcoming = (): Timer | undefined => {
    while (timers.size() > 0 && timers.peek()?.action === undefined) timers.pop();
    return timers.peek();
  };
  const ring = (timer: Timer): void => {
    const { action } = timer;
    cancel(timer);
    timers.pop();
    nowMs = timer.atMs;
    action?.();
  };

  return {
    now: () => new Date(nowMs),
    nowMs: () => nowMs,
    pending: () => live,
    at: (ms, action) => void set(ms, action),
    sleepUntil: (until, signal) =>
      new Promise((resolve) => {
        if (until.getTime() <= nowMs || signal?.aborted === true) return resolve();
        const wake = (): void => {
          cancel(timer);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const timer = set(until.getTime(), wake);
        signal?.addEventListener('abort', wake);
      }),
    run: async (main, pace) => {
      let settled = false;
      const settle = (): void => {
        settled = true;
      };
      main.then(settle, settle);
      for (;;) {
        // An immediate comes after all microtasks, those that microtasks queue included.
        await setImmediate();
        if (settled) return main;
        const next = upcoming();
        if (next === undefined)
          throw errors.internal(
            `deadlock at ${new Date(nowMs).toISOString()}: the work still waits and no timer is left`,
          );
        await pace?.(next.atMs - nowMs);
        // Somebody else may have moved the time meanwhile.
        if (next === upcoming()) ring(next);
      }
    },
  };
}
