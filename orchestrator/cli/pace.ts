/** Virtual time slowed down for a person who watches a simulated rollout. */
import { setTimeout } from 'node:timers/promises';

/** Ten minutes pass in a second, and long waits are cut to `stillMsMax`. */
const timesFaster = 600;
const stillMsMax = 1_500;
/** Shorter waits are added up. */
const pausedMsMin = 20;

export function createPace(isOver: () => boolean): (milliseconds: number) => Promise<void> {
  let owedMs = 0;
  return async (milliseconds) => {
    owedMs += milliseconds / timesFaster;
    if (owedMs >= pausedMsMin) {
      // This timer does not keep the process alive.
      await setTimeout(Math.min(owedMs, stillMsMax), undefined, { ref: false });
      owedMs = 0;
    }
    if (isOver()) await new Promise(() => {});
  };
}
