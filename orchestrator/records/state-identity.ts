/** By which name a state is told from every other: two copies that both go on would undo each other's work. */
import type { Item, Ports } from '../ports/ports';
import type { HasStore } from './records';

export interface StateIdentity {
  readonly id: string;
  /** ISO time at which it got its name. */
  readonly since: string;
  /** The name of the state that this one was restored from. */
  readonly restoredFrom?: string | undefined;
  /** Times at which a person went on although acknowledged writes were lost. */
  readonly losses?:
    | readonly { readonly at: string; readonly by: string; readonly writes?: number | undefined }[]
    | undefined;
}

const identityKey = { pk: 'organization', sk: 'state' } as const;
const idCharacters = 10;

export const newStateId = (random: () => number): string =>
  `st-${Array.from({ length: idCharacters }, () => Math.floor(random() * 36).toString(36)).join('')}`;

export const readStateIdentity = ({ store }: HasStore): Promise<Item<StateIdentity> | undefined> =>
  store.get<StateIdentity>(identityKey);

/** Made at the first asking; of several that ask at once, one makes it. */
export async function stateIdentity(ports: Pick<Ports, 'store' | 'random'>, now: Date): Promise<StateIdentity> {
  const known = await readStateIdentity(ports);
  if (known !== undefined) return known.value;
  const identity: StateIdentity = { id: newStateId(ports.random), since: now.toISOString() };
  await ports.store.put(identityKey, identity, 0);
  return identity;
}

/** A restored state is another one: the original may still be at work. */
export async function renameState({ store }: HasStore, id: string, now: Date): Promise<StateIdentity> {
  const known = await readStateIdentity({ store });
  const identity: StateIdentity = { ...known?.value, id, since: now.toISOString(), restoredFrom: known?.value.id };
  await store.put(identityKey, identity, known?.version ?? 0);
  return identity;
}

/** A state that has no name yet has managed nothing, so nothing was lost that matters. */
export async function recordLoss(
  { store }: HasStore,
  loss: { readonly at: string; readonly by: string; readonly writes?: number | undefined },
): Promise<void> {
  const known = await readStateIdentity({ store });
  if (known === undefined) return;
  await store.put(identityKey, { ...known.value, losses: [...(known.value.losses ?? []), loss] }, known.version);
}
