/** An account's record with its place in the plan: its wave, or why it has none. */
import { moved } from '../model/account-changes';
import type { AccountRecord } from '../model/account-record';
import type { AccountId, WaveName } from '../model/brand';
import type { OrgAccountState } from '../model/organization';
import type { ExcludedAccount, ExclusionReason, Placed } from '../model/plan';
import type { ReadinessEvent } from '../model/readiness';

const eventOfExclusion: Readonly<Record<ExclusionReason, ReadinessEvent>> = {
  managementAccount: 'outOfScope',
  excluded: 'outOfScope',
  suspended: 'suspended',
  pending: 'seen',
  exempt: 'exempted',
  unplaced: 'unplaced',
};

export interface Placing {
  readonly placed: Placed | ExcludedAccount;
  readonly wave: WaveName | undefined;
  readonly orgState: OrgAccountState;
  /** Absent: it stays as it is. */
  readonly holder?: AccountRecord['holder'];
  /** Its wave has finished a newer release than the account is at. */
  readonly isBehind?: boolean;
}

/** @param known undefined for an account that has no record yet. */
export function withPlace(
  known: AccountRecord | undefined,
  { placed, wave, orgState, holder, isBehind = false }: Placing,
  now: Date,
): AccountRecord {
  const event = 'reason' in placed ? eventOfExclusion[placed.reason] : 'seen';
  const seen = moved(known ?? undiscovered(placed.id, now), event, now);
  const { name, ou, because } = placed;
  return {
    ...(isBehind ? moved(seen, 'newerRelease', now) : seen),
    ...{ name, ou, because, wave, orgState },
    ...(holder && { holder }),
  };
}

/** What an account waits for in its wave. All callers use these sentences: with different ones they would rewrite its record again and again. */
export const waitingForFirst = (wave: WaveName, account: AccountId): string =>
  `wave ${wave} has finished no release yet; account ${account} waits for the first`;
export const waitingForRollout = (wave: WaveName, account: AccountId): string =>
  `a rollout has left wave ${wave} between two releases; account ${account} waits until a rollout finishes there`;

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
