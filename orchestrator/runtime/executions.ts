/** Starts and continues executions of the deployed state machine. */
import { isStrongroomError } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import { guard } from '../ports/guard';
import type { Ports, UsesExecutions } from '../ports/ports';
import { unfinishedGuard } from '../rollout/guards';

/** Does nothing if the rollout was aborted in the meantime. */
export const startExecution = (
  ports: Pick<Ports, 'store'> & UsesExecutions<'start'>,
  input: ExecutionInput,
): Promise<void> => unlessEnded(guard(ports, unfinishedGuard(ports, input.rolloutId)).executions.start(input));

/** @returns false if the rollout cannot be continued, or was aborted in the meantime. */
export const redriveExecution = (
  ports: Pick<Ports, 'store'> & UsesExecutions<'redrive'>,
  id: RolloutId,
): Promise<boolean> =>
  unlessEnded(guard(ports, unfinishedGuard(ports, id)).executions.redrive(id)).then(
    (isContinued) => isContinued === true,
  );

async function unlessEnded<T>(acting: Promise<T>): Promise<T | undefined> {
  try {
    return await acting;
  } catch (error) {
    if (!(isStrongroomError(error) && error.code === 'RolloutEnded')) throw error;
    return undefined;
  }
}
