/** How long a hold lasts. It is a time in the holder's own record, judged by our clock: a table's TTL deletes days later [aws-behavior 7]. */
import { errors } from '../errors';
import { approvalTimeoutSeconds, type RolloutRecord } from './rollout';

/** A running rollout keeps its lease by playing: it is gone this long after the last sign of life. */
const leaseMinutes = 60;

/** The rollout with its lease renewed. @param busyUntil what it is known to wait for. */
export function leased(record: RolloutRecord, busyUntil: Date): RolloutRecord {
  if (record.lease === undefined) return record;
  const { status } = record;
  // A rollout that asks keeps its lease for as long as the state machine waits for an answer.
  const graceSeconds =
    status.kind === 'awaitingApproval' ? approvalTimeoutSeconds(status, busyUntil) : leaseMinutes * 60;
  const expiresAt = new Date(busyUntil.getTime() + graceSeconds * 1000).toISOString();
  return { ...record, lease: { ...record.lease, expiresAt } };
}

/** Half of it is gone: an operation may take hours, in which no turn is played. */
export const isAging = ({ lease }: RolloutRecord, now: Date): boolean =>
  lease !== undefined && new Date(lease.expiresAt).getTime() - now.getTime() < (leaseMinutes * 60_000) / 2;

/** A rollout that died between taking a lease and recording it holds it no longer than one that died later. */
export function isExpired({ lease, startedAt }: RolloutRecord, now: Date, since = startedAt): boolean {
  const expiry = lease ? new Date(lease.expiresAt) : new Date(new Date(since).getTime() + leaseMinutes * 60_000);
  return expiry <= now;
}

/** It has ended, or nothing is heard of it any more: what it held may be taken. */
export const isOver = (record: RolloutRecord, now: Date, since?: string): boolean =>
  record.status.kind === 'finished' || isExpired(record, now, since);

/** Two people whose clocks differ by more could disagree about whether a lease has expired. AWS itself refuses at five minutes [doc:IAM/reference_aws-signing]. */
export const clockOffMsMax = 2 * 60_000;

/** Before a lease is taken. @throws ClockSkewed. */
export function assertClockAgrees(offByMs: number): void {
  if (Math.abs(offByMs) > clockOffMsMax) throw errors.clockSkewed(offByMs);
}
