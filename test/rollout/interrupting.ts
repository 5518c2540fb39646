/** A person does something about a rollout in the very moment in which one of its tasks is called. */
import type { RolloutId } from '../../orchestrator/domain/model/brand';
import { createRig, type Rig, type RigOptions } from '../rig';

export interface Interrupting extends RigOptions {
  /** Before the handler has done its work, or after. */
  readonly when?: 'before' | 'after';
  /** At which of its calls. */
  readonly nth?: number;
}

export async function interruptedAt(
  handler: string,
  act: (rig: Rig, id: RolloutId) => Promise<unknown>,
  { when = 'after', nth = 1, ...options }: Interrupting = {},
): Promise<Rig> {
  let calls = 0;
  const rig: Rig = await createRig({
    accounts: 40,
    ...options,
    around: (invoke, name) => async (input) => {
      const isNow = name === `strongroom-${handler}` && ++calls === nth;
      if (isNow && when === 'before') await act(rig, idIn(input));
      const output = await invoke(input);
      if (isNow && when === 'after') await act(rig, idIn(input));
      return output;
    },
  });
  return rig;
}

/** A task is given the baton, or the baton with its token. */
function idIn(given: unknown): RolloutId {
  const { rolloutId, input } = given as { rolloutId?: RolloutId; input?: { rolloutId: RolloutId } };
  const id = rolloutId ?? input?.rolloutId;
  if (id === undefined) throw new Error('the task names no rollout');
  return id;
}
