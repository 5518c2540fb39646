/** A rollout that Step Functions walks: started by its own name, and followed through the store alone. */
import type { Baton } from './domain/baton';
import type { RolloutId } from './domain/brand';
import type { ExecutionEnd } from './engine/engine';
import type { Executions, Ports } from './ports/ports';
import { readRollout } from './records';

/** What walks rollouts, here or elsewhere. */
export interface Walker {
  readonly start: (baton: Baton) => Promise<ExecutionEnd>;
  /** Goes on with one that stopped, or follows one that goes on by itself, until it ends or a person is wanted. */
  readonly resume: (id: RolloutId) => Promise<ExecutionEnd>;
  /** What answers and events are given to. */
  readonly ports: Ports;
}

/** Pauses between looks at the store; the first changes come at once, a soak takes days. */
const lookSeconds = [1, 2, 5, 10] as const;

export function createRemoteWalker(ports: Ports, executions: Executions, onLook: () => void = () => {}): Walker {
  const follow = async (id: RolloutId): Promise<ExecutionEnd> => {
    for (let look = 0; ; look++) {
      const { value: record } = await readRollout(ports, id);
      onLook();
      if (record.status.kind === 'finished') return { status: 'SUCCEEDED', output: record.status.outcome };
      if (record.status.kind === 'asking') return { status: 'PARKED', state: 'AskOperator' };
      const end = await executions.end(id);
      if (end !== undefined) return await ended(id, end);
      await pause(look);
    }
  };
  /** The record may have been written between the two looks: only one that still runs was left behind by its execution. */
  const ended = async (
    id: RolloutId,
    { status, because }: { status: string; because: string },
  ): Promise<ExecutionEnd> => {
    const { value: record } = await readRollout(ports, id);
    return record.status.kind === 'finished'
      ? { status: 'SUCCEEDED', output: record.status.outcome }
      : { status: 'FAILED', error: `the execution ended as ${status}`, cause: because };
  };
  const pause = async (look: number): Promise<void> => {
    const seconds = lookSeconds[Math.min(look, lookSeconds.length - 1)] ?? 1;
    await ports.clock.sleepUntil(new Date(ports.clock.now().getTime() + seconds * 1000));
  };
  return {
    start: async (baton) => {
      await executions.start(baton);
      return follow(baton.rolloutId);
    },
    resume: follow,
    ports,
  };
}
