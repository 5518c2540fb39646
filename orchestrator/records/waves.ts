/** What is kept about a wave beyond a single rollout: the releases that it has finished, and the new accounts that are joining it. */
import type { RolloutId, WaveName } from '../domain/model/brand';
import { type FinishedRelease, type FinishedWave, withFinished } from '../domain/model/finished-wave';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item } from '../ports/ports';
import { finishedWaveKey, onboardingsKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';
import { updateOnConflict } from './stale-write';

export const readFinishedWave = async ({ store }: HasStore, name: WaveName): Promise<FinishedWave | undefined> =>
  (await store.get<FinishedWave>(finishedWaveKey(name)))?.value;
export const writeFinishedWave = (
  { store }: HasGuardedStore,
  name: WaveName,
  finished: FinishedRelease,
  direction: RolloutRecord['direction'],
): Promise<number> =>
  updateOnConflict(
    () => store.get<FinishedWave>(finishedWaveKey(name)),
    (known) => store.put(finishedWaveKey(name), withFinished(known?.value, finished, direction), known?.version ?? 0),
  );

/** Rollouts of single new accounts that may be adding instances to the wave's StackSets: see rollout/wave-admission.ts. */
export interface Onboardings {
  readonly rollouts: readonly RolloutId[];
}
export const readOnboardings = ({ store }: HasStore, wave: WaveName): Promise<Item<Onboardings> | undefined> =>
  store.get<Onboardings>(onboardingsKey(wave));
export const writeOnboardings = (
  { store }: HasGuardedStore,
  wave: WaveName,
  onboardings: Onboardings,
  expectedVersion: number,
): Promise<number> => store.put(onboardingsKey(wave), onboardings, expectedVersion);
