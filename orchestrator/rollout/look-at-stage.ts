/** Looks whether the operations of a stage have ended, and wakes the machine if they all have. */

import type { ExecutionInput } from '../domain/model/execution-input';
import type { RolloutRecord, StageOperation, StageRecord } from '../domain/model/rollout';
import { operationEnded } from '../domain/model/stack-set-operation';
import { guard } from '../ports/guard';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { readStage, type StagePlace, writeStage } from '../records/stages';
import { outputGuard } from './guards';
import { withRetry } from './retry';
import { isRefusal } from './step';
import { wake } from './wake';

/** An operation that takes longer goes to JudgeStage as it is, which asks a person. */
const operationHoursMax = 24;

export type LookPorts = Pick<Ports, 'store' | 'callbacks' | 'clock' | 'random'> & UsesStackSets<'status' | 'results'>;

/**
 * Wakes the machine with the token that is stored now. A process that is late neither wakes the machine with an older token nor writes it
 * back.
 */
export async function lookAtStage(
  ports: LookPorts,
  record: RolloutRecord,
  at: StagePlace,
): Promise<{ readonly open: number; readonly isWaitedFor: boolean }> {
  const item = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
  if (item?.value.token === undefined || record.lastStep === undefined) return { open: 0, isWaitedFor: false };
  const open = await stillOpen(ports, item.value.operations);
  if (open.length > 0) await keepProgress(ports, record.lastStep.input, at, item);
  else await wake(ports, item.value.token, record.lastStep.input);
  return { open: open.length, isWaitedFor: true };
}

async function stillOpen(ports: LookPorts, operations: readonly StageOperation[]): Promise<readonly StageOperation[]> {
  const now = ports.clock.now();
  const ended = await Promise.all(
    operations.map(async ({ stackSet, operationId, startedAt }) => {
      const hours = (now.getTime() - new Date(startedAt).getTime()) / 3_600_000;
      if (hours > operationHoursMax) return true;
      return operationEnded(await withRetry(ports, () => ports.stackSets.status(stackSet, operationId)));
    }),
  );
  return operations.filter((_, index) => !ended[index]);
}

/** For people who watch. A writer in between knows as much, so their progress stays; a rollout that has moved on needs none. */
async function keepProgress(
  ports: LookPorts,
  input: ExecutionInput,
  at: StagePlace,
  { value, version }: Item<StageRecord>,
): Promise<void> {
  const results = await Promise.all(
    value.operations.map(({ stackSet, operationId }) =>
      withRetry(ports, () => ports.stackSets.results(stackSet, operationId)),
    ),
  );
  const count = (outcome: string) => results.flat().filter((result) => result.outcome === outcome).length;
  const progress = { ...value.progress, done: count('SUCCEEDED'), failed: count('FAILED') };
  const acting = guard(ports, outputGuard(ports, input));
  try {
    await writeStage(acting, at, { ...value, progress }, version);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
