/** What a runtime knows of the executions of rollouts: the deployed state machine answers for its own, and the store for the embedded engine. */
import { isStrongroomError } from '../domain/errors';
import type { RolloutId } from '../domain/model/brand';
import { endOfExecution } from '../engine/engine';
import { isBeating } from '../engine/heartbeat';
import type { ClosedExecutions, Ports, Signs } from '../ports/ports';

export interface SignsOptions {
  /** The deployed state machine. */
  readonly executions?: Pick<ClosedExecutions, 'end'> | undefined;
  /** Whether a deployed state machine, which cannot be asked here, may use the same store. */
  readonly isDeployed?: boolean | undefined;
  /** Whether the engine of this process runs it. */
  readonly isRunHere?: ((id: RolloutId) => boolean) | undefined;
}

export function createSigns(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  { executions, isDeployed = false, isRunHere = () => false }: SignsOptions,
): Signs {
  /** undefined if the state machine has no such execution. */
  const deployed = async (id: RolloutId): Promise<{ readonly end: Awaited<ReturnType<Signs['end']>> } | undefined> => {
    if (executions === undefined) return undefined;
    try {
      return { end: await executions.end(id) };
    } catch (error) {
      if (isStrongroomError(error) && error.code === 'UnknownRollout') return undefined;
      throw error;
    }
  };
  return {
    end: async (id) => {
      if (isRunHere(id)) return undefined;
      const there = await deployed(id);
      return there === undefined ? endOfExecution(store, id) : there.end;
    },
    isRunning: async (id) => {
      if (isRunHere(id)) return 'yes';
      const there = await deployed(id);
      if (there !== undefined) return there.end === undefined ? 'yes' : 'no';
      const beats = await isBeating({ store, clock }, id);
      if (beats !== undefined) return beats ? 'yes' : 'no';
      // Without a heart no embedded engine has run it.
      return isDeployed && executions === undefined ? 'unknown' : 'no';
    },
  };
}
