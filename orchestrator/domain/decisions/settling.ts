/** How long a wave waits for its checks: what was just deployed may need some time to show, and some of it AWS's own time. */
import { type AccountRecord, isOut, statesOf } from '../model/account-record';
import { currentWave } from '../model/current-wave';
import type { DesiredState } from '../model/desired-state';
import type { CheckResult, Verdict } from '../model/gate';
import type { RolloutRecord } from '../model/rollout';

interface Looked {
  readonly record: RolloutRecord;
  readonly members: readonly AccountRecord[];
  readonly checks: DesiredState['checks'];
  readonly verdictOf: (account: AccountRecord, record: RolloutRecord) => Verdict;
}

export interface Settling {
  readonly minutes: number;
  /** The accounts that are checked again. */
  readonly accounts: (account: AccountRecord) => boolean;
  /** The pauses of the config are over: only what AWS reports as pending is waited for. */
  readonly isPendingOnly: boolean;
}

/** Between two looks at something pending. The longest window is an hour, so there are few. */
const pendingPauseMinutes = 10;

/**
 * First the pauses of the config, for every check that did not pass. Then only accounts whose open checks are all pending, each
 * within the window that its check declares. A config without pauses waits for nothing.
 *
 * @returns undefined if the results count now
 */
export function settlingOf({ record, members, checks, verdictOf }: Looked, now: Date): Settling | undefined {
  // A failed deployment stays failed, however long we wait; a check may pass a few minutes later.
  const isOpen = (account: AccountRecord): boolean =>
    !isOut(account, record.id) && verdictOf(account, record) !== 'healthy';
  if (checks.settleMinutes.length === 0) return undefined;
  const minutes = checks.settleMinutes[currentWave(record).round];
  if (minutes !== undefined)
    return members.some(isOpen) ? { minutes, accounts: isOpen, isPendingOnly: false } : undefined;
  const isPending = (account: AccountRecord): boolean => isOpen(account) && isWithinWindows(account, now);
  return members.some(isPending)
    ? { minutes: pendingPauseMinutes, accounts: isPending, isPendingOnly: true }
    : undefined;
}

function isWithinWindows(account: AccountRecord, now: Date): boolean {
  const deployedAt = statesOf(account).findLast(({ state }) => state === 'DEPLOYED')?.at;
  if (deployedAt === undefined) return false;
  const sinceMs = now.getTime() - new Date(deployedAt).getTime();
  const critical = account.failing.filter(({ severity }) => severity === 'critical');
  return critical.length > 0 && critical.every((result) => sinceMs < windowMs(result));
}

const windowMs = ({ outcome, settlesMinutes = 0 }: CheckResult): number =>
  outcome === 'unknown' ? settlesMinutes * 60_000 : 0;
