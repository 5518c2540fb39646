/** Which kinds of faults are drawn. Without some, the rest of a seed stays as it is, which helps to find what breaks it. */
import type { Fault } from './faults';

export type Kind = Fault['kind'];

export interface Switches {
  readonly without?: readonly string[];
  /** The only kinds that are drawn. */
  readonly only?: readonly string[];
}

export const isDrawn = (kind: Kind, { without = [], only }: Switches): boolean =>
  !without.includes(kind) && (only === undefined || only.includes(kind));
