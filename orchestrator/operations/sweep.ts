/**
 * Checks accounts again between rollouts: on a schedule, and by `strongroom verify`. The accounts come from the organization as it is now,
 * so an account that has left the waves since is skipped.
 */
import pLimit from 'p-limit';
import { isStrongroomError } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import { type Actor, strongroomItself } from '../domain/model/actor';
import { type AccountId, parseSweepId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import { faultWords } from '../domain/model/outage';
import type { RolloutRequest } from '../domain/model/rollout';
import { guard } from '../ports/guard';
import type { Item, Ports } from '../ports/ports';
import { readAccount, readAccounts } from '../records/accounts';
import type { Baseline } from '../records/baseline';
import { loadRelease } from '../records/documents';
import { readRollout } from '../records/rollouts';
import { isStaleWrite } from '../records/stale-write';
import { readFinishedWave } from '../records/waves';
import { accountGuard, recordWindowSeconds } from '../rollout/guards';
import { visitAccount } from '../rollout/visit';
import { visitTo } from '../rollout/wave-accounts';
import {
  changedMeanwhile,
  concluded,
  type Member,
  type Sweeping,
  type SweepPorts,
  unrecorded,
  type Verified,
  type Visited,
  type VisitingPorts,
} from './conclude-visit';
import { previewPlan, stamp } from './start';

/** Accounts that are visited at once [aws-behavior 4]. */
const accountsAtOnceMax = 40;

export { holderOf, type Member, type SweepPorts, type Verified, type VisitingPorts } from './conclude-visit';

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
  const verified = await verifyMembers(ports, desiredState, members, strongroomItself);
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

/**
 * @param by who started the sweep.
 * @param report called once for each account, as soon as its result is known.
 */
export async function verifyMembers(
  ports: VisitingPorts,
  desiredState: DesiredState,
  members: readonly Member[],
  by: Actor,
  report: (verified: Verified) => void = () => {},
): Promise<readonly Verified[]> {
  const sweeping = beginSweep(ports, desiredState, by);
  const reported = (verified: Verified): Verified => {
    report(verified);
    return verified;
  };
  const readAt = ports.clock.now();
  const items = await readAccounts(
    ports,
    members.map(({ id }) => id),
  );
  const limit = pLimit(accountsAtOnceMax);
  try {
    const visits = await limit.map(members, async (member, index) => {
      const visit = await visitMember(sweeping, member, { item: items[index], readAt });
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

/** What many accounts share is read once. A rollout that runs when it is first read counts as running for the whole sweep. */
const beginSweep = (ports: VisitingPorts, desiredState: DesiredState, by: Actor): Sweeping => ({
  ports,
  desiredState,
  by,
  id: parseSweepId(`sw-${stamp(ports.clock.now(), ports.random)}`),
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

interface Known {
  readonly item: Item<AccountRecord> | undefined;
  readonly readAt: Date;
}

async function visitMember(
  { ports, desiredState, id, release }: Sweeping,
  member: Member,
  before: Known,
): Promise<Visited | Extract<Verified, { kind: 'unmanaged' }>> {
  const { item, readAt } = await latest(ports, member, before);
  if (item?.value.release === undefined) return { kind: 'unmanaged', member, because: whyUnmanaged(item?.value) };
  try {
    const seen = await visitAccount(guard(ports, accountGuard(ports, item, readAt)), {
      visit: visitTo(member.id, id, desiredState),
      release: await release(item.value.release),
      adopted: item.value.adopted,
      drift: item.value.drift,
    });
    if (seen.error !== undefined && !isAboutTheAccount(seen.error)) throw seen.error;
    return { kind: 'visited', member, item, seen };
  } catch (error) {
    if (!isStaleWrite(error)) throw error;
    return { kind: 'unmanaged', member, because: changedMeanwhile };
  }
}

/** A sweep takes minutes, and an account may have been closed or moved since it began. */
async function latest(ports: Pick<Ports, 'store' | 'clock'>, { id }: Member, known: Known): Promise<Known> {
  const now = ports.clock.now();
  const isRecent = now.getTime() - known.readAt.getTime() < recordWindowSeconds * 1000;
  return isRecent ? known : { item: await readAccount(ports, id), readAt: now };
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
