/**
 * The engine's records through an outage of the store. Step Functions keeps an execution through any outage; without retries this
 * process would end, and the rollout would be left running with no process that runs it.
 */
import { isDeepStrictEqual } from 'node:util';
import { isStrongroomError } from '../domain/errors';
import type { Clock, Store } from '../ports/ports';
import { stopsRun } from './failure';

/** As long as the state machine retries a task. */
const retryMinutes = 30;
const pauseSecondsMax = 60;

export type EngineStore = Pick<Store, 'get' | 'put'>;

export function withRetries(store: EngineStore, clock: Clock, random: () => number): EngineStore {
  async function tried<T>(run: (isRepeated: boolean) => Promise<T>): Promise<T> {
    const until = clock.now().getTime() + retryMinutes * 60_000;
    for (let tries = 1; ; tries++) {
      try {
        return await run(tries > 1);
      } catch (error) {
        if (!isOutage(error) || clock.now().getTime() >= until) throw error;
        const pauseSeconds = Math.min(pauseSecondsMax, 2 ** tries) * random();
        await clock.sleepUntil(new Date(clock.now().getTime() + pauseSeconds * 1000));
      }
    }
  }

  return {
    get: (key) => tried(() => store.get(key)),
    put: (key, value, expectedVersion) =>
      tried(async (isRepeated) => {
        try {
          return await store.put(key, value, expectedVersion);
        } catch (error) {
          // The write before may have had its effect although its answer was lost.
          if (!isRepeated || !isStale(error)) throw error;
          const stored = await store.get(key);
          const isOurs = stored?.version === expectedVersion + 1 && isDeepStrictEqual(stored.value, copyOf(value));
          if (!isOurs) throw error;
          return stored.version;
        }
      }),
  };
}

const isStale = (error: unknown): boolean => isStrongroomError(error) && error.code === 'StaleWrite';
const isOutage = (error: unknown): boolean =>
  isStrongroomError(error) && error.retriable && !isStale(error) && !stopsRun(error);
/** As the store keeps it. */
const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
