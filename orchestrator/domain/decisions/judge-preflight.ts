/** JudgePreflight: which accounts can be entered, what is really deployed there, and whether the wave's deployment may start. */
import { missedModules, moved, staying, withFailure, withRelease } from '../model/account-changes';
import {
  type AccountRecord,
  failuresOf,
  failureText,
  isGone,
  isNeverEntered,
  isOut,
  isSamePlace,
  isWaitedFor,
  unreachedOf,
} from '../model/account-record';
import type { AccountId, Region, RolloutId, WaveName } from '../model/brand';
import { currentWave, withWave } from '../model/current-wave';
import { type DesiredState, toleranceOf } from '../model/desired-state';
import { accountEventsMax } from '../model/event';
import { shardsOf, shardsWhere } from '../model/execution-input';
import type { ModuleId } from '../model/module';
import type { EventBody, Move } from '../model/move';
import type { Stage } from '../model/plan';
import type { Release } from '../model/release';
import type { RolloutRecord, WaveProgress } from '../model/rollout';
import { ask } from './prompt';
import { startHold } from './start-hold';

/** How long a new account may take to let us in: tools that create accounts wait ten minutes and more [aws-behavior 6]. */
const bootstrapMinutesMax = 15;
const pauseMinutes = 2;

/** @returns undefined if no account is waited for. */
export function waitForAccounts(
  record: RolloutRecord,
  members: readonly AccountRecord[],
  now: Date,
): Move<'JudgePreflight'> | undefined {
  const until = nextLook(currentWave(record), now);
  const isMeant = (account: AccountRecord): boolean => isWaitedFor(account, record.id);
  const accounts = members.filter(isMeant).length;
  if (until === undefined || accounts === 0) return undefined;
  return wait(record, members, {
    for: 'bootstrap',
    doing: 'waiting until new accounts can be entered',
    until,
    accounts,
  });
}

/** New accounts that joined before the wave opened still get what its StackSets hold now. They end soon, or their leases do. */
export function waitForOnboardings(
  record: RolloutRecord,
  members: readonly AccountRecord[],
  onboardings: number,
  now: Date,
): Move<'JudgePreflight'> {
  const until = new Date(now.getTime() + pauseMinutes * 60_000);
  const doing = 'waiting for new accounts that are joining the wave';
  return wait(record, members, { for: 'onboardings', doing, until, accounts: onboardings });
}

/** @returns undefined once the wave has been open for so long that no account is waited for any more. */
function nextLook({ status }: WaveProgress, now: Date): Date | undefined {
  if (status.kind !== 'open') return undefined;
  const last = new Date(status.since).getTime() + bootstrapMinutesMax * 60_000;
  if (now.getTime() >= last) return undefined;
  return new Date(Math.min(last, now.getTime() + pauseMinutes * 60_000));
}

interface Wait {
  readonly for: 'bootstrap' | 'onboardings';
  readonly doing: string;
  readonly until: Date;
  readonly accounts: number;
}

function wait(
  record: RolloutRecord,
  members: readonly AccountRecord[],
  { until, doing, accounts, ...why }: Wait,
): Move<'JudgePreflight'> {
  const at = until.toISOString();
  return {
    decision: 'wait',
    record: { ...record, status: { kind: 'waiting', until: at, doing } },
    events: [{ type: 'waiting', wave: currentWave(record).name, for: why.for, until: at, accounts }],
    shards: shardsWhere(members, (account) => isWaitedFor(account, record.id)),
    until,
  };
}

