/** Expiry of a lease. It is a time in the record of the holder, compared with our clock, because the TTL of a table deletes days later [aws-behavior 7]. */
import { errors } from '../errors';
import { approvalTimeoutSeconds, type RolloutRecord } from './rollout';

/** Each step renews the lease of a running rollout; without one it expires after this time. */
const leaseMinutes = 60;

/** The rollout with its lease renewed. @param busyUntil the end of a wait that is already known. */
export function leased(record: RolloutRecord, busyUntil: Date): RolloutRecord {
  if (record.lease === undefined) return record;
  const { status } = record;
  // While a rollout waits for approval, it keeps its lease for as long as the state machine waits.
  const graceSeconds =
    status.kind === 'awaitingApproval' ? approvalTimeoutSeconds(status, busyUntil) : leaseMinutes * 60;
  const expiresAt = new Date(busyUntil.getTime() + graceSeconds * 1000).toISOString();
  return { ...record, lease: { ...record.lease, expiresAt } };
}

/** Half of the lease has passed: an operation can take hours without a step. */
export const isAging = ({ lease }: RolloutRecord, now: Date): boolean =>
  lease !== undefined && new Date(lease.expiresAt).getTime() - now.getTime() < (leaseMinutes * 60_000) / 2;

/** A rollout that died before it recorded its lease keeps it no longer than one that died later. */
export function isExpired({ lease, startedAt }: RolloutRecord, now: Date, since = startedAt): boolean {
  const expiry = lease ? new Date(lease.expiresAt) : new Date(new Date(since).getTime() + leaseMinutes * 60_000);
  return expiry <= now;
}

/** The rollout has ended or its lease has expired, so another rollout can take its accounts. */
export const isOver = (record: RolloutRecord, now: Date, since?: string): boolean =>
  record.status.kind === 'finished' || isExpired(record, now, since);

/** Two people whose clocks differ by more could disagree about whether a lease has expired. AWS itself refuses at five minutes [doc:IAM/reference_aws-signing]. */
export const clockOffMsMax = 2 * 60_000;

/** Before a lease is taken. @throws ClockSkewed. */
export function assertClockAgrees(offByMs: number): void {
  if (Math.abs(offByMs) > clockOffMsMax) throw errors.clockSkewed(offByMs);
}
