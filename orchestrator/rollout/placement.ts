/** Where an account stands in the plan, written into its record: its wave or why it has none, and who holds it. */

import { moved } from '../domain/model/account-changes';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, WaveName } from '../domain/model/brand';
import type { OrgAccountState } from '../domain/model/organization';
import type { ExcludedAccount, ExclusionReason, Placed } from '../domain/model/plan';
import type { ReadinessEvent } from '../domain/model/readiness';
import type { Item, Ports } from '../ports/ports';
import { writeAccount } from '../records/accounts';

const eventOfExclusion: Readonly<Record<ExclusionReason, ReadinessEvent>> = {
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
  /** Its wave has finished a newer release than the account is at. */
  readonly isBehind?: boolean;
  readonly now: Date;
}

/** One write if anything is new. */
export async function recordPlace(ports: Pick<Ports, 'store'>, placing: Placing): Promise<void> {
  const { item, placed, wave, orgState, holder, isBehind = false, now } = placing;
  const old = item?.value ?? undiscovered(placed.id, now);
  const event = 'reason' in placed ? eventOfExclusion[placed.reason] : 'seen';
  const standing = moved(old, event, now);
  const { name, ou, because } = placed;
  const place = { name, ou, because, wave, orgState };
  const renewed: AccountRecord = {
    ...(isBehind ? moved(standing, 'newerRelease', now) : standing),
    ...place,
    ...(holder && { holder }),
  };
  if (item === undefined || !sameRecord(item.value, renewed)) await writeAccount(ports, renewed, item?.version ?? 0);
}

/** What an account waits for in its wave; said alike by everybody, or its record would change for ever. */
export const waitingForFirst = (wave: WaveName, account: AccountId): string =>
  `wave ${wave} has finished no release yet, and account ${account} waits for its first`;
export const waitingForRollout = (wave: WaveName, account: AccountId): string =>
  `a rollout has left wave ${wave} between two releases, and account ${account} waits until one has finished there`;

const sameRecord = (a: AccountRecord, b: AccountRecord): boolean => JSON.stringify(a) === JSON.stringify(b);

export const undiscovered = (id: AccountId, now: Date): AccountRecord => ({
  id,
  name: '',
  ou: '',
  orgState: 'ACTIVE',
  because: '',
  state: 'DISCOVERED',
  stateSince: now.toISOString(),
  firstSeenAt: now.toISOString(),
  modules: [],
  gates: {},
  failing: [],
});
