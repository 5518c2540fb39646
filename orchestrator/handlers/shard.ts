/** What the tasks of a Map have in common: they read the rollout, refuse to run late, and take their hundred accounts. */

import { loadDocument, loadRelease } from '../documents';
import type { AccountRecord } from '../domain/account-record';
import { type ShardInput, shardSlice } from '../domain/baton';
import { errors } from '../domain/errors';
import type { Intent } from '../domain/intent';
import type { Release } from '../domain/release';
import type { RolloutRecord } from '../domain/rollout';
import type { Item, Ports } from '../ports/ports';
import { readRollout } from '../records';
import { currentTurn } from './turn';
import { membersOf, recordsOf, waveAtWork } from './wave-at-work';

/** Accounts visited at once within a shard; ten shards run at once [aws-control-plane 4: 600 STS requests a second]. */
export const accountsAtOnceMax = 20;

export type ShardPorts = Pick<Ports, 'store' | 'artifacts' | 'clock'>;

export interface Shard {
  readonly record: RolloutRecord;
  readonly intent: Intent;
  /** The release that the wave at work is brought to. */
  readonly release: Release;
  readonly accounts: readonly Item<AccountRecord>[];
}

export async function openShard(ports: ShardPorts, input: ShardInput): Promise<Shard> {
  const { value: record } = await readRollout(ports, input.rolloutId);
  if (record.status.kind === 'finished') throw errors.rolloutEnded(record.id, record.status.outcome);
  // A shard of a turn that is over would write over newer work.
  if (currentTurn(record) !== input.turn) throw errors.lateTurn(record.id, input.turn, currentTurn(record));
  const [intent, release, members] = await Promise.all([
    loadDocument(ports, 'intent', record.intent),
    loadRelease(ports, waveAtWork(record).release),
    membersOf(ports, record),
  ]);
  return { record, intent, release, accounts: await recordsOf(ports, shardSlice(members, input.shard)) };
}
