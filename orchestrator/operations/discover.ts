/**
 * Discovers what no event announced, since Organizations delivers events as best effort [aws-behavior 3.4]: accounts that are new, that
 * moved, left or were closed, whose exemption has expired, or whose last rollout has failed. The place of each account is recorded, and an
 * account that is not at the release that its wave has finished is onboarded, as after an event.
 */
import pLimit from 'p-limit';
import { type AccountRecord, isInFormerWave } from '../domain/model/account-record';
import type { AccountId, RolloutId, WaveName } from '../domain/model/brand';
import type { FinishedWave } from '../domain/model/finished-wave';
import { isOver } from '../domain/model/lease';
import type { Organization } from '../domain/model/organization';
import type { RolloutRecord } from '../domain/model/rollout';
import { waitingForFirst, waitingForRollout } from '../domain/planning/placement';
import { type Seat, seatsOf, target } from '../domain/planning/targeting';
import { byVersion, guard } from '../ports/guard';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import { readDesiredState } from '../records/desired-state';
import { loadDocument } from '../records/documents';
import { readLease } from '../records/leases';
import { refuseOtherOrganization } from '../records/owner';
import { readRollouts } from '../records/rollouts';
import { unlessStale } from '../records/stale-write';
import { releaseLease } from '../rollout/lease';
import { snapshotOrganization } from '../rollout/organization-snapshot';
import { recordPlace } from '../rollout/placement';
import { endSilent, silences } from '../rollout/takeover';
import { holdsFinished } from '../rollout/wave-admission';
import { type Followed, startNewAccount } from './onboard';

export type DiscoverPorts = Pick<
  Ports,
  'directory' | 'store' | 'artifacts' | 'notifier' | 'signs' | 'clock' | 'random'
> &
  UsesStackSets<'describe' | 'instances' | 'stop'>;

/** Account records written at once. A write that loses against another one is not retried: the next sweep looks again. */
const writesAtOnceMax = 50;

/** @param startsMax rollouts that are started at most; the next sweep starts the rest. */
export async function discover(
  ports: DiscoverPorts,
  { startsMax }: { readonly startsMax: number },
): Promise<readonly Followed[]> {
  const wanted = await readDesiredState(ports);
  if (wanted === undefined) return [];
  const desiredState = await loadDocument(ports, 'desiredState', wanted.desiredState);
  const organization = await snapshotOrganization(ports, desiredState);
  await refuseOtherOrganization(ports, organization.id);
  const now = ports.clock.now();
  const { known, holders } = await withoutDead(ports, now);
  const waves = new Map<WaveName, Wave>();
  for (const { name } of desiredState.waves) waves.set(name, await holdsFinished(ports, name));
  const records = new Map(known.map((item) => [item.value.id, item]));
  const standings = [...seatsOf(target(organization, desiredState, now))].map(([account, seat]): Standing => {
    const item = records.get(account);
    const last = item?.value.holder && holders.get(item.value.holder.rollout);
    const wave = seat.wave === undefined ? undefined : waves.get(seat.wave);
    return { account, seat, item, last, wave, reason: whyFollow(item?.value, seat, wave, last) };
  });
  await recordPlaces(ports, organization, standings, now);
  await recordLeft(ports, organization, { known, holders }, now);
  return followAll(ports, standings, startsMax, now);
}

type Wave = Awaited<ReturnType<typeof holdsFinished>>;

interface Standing {
  readonly account: AccountId;
  readonly seat: Seat;
  readonly item: Item<AccountRecord> | undefined;
  /** The rollout that holds it, or held it last. */
  readonly last: RolloutRecord | undefined;
  readonly wave: Wave | undefined;
  /** Why it has to be onboarded; undefined if it need not. */
  readonly reason: string | undefined;
}

interface Known {
  readonly known: readonly Item<AccountRecord>[];
  readonly holders: ReadonlyMap<RolloutId, RolloutRecord>;
}

/**
 * The accounts, and the rollouts that hold them. Rollouts whose execution has ended are ended first, and so are those of single accounts
 * that nothing runs any more, so that their accounts are free. A rollout over waves that was interrupted is left for a person to resume, or
 * for the next rollout to end.
 */
async function withoutDead(ports: DiscoverPorts, now: Date): Promise<Known> {
  const known = await listAccounts(ports);
  const items = await holdersOf(ports, known);
  const lease = await readLease(ports);
  const leased = lease === undefined || lease.value.released ? [] : await readRollouts(ports, [lease.value.holder]);
  const open = [...new Map([...items, ...leased].map((item) => [item.value.id, item])).values()].filter(
    ({ value }) => value.status.kind !== 'finished',
  );
  const dead = (await silences(ports, open, 'a sweep', now)).filter(
    ({ item, silence }) =>
      silence.kind === 'ended' || (silence.kind === 'silent' && item.value.request.newAccount === true),
  );
  for (const { item, silence } of dead) {
    if (silence.kind !== 'alive') await unlessStale(endSilent(ports, item, silence, now));
    await releaseLease(ports, item.value.id);
  }
  if (dead.length === 0) return { known, holders: byId(items) };
  const freed = await listAccounts(ports);
  return { known: freed, holders: byId(await holdersOf(ports, freed)) };
}

