import { setImmediate } from 'node:timers/promises';
import { errors } from '../domain/errors';
import type { Clock } from '../ports/ports';
import { createHeap } from './heap';

/** Time that passes only when all work waits: days of soak take no real time, and the order of events is the same in every run. */
export interface VirtualClock extends Clock {
  /** Milliseconds since 1970, the unit of the simulated world. */
  readonly nowMs: () => number;
  /** Runs something at a time; at the same time, in the order of the calls. */
  readonly at: (ms: number, action: () => void) => void;
  /**
   * Runs `main` to its end: runs all work that is ready, then moves to the next timer. Throws if `main` still waits and no timer
   * is left, since then nothing can wake it. Real input and output (files, sockets) has no virtual time: do it before or after.
   * @param pace lets real time pass before so many virtual milliseconds do, for a person who watches.
   */
  readonly run: <T>(main: Promise<T>, pace?: (milliseconds: number) => Promise<void>) => Promise<T>;
  /** Timers that are still due, without the cancelled ones. */
  readonly pending: () => number;
}

interface Timer {
  readonly atMs: number;
  readonly sequence: number;
  /** undefined once cancelled: the timer stays in the heap until it is due, and is skipped. */
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

  const sleepUntil: Clock['sleepUntil'] = (until, signal) =>
    new Promise((resolve) => {
      if (until.getTime() <= nowMs || signal?.aborted === true) return resolve();
      const wake = (): void => {
        cancel(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = set(until.getTime(), wake);
      signal?.addEventListener('abort', wake);
    });

  return {
    now: () => new Date(nowMs),
    offByMs: () => 0,
    nowMs: () => nowMs,
    pending: () => live,
    at: (ms, action) => void set(ms, action),
    sleepUntil,
    pause: (milliseconds, signal) => sleepUntil(new Date(nowMs + milliseconds), signal),
    run: async (main, pace) => {
      let settled = false;
      const settle = (): void => {
        settled = true;
      };
      main.then(settle, settle);
      for (;;) {
        // An immediate runs after all microtasks, including those that microtasks queue.
        await setImmediate();
        if (settled) return main;
        const next = upcoming();
        if (next === undefined)
          throw errors.internal(
            `deadlock at ${new Date(nowMs).toISOString()}: the work still waits and no timer is left`,
          );
        await pace?.(next.atMs - nowMs);
        // Another caller may have moved the time meanwhile.
        if (next === upcoming()) ring(next);
      }
    },
  };
}
