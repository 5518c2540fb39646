import type { AccountId, Region } from '../domain/model/brand';

/** Somebody reached into an account: what a simulation's invariants are judged by. */
export interface Touch {
  readonly atMs: number;
  readonly account: AccountId;
  readonly what: 'entered' | 'read' | 'settingsChanged' | 'stackTouched';
  /** The rollout that entered, or the StackSet. */
  readonly by: string;
  readonly region?: Region | undefined;
}

/** Every call that AWS would have seen, counted by its name, and every touch of an account, in order. */
export interface Calls {
  readonly counts: ReadonlyMap<string, number>;
  readonly touches: readonly Touch[];
  readonly count: (api: string, times?: number) => void;
  readonly touched: (touch: Touch) => void;
}

export function createCalls(): Calls {
  const counts = new Map<string, number>();
  const touches: Touch[] = [];
  return {
    counts,
    touches,
    count: (api, times = 1) => void counts.set(api, (counts.get(api) ?? 0) + times),
    touched: (touch) => void touches.push(touch),
  };
}
