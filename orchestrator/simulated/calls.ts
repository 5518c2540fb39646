import type { AccountId, Region } from '../domain/model/brand';

/** One access to an account: the simulation's invariants are checked against these. */
export interface Touch {
  readonly atMs: number;
  readonly account: AccountId;
  readonly what: 'entered' | 'read' | 'settingsChanged' | 'stackTouched';
  /** The rollout that entered, or the StackSet. */
  readonly by: string;
  readonly region?: Region | undefined;
}

/** Every call that AWS would have received, counted by name, and every access to an account, in order. */
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
