/** What a state decides: the word that the machine branches on, and the rollout afterwards. */
import type { RolloutEvent } from './event';
import type { RolloutRecord } from './rollout';
import type { DecidingState, DecisionOf } from './state-decisions';

/** An event as a decision states it; time and rollout are added when it is written. */
export type EventBody = RolloutEvent extends infer E
  ? E extends RolloutEvent
    ? Omit<E, 'at' | 'rolloutId'>
    : never
  : never;

export interface Move<S extends DecidingState> {
  readonly decision: DecisionOf<S>;
  /** The rollout after this step. */
  readonly record: RolloutRecord;
  readonly events: readonly EventBody[];
  /** The shards that the next Map goes through. */
  readonly shards?: readonly number[];
  /** How long the next Wait waits. */
  readonly until?: Date;
}
