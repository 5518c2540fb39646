/** What is kept about the StackSets of waves, and about what the team wants of them; the rest is in records.ts. */
import type { ReleaseId, RolloutId, SweepId, WaveName } from '../domain/model/brand';
import type { ModuleId } from '../domain/model/module';
import type { Item, Key } from '../ports/ports';
import { type HasStore, listAll } from './records';

const detectionKey = (stackSet: string): Key => ({ pk: 'drift', sk: stackSet });
const guestsKey = (name: WaveName): Key => ({ pk: 'guests', sk: name });
const wantedKey: Key = { pk: 'organization', sk: 'wanted' };

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
export interface Guests {
  readonly rollouts: readonly RolloutId[];
}
export const readGuests = ({ store }: HasStore, wave: WaveName): Promise<Item<Guests> | undefined> =>
  store.get<Guests>(guestsKey(wave));
export const writeGuests = (
  { store }: HasStore,
  wave: WaveName,
  guests: Guests,
  expectedVersion: number,
): Promise<number> => store.put(guestsKey(wave), guests, expectedVersion);

/** What the team wanted when it last started a rollout: by this a new account is placed, and only in a release that its wave has finished. */
export interface Wanted {
  /** Artifact key. */
  readonly intent: string;
  readonly release: ReleaseId;
}
export const readWanted = async ({ store }: HasStore): Promise<Wanted | undefined> =>
  (await store.get<Wanted>(wantedKey))?.value;
export async function writeWanted({ store }: HasStore, wanted: Wanted): Promise<void> {
  const known = await store.get<Wanted>(wantedKey);
  if (known?.value.intent === wanted.intent && known.value.release === wanted.release) return;
  await store.put(wantedKey, wanted, known?.version ?? 0);
}
