/** Looks before anything is touched: enters each account, proves where it is, and sees which regions answer. */
import pLimit from 'p-limit';
import type { AccountRecord } from '../domain/account-record';
import type { ShardInput } from '../domain/baton';
import type { Region } from '../domain/brand';
import { messageOf } from '../domain/errors';
import type { Intent } from '../domain/intent';
import type { Release } from '../domain/release';
import type { RolloutRecord } from '../domain/rollout';
import type { Item, Ports } from '../ports/ports';
import { changeAccount, moved, withFailure } from './account-work';
import { patiently } from './patience';
import { accountsAtOnceMax, openShard, type ShardPorts } from './shard';
import { visitTo } from './wave-at-work';

type PreflightPorts = ShardPorts & Pick<Ports, 'accounts' | 'random'>;

export const preflightShard = (ports: PreflightPorts) => async (input: ShardInput) => {
  const { record, intent, release, accounts } = await openShard(ports, input);
  const limit = pLimit(accountsAtOnceMax);
  await Promise.all(accounts.map((item) => limit(() => preflight(ports, { record, intent, release, item }))));
  return { shard: input.shard };
};

interface Visited {
  readonly record: RolloutRecord;
  readonly intent: Intent;
  readonly release: Release;
  readonly item: Item<AccountRecord>;
}

async function preflight(ports: PreflightPorts, { record, intent, release, item }: Visited): Promise<void> {
  const regions = regionsAtWork(release);
  const found = await look(ports, { record, intent, release, item }, regions);
  const now = ports.clock.now();
  await changeAccount(ports, record.id, item, (account) => {
    if (found.kind === 'refused') {
      return moved(withFailure(account, record.id, { at: 'preflight', reason: found.why }), 'enteringFailed', now);
    }
    const entered = moved(account, 'entered', now);
    return found.unusable.reduce(
      (marked, { region, why }) => withFailure(marked, record.id, { at: 'preflight', region, reason: why }),
      entered,
    );
  });
}

type Found =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'entered'; readonly unusable: readonly { readonly region: Region; readonly why: string }[] };

async function look(ports: PreflightPorts, visited: Visited, regions: readonly Region[]): Promise<Found> {
  const visit = visitTo(visited.item.value.id, visited.record.id, visited.intent);
  try {
    const { unusable } = await patiently(ports, () => ports.accounts.preflight(visit, regions));
    return { kind: 'entered', unusable };
  } catch (error) {
    // One account that cannot be entered must not stop the other ninety-nine: it is left out, with the reason.
    return { kind: 'refused', why: messageOf(error) };
  }
}

/** Every region in which the release puts anything. */
export const regionsAtWork = (release: Release): readonly Region[] => [
  ...new Set([release.regions.home, ...release.regions.governed, ...release.modules.flatMap(({ regions }) => regions)]),
];
