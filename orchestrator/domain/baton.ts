/** What travels between states: an id, a word, and a few small values. The facts stay in the store. */
import type { RolloutId, WaveName } from './brand';
import type { Word } from './words';

export interface Baton {
  readonly rolloutId: RolloutId;
  /**
   * Rises by one with each deciding state. A handler that is given the turn it has already played returns the same baton
   * again; an older turn is refused. So a task delivered twice happens once.
   */
  readonly turn: number;
  readonly word: Word;
  /** The wave at work, for people who read executions; '' before the first. */
  readonly wave: WaveName | '';
  /** Indexes of the shards that the next Map goes through. */
  readonly shards: readonly number[];
  /** ISO time until which the next Wait waits. */
  readonly until: string;
  /** How long the next wait for a person lasts. */
  readonly patienceSeconds: number;
}

/** What a Map gives each of its tasks. */
export interface ShardInput {
  readonly rolloutId: RolloutId;
  readonly turn: number;
  readonly shard: number;
}

/** Accounts in a shard: 10,000 accounts are 100 shards, which keeps a Map's history small [aws-control-plane 1.1: 25,000 events]. */
export const shardSize = 100;

export const shardsOf = (accounts: number): readonly number[] =>
  Array.from({ length: Math.ceil(accounts / shardSize) }, (_, i) => i);

/** Only the shards in which somebody is meant. */
export const shardsWhere = <T>(items: readonly T[], isMeant: (item: T) => boolean): readonly number[] =>
  shardsOf(items.length).filter((shard) => shardSlice(items, shard).some(isMeant));

export const shardSlice = <T>(items: readonly T[], shard: number): readonly T[] =>
  items.slice(shard * shardSize, (shard + 1) * shardSize);
