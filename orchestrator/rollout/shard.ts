/** What the tasks of a Map share: they read the rollout, refuse to run late, and take their part of the accounts. */
import pLimit, { type LimitFunction } from 'p-limit';
import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import type { DesiredState } from '../domain/model/desired-state';
import { type ShardInput, shardSlice, shardsAtOnceMax } from '../domain/model/execution-input';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { guard, type Opened } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { loadDocument, loadRelease } from '../records/documents';
import { assertCurrent, taskGuard } from './guards';
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
}

/** @returns the shard, and ports whose effects are refused once the step is no longer the rollout's current one. */
export async function openShard<P extends ShardPorts>(
  closed: P,
  input: ShardInput,
): Promise<{ readonly shard: Shard; readonly ports: Opened<P> }> {
  const openedAt = closed.clock.now();
  const { value: record } = await assertCurrent(closed, input);
  const [desiredState, release, members] = await Promise.all([
    loadDocument(closed, 'desiredState', record.desiredState),
    loadRelease(closed, currentWave(record).release),
    membersOf(closed, record),
  ]);
  const accounts = await recordsOf(closed, shardSlice(members, input.shard));
  refuseOthers(record, accounts);
  const limit = pLimit(accountsAtOnce(record.lastStep?.input.shards.length ?? 1));
  return {
    shard: { record, desiredState, release, accounts, limit },
    ports: guard(closed, taskGuard(closed, input, openedAt)),
  };
}

/** An account changes its holder only when the rollout that holds it has ended, and from then on the guard refuses. */
function refuseOthers({ id }: RolloutRecord, accounts: readonly Item<AccountRecord>[]): void {
  const other = accounts.find(({ value }) => value.holder?.rollout !== id);
  if (other !== undefined) throw errors.leaseLost(id, other.value.holder?.rollout ?? 'nobody');
}
