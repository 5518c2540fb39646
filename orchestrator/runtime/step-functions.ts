/** A rollout that is walked elsewhere: started by its own name, and followed through the store alone. */

import type { RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { RolloutRecord } from '../domain/model/rollout';
import type { ExecutionEnd } from '../engine/engine';
import { firstInput } from '../operations/start';
import type { Executions, Ports } from '../ports/ports';
import { readRollout } from '../records/rollouts';

/** What walks rollouts, here or elsewhere. */
export interface Runner {
  readonly start: (input: ExecutionInput) => Promise<ExecutionEnd>;
  /** Goes on with one that stopped, or follows one that goes on by itself, until it ends or a person is wanted. */
  readonly resume: (id: RolloutId) => Promise<ExecutionEnd>;
  /** What answers and events are given to. */
  readonly ports: Ports;
}

export interface Following {
  /** Called after each look; a place to read new events. */
  readonly onLook?: () => void;
  /** How what walks it has ended; not asked where nobody can tell. */
  readonly endOf?: Executions['end'];
}

/** Pauses between looks at the store; the first changes come at once, a soak takes days. */
const lookSeconds = [1, 2, 5, 10] as const;

/** Looks at the store until the rollout ends or wants a person, or until whoever walks it has left it behind. */
export async function followRollout(
  ports: Pick<Ports, 'store' | 'clock'>,
  id: RolloutId,
  { onLook, endOf }: Following,
): Promise<ExecutionEnd> {
  for (let look = 0; ; look++) {
    const known = await endSeen(ports, id);
    onLook?.();
    if (known !== undefined) return known;
    const end = await endOf?.(id);
    if (end !== undefined)
      return (
        // The record may have been written between the two looks.
        (await endSeen(ports, id)) ?? {
          status: 'FAILED',
          error: `the execution ended as ${end.status}`,
          cause: end.because,
        }
      );
    await pause(ports, look);
  }
}

async function endSeen(ports: Pick<Ports, 'store'>, id: RolloutId): Promise<ExecutionEnd | undefined> {
  const { value: record } = await readRollout(ports, id);
  if (record.status.kind === 'finished') return { status: 'SUCCEEDED', output: record.status.outcome };
  return waitsForPerson(record) ? { status: 'PARKED', state: 'AskOperator' } : undefined;
}

/** An answer is written down before the machine hears it, and until then the rollout still looks as if it asked. */
const waitsForPerson = ({ status, lastStep }: RolloutRecord): boolean =>
  status.kind === 'awaitingApproval' && lastStep?.state !== 'AskOperator';

async function pause({ clock }: Pick<Ports, 'clock'>, look: number): Promise<void> {
  const seconds = lookSeconds[Math.min(look, lookSeconds.length - 1)] ?? 1;
  await clock.sleepUntil(new Date(clock.now().getTime() + seconds * 1000));
}

/** A rollout that Step Functions walks. */
export function createStepFunctionsRunner(ports: Ports, executions: Executions, onLook: () => void = () => {}): Runner {
  const follow = (id: RolloutId): Promise<ExecutionEnd> => followRollout(ports, id, { onLook, endOf: executions.end });
  return {
    start: async (input) => {
      await executions.start(input);
      return follow(input.rolloutId);
    },
    resume: async (id) => {
      const { value: record } = await readRollout(ports, id);
      // It may have died between its record and its start; started twice, it runs once.
      if (record.lastStep === undefined) await executions.start(firstInput(record));
      const hasEnded = (await executions.end(id)) !== undefined;
      if (hasEnded && record.status.kind !== 'finished') await executions.redrive(id);
      return follow(id);
    },
    ports,
  };
}
