/** Brings the stacks of a drifted account back to their templates, where the rollout was asked to. */

import { errors, messageOf } from '../domain/errors';
import { isDrifted, withDrift } from '../domain/health/drift';
import type { AccountRecord } from '../domain/model/account-record';
import type { StackDrift } from '../domain/model/drift';
import { stackSetName } from '../domain/model/module';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { readAccount } from '../records/records';
import { changeAccount, moved, withFailure } from './account-changes';
import { currentWave, visitTo } from './current-wave';
import { withRetry } from './retry';
import type { Shard, ShardPorts } from './shard';
import { isRefusal } from './step';

type RevertPorts = ShardPorts & Pick<Ports, 'accounts' | 'random'>;

/** A stack of the baseline takes a minute or two; a Lambda has fifteen. */
export const revertMinutesMax = 10;
const askAgainSeconds = 5;

export const isToRevert = (account: AccountRecord, { request }: Pick<RolloutRecord, 'request'>): boolean =>
  request.includeDrifted === true && isDrifted(account);

/** @returns whether all of it was mended; if not, the account's record says why. */
export async function revertDrift(ports: RevertPorts, shard: Shard, item: Item<AccountRecord>): Promise<boolean> {
  const { record } = shard;
  if (!isToRevert(item.value, record)) return true;
  for (const stack of (item.value.drift ?? []).filter(({ outcome }) => outcome === 'drifted')) {
    const now = ports.clock.now();
    try {
      await revertStack(ports, shard, item.value, stack);
      await change(ports, shard, item, (account) => {
        // The next visit proves it, and the next detection looks again.
        const { account: fixed, event } = withDrift(account, [stack], []);
        return event === undefined ? fixed : moved(fixed, event, now);
      });
    } catch (error) {
      if (isRefusal(error)) throw error;
      const { module, region } = stack;
      const failure = { at: 'deploy', module, region, reason: `drift was not mended: ${messageOf(error)}` } as const;
      await change(ports, shard, item, (account) =>
        moved(withFailure(account, record.id, failure), 'deployFailed', now),
      );
      return false;
    }
  }
  return true;
}

async function revertStack(
  ports: RevertPorts,
  { record, desiredState, assertCurrent }: Shard,
  account: AccountRecord,
  { module, region }: StackDrift,
): Promise<void> {
  const { name, attempt } = currentWave(record);
  // What has moved to another wave keeps the stacks of the former one.
  const owner = account.modules.find((m) => m.module === module && m.region === region)?.wave ?? name;
  const place = { stackSet: stackSetName(owner, module), region };
  const key = [record.id, attempt, module].join('-');
  const deadline = ports.clock.now().getTime() + revertMinutesMax * 60_000;
  const visit = visitTo(account.id, record.id, desiredState);
  const revert = async (): Promise<'done' | 'underway'> => {
    // Each call may be the one that changes the stack; an abort may have come since the last.
    await assertCurrent('anew');
    return ports.accounts.revertDrift(visit, place, key);
  };
  while ((await withRetry(ports, revert)) === 'underway') {
    const next = new Date(ports.clock.now().getTime() + askAgainSeconds * 1000);
    if (next.getTime() > deadline)
      throw errors.awsUnavailable(`mending ${place.stackSet}`, `it takes longer than ${revertMinutesMax} minutes`);
    await ports.clock.sleepUntil(next);
  }
}

/** The record may have been written a moment ago, by this very visit. */
async function change(
  ports: RevertPorts,
  { record, assertCurrent }: Shard,
  item: Item<AccountRecord>,
  how: (account: AccountRecord) => AccountRecord,
): Promise<void> {
  await changeAccount(ports, record.id, (await readAccount(ports, item.value.id)) ?? item, how, assertCurrent);
}
