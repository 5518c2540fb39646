/** Which kinds of faults are drawn. Each can be turned off, so that the kinds that break something today do not hide what else breaks. */
import type { Fault } from './faults';

export type Kind = Fault['kind'];

/** What the product does not survive yet, and how. `npm run simulate:soak -- --with KIND` draws it all the same. */
export const broken: Readonly<Partial<Record<Kind, string>>> = {
  outage: 'accounts fall by it, and a rollout whose Report fails is left running',
  awsOutage: 'accounts fall by it, and a rollout whose Report fails is left running',
  throttledLong: 'accounts fall by it, and a rollout whose Report fails is left running',
  engineStore: 'a prompt that is answered before the engine has stored that it asks ends the rollout as failed',
};

export interface Switches {
  /** Drawn although they break something. */
  readonly with?: readonly string[];
  readonly without?: readonly string[];
  /** The only kinds that are drawn. */
  readonly only?: readonly string[];
}

/** `all` stands for every kind. */
export function isDrawn(kind: Kind, { with: added = [], without = [], only }: Switches): boolean {
  const names = (list: readonly string[]): boolean => list.includes(kind) || list.includes('all');
  if (names(without)) return false;
  if (only !== undefined) return names(only);
  return broken[kind] === undefined || names(added);
}
