/** Runs rollouts in this process: the embedded engine runs the synthesized state machine with the same handlers as Lambda. */

import { parseRolloutId, type RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import { createEngine, type Engine, type ExecutionEnd, endOfExecution, type Figures } from '../engine/engine';
import { firstInput } from '../operations/start';
import type { Callbacks, Ports, UnguardedPorts } from '../ports/ports';
import type { Baseline } from '../records/baseline';
import { findRollout, readRollout } from '../records/rollouts';
import { refuseReplacedState } from '../rollout/managing-state';
import { functionsOf } from './handlers';
import { createSigns } from './signs';

export interface EmbeddedOptions {
  readonly baseline: Baseline;
  /** Called after each stored transition, for example to read new events. */
  readonly onTransition?: (state: string) => void;
  /** Pauses after which a waiting stage is checked again; none if events wake it. */
  readonly nudgeSeconds?: readonly number[];
  /** Whether other processes use the same store, so that each shows what it runs. */
  readonly isShared?: boolean;
  /** Whether a deployed state machine may use the same store too. */
  readonly isDeployed?: boolean;
  /** The functions to run, so that a caller can wrap them; by default the handlers themselves. */
  readonly functions?: (ports: UnguardedPorts) => ReturnType<typeof functionsOf>;
}

export interface EmbeddedEngine {
  readonly start: (input: ExecutionInput) => Promise<ExecutionEnd>;
  /** @throws StateElsewhere if another state has taken over the organization. */
  readonly resume: (id: RolloutId) => Promise<ExecutionEnd>;
  /** The ports with the engine's own callbacks, for answers and events. */
  readonly ports: Ports;
  readonly figures: (id: RolloutId) => Promise<Figures>;
}

/** States that wait for a decision; this process ends instead of waiting for it. */
const parkAt = new Set(['AskOperator']);

/** An execution is named after its rollout. If the rollout was aborted during a wait, the wait can end early. */
export const hasEnded =
  (ports: Pick<Ports, 'store'>) =>
  async (name: string): Promise<boolean> =>
    (await findRollout(ports, parseRolloutId(name)))?.value.status.kind === 'finished';

export function createEmbeddedEngine(
  world: Omit<UnguardedPorts, 'signs'>,
  { baseline, onTransition, nudgeSeconds, isShared, isDeployed, functions = functionsOf }: EmbeddedOptions,
): EmbeddedEngine {
  let engine: Engine | undefined;
  // Handlers complete tokens through the engine, and the engine is created from the handlers.
  const callbacks: Callbacks = { succeed: async (token, output) => engine?.callbacks.succeed(token, output) };
  const signs = createSigns(world, { isDeployed, isRunHere: (id) => engine?.isRunning(id) === true });
  const ports: UnguardedPorts = { ...world, callbacks, signs };
  const running = createEngine({
    definition: baseline.definition,
    functions: functions(ports),
    store: ports.store,
    clock: ports.clock,
    random: ports.random,
    parkAt,
    isOver: hasEnded(ports),
    ...(onTransition && { onTransition: ({ state }) => onTransition(state) }),
    ...(nudgeSeconds && { nudgeSeconds }),
    ...(isShared && { hasHeart: true }),
  });
  engine = running;
  return {
    start: (input) => running.start(input.rolloutId, input),
    resume: async (id) => {
      const { value: record } = await readRollout(ports, id);
      await refuseReplacedState(ports, record);
      // The process may have died between writing the record and the first transition; then the rollout starts from the beginning.
      const isAtBeginning = record.lastStep === undefined && (await endOfExecution(ports.store, id)) === undefined;
      return isAtBeginning ? running.start(id, firstInput(record)) : running.resume(id);
    },
    figures: (id) => running.figures(id),
    ports,
  };
}
