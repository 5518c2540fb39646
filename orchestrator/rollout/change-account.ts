/** How a rollout writes an account: only while it holds the account, and only on condition of the record's version. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import type { Item, Ports } from '../ports/ports';
import { readAccount, writeAccount } from '../records/accounts';
import { updateOnConflict } from '../records/stale-write';
import type { AssertCurrent } from './step';

/** The same record if there is nothing to change. */
export type AccountUpdate = (account: AccountRecord) => AccountRecord;

/**
 * @param assertCurrent given by tasks of the machine: a process that was taken for dead would write over what came after it.
 * @throws LeaseLost when another rollout holds the account.
 */
export async function changeAccount(
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  known: Item<AccountRecord>,
  change: AccountUpdate,
  assertCurrent?: AssertCurrent,
): Promise<AccountRecord> {
  await assertCurrent?.();
  const again = async (): Promise<Item<AccountRecord>> => {
    const item = await mustRead(ports, known.value.id);
    await assertCurrent?.('anew');
    return item;
  };
  return updateOnConflict(
    again,
    async ({ value, version }) => {
      if (value.holder?.rollout !== rollout) throw errors.leaseLost(rollout, value.holder?.rollout ?? 'nobody');
      const changed = change(value);
      if (changed !== value) await writeAccount(ports, changed, version);
      return changed;
    },
    known,
  );
}

/** @returns the records afterwards, in the same order. */
export const changeAccounts = (
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  known: readonly Item<AccountRecord>[],
  change: AccountUpdate,
  assertCurrent?: AssertCurrent,
): Promise<readonly AccountRecord[]> =>
  Promise.all(known.map((item) => changeAccount(ports, rollout, item, change, assertCurrent)));

/** For an account that the same visit may have written a moment ago. */
export async function changeLatest(
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  known: Item<AccountRecord>,
  change: AccountUpdate,
  assertCurrent: AssertCurrent,
): Promise<AccountRecord> {
  const latest = await readAccount(ports, known.value.id);
  return changeAccount(ports, rollout, latest ?? known, change, assertCurrent);
}

async function mustRead(ports: Pick<Ports, 'store'>, id: AccountId): Promise<Item<AccountRecord>> {
  const item = await readAccount(ports, id);
  if (item === undefined) throw errors.internal(`account ${id} has no record`);
  return item;
}
