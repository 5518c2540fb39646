/** A rollout walked in this process: the embedded engine over the synthesized machine, with the same handlers that Lambda runs. */

import { parseRolloutId, type RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import { createEngine, type Engine, type ExecutionEnd, type Figures } from '../engine/engine';
import { firstInput } from '../operations/start';
import type { Callbacks, Ports } from '../ports/ports';
import type { Baseline } from '../records/baseline';
import { findRollout, readRollout } from '../records/rollouts';
import { functionsOf } from './handlers';

export interface EmbeddedOptions {
  readonly baseline: Baseline;
  /** Called after each stored transition; a place to read new events. */
  readonly onTransition?: (state: string) => void;
  /** Pauses after which a waiting stage is looked at again; none where events wake it. */
  readonly nudgeSeconds?: readonly number[];
  /** The functions to walk with, for one who listens in between; the handlers themselves by default. */
  readonly functions?: typeof functionsOf;
}

export interface EmbeddedEngine {
  readonly start: (input: ExecutionInput) => Promise<ExecutionEnd>;
  readonly resume: (id: RolloutId) => Promise<ExecutionEnd>;
  /** The ports with the engine's own callbacks: what answers and events are given to. */
  readonly ports: Ports;
  readonly figures: (id: RolloutId) => Promise<Figures>;
}

/** A person is wanted there, and this process does not keep waiting for one. */
const parkAt = new Set(['AskOperator']);

/** An execution is named by its rollout; one that was aborted while it soaks need not soak to the end. */
export const hasEnded =
  (ports: Pick<Ports, 'store'>) =>
  async (name: string): Promise<boolean> =>
    (await findRollout(ports, parseRolloutId(name)))?.value.status.kind === 'finished';

export function createEmbeddedEngine(
  world: Ports,
  { baseline, onTransition, nudgeSeconds, functions = functionsOf }: EmbeddedOptions,
): EmbeddedEngine {
  let engine: Engine | undefined;
  // Handlers complete tokens through the engine that walks them, which is made from the handlers.
  const callbacks: Callbacks = { succeed: async (token, output) => engine?.callbacks.succeed(token, output) };
  const ports: Ports = { ...world, callbacks };
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
  });
  engine = running;
  return {
    start: (input) => running.start(input.rolloutId, input),
    resume: async (id) => {
      const { value: record } = await readRollout(ports, id);
      // It may have died between its record and its first transition; then it starts as it would have.
      return record.lastStep === undefined ? running.start(id, firstInput(record)) : running.resume(id);
    },
    figures: (id) => running.figures(id),
    ports,
  };
}
