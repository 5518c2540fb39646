/** Runs rollouts on Step Functions: starts an execution under the rollout's id and follows the rollout through the store. */

import type { RolloutId } from '../domain/model/brand';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { RolloutRecord } from '../domain/model/rollout';
import type { ExecutionEnd } from '../engine/engine';
import { firstInput } from '../operations/start';
import { closeUnrecorded } from '../operations/unrecorded-end';
import type { ClosedExecutions, Ports } from '../ports/ports';
import { readRollout } from '../records/rollouts';
import { redriveExecution, startExecution } from './executions';

/** Runs rollouts, in this process or on Step Functions. */
export interface Runner {
  readonly start: (input: ExecutionInput) => Promise<ExecutionEnd>;
  /** Continues a stopped rollout, or follows a running one, until it ends or requires a decision. */
  readonly resume: (id: RolloutId) => Promise<ExecutionEnd>;
  /** The ports for answers and events. */
  readonly ports: Ports;
}

export interface Following {
  /** Called after each look, for example to read new events. */
  readonly onLook?: () => void;
  /** How the execution ended; absent where that cannot be known. */
  readonly endOf?: ClosedExecutions['end'];
}

/** Pauses between looks at the store: the first changes happen at once, whereas a soak takes days. */
const lookSeconds = [1, 2, 5, 10] as const;

/** Looks at the store until the rollout ends or requires a decision, or until its execution has ended without it. */
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
        // The record may have changed between the two looks.
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

/** An answer is stored before the machine receives it, and in between the rollout still has the status of awaiting approval. */
const waitsForPerson = ({ status, lastStep }: RolloutRecord): boolean =>
  status.kind === 'awaitingApproval' && lastStep?.state !== 'AskOperator';

async function pause({ clock }: Pick<Ports, 'clock'>, look: number): Promise<void> {
  const seconds = lookSeconds[Math.min(look, lookSeconds.length - 1)] ?? 1;
  await clock.sleepUntil(new Date(clock.now().getTime() + seconds * 1000));
}

export function createStepFunctionsRunner(
  world: Ports,
  executions: ClosedExecutions,
  onLook: () => void = () => {},
): Runner {
  const ports = { ...world, executions };
  const follow = (id: RolloutId): Promise<ExecutionEnd> => followRollout(ports, id, { onLook, endOf: executions.end });
  return {
    start: async (input) => {
      await startExecution(ports, input);
      return follow(input.rolloutId);
    },
    resume: async (id) => {
      const { value: record } = await readRollout(ports, id);
      // The caller may have died between writing the record and starting the execution. Starting twice is safe.
      if (record.lastStep === undefined) await startExecution(ports, firstInput(record));
      const hasEnded = (await executions.end(id)) !== undefined;
      const isContinued = hasEnded && record.status.kind !== 'finished' && (await redriveExecution(ports, id));
      // After two weeks nothing can be continued [doc:step-functions/redrive-executions].
      if (hasEnded && !isContinued) await closeUnrecorded(ports, id, 'a person who resumed it');
      return follow(id);
    },
    ports,
  };
}
