/** The task tokens with which the state machine waits for an answer to a rollout's prompt. */
import type { RolloutId } from '../domain/model/brand';
import { promptTokensKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';
import { updateOnConflict } from './stale-write';

/** A process that was taken for dead may come back with an older token, which must not replace the newer one. */
interface PromptTokens {
  /** The newest first. */
  readonly tokens: readonly string[];
}
const tokensMax = 5;

export const writePromptToken = ({ store }: HasGuardedStore, id: RolloutId, token: string): Promise<void> =>
  updateOnConflict(
    () => store.get<PromptTokens>(promptTokensKey(id)),
    async (known) => {
      const tokens = known?.value.tokens ?? [];
      if (tokens.includes(token)) return;
      await store.put(promptTokensKey(id), { tokens: [token, ...tokens].slice(0, tokensMax) }, known?.version ?? 0);
    },
  );
export const readPromptTokens = async ({ store }: HasStore, id: RolloutId): Promise<readonly string[]> =>
  (await store.get<PromptTokens>(promptTokensKey(id)))?.value.tokens ?? [];
