/**
 * Checks accounts again between rollouts: on a schedule, and by `strongroom verify`. The accounts come from the organization as it is now,
 * so an account that has left the waves since is skipped.
 */
import pLimit from 'p-limit';
import { isStrongroomError } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import {
  type AccountId,
  parseSweepId,
  type ReleaseId,
  type RolloutId,
  type SweepId,
  type WaveName,
} from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { FinishedWave } from '../domain/model/finished-wave';
import type { Verdict } from '../domain/model/gate';
import { isOver } from '../domain/model/lease';
import { riskNotice } from '../domain/model/notice';
import { faultWords } from '../domain/model/outage';
import type { Placed } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord, RolloutRequest } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { readAccounts, writeAccount } from '../records/accounts';
import type { Baseline } from '../records/baseline';
import { loadRelease } from '../records/documents';
import { writeEvidence } from '../records/evidence';
import { readRollout } from '../records/rollouts';
import { unlessStale } from '../records/stale-write';
import { readFinishedWave } from '../records/waves';
import { evidenceOf, type Seen, visitAccount, withVisit } from '../rollout/visit';
import { visitTo } from '../rollout/wave-accounts';
import { previewPlan, stamp } from './start';

/** Accounts that are visited at once [aws-behavior 4]. */
const accountsAtOnceMax = 40;

export type SweepPorts = Pick<
  Ports,
  'directory' | 'store' | 'artifacts' | 'accounts' | 'notifier' | 'clock' | 'random'
>;
/** Visits to recorded accounts need no listing of the organization. */
export type VisitingPorts = Omit<SweepPorts, 'directory'>;

export type Member = Placed & { readonly wave: WaveName };

/** The result for one account. */
export type Verified =
  | { readonly kind: 'unmanaged'; readonly member: Member; readonly because: string }
  | {
      readonly kind: 'verified';
      readonly member: Member;
      readonly verdict: Verdict;
      /** With what was seen; its state changes only if that was recorded. */
      readonly account: AccountRecord;
      /** Why it was not. */
      readonly unrecorded?: string | undefined;
    };

export interface SweepRequest extends Pick<RolloutRequest, 'waves' | 'accounts'> {
  /** Continues after this account. */
  readonly after?: AccountId | undefined;
  readonly accountsMax: number;
}

/** Every planned account in the order of the ids, at most so many at a time; `next` is the `after` of the following part. */
export async function sweep(
  ports: SweepPorts,
  baseline: Baseline,
  desiredState: DesiredState,
  { after, accountsMax, ...request }: SweepRequest,
): Promise<{ readonly verified: readonly Verified[]; readonly next?: AccountId }> {
  return sweepPart(ports, desiredState, await membersMeant(ports, baseline, desiredState, request), {
    after,
    accountsMax,
  });
}

/** @param all in the order of the ids. */
export async function sweepPart(
  ports: VisitingPorts,
  desiredState: DesiredState,
  all: readonly Member[],
  { after, accountsMax }: Pick<SweepRequest, 'after' | 'accountsMax'>,
): Promise<{ readonly verified: readonly Verified[]; readonly next?: AccountId }> {
  const left = all.filter(({ id }) => after === undefined || id > after);
  const members = left.slice(0, accountsMax);
  const verified = await verifyMembers(ports, desiredState, members);
  const last = members.at(-1);
  return last !== undefined && left.length > members.length ? { verified, next: last.id } : { verified };
}

