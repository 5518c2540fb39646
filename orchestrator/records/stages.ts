/** The stages of a rollout, and which stage started an operation. */
import type { RolloutId, WaveName } from '../domain/model/brand';
import type { StageOperation, StageRecord } from '../domain/model/rollout';
import type { Item } from '../ports/ports';
import { attemptOf, isStageKey, operationKey, rolloutPartition, stageKey } from './keys';
import { type HasGuardedStore, type HasStore, listAll } from './listing';
import { unlessStale } from './stale-write';

/** Several rollouts may run, so a stage is named by its rollout too. */
export interface StagePlace {
  readonly id: RolloutId;
  readonly wave: WaveName;
  readonly attempt: number;
  readonly stage: number;
}

export const readStage = (
  { store }: HasStore,
  id: RolloutId,
  wave: WaveName,
  attempt: number,
  stage: number,
): Promise<Item<StageRecord> | undefined> => store.get<StageRecord>(stageKey(id, wave, attempt, stage));
export const writeStage = (
  { store }: HasGuardedStore,
  at: StagePlace,
  record: StageRecord,
  expectedVersion: number,
): Promise<number> => store.put(stageKey(at.id, at.wave, at.attempt, at.stage), record, expectedVersion);

/** The last stage that each attempt at each wave has reached. */
export async function lastStages({ store }: HasStore, id: RolloutId): Promise<readonly StageRecord[]> {
  const items = await listAll<StageRecord>(store, rolloutPartition(id));
  const stages = items.filter(({ key }) => isStageKey(key));
  // The listing is in the order of the keys, so a later stage replaces an earlier one.
  return [...new Map(stages.map(({ key, value }) => [attemptOf(key), value])).values()];
}

export const readOperation = async (
  { store }: HasStore,
  stackSet: string,
  operationId: string,
): Promise<StagePlace | undefined> => (await store.get<StagePlace>(operationKey(stackSet, operationId)))?.value;
export const writeOperation = (
  { store }: HasGuardedStore,
  { stackSet, operationId }: Pick<StageOperation, 'stackSet' | 'operationId'>,
  at: StagePlace,
): Promise<boolean> => unlessStale(store.put(operationKey(stackSet, operationId), at, 0));
