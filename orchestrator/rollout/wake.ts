/** Wakes the state machine where it waits for a callback. */
import { isStrongroomError } from '../domain/errors';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { Ports } from '../ports/ports';

/** Does nothing if the token was completed already. */
export async function wake(
  { callbacks }: Pick<Ports, 'callbacks'>,
  token: string,
  output: ExecutionInput,
): Promise<void> {
  try {
    await callbacks.succeed(token, output);
  } catch (error) {
    if (!(isStrongroomError(error) && error.code === 'NotWaiting')) throw error;
  }
}