/** @throws UnknownAccount for an account that no wave selects, with the reason: it is never entered. */
export async function membersMeant(
  ports: Pick<Ports, 'directory' | 'store' | 'clock'>,
  baseline: Baseline,
  desiredState: DesiredState,
  request: Pick<RolloutRequest, 'waves' | 'accounts'>,
): Promise<readonly Member[]> {
  const { plan } = await previewPlan(ports, baseline, desiredState, request);
  return plan.waves
    .flatMap(({ name: wave, accounts }) => accounts.map((account) => ({ ...account, wave })))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** @param report called once for each account, as soon as its result is known. */
export async function verifyMembers(
  ports: VisitingPorts,
  desiredState: DesiredState,
  members: readonly Member[],
  report: (verified: Verified) => void = () => {},
): Promise<readonly Verified[]> {
  const sweeping = beginSweep(ports, desiredState);
  const reported = (verified: Verified): Verified => {
    report(verified);
    return verified;
  };
  const items = await readAccounts(
    ports,
    members.map(({ id }) => id),
  );
  const limit = pLimit(accountsAtOnceMax);
  try {
    const visits = await limit.map(members, async (member, index) => {
      const visit = await visitMember(sweeping, member, items[index]);
      if (visit.kind === 'unmanaged') return reported(visit);
      return isConclusive(visit) ? reported(await concluded(sweeping, visit)) : visit;
    });
    // If no account at all can be entered, our credentials are wrong. That says nothing about the accounts, and must not cost them their readiness.
    const isAnyOpen = visits.some((visit) => visit.kind === 'verified' || isEntered(visit));
    return await limit.map(visits, async (visit) => {
      if (visit.kind !== 'visited') return visit;
      const { outage } = visit.seen;
      if (outage !== undefined)
        return reported(unrecorded(visit, `outage ${faultWords[outage.fault]}: ${outage.because}`));
      return reported(
        isAnyOpen ? await concluded(sweeping, visit) : unrecorded(visit, 'no account could be entered at all'),
      );
    });
  } finally {
    limit.clearQueue();
  }
}

const isEntered = (visit: VisitOutcome): boolean => visit.kind === 'visited' && visit.seen.error === undefined;
const isConclusive = (visit: Visited): boolean => isEntered(visit) && visit.seen.outage === undefined;

interface Sweeping {
  readonly ports: VisitingPorts;
  readonly desiredState: DesiredState;
  readonly by: SweepId;
  readonly release: (id: ReleaseId) => Promise<Release>;
  readonly finished: (wave: WaveName) => Promise<FinishedWave | undefined>;
  readonly rollout: (id: RolloutId) => Promise<Item<RolloutRecord>>;
}

/** What many accounts share is read once. A rollout that runs when it is first read counts as running for the whole sweep. */
const beginSweep = (ports: VisitingPorts, desiredState: DesiredState): Sweeping => ({
  ports,
  desiredState,
  by: parseSweepId(`sw-${stamp(ports.clock.now(), ports.random)}`),
  release: remembering((id) => loadRelease(ports, id)),
  finished: remembering((wave) => readFinishedWave(ports, wave)),
  rollout: remembering((id) => readRollout(ports, id)),
});

function remembering<K, V>(load: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  return (key) => {
    const value = known.get(key) ?? load(key);
    known.set(key, value);
    return value;
  };
}

type VisitOutcome = Visited | Verified;

interface Visited {
  readonly kind: 'visited';
  readonly member: Member;
  readonly item: Item<AccountRecord>;
  readonly seen: Seen;
}

async function visitMember(
  { ports, desiredState, by, release }: Sweeping,
  member: Member,
  item: Item<AccountRecord> | undefined,
): Promise<Visited | Extract<Verified, { kind: 'unmanaged' }>> {
  if (item?.value.release === undefined) return { kind: 'unmanaged', member, because: whyUnmanaged(item?.value) };
  const seen = await visitAccount(ports, {
    visit: visitTo(member.id, by, desiredState),
    release: await release(item.value.release),
    adopted: item.value.adopted,
    drift: item.value.drift,
  });
  if (seen.error !== undefined && !isAboutTheAccount(seen.error)) throw seen.error;
  return { kind: 'visited', member, item, seen };
}

function whyUnmanaged(account: AccountRecord | undefined): string {
  if (account === undefined || (account.modules.length === 0 && account.settingsRelease === undefined))
    return 'nothing was rolled out to it yet';
  return 'its parts are not all at one release, so there is none to judge it with';
}

/** Missing credentials, a lost network, or a bug of ours end the sweep: they would make every account look bad. */
const isAboutTheAccount = (error: unknown): boolean =>
  isStrongroomError(error) &&
  (error.retriable || error.code === 'CannotEnterAccount' || error.code === 'WrongIdentity');

/** Records what was seen, unless a rollout holds the account, and alerts if keys are at risk. */
async function concluded(sweeping: Sweeping, visited: Visited): Promise<Verified> {
  const { notifier } = sweeping.ports;
  const { item, member, seen } = visited;
  const account = withVisit(item.value, seen, await hasSoaked(sweeping, visited));
  const holder = await holderOf(sweeping, item.value);
  const because =
    holder === undefined ? await recorded(sweeping, visited, account) : `rollout ${holder.id} holds the account`;
  if (because === undefined) {
    if (account.state === 'KEYS_AT_RISK') await notifier.notify(riskNotice(account, account.stateSince));
    return { kind: 'verified', member, verdict: seen.verdict, account };
  }
  // While a rollout works there, a check may fail for a moment. While it waits, only the sweep can alert.
  if (account.state === 'KEYS_AT_RISK' && holder !== undefined && holder.status.kind !== 'running')
    await notifier.notify(riskNotice(account, item.value.stateSince));
  return unrecorded(visited, because, account);
}

const stateOf = ({ state, stateSince, states }: AccountRecord) => ({ state, stateSince, states });

/** Shown with what was seen, but in the state in which it is recorded. */
const unrecorded = (
  { item, member, seen }: Visited,
  because: string,
  account = withVisit(item.value, seen, false),
) => ({
  kind: 'verified' as const,
  member,
  verdict: seen.verdict,
  account: { ...account, ...stateOf(item.value) },
  unrecorded: because,
});

/** @returns why it was not recorded. */
async function recorded(
  { ports, by }: Sweeping,
  { item, seen }: Visited,
  account: AccountRecord,
): Promise<string | undefined> {
  const write = async (): Promise<void> => {
    // Evidence comes first, so that no state is recorded without it.
    await writeEvidence(ports, item.value, evidenceOf(seen, { sweep: by }));
    await writeAccount(ports, account, item.version);
  };
  // Not retried: the visit was judged with the release and the drift of the record that it began with.
  return (await unlessStale(write())) ? undefined : 'another process changed its record during the visit';
}

/** The rollout that holds the account. A rollout that has ended, or whose lease has expired, holds nothing. */
export async function holderOf(
  { ports, rollout }: Pick<Sweeping, 'rollout'> & { readonly ports: Pick<Ports, 'clock'> },
  { holder }: AccountRecord,
): Promise<RolloutRecord | undefined> {
  if (holder === undefined) return undefined;
  const { value } = await rollout(holder.rollout);
  return isOver(value, ports.clock.now()) ? undefined : value;
}

/**
 * A passed visit of a sweep counts as the one after the soak if the account has passed for the soak time of its wave, and only with a release
 * that the wave has finished: then the wave has passed its gate, and its approval, if it requires one, was given.
 */
async function hasSoaked({ desiredState, finished }: Sweeping, { item, member, seen }: Visited): Promise<boolean> {
  const { passing } = item.value;
  const soakMinutes = desiredState.waves.find(({ name }) => name === member.wave)?.soakMinutes ?? 0;
  if (passing?.release !== seen.release || soakMinutes === 0) return false;
  if (seen.at.getTime() - new Date(passing.at).getTime() < soakMinutes * 60_000) return false;
  return (await finished(member.wave))?.release === seen.release;
}