/** An account that was waited for in vain is out, like any other that cannot be entered. If only a module was, the module stays skipped. */
export function givenUp(account: AccountRecord, rollout: RolloutId, now: Date): AccountRecord {
  if (!isWaitedFor(account, rollout)) return account;
  const still = (reason: string): string => `${reason}, still so ${bootstrapMinutesMax} minutes after the wave opened`;
  const unreached = unreachedOf(account, rollout);
  if (unreached !== undefined) return notEntered(account, rollout, still(unreached.because), now);
  const failures = failuresOf(account, rollout)
    .filter(({ module }) => module === undefined)
    .map(({ waitedFor: _over, ...failure }) => ({ ...failure, reason: still(failure.reason) }));
  const out = { ...account, work: { ...account.work, rollout, failures } };
  if (failures.length === 0) return out;
  return isNeverEntered(account) ? moved(out, 'enteringFailed', now) : out;
}

/** The wave after an outage: what it was about to wait for has had no time until now. */
export function afterOutage(record: RolloutRecord, now: Date): RolloutRecord {
  const { outage, status } = currentWave(record);
  if (outage === undefined) return record;
  return withWave(record, {
    outage: undefined,
    ...(status.kind === 'open' && { status: { ...status, since: now.toISOString() } }),
  });
}

export const isRefused = (account: AccountRecord, rollout: RolloutId): boolean =>
  unreachedOf(account, rollout) !== undefined && !isWaitedFor(account, rollout);

/** The account refused, and others did not: it is skipped, with the reason. */
export function refused(account: AccountRecord, rollout: RolloutId, now: Date): AccountRecord {
  const unreached = unreachedOf(account, rollout);
  return unreached === undefined ? account : notEntered(account, rollout, unreached.because, now);
}

const notEntered = (account: AccountRecord, rollout: RolloutId, reason: string, now: Date): AccountRecord =>
  moved(withFailure(account, rollout, { at: 'preflight', reason }), 'enteringFailed', now);

export interface PreflightFacts {
  readonly members: readonly AccountRecord[];
  /** The release that the wave is brought to. */
  readonly release: Release;
  readonly freezes: DesiredState['freezes'];
}

export interface Entry {
  /** Set if the deployment may not start. */
  readonly move?: Move<'JudgePreflight'>;
  readonly events: readonly EventBody[];
  /** Accounts that are skipped. */
  readonly lost: number;
}

/** Whether enough accounts can be entered, and whether anything may be started now. */
export function decideEntry(record: RolloutRecord, { members, release, freezes }: PreflightFacts, now: Date): Entry {
  const wave = currentWave(record);
  const out = members.filter((account) => isOut(account, record.id) && !isGone(account));
  const entered = members.filter((account) => !isOut(account, record.id));
  const events: EventBody[] = [
    ...(record.request.rollback === true
      ? [{ type: 'rollingBack' as const, wave: wave.name, to: wave.release, ...staying(members, release) }]
      : []),
    ...preflightDone(wave.name, entered, release, out.length),
    ...out.slice(0, accountEventsMax).map((account) => leftOut(record, account)),
  ];
  const entry = { events, lost: out.length };
  const tolerance = toleranceOf(wave.spec, wave.accounts);
  if (out.length > tolerance) {
    const because = [
      `${out.length} of ${wave.accounts} accounts cannot be entered or deployed to; tolerance ${tolerance}`,
      ...out.slice(0, 20).map((account) => `${account.id} (${account.name}): ${reasonsOf(record, account)}`),
    ];
    const marked = withWave(record, { lost: out.length });
    return { ...entry, move: ask(marked, { about: 'preflight', because }, events, now) };
  }
  const held = startHold(record, freezes, now);
  return held === undefined ? entry : { ...entry, move: { ...held, events: [...events, ...held.events] } };
}

/** @param work artifact key of the accounts that have something to change. */
export function decideJudgePreflight(
  record: RolloutRecord,
  { events, lost }: Entry,
  { stages, work }: { readonly stages: readonly Stage[]; readonly work: string },
): Move<'JudgePreflight'> {
  return {
    decision: stages.length === 0 ? 'verify' : 'go',
    record: {
      ...withWave(record, { lost, stages, stage: 0, work }),
      status: { kind: 'running', doing: 'deploying' },
    },
    events,
    shards: shardsOf(currentWave(record).accounts),
  };
}

