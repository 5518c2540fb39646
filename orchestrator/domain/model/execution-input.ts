/** What travels between states: an id, a decision and a few small values. The facts stay in the store. */
import type { RolloutId, WaveName } from './brand';
import type { Decision } from './state-decisions';

export interface ExecutionInput {
  readonly rolloutId: RolloutId;
  /**
   * Rises by one with each deciding state. A handler that has already run this step returns the same input again, and an older step is
   * refused, so a task that is delivered twice takes effect once.
   */
  readonly step: number;
  readonly decision: Decision;
  /** The current wave, for people who read executions; '' before the first. */
  readonly wave: WaveName | '';
  /** Indexes of the shards that the next Map runs over. */
  readonly shards: readonly number[];
  /** ISO time at which the next Wait ends. */
  readonly until: string;
  /** How long the next prompt waits for an answer. */
  readonly approvalTimeoutSeconds: number;
}

/** What a Map gives to each of its tasks. */
export interface ShardInput {
  readonly rolloutId: RolloutId;
  readonly step: number;
  readonly shard: number;
}

/** What a waiting task is given: completing the token lets the machine continue. */
export interface TokenInput {
  readonly input: ExecutionInput;
  readonly token: string;
}

/** What a Catch of the machine adds to the input: the error's name, and its message inside Lambda's JSON [doc:step-functions/concepts-error-handling]. */
export interface Crash {
  readonly Error?: string;
  readonly Cause?: string;
}
export type ReportInput = ExecutionInput & { readonly crash?: Crash };

/** Most accounts in a shard: 10,000 accounts are 100 shards, which keeps a Map's history small [aws-behavior 1.1]. */
const shardSizeMax = 100;
/** Most shards that a Map runs at once. */
export const shardsAtOnceMax = 10;

/** More than ten shards are always a multiple of ten, so the last ones do not run alone while nine places are empty. */
function shardCount(accounts: number): number {
  const fewest = Math.ceil(accounts / shardSizeMax);
  return fewest <= shardsAtOnceMax ? fewest : Math.ceil(fewest / shardsAtOnceMax) * shardsAtOnceMax;
}

export const shardsOf = (accounts: number): readonly number[] =>
  Array.from({ length: shardCount(accounts) }, (_, shard) => shard);

/** Only the shards that contain a matching item. */
export const shardsWhere = <T>(items: readonly T[], matches: (item: T) => boolean): readonly number[] =>
  shardsOf(items.length).filter((shard) => shardSlice(items, shard).some(matches));

/** The items of one shard. Sizes differ by one at most. */
export function shardSlice<T>(items: readonly T[], shard: number): readonly T[] {
  const count = shardCount(items.length);
  return items.slice(Math.floor((shard * items.length) / count), Math.floor(((shard + 1) * items.length) / count));
}
