/**
 * Wakes the machine when every operation of the stage has ended. It is invoked with a task token when the stage starts, and again
 * by whatever may know that something ended: an EventBridge event, the backstop, or the embedded engine's own nudge.
 */

import { isStrongroomError } from '../domain/errors';
import type { ExecutionInput } from '../domain/model/execution-input';
import type { RolloutRecord, StageOperation, StageRecord } from '../domain/model/rollout';
import { type Item, operationEnded, type Ports } from '../ports/ports';
import { readRollout } from '../records/rollouts';
import { readStage, type StagePlace, writeStage } from '../records/stages';
import { unlessStale } from '../records/stale-write';
import { currentWave } from '../rollout/current-wave';
import { renewLease } from '../rollout/lease';
import { withRetry } from '../rollout/retry';
import { currentStage } from '../rollout/stage-requests';
import type { Handler, PortsOf } from '../tasks/table';

/** An operation that takes longer is handed to JudgeStage as it is: a person is asked about it. */
const operationHoursMax = 24;

type AwaitPorts = PortsOf<'AwaitStage'>;

export const awaitStage: Handler<'AwaitStage'> =
  (ports) =>
  async ({ input, token }) => {
    const { value: record } = await renewLease(ports, await readRollout(ports, input.rolloutId), ports.clock.now());
    const at = stagePlace(record);
    const item = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    const stage: StageRecord = item?.value ?? { operations: [], progress: { done: 0, failed: 0, total: 0 } };
    // The token is kept before the operations are looked at: an event that comes in between finds it, so no wake-up is lost.
    if (stage.token !== token) await writeStage(ports, at, { ...stage, token }, item?.version ?? 0);
    const { open } = await lookAtStage(ports, record, at);
    return { open };
  };

function stagePlace(record: RolloutRecord): StagePlace {
  const { name, attempt } = currentWave(record);
  return { id: record.id, wave: name, attempt, stage: currentStage(record).index };
}

/**
 * Asks whether every operation of the stage has ended, and wakes who waits for that. The token is the one that is kept now: who was
 * told late must not wake with an older one, and never puts it back.
 */
export async function lookAtStage(
  ports: AwaitPorts,
  record: RolloutRecord,
  at: StagePlace,
): Promise<{ readonly open: number; readonly isWaitedFor: boolean }> {
  const item = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
  if (item?.value.token === undefined || record.lastStep === undefined) return { open: 0, isWaitedFor: false };
  const open = await stillOpen(ports, item.value.operations);
  if (open.length > 0) await keepProgress(ports, at, item);
  else await wake(ports, item.value.token, record.lastStep.input);
  return { open: open.length, isWaitedFor: true };
}

async function stillOpen(ports: AwaitPorts, operations: readonly StageOperation[]): Promise<readonly StageOperation[]> {
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

/** For people who watch. Whoever wrote in between knows as much, so nothing is written over it. */
async function keepProgress(ports: AwaitPorts, at: StagePlace, { value, version }: Item<StageRecord>): Promise<void> {
  const results = await Promise.all(
    value.operations.map(({ stackSet, operationId }) =>
      withRetry(ports, () => ports.stackSets.results(stackSet, operationId)),
    ),
  );
  const count = (outcome: string) => results.flat().filter((result) => result.outcome === outcome).length;
  const progress = { ...value.progress, done: count('SUCCEEDED'), failed: count('FAILED') };
  await unlessStale(writeStage(ports, at, { ...value, progress }, version));
}

/** Somebody else may have completed the token a moment ago: then there is nothing left to do. */
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
