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

/** A rollout as it was changed, and what its log says about that. */
export interface Changed {
  readonly record: RolloutRecord;
  readonly events: readonly EventBody[];
}

export interface Move<S extends DecidingState> extends Changed {
  readonly decision: DecisionOf<S>;
  /** The shards that the next Map goes through. */
  readonly shards?: readonly number[];
  /** How long the next Wait waits. */
  readonly until?: Date;
}
