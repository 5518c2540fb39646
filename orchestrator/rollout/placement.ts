/** Writes an account's place in the plan into its record. */
import type { AccountRecord } from '../domain/model/account-record';
import { type Placing, withPlace } from '../domain/planning/placement';
import type { Guarded } from '../ports/guard';
import type { Item } from '../ports/ports';
import { writeAccount } from '../records/accounts';

/** One write, if anything is new. */
export async function recordPlace(
  ports: Guarded<'store'>,
  item: Item<AccountRecord> | undefined,
  placing: Placing,
  now: Date,
): Promise<void> {
  const renewed = withPlace(item?.value, placing, now);
  if (item === undefined || !isSameRecord(item.value, renewed)) await writeAccount(ports, renewed, item?.version ?? 0);
}

const isSameRecord = (a: AccountRecord, b: AccountRecord): boolean => JSON.stringify(a) === JSON.stringify(b);
