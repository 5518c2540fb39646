/** How a rollout writes an account: only while it holds the account, and only on condition of the record's version. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import type { Guarded } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount, writeAccount } from '../records/accounts';
import { updateOnConflict } from '../records/stale-write';

/** The same record if there is nothing to change. */
export type AccountUpdate = (account: AccountRecord) => AccountRecord;

/** @throws LeaseLost when another rollout holds the account. */
export async function changeAccount(
  ports: Guarded<'store'>,
  rollout: RolloutId,
  known: Item<AccountRecord>,
  change: AccountUpdate,
): Promise<AccountRecord> {
  return updateOnConflict(
    () => mustRead(ports, known.value.id),
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
  ports: Guarded<'store'>,
  rollout: RolloutId,
  known: readonly Item<AccountRecord>[],
  change: AccountUpdate,
): Promise<readonly AccountRecord[]> => Promise.all(known.map((item) => changeAccount(ports, rollout, item, change)));

/** For an account that the same visit may have written a moment ago. */
export async function changeLatest(
  ports: Guarded<'store'>,
  rollout: RolloutId,
  known: Item<AccountRecord>,
  change: AccountUpdate,
): Promise<AccountRecord> {
  const latest = await readAccount(ports, known.value.id);
  return changeAccount(ports, rollout, latest ?? known, change);
}

async function mustRead(ports: Pick<Ports, 'store'>, id: AccountId): Promise<Item<AccountRecord>> {
  const item = await readAccount(ports, id);
  if (item === undefined) throw errors.internal(`account ${id} has no record`);
  return item;
}
