/** Retries inside a handler, for one account among a hundred: the state machine's own retry would repeat the whole shard. */
import { isStrongroomError } from '../domain/errors';
import type { Ports } from '../ports/ports';
import { isStaleWrite } from '../records/stale-write';

const triesMax = 6;
const pauseMaxSeconds = 20;

/**
 * Exponential backoff with full jitter, from one second, for what the catalogue calls retriable; everything else is thrown at once. The same
 * write would only fail again if another writer was first.
 * @param isDone whether an answer is complete; one that is still incomplete after the last try is returned as it is.
 */
export async function withRetry<T>(
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  run: () => Promise<T>,
  isDone: (answer: T) => boolean = () => true,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await run();
      if (isDone(answer) || tries >= triesMax) return answer;
    } catch (error) {
      if (!isStrongroomError(error) || !error.retriable || isStaleWrite(error) || tries >= triesMax) throw error;
    }
    const pauseSeconds = Math.min(pauseMaxSeconds, 2 ** (tries - 1)) * random();
    await clock.sleepUntil(new Date(clock.now().getTime() + pauseSeconds * 1000));
  }
}
