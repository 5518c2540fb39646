/** How a rollout writes an account: only while it holds the account, and only on condition of the record's version. */

import { errors, isStrongroomError } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import type { Item, Ports } from '../ports/ports';
import { readAccount, writeAccount } from '../records/accounts';
import type { AssertCurrent } from './step';

const triesMax = 5;

/**
 * Changes an account's record if the rollout still holds the account, reading it again when somebody else wrote in between.
 * @param late given by whoever plays a turn: a process that was taken for dead would write over what came after it.
 * @throws LeaseLost when another rollout holds it: a late writer is refused.
 */
export async function changeAccount(
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  known: Item<AccountRecord>,
  change: (record: AccountRecord) => AccountRecord,
  assertCurrent?: AssertCurrent,
): Promise<AccountRecord> {
  await assertCurrent?.();
  let item = known;
  for (let tries = 1; ; tries++) {
    if (item.value.holder?.rollout !== rollout) throw errors.leaseLost(rollout, item.value.holder?.rollout ?? 'nobody');
    const changed = change(item.value);
    if (changed === item.value) return changed;
    try {
      await writeAccount(ports, changed, item.version);
      return changed;
    } catch (error) {
      if (!(isStrongroomError(error) && error.code === 'StaleWrite') || tries >= triesMax) throw error;
      item = await mustRead(ports, item.value.id);
      await assertCurrent?.('anew');
    }
  }
}

async function mustRead(ports: Pick<Ports, 'store'>, id: AccountId): Promise<Item<AccountRecord>> {
  const item = await readAccount(ports, id);
  if (item === undefined) throw errors.internal(`account ${id} has no record`);
  return item;
}
