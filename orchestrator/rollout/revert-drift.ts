/** Reverts drift: brings the stacks of a drifted account back to their templates, if the rollout includes drifted accounts. */

import { errors, messageOf } from '../domain/errors';
import { withDrift } from '../domain/health/drift';
import { moved, withFailure } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import type { StackDrift } from '../domain/model/drift';
import { stackSetName } from '../domain/model/module';
import { outageOf } from '../domain/model/outage';
import { isToRevert } from '../domain/planning/revert-drift';
import type { Guarded, GuardedAccounts } from '../ports/guard';
import type { Item } from '../ports/ports';
import { type AccountUpdate, changeLatest } from './change-account';
import { withRetry } from './retry';
import type { Shard } from './shard';
import { isRefusal } from './step';
import { visitTo } from './wave-accounts';

type RevertPorts = Guarded<'store' | 'clock' | 'random'> & GuardedAccounts<'revertDrift'>;

/** A stack of the baseline takes a minute or two; a Lambda has fifteen. */
export const revertMinutesMax = 10;
const askAgainSeconds = 5;

/**
 * @returns whether all drift was reverted; if not, the account's record says why.
 * @throws what is not about the account.
 */
export async function revertDrift(ports: RevertPorts, shard: Shard, item: Item<AccountRecord>): Promise<boolean> {
  const { record } = shard;
  const change = (how: AccountUpdate) => changeLatest(ports, record.id, item, how);
  if (!isToRevert(item.value, record)) return true;
  for (const stack of (item.value.drift ?? []).filter(({ outcome }) => outcome === 'drifted')) {
    const now = ports.clock.now();
    try {
      await revertStack(ports, shard, item.value, stack);
      await change((account) => {
        // The next visit checks it, and the next detection looks again.
        const { account: fixed, event } = withDrift(account, [stack], []);
        return event === undefined ? fixed : moved(fixed, event, now);
      });
    } catch (error) {
      if (isRefusal(error) || outageOf(error) !== undefined) throw error;
      const { module, region } = stack;
      const failure = { at: 'deploy', module, region, reason: `drift was not reverted: ${messageOf(error)}` } as const;
      await change((account) => moved(withFailure(account, record.id, failure), 'deployFailed', now));
      return false;
    }
  }
  return true;
}

async function revertStack(
  ports: RevertPorts,
  { record, desiredState }: Shard,
  account: AccountRecord,
  { module, region }: StackDrift,
): Promise<void> {
  const { name, attempt } = currentWave(record);
  // An account that has moved to another wave may still have stacks of the former one.
  const owner = account.modules.find((m) => m.module === module && m.region === region)?.wave ?? name;
  const place = { stackSet: stackSetName(owner, module), region };
  const key = [record.id, attempt, module].join('-');
  const deadline = ports.clock.now().getTime() + revertMinutesMax * 60_000;
  const visit = visitTo(account.id, record.id, desiredState);
  const revert = (): Promise<'done' | 'underway'> => ports.accounts.revertDrift(visit, place, key);
  while ((await withRetry(ports, revert)) === 'underway') {
    const next = new Date(ports.clock.now().getTime() + askAgainSeconds * 1000);
    if (next.getTime() > deadline)
      throw errors.awsUnavailable(`reverting ${place.stackSet}`, `it takes longer than ${revertMinutesMax} minutes`);
    await ports.clock.sleepUntil(next);
  }
}
