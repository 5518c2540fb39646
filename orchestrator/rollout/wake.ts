/** Wakes the state machine where it waits for a callback. */
import { isStrongroomError } from '../domain/errors';
import type { ExecutionInput } from '../domain/model/execution-input';
import { guard } from '../ports/guard';
import type { Ports } from '../ports/ports';
import { outputGuard } from './guards';
import { withRetry } from './retry';
import { isRefusal } from './step';

/**
 * Does nothing if the token was completed already, or if the rollout has moved on or ended. Retried: what is stored and handed to nobody would
 * be waited for until the prompt ends.
 */
export async function wake(
  ports: Pick<Ports, 'store' | 'callbacks' | 'clock' | 'random'>,
  token: string,
  output: ExecutionInput,
): Promise<void> {
  const { callbacks } = guard(ports, outputGuard(ports, output));
  try {
    await withRetry(ports, () => callbacks.succeed(token, output));
  } catch (error) {
    const isPast = isStrongroomError(error) && !error.retriable && (error.code === 'NotWaiting' || isRefusal(error));
    if (!isPast) throw error;
  }
}
