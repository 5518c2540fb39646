/** What the tasks of a Map share: they read the rollout, refuse to run late, and take their part of the accounts. */
import pLimit, { type LimitFunction } from 'p-limit';
import type { AccountRecord } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import type { DesiredState } from '../domain/model/desired-state';
import { type ShardInput, shardSlice, shardsAtOnceMax } from '../domain/model/execution-input';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { loadDocument, loadRelease } from '../records/documents';
import { type AssertCurrent, assertCurrent, assertCurrentOften } from './step';
import { membersOf, recordsOf } from './wave-accounts';

/** Accounts visited at once, for any number of shards: far under STS's 600 requests a second [aws-behavior 4]. */
const visitsAtOnceMax = 200;
/** Within one function, for its sockets and its memory. */
const accountsAtOnceMax = 50;

/** Shards share the limit on visits, so a wave of few shards is visited as fast as a wave of many. */
export const accountsAtOnce = (shards: number): number =>
  Math.min(accountsAtOnceMax, Math.floor(visitsAtOnceMax / Math.min(shardsAtOnceMax, Math.max(1, shards))));

export type ShardPorts = Pick<Ports, 'store' | 'artifacts' | 'clock'>;

export interface Shard {
  readonly record: RolloutRecord;
  readonly desiredState: DesiredState;
  /** The release that the current wave gets. */
  readonly release: Release;
  readonly accounts: readonly Item<AccountRecord>[];
  /** Limits how many visits the shard makes at once. */
  readonly limit: LimitFunction;
  readonly assertCurrent: AssertCurrent;
}

export async function openShard(ports: ShardPorts, input: ShardInput): Promise<Shard> {
  const openedAt = ports.clock.now();
  const record = await assertCurrent(ports, input.rolloutId, input.step);
  const [desiredState, release, members] = await Promise.all([
    loadDocument(ports, 'desiredState', record.desiredState),
    loadRelease(ports, currentWave(record).release),
    membersOf(ports, record),
  ]);
  return {
    record,
    desiredState,
    release,
    accounts: await recordsOf(ports, shardSlice(members, input.shard)),
    limit: pLimit(accountsAtOnce(record.lastStep?.input.shards.length ?? 1)),
    assertCurrent: assertCurrentOften(ports, input, openedAt),
  };
}
