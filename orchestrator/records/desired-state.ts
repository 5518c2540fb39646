/** The desired state that the team last rolled out. */
import type { ReleaseId } from '../domain/model/brand';
import { desiredStateKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';

/** It decides in which wave a new account belongs. The account gets only a release that this wave has finished. */
export interface StoredDesiredState {
  /** Artifact key. */
  readonly desiredState: string;
  readonly release: ReleaseId;
}
export const readDesiredState = async ({ store }: HasStore): Promise<StoredDesiredState | undefined> =>
  (await store.get<StoredDesiredState>(desiredStateKey))?.value;
export async function writeDesiredState({ store }: HasGuardedStore, wanted: StoredDesiredState): Promise<void> {
  const known = await store.get<StoredDesiredState>(desiredStateKey);
  if (known?.value.desiredState === wanted.desiredState && known.value.release === wanted.release) return;
  await store.put(desiredStateKey, wanted, known?.version ?? 0);
}
