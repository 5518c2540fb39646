/** A StackSet operation has ended: the rollout that waits for it is woken. */

import { currentWave } from '../domain/model/current-wave';
import type { RolloutRecord } from '../domain/model/rollout';
import { readRollout } from '../records/rollouts';
import { readOperation, type StagePlace } from '../records/stages';
import { type LookPorts, lookAtStage } from '../rollout/look-at-stage';

/** @returns whether a rollout waits for this operation. */
export async function wakeStage(
  ports: LookPorts,
  { stackSet, operationId }: { readonly stackSet: string; readonly operationId: string },
): Promise<boolean> {
  // Several rollouts may run, and the operation's record says which one started it. An operation that we did not start has no record.
  const at = await readOperation(ports, stackSet, operationId);
  if (at === undefined) return false;
  const { value: record } = await readRollout(ports, at.id);
  if (!isWaiting(record, at)) return false;
  return (await lookAtStage(ports, record, at)).isWaitedFor;
}

/** The rollout may have moved on, or not wait yet; in both cases it looks by itself. */
function isWaiting(record: RolloutRecord, at: StagePlace): boolean {
  if (record.status.kind === 'finished' || record.lastStep?.state !== 'DeployStage') return false;
  const wave = currentWave(record);
  return wave.name === at.wave && wave.attempt === at.attempt && wave.stage === at.stage;
}