/** Modules that the config leaves to the organization everywhere are not reported; a module that another team was found to run is. */
function preflightDone(
  wave: WaveName,
  entered: readonly AccountRecord[],
  release: Release,
  out: number,
): readonly EventBody[] {
  const { organizationManaged } = release.expectations;
  const adopted = entered.flatMap((account) =>
    (account.adopted ?? [])
      .filter(({ module }) => !organizationManaged.includes(module))
      .map((place) => ({ type: 'adopted' as const, wave, account: account.id, ...place })),
  );
  const skipped = entered.flatMap((account) =>
    missedModules(account, release).map((place) => ({
      type: 'moduleSkipped' as const,
      wave,
      account: account.id,
      ...place,
    })),
  );
  const accountsIn = (places: readonly { readonly account: AccountId }[]): number =>
    new Set(places.map(({ account }) => account)).size;
  return [
    {
      type: 'preflightDone',
      wave,
      entered: entered.length,
      leftOut: out,
      ...(adopted.length > 0 && { adopted: accountsIn(adopted) }),
      ...(skipped.length > 0 && { skipped: accountsIn(skipped) }),
    },
    ...adopted.slice(0, accountEventsMax),
    ...skipped.slice(0, accountEventsMax),
  ];
}

const reasonsOf = (record: RolloutRecord, account: AccountRecord): string =>
  failuresOf(account, record.id).map(failureText).join('; ');

const leftOut = (record: RolloutRecord, account: AccountRecord): EventBody => ({
  type: 'accountLeftOut',
  wave: currentWave(record).name,
  account: account.id,
  reason: reasonsOf(record, account),
});

/** Where the wave's StackSets have an instance of the account. */
export interface Place {
  readonly module: ModuleId;
  readonly region: Region;
}

/** The account's record, corrected by what StackSets say: somebody may have removed instances, and others we may not know. */
export function corrected(
  account: AccountRecord,
  wave: WaveName,
  release: Release,
  there: readonly Place[],
): AccountRecord {
  const seen = withMissed(withInstances(account, wave, release, there), release);
  // Another rollout may have stopped halfway and left everything of this release in place.
  const measured = withRelease(seen, release);
  return measured.release === release.id && seen.release !== release.id ? measured : seen;
}

/** Where a skipped module is at the release already, nothing was skipped. */
function withMissed(account: AccountRecord, release: Release): AccountRecord {
  if (account.skipped === undefined) return account;
  const { skipped: _all, ...rest } = account;
  const missed = missedModules(account, release);
  return missed.length === 0 ? rest : { ...rest, skipped: missed };
}

function withInstances(
  account: AccountRecord,
  wave: WaveName,
  { modules }: Release,
  there: readonly Place[],
): AccountRecord {
  const isLookedAt = (m: Place): boolean => modules.some(({ module }) => module === m.module);
  // An instance in this wave's StackSet has joined the wave, even if the process that moved it died before it could record that.
  const kept = account.modules.filter(
    (m) => !isLookedAt(m) || (m.wave === wave) === there.some((place) => isSamePlace(place, m)),
  );
  const found = there.filter((place) => !account.modules.some((m) => m.wave === wave && isSamePlace(m, place)));
  if (kept.length === account.modules.length && found.length === 0) return account;
  const isCreated = (place: Place): boolean =>
    (account.pendingCreates ?? []).some((begun) => begun.wave === wave && isSamePlace(begun, place));
  // The version of an instance that this record does not know is not known, so it is updated to the release like any other. If it was
  // imported, by a rollout that ended before it recorded that, then it does not follow the StackSet yet.
  const unknown = found.map((place) => ({
    ...place,
    wave,
    version: '',
    status: 'current' as const,
    ...(!isCreated(place) && { imported: true as const }),
  }));
  const { release: _mixed, ...rest } = account;
  return { ...rest, modules: [...kept, ...unknown] };
}
