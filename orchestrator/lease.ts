/** The organization-wide lease: at most one rollout over waves. Its expiry is in the holder's record, so that one write renews it. */
import type { RolloutId } from './domain/brand';
import type { RolloutRecord } from './domain/rollout';
import type { Item, Ports } from './ports/ports';
import { readLease, readRollout, writeLease, writeRollout } from './records';

export type Taken =
  | { readonly kind: 'taken'; readonly fence: number }
  | {
      readonly kind: 'busy';
      readonly holder: RolloutId;
      readonly by: string;
      readonly since: string;
      readonly because: string;
    };

/** Takes the lease, or says who holds it and since when. Taken twice by the same rollout it is taken once. */
export async function takeLease(ports: Pick<Ports, 'store'>, record: RolloutRecord, now: Date): Promise<Taken> {
  const busy = await holderOf(ports, now);
  if (busy !== undefined && busy.holder !== record.id) return busy;
  const item = await readLease(ports);
  if (item?.value.holder === record.id && !item.value.released) return { kind: 'taken', fence: item.value.fence };
  // The fence only ever rises, and the write is refused if another rollout was quicker.
  const fence = (item?.value.fence ?? 0) + 1;
  const lease = { holder: record.id, by: record.request.by, since: now.toISOString(), fence, released: false };
  await writeLease(ports, lease, item?.version ?? 0);
  return { kind: 'taken', fence };
}

/** Who holds the organization now, if anybody does. */
export async function holderOf(
  ports: Pick<Ports, 'store'>,
  now: Date,
): Promise<Extract<Taken, { kind: 'busy' }> | undefined> {
  const item = await readLease(ports);
  if (item === undefined || item.value.released) return undefined;
  const { holder, by, since } = item.value;
  const { value: rollout } = await readRollout(ports, holder);
  if (rollout.status.kind === 'finished') return undefined;
  if (expiryOf(rollout, since) <= now) return undefined;
  return {
    kind: 'busy',
    holder,
    by,
    since,
    because: `rollout ${holder} holds the organization, started by ${by} at ${since}`,
  };
}

/** A running rollout keeps its lease by playing: it is gone this long after the last sign of life. */
const leaseMinutes = 60;
/** A rollout that asks keeps it for as long as the state machine waits for an answer. */
const askingDays = 14;

/** The rollout with its lease renewed. @param busyUntil what it is known to wait for. */
export function leased(record: RolloutRecord, busyUntil: Date): RolloutRecord {
  if (record.lease === undefined) return record;
  const graceMinutes = record.status.kind === 'asking' ? askingDays * 24 * 60 : leaseMinutes;
  const expiresAt = new Date(busyUntil.getTime() + graceMinutes * 60_000).toISOString();
  return { ...record, lease: { ...record.lease, expiresAt } };
}

/** Renews a lease of which half is gone: an operation may take hours, in which no turn is played. */
export async function keepLease(
  ports: Pick<Ports, 'store'>,
  { value, version }: Item<RolloutRecord>,
  now: Date,
): Promise<void> {
  if (value.lease === undefined) return;
  const leftMs = new Date(value.lease.expiresAt).getTime() - now.getTime();
  if (leftMs < (leaseMinutes * 60_000) / 2) await writeRollout(ports, leased(value, now), version);
}

/** A rollout that died between taking the lease and recording it holds it no longer than one that died later. */
const expiryOf = (rollout: RolloutRecord, since: string): Date =>
  rollout.lease ? new Date(rollout.lease.expiresAt) : new Date(new Date(since).getTime() + leaseMinutes * 60_000);

export async function releaseLease(ports: Pick<Ports, 'store'>, rollout: RolloutId): Promise<void> {
  const item = await readLease(ports);
  if (item?.value.holder !== rollout || item.value.released) return;
  await writeLease(ports, { ...item.value, released: true }, item.version);
}
