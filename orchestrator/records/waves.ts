/** What is kept about the StackSets of waves, and about what the team wants of them; the rest is in records.ts. */
import type { ReleaseId, RolloutId, SweepId, WaveName } from '../domain/model/brand';
import type { ModuleId } from '../domain/model/module';
import type { Item, Key } from '../ports/ports';
import { type HasStore, listAll } from './records';

const detectionKey = (stackSet: string): Key => ({ pk: 'drift', sk: stackSet });
const onboardingsKey = (name: WaveName): Key => ({ pk: 'onboardings', sk: name });
const desiredStateKey: Key = { pk: 'organization', sk: 'wanted' };

/** The last look for drift into a StackSet. */
export interface Detection {
  readonly stackSet: string;
  readonly wave: WaveName;
  readonly module: ModuleId;
  /** The run that it is a part of. */
  readonly run: SweepId;
  readonly operationId: string;
  readonly startedAt: string;
  /** Set once what it found is recorded. */
  readonly ended?: (DetectionCounts & { readonly at: string; readonly because: string }) | undefined;
}
/** Stack instances; accounts, of what could not be recorded. */
export interface DetectionCounts {
  readonly instances: number;
  readonly inSync: number;
  readonly drifted: number;
  readonly unknown: number;
  readonly unrecorded: number;
}
export const listDetections = ({ store }: HasStore): Promise<readonly Item<Detection>[]> => listAll(store, 'drift');
export const writeDetection = ({ store }: HasStore, detection: Detection, expectedVersion: number): Promise<number> =>
  store.put(detectionKey(detection.stackSet), detection, expectedVersion);

/** Single new accounts that may be adding instances to the wave's StackSets: see holding.ts. */
export interface Onboardings {
  readonly rollouts: readonly RolloutId[];
}
export const readOnboardings = ({ store }: HasStore, wave: WaveName): Promise<Item<Onboardings> | undefined> =>
  store.get<Onboardings>(onboardingsKey(wave));
export const writeOnboardings = (
  { store }: HasStore,
  wave: WaveName,
  onboardings: Onboardings,
  expectedVersion: number,
): Promise<number> => store.put(onboardingsKey(wave), onboardings, expectedVersion);

/** What the team wanted when it last started a rollout: by this a new account is placed, and only in a release that its wave has finished. */
export interface StoredDesiredState {
  /** Artifact key. */
  readonly desiredState: string;
  readonly release: ReleaseId;
}
export const readDesiredState = async ({ store }: HasStore): Promise<StoredDesiredState | undefined> =>
  (await store.get<StoredDesiredState>(desiredStateKey))?.value;
export async function writeDesiredState({ store }: HasStore, wanted: StoredDesiredState): Promise<void> {
  const known = await store.get<StoredDesiredState>(desiredStateKey);
  if (known?.value.desiredState === wanted.desiredState && known.value.release === wanted.release) return;
  await store.put(desiredStateKey, wanted, known?.version ?? 0);
}
