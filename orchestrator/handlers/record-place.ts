/** Where an account stands in the plan, written into its record: its wave or why it has none, and who holds it. */
import type { AccountRecord } from '../domain/account-record';
import type { AccountId, WaveName } from '../domain/brand';
import type { OrgAccountState } from '../domain/organization';
import type { ExcludedAccount, ExclusionReason, Placed } from '../domain/plan';
import type { ReadinessEvent } from '../domain/readiness';
import type { Item, Ports } from '../ports/ports';
import { writeAccount } from '../records';
import { moved } from './account-work';

export const eventOfExclusion: Readonly<Record<ExclusionReason, ReadinessEvent>> = {
  managementAccount: 'outOfScope',
  excluded: 'outOfScope',
  suspended: 'suspended',
  pending: 'seen',
  exempt: 'exempted',
  unplaced: 'unplaced',
};

export interface Placing {
  readonly item: Item<AccountRecord> | undefined;
  readonly placed: Placed | ExcludedAccount;
  readonly wave: WaveName | undefined;
  readonly orgState: OrgAccountState;
  /** Left as it is when absent. */
  readonly holder?: AccountRecord['holder'];
  readonly now: Date;
}

/** One write if anything is new. */
export async function recordPlace(ports: Pick<Ports, 'store'>, placing: Placing): Promise<void> {
  const { item, placed, wave, orgState, holder, now } = placing;
  const old = item?.value ?? undiscovered(placed.id, now);
  const event = 'reason' in placed ? eventOfExclusion[placed.reason] : 'seen';
  const { name, ou, because } = placed;
  const place = { name, ou, because, wave, orgState };
  const renewed: AccountRecord = { ...moved(old, event, now), ...place, ...(holder && { holder }) };
  if (item === undefined || !sameRecord(item.value, renewed)) await writeAccount(ports, renewed, item?.version ?? 0);
}

const sameRecord = (a: AccountRecord, b: AccountRecord): boolean => JSON.stringify(a) === JSON.stringify(b);

export const undiscovered = (id: AccountId, now: Date): AccountRecord => ({
  id,
  name: '',
  ou: '',
  orgState: 'ACTIVE',
  because: '',
  state: 'DISCOVERED',
  stateSince: now.toISOString(),
  modules: [],
  gates: {},
  failing: [],
});