function holdersOf(
  ports: DiscoverPorts,
  known: readonly Item<AccountRecord>[],
): Promise<readonly Item<RolloutRecord>[]> {
  const ids = known.flatMap(({ value: { holder } }) => (holder === undefined ? [] : [holder.rollout]));
  return readRollouts(ports, [...new Set(ids)]);
}

const byId = (items: readonly Item<RolloutRecord>[]): Known['holders'] =>
  new Map(items.map(({ value }) => [value.id, value]));

/** @returns undefined if nothing is to be done, or a person has to retry what a rollout over the wave has left undone. */
function whyFollow(
  record: AccountRecord | undefined,
  { wave: name }: Seat,
  wave: Wave | undefined,
  last: RolloutRecord | undefined,
): string | undefined {
  if (name === undefined || wave?.finished === undefined) return undefined;
  if (last !== undefined && last.status.kind !== 'finished') return undefined;
  const { finished } = wave;
  if (record === undefined) return 'no event announced it';
  if (isInFormerWave(record, name)) return `it belongs to wave ${name} now`;
  if (record.release === finished.release || isLeftToPerson(last, name, finished)) return undefined;
  return record.release === undefined
    ? `it is not at release ${finished.release}, which wave ${name} has finished`
    : `its wave has finished release ${finished.release}, and it is at ${record.release}`;
}

/** The rollout that worked on the account last is the one that finished the wave, or a later one that has opened it. */
function isLeftToPerson(last: RolloutRecord | undefined, wave: WaveName, finished: FinishedWave): boolean {
  if (last === undefined || last.request.newAccount === true) return false;
  const status = last.waves.find(({ name }) => name === wave)?.status;
  const hasOpened = status !== undefined && status.kind !== 'pending';
  return hasOpened && (last.id === finished.rollout || last.startedAt >= finished.at);
}

/** A place takes the place of the record that it was decided on: another write in between wins. */
const own = (ports: Pick<Ports, 'store'>) => guard(ports, byVersion);

/** An account that a rollout is working on is left to it, unless the account is closed: the rollout has to know that. */
async function recordPlaces(
  ports: DiscoverPorts,
  { accounts }: Organization,
  standings: readonly Standing[],
  now: Date,
): Promise<void> {
  const orgStates = new Map(accounts.map(({ id, state }) => [id, state]));
  const limit = pLimit(writesAtOnceMax);
  await Promise.all(
    standings.map((standing) =>
      limit(async () => {
        const { account, seat, item, last, wave, reason } = standing;
        const isClosed = seat.wave === undefined && seat.placed.reason === 'suspended';
        if (last !== undefined && !isOver(last, now) && !isClosed) return;
        const release = item?.value.release;
        await unlessStale(
          recordPlace(
            own(ports),
            item,
            {
              placed: { ...seat.placed, because: placeOf(standing) },
              wave: seat.wave,
              orgState: orgStates.get(account) ?? 'CLOSED',
              isBehind: reason !== undefined && release !== undefined && release !== wave?.finished?.release,
            },
            now,
          ),
        );
      }),
    ),
  );
}

/** Says what the account waits for, if it waits. */
function placeOf({ account, seat: { wave: name, placed }, wave, reason }: Standing): string {
  if (name === undefined) return placed.because;
  if (wave?.finished === undefined) return `${placed.because}; ${waitingForFirst(name, account)}`;
  const isWaiting = reason !== undefined && !wave.isSettled;
  return isWaiting ? `${placed.because}; ${waitingForRollout(name, account)}` : placed.because;
}

/** Records accounts that the organization no longer lists. */
async function recordLeft(
  ports: DiscoverPorts,
  { accounts }: Organization,
  { known, holders }: Known,
  now: Date,
): Promise<void> {
  const listed = new Set(accounts.map(({ id }) => id));
  for (const item of known) {
    const { id, name, ou, orgState, holder } = item.value;
    const last = holder && holders.get(holder.rollout);
    if (listed.has(id) || (last !== undefined && !isOver(last, now))) continue;
    const placed = { id, name, ou, because: 'it is no longer in the organization', reason: 'excluded' } as const;
    await unlessStale(recordPlace(own(ports), item, { placed, wave: undefined, orgState }, now));
  }
}

async function followAll(
  ports: DiscoverPorts,
  standings: readonly Standing[],
  startsMax: number,
  now: Date,
): Promise<readonly Followed[]> {
  // One rollout a day for each account, however often a sweep runs.
  const what = `sweep-${now.toISOString().slice(0, 'yyyy-mm-dd'.length).replaceAll('-', '')}`;
  const followed: Followed[] = [];
  let started = 0;
  for (const { account, wave, reason } of standings) {
    if (reason === undefined || wave?.isSettled !== true) continue;
    if (started >= startsMax) break;
    const one = await startNewAccount(ports, { account, what, reason });
    if (one.kind === 'start') started += 1;
    followed.push(one);
  }
  return followed;
}
