/**
 * Wakes the machine when every operation of the stage has ended. It is invoked with a task token when the stage starts, and again
 * by whatever may know that something ended: an EventBridge event, the backstop, or the embedded engine's own nudge.
 */
import type { Baton } from '../domain/baton';
import { isStrongroomError } from '../domain/errors';
import type { StageOperation, StageRecord } from '../domain/rollout';
import { keepLease } from '../lease';
import { operationEnded, type Ports } from '../ports/ports';
import { readRollout, readStage, writeStage } from '../records';
import { stageAtWork } from './deploy-stage';
import { waveAtWork } from './wave-at-work';

/** An operation that takes longer is handed to JudgeStage as it is: a person is asked about it. */
const operationHoursMax = 24;

export interface TokenInput {
  readonly baton: Baton;
  readonly token: string;
}

type AwaitPorts = Pick<Ports, 'store' | 'stackSets' | 'callbacks' | 'clock'>;

export const awaitStage =
  (ports: AwaitPorts) =>
  async ({ baton, token }: TokenInput) => {
    const rollout = await readRollout(ports, baton.rolloutId);
    await keepLease(ports, rollout, ports.clock.now());
    const { value: record } = rollout;
    const wave = waveAtWork(record);
    const at = { id: record.id, wave: wave.name, attempt: wave.attempt, stage: stageAtWork(record).index };
    const item = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    const stage: StageRecord = item?.value ?? { operations: [], progress: { done: 0, failed: 0, total: 0 } };

    // The token is kept before the operations are looked at: an event that comes in between finds it, so no wake-up is lost.
    const version = await writeStage(ports, at, { ...stage, token }, item?.version ?? 0);
    const open = await stillOpen(ports, stage.operations);
    if (open.length > 0) {
      const progress = await progressOf(ports, stage);
      await writeStage(ports, at, { ...stage, token, progress }, version);
      return { open: open.length };
    }
    await wake(ports, token, baton);
    return { open: 0 };
  };

async function stillOpen(ports: AwaitPorts, operations: readonly StageOperation[]): Promise<readonly StageOperation[]> {
  const now = ports.clock.now();
  const ended = await Promise.all(
    operations.map(async (operation) => {
      const hours = (now.getTime() - new Date(operation.startedAt).getTime()) / 3_600_000;
      return (
        hours > operationHoursMax ||
        operationEnded(await ports.stackSets.status(operation.stackSet, operation.operationId))
      );
    }),
  );
  return operations.filter((_, index) => !ended[index]);
}

async function progressOf(ports: AwaitPorts, { operations, progress }: StageRecord): Promise<StageRecord['progress']> {
  const results = (
    await Promise.all(operations.map(({ stackSet, operationId }) => ports.stackSets.results(stackSet, operationId)))
  ).flat();
  const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
  return { ...progress, done: count('SUCCEEDED'), failed: count('FAILED') };
}

/** Somebody else may have completed the token a moment ago: then there is nothing left to do. */
export async function wake({ callbacks }: Pick<Ports, 'callbacks'>, token: string, output: Baton): Promise<void> {
  try {
    await callbacks.succeed(token, output);
  } catch (error) {
    if (!(isStrongroomError(error) && error.code === 'NotWaiting')) throw error;
  }
}
