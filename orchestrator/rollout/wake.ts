/** Wakes the state machine where it waits for a callback. */
import { isStrongroomError } from '../domain/errors';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { Ports } from '../ports/ports';
import { withRetry } from './retry';

/** Does nothing if the token was completed already. Retried: what is stored and handed to nobody would be waited for until the prompt ends. */
export async function wake(
  ports: Pick<Ports, 'callbacks' | 'clock' | 'random'>,
  token: string,
  output: ExecutionInput,
): Promise<void> {
  try {
    await withRetry(ports, () => ports.callbacks.succeed(token, output));
  } catch (error) {
    if (!(isStrongroomError(error) && error.code === 'NotWaiting')) throw error;
  }
}
