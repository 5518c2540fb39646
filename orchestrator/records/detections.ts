/** The last drift detection of each StackSet. */
import type { Actor } from '../domain/model/actor';
import type { SweepId, WaveName } from '../domain/model/brand';
import type { ModuleId } from '../domain/model/module';
import type { Item } from '../ports/ports';
import { detectionKey, detectionsPartition } from './keys';
import { type HasGuardedStore, type HasStore, listAll } from './listing';

export interface Detection {
  readonly stackSet: string;
  readonly wave: WaveName;
  readonly module: ModuleId;
  /** The run that it is a part of. */
  readonly run: SweepId;
  /** Who started the run. */
  readonly by: Actor;
  readonly operationId: string;
  readonly startedAt: string;
  /** Set once its findings are recorded. */
  readonly ended?: (DetectionCounts & { readonly at: string; readonly because: string }) | undefined;
}
/** `unrecorded` counts accounts, all others count stack instances. */
export interface DetectionCounts {
  readonly instances: number;
  readonly inSync: number;
  readonly drifted: number;
  readonly unknown: number;
  readonly unrecorded: number;
}
export const listDetections = ({ store }: HasStore): Promise<readonly Item<Detection>[]> =>
  listAll(store, detectionsPartition);
export const readDetection = ({ store }: HasStore, stackSet: string): Promise<Item<Detection> | undefined> =>
  store.get(detectionKey(stackSet));
export const writeDetection = (
  { store }: HasGuardedStore,
  detection: Detection,
  expectedVersion: number,
): Promise<number> => store.put(detectionKey(detection.stackSet), detection, expectedVersion);
