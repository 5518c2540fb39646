/** What becomes of a sweep's visit: it is recorded, unless a rollout holds the account, and keys at risk are reported. */
import type { AccountRecord } from '../domain/model/account-record';
import type { Actor } from '../domain/model/actor';
import type { ReleaseId, RolloutId, SweepId, WaveName } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { FinishedWave } from '../domain/model/finished-wave';
import type { Verdict } from '../domain/model/gate';
import { isOver } from '../domain/model/lease';
import { riskNotice } from '../domain/model/notice';
import type { Placed } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { byVersion, guard } from '../ports/guard';
import type { Item, Ports, UsesAccounts } from '../ports/ports';
import { writeAccount } from '../records/accounts';
import { writeEvidence } from '../records/evidence';
import { readRollout } from '../records/rollouts';
import { unlessStale } from '../records/stale-write';
import { evidenceOf, type Seen, withVisit } from '../rollout/visit';

export type SweepPorts = Pick<Ports, 'directory' | 'store' | 'artifacts' | 'notifier' | 'clock' | 'random'> &
  UsesAccounts<'collectFacts'>;

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

export interface Sweeping {
  readonly ports: VisitingPorts;
  readonly desiredState: DesiredState;
  readonly id: SweepId;
  readonly by: Actor;
  readonly release: (id: ReleaseId) => Promise<Release>;
  readonly finished: (wave: WaveName) => Promise<FinishedWave | undefined>;
  readonly rollout: (id: RolloutId) => Promise<Item<RolloutRecord>>;
}

export interface Visited {
  readonly kind: 'visited';
  readonly member: Member;
  readonly item: Item<AccountRecord>;
  readonly seen: Seen;
}

export const changedMeanwhile = 'another process changed its record during the visit';

/** Records what was seen, unless a rollout holds the account, and alerts if keys are at risk. */
export async function concluded(sweeping: Sweeping, visited: Visited): Promise<Verified> {
  const { notifier } = guard(sweeping.ports, byVersion);
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
  if (account.state === 'KEYS_AT_RISK' && holder !== undefined && (await isWaiting(sweeping.ports, holder.id)))
    await notifier.notify(riskNotice(account, item.value.stateSince));
  return unrecorded(visited, because, account);
}

/** Read again: the rollout may have continued since the sweep began. */
const isWaiting = async (ports: Pick<Ports, 'store'>, id: RolloutId): Promise<boolean> =>
  (await readRollout(ports, id)).value.status.kind !== 'running';

const stateOf = ({ state, stateSince, states }: AccountRecord) => ({ state, stateSince, states });

/** Shown with what was seen, but in the state in which it is recorded. */
export const unrecorded = (
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
  { ports, id, by }: Sweeping,
  { item, seen }: Visited,
  account: AccountRecord,
): Promise<string | undefined> {
  const write = async (): Promise<void> => {
    // Evidence comes first, so that no state is recorded without it.
    const own = guard(ports, byVersion);
    await writeEvidence(own, item.value, evidenceOf(seen, { sweep: id, by }));
    await writeAccount(own, account, item.version);
  };
  // Not retried: the visit was judged with the release and the drift of the record that it began with.
  return (await unlessStale(write())) ? undefined : changedMeanwhile;
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
