/** The id of a state. The organization's marker names it, so that a second state is refused. */
import type { Item, Ports } from '../ports/ports';
import { stateIdentityKey } from './keys';
import type { HasGuardedStore, HasStore } from './listing';
import { updateOnConflict } from './stale-write';

export interface StateIdentity {
  readonly id: string;
  /** ISO time at which the state got this id. */
  readonly since: string;
  /** The id of the state that this one was restored from. */
  readonly restoredFrom?: string | undefined;
  /** The user of the machine where it was restored, since a folder is restored without AWS. */
  readonly restoredBy?: string | undefined;
  readonly losses?: readonly AcceptedLoss[] | undefined;
}

/** A person continued although acknowledged writes were lost. */
export interface AcceptedLoss {
  /** ISO time. */
  readonly at: string;
  readonly by: string;
  /** How many; absent if the head file, which counts them, is lost too. */
  readonly writes?: number | undefined;
}

const idCharacters = 10;

export const newStateId = (random: () => number): string =>
  `st-${Array.from({ length: idCharacters }, () => Math.floor(random() * 36).toString(36)).join('')}`;

export const readStateIdentity = ({ store }: HasStore): Promise<Item<StateIdentity> | undefined> =>
  store.get<StateIdentity>(stateIdentityKey);

/** The first call creates the identity. If several processes call at once, all get the same one. */
export const stateIdentity = (ports: HasGuardedStore & Pick<Ports, 'random'>, now: Date): Promise<StateIdentity> =>
  changeIdentity(ports, (known) => known ?? { id: newStateId(ports.random), since: now.toISOString() });

/** A restored state gets another id, because the original may still be in use. */
export const renameState = (
  ports: HasGuardedStore,
  id: string,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<StateIdentity> =>
  changeIdentity(ports, (known) => ({
    ...known,
    id,
    since: at.toISOString(),
    restoredFrom: known?.id,
    restoredBy: by,
  }));

/** A state without an id has managed nothing, so no loss matters. */
export const recordLoss = (ports: HasGuardedStore, loss: AcceptedLoss): Promise<StateIdentity | undefined> =>
  changeIdentity(ports, (known) => known && { ...known, losses: [...(known.losses ?? []), loss] });

function changeIdentity<T extends StateIdentity | undefined>(
  { store }: HasGuardedStore,
  change: (known: StateIdentity | undefined) => T,
): Promise<T> {
  const read = () => readStateIdentity({ store });
  return updateOnConflict(read, async (item) => {
    const identity = change(item?.value);
    if (identity !== undefined && identity !== item?.value)
      await store.put(stateIdentityKey, identity, item?.version ?? 0);
    return identity;
  });
}
