/** What travels between states: an id, a decision, and a few small values. The facts stay in the store. */
import type { RolloutId, WaveName } from './brand';
import type { Word } from './state-decisions';

export interface ExecutionInput {
  readonly rolloutId: RolloutId;
  /**
   * Rises by one with each deciding state. A handler that gets the step that it has already run returns the same result again, and an older
   * step is refused. So a task that is delivered twice happens once.
   */
  readonly step: number;
  readonly decision: Word;
  /** The current wave, for people who read executions; '' before the first. */
  readonly wave: WaveName | '';
  /** Indexes of the shards that the next Map goes through. */
  readonly shards: readonly number[];
  /** ISO time until which the next Wait waits. */
  readonly until: string;
  /** How long the next wait for a person lasts. */
  readonly approvalTimeoutSeconds: number;
}

/** What a Map gives each of its tasks. */
export interface ShardInput {
  readonly rolloutId: RolloutId;
  readonly step: number;
  readonly shard: number;
}

/** What a task is given that waits for a callback. */
export interface TokenInput {
  readonly input: ExecutionInput;
  readonly token: string;
}

/** What the machine's Catch adds: the error's name, and its message inside Lambda's JSON [doc:step-functions error handling]. */
export interface Crash {
  readonly Error?: string;
  readonly Cause?: string;
}
export type ReportInput = ExecutionInput & { readonly crash?: Crash };

/** Accounts in a shard at most: 10,000 are 100 shards, which keeps a Map's history small [aws-control-plane 1.1: 25,000 events]. */
const shardSizeMax = 100;
/** Shards that a Map runs at once. */
export const shardsAtOnceMax = 10;

/** More than ten are rounded up to a multiple of ten, so that the last shards do not run alone. */
function shardCount(accounts: number): number {
  const fewest = Math.ceil(accounts / shardSizeMax);
  return fewest <= shardsAtOnceMax ? fewest : Math.ceil(fewest / shardsAtOnceMax) * shardsAtOnceMax;
}

export const shardsOf = (accounts: number): readonly number[] =>
  Array.from({ length: shardCount(accounts) }, (_, shard) => shard);

/** Only the shards with an item that is meant. */
export const shardsWhere = <T>(items: readonly T[], isMeant: (item: T) => boolean): readonly number[] =>
  shardsOf(items.length).filter((shard) => shardSlice(items, shard).some(isMeant));

/** An even part: sizes differ by one at most. */
export function shardSlice<T>(items: readonly T[], shard: number): readonly T[] {
  const count = shardCount(items.length);
  return items.slice(Math.floor((shard * items.length) / count), Math.floor(((shard + 1) * items.length) / count));
}
