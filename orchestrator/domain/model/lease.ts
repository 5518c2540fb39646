/** How long a lease lasts. The expiry is in the holder's own record and compared with our clock: a table's TTL deletes days later [aws-control-plane 7]. */
import { approvalTimeoutSeconds, type RolloutRecord } from './rollout';

/** Every step renews the lease; it expires this long after the last one. */
const leaseMinutes = 60;

/** The rollout with its lease renewed. @param busyUntil what it is known to wait for. */
export function leased(record: RolloutRecord, busyUntil: Date): RolloutRecord {
  if (record.lease === undefined) return record;
  const { status } = record;
  // A rollout that waits for an answer keeps its lease for as long as the state machine waits.
  const graceSeconds =
    status.kind === 'awaitingApproval' ? approvalTimeoutSeconds(status, busyUntil) : leaseMinutes * 60;
  const expiresAt = new Date(busyUntil.getTime() + graceSeconds * 1000).toISOString();
  return { ...record, lease: { ...record.lease, expiresAt } };
}

/** Half of it is gone: an operation may take hours, during which no step runs. */
export const isAging = ({ lease }: RolloutRecord, now: Date): boolean =>
  lease !== undefined && new Date(lease.expiresAt).getTime() - now.getTime() < (leaseMinutes * 60_000) / 2;

/** A rollout that died between taking the lease and recording it keeps it no longer than one that died later. */
export function isExpired({ lease, startedAt }: RolloutRecord, now: Date, since = startedAt): boolean {
  const expiry = lease ? new Date(lease.expiresAt) : new Date(new Date(since).getTime() + leaseMinutes * 60_000);
  return expiry <= now;
}

/** It has ended, or its lease has expired: what it held may be taken. */
export const isOver = (record: RolloutRecord, now: Date, since?: string): boolean =>
  record.status.kind === 'finished' || isExpired(record, now, since);
