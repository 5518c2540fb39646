/** Looks before anything is deployed: enters each account, confirms its identity, and finds out which regions answer and what others already run. */

import { isStrongroomError, messageOf } from '../domain/errors';
import { moved, withFailure, withPreflight, withUnreached } from '../domain/model/account-changes';
import {
  type AccountRecord,
  type Adopted,
  type Failure,
  failuresOf,
  isGone,
  isNeverEntered,
  isWaitedFor,
  type SkippedModule,
  unreachedOf,
} from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import type { DesiredState } from '../domain/model/desired-state';
import type { Preflight } from '../domain/model/lookups';
import { outageOf, type Unreached } from '../domain/model/outage';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { type Decision, decideAdoption } from '../domain/planning/adoption';
import { lookupsWanted } from '../domain/planning/preflight';
import type { Item } from '../ports/ports';
import { changeAccount } from '../rollout/change-account';
import { lookUp } from '../rollout/look-up';
import { openShard } from '../rollout/shard';
import { isRefusal } from '../rollout/step';
import { visitTo } from '../rollout/wave-accounts';
import type { ActingPortsOf, Handler } from '../tasks/table';

type PreflightPorts = ActingPortsOf<'PreflightShard'>;

export const preflightShard: Handler<'PreflightShard'> = (closed) => async (input) => {
  const { shard, ports } = await openShard(closed, input);
  const { record, desiredState, release, accounts, limit } = shard;
  const there = accounts.filter(({ value }) => !isGone(value));
  const wanted = isLookingAgain(record) ? there.filter(({ value }) => isAwaited(value, record)) : there;
  await Promise.all(wanted.map((item) => limit(() => preflight(ports, { record, desiredState, release, item }))));
  return { shard: input.shard };
};

/** After a wait only the accounts that were waited for are visited. */
const isLookingAgain = ({ lastStep }: RolloutRecord): boolean => lastStep?.state === 'JudgePreflight';

const isAwaited = (account: AccountRecord, record: RolloutRecord): boolean =>
  isWaitedFor(account, record.id) ||
  (currentWave(record).outage !== undefined && unreachedOf(account, record.id) !== undefined);

interface Visited {
  readonly record: RolloutRecord;
  readonly desiredState: DesiredState;
  readonly release: Release;
  readonly item: Item<AccountRecord>;
}

async function preflight(ports: PreflightPorts, visited: Visited): Promise<void> {
  const { record, release, item } = visited;
  const found = await look(ports, visited);
  const now = ports.clock.now();
  const seen = (known: AccountRecord): AccountRecord => {
    const account = withoutPreflight(known, record);
    if (found.kind === 'unreached') return withUnreached(account, record.id, found.unreached);
    const marked = found.failures.reduce((before, failure) => withFailure(before, record.id, failure), account);
    return withPreflight(moved(marked, 'entered', now), placesOf(found.decisions), release);
  };
  await changeAccount(ports, record.id, item, seen);
}

function failuresIn(seen: Preflight, decisions: readonly Decision[]): readonly Failure[] {
  const failures = [...closedIn(seen), ...conflictsIn(decisions)];
  return failures.length > 0 ? failures : activatingIn(decisions);
}

/** What an earlier look in this attempt found no longer counts. */
function withoutPreflight(known: AccountRecord, { id }: RolloutRecord): AccountRecord {
  const account = withUnreached(known, id, undefined);
  const failures = failuresOf(account, id);
  const others = failures.filter(({ at }) => at !== 'preflight');
  return others.length === failures.length
    ? account
    : { ...account, work: { ...account.work, rollout: id, failures: others } };
}

type Found =
  | { readonly kind: 'unreached'; readonly unreached: Unreached }
  | { readonly kind: 'entered'; readonly decisions: readonly Decision[]; readonly failures: readonly Failure[] };

async function look(ports: PreflightPorts, visited: Visited): Promise<Found> {
  const visit = visitTo(visited.item.value.id, visited.record.id, visited.desiredState);
  try {
    const seen = await lookUp(ports, visit, lookupsWanted(visited.release));
    const decisions = decideAdoption(visited.release, seen);
    return { kind: 'entered', decisions, failures: failuresIn(seen, decisions) };
  } catch (error) {
    if (isRefusal(error)) throw error;
    // One account that cannot be entered must not stop the other ninety-nine; JudgePreflight decides whose fault it is.
    return { kind: 'unreached', unreached: unreached(error, visited.item.value, ports.clock.now()) };
  }
}

/** The role of a fresh account is there only some minutes after the account [bc:organizations:CreateAccount]. */
function unreached(error: unknown, account: AccountRecord, now: Date): Unreached {
  const mayCome = isStrongroomError(error) && error.code === 'CannotEnterAccount' && isNeverEntered(account);
  const { fault, because } = outageOf(error) ?? { fault: 'account', because: messageOf(error) };
  return { at: 'preflight', fault, because, seenAt: now.toISOString(), ...(mayCome && { waitedFor: true }) };
}

interface Places {
  readonly adopted: readonly Adopted[];
  readonly skipped: readonly SkippedModule[];
}
const placesOf = (decisions: readonly Decision[]): Places => ({
  adopted: decisions.flatMap((d) => (d.kind === 'leave' ? [placeOf(d)] : [])),
  skipped: decisions.flatMap((d) => (d.kind === 'skip' ? [placeOf(d)] : [])),
});
const placeOf = ({ module, region, because }: SkippedModule): SkippedModule => ({ module, region, because });

/** If the service answers in time, the module is deployed with the others; if not, it stays skipped. */
const activatingIn = (decisions: readonly Decision[]): readonly Failure[] =>
  decisions.flatMap((d) =>
    d.kind === 'skip' && d.activating
      ? [{ at: 'preflight', module: d.module, region: d.region, reason: d.because, waitedFor: true }]
      : [],
  );

const conflictsIn = (decisions: readonly Decision[]): readonly Failure[] =>
  decisions.flatMap((d) =>
    d.kind === 'conflict'
      ? [{ at: 'preflight', module: d.module, region: d.region, reason: `${d.because}; ${d.next}` }]
      : [],
  );

const closedIn = ({ unusable }: Preflight): readonly Failure[] =>
  unusable.map(({ region, why, activating }) => ({
    at: 'preflight',
    region,
    reason: why,
    ...(activating && { waitedFor: true }),
  }));
