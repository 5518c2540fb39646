/**
 * Stores the token with which the machine waits for the stage, and looks once. Later looks come from an EventBridge event, a schedule, or
 * the embedded engine.
 */

import { currentStage, currentWave } from '../domain/model/current-wave';
import type { RolloutRecord, StageRecord } from '../domain/model/rollout';
import { guard } from '../ports/guard';
import { readStage, type StagePlace, writeStage } from '../records/stages';
import { assertCurrent, taskGuard } from '../rollout/guards';
import { lookAtStage } from '../rollout/look-at-stage';
import type { Handler } from '../tasks/table';

export const awaitStage: Handler<'AwaitStage'> =
  (ports) =>
  async ({ input, token }) => {
    const openedAt = ports.clock.now();
    const { value: record } = await assertCurrent(ports, input);
    const acting = guard(ports, taskGuard(ports, input, openedAt));
    const at = stagePlace(record);
    const item = await readStage(ports, at.id, at.wave, at.attempt, at.stage);
    const stage: StageRecord = item?.value ?? { operations: [], progress: { done: 0, failed: 0, total: 0 } };
    // The token is stored before the operations are looked at: an event that comes in between finds it, so no wake-up is lost.
    if (stage.token !== token) await writeStage(acting, at, { ...stage, token }, item?.version ?? 0);
    const { open } = await lookAtStage(ports, record, at);
    return { open };
  };

function stagePlace(record: RolloutRecord): StagePlace {
  const { name, attempt } = currentWave(record);
  return { id: record.id, wave: name, attempt, stage: currentStage(record).index };
}
