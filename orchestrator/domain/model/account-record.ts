/** The record of one account: one item, written only on condition of its version and of the lease. */

import type { AccountId, Region, ReleaseId, RolloutId, WaveName } from './brand';
import type { StackDrift } from './drift';
import type { CheckOutcome, CheckResult, GateId } from './gate';
import type { ModuleId } from './module';
import type { OrgAccountState } from './organization';
import type { Unreached } from './outage';
import type { ProbeEvidence } from './probe';
import type { Entered, ReadinessState } from './readiness';
import type { PreviousSettings } from './settings';

/** A module in one region, as its last operation left it. `version` says what runs there; '' if that is not known. */
export interface DeployedModule {
  readonly module: ModuleId;
  readonly region: Region;
  readonly wave: WaveName;
  readonly version: string;
  readonly status: 'current' | 'failed';
  readonly reason?: string | undefined;
  /** The account is at a release that does not have the module: a newer one deployed it, and a rollback removes no safeguard. */
  readonly notInRelease?: true | undefined;
  /** Recorded before the stack leaves the StackSet of a former wave, so that it is found again after a crash in between. */
  readonly stackId?: string | undefined;
  /** An update has begun and its result is not recorded yet: the stack may be at the former version or at the new one. */
  readonly changing?: true | undefined;
  /** Its creation failed, so the StackSet of `wave` has an instance there without a stack. */
  readonly unmade?: true | undefined;
  /** It has left the StackSet of `wave`, and is in none. */
  readonly detached?: true | undefined;
  /** The StackSet of `wave` has imported it, perhaps with parameters of its own, and no operation has made it follow the set yet. */
  readonly imported?: true | undefined;
}

/** Where the StackSet of `wave` may have an instance: its creation has begun, and the result is not recorded yet. */
export type PendingCreate = Pick<DeployedModule, 'module' | 'region' | 'wave'>;

/** A module that others already run there: Strongroom verifies it, and never deploys over it. */
export interface Adopted {
  readonly module: ModuleId;
  readonly region: Region;
  readonly because: string;
}

/** A module that preflight skipped in a region, because it could not find out what is there: it stays as it is. */
export interface SkippedModule {
  readonly module: ModuleId;
  readonly region: Region;
  readonly because: string;
}

/** Why an account is out of a wave's work, or what failed in it, with what a person needs to continue. */
export interface Failure {
  readonly at: 'preflight' | 'rehome' | 'deploy' | 'settings' | 'health';
  readonly module?: ModuleId | undefined;
  readonly region?: Region | undefined;
  readonly reason: string;
  /** Expected to work by itself in some minutes, as in a new account; after that it counts as a failure. */
  readonly waitedFor?: boolean | undefined;
}

export interface Work {
  readonly rollout: RolloutId;
  readonly failures: readonly Failure[];
  /** Failures of the attempt before: until this one reaches the account they explain its state. */
  readonly formerly?: readonly Failure[] | undefined;
  /** The last visit did not reach its goal, and whose fault that is has not been decided yet. */
  readonly unreached?: Unreached | undefined;
}

export interface AccountRecord {
  readonly id: AccountId;
  readonly name: string;
  readonly ou: string;
  readonly orgState: OrgAccountState;
  readonly wave?: WaveName | undefined;
  readonly because: string;
  readonly state: ReadinessState;
  readonly stateSince: string;
  /** States in the order in which it entered them, the present one last; absent while it is in its first. */
  readonly states?: readonly Entered[] | undefined;
  /** When the orchestrator discovered it. */
  readonly firstSeenAt?: string | undefined;
  /** It was ready for keys once, so it may hold keys in every later state. */
  readonly wasReady?: boolean | undefined;
  /** All modules and settings are at this release. Modules that it does not have may exist besides, marked `notInRelease`. */
  readonly release?: ReleaseId | undefined;
  readonly modules: readonly DeployedModule[];
  readonly pendingCreates?: readonly PendingCreate[] | undefined;
  /** As the last preflight saw it. */
  readonly adopted?: readonly Adopted[] | undefined;
  /** What the last preflight skipped. */
  readonly skipped?: readonly SkippedModule[] | undefined;
  /** The release whose settings were applied last. */
  readonly settingsRelease?: ReleaseId | undefined;
  readonly previousSettings?: PreviousSettings | undefined;
  readonly gates: Partial<Record<GateId, CheckOutcome>>;
  /** Critical and advisory checks that did not pass at the last visit. */
  readonly failing: readonly CheckResult[];
  readonly checkedAt?: string | undefined;
  /** Stacks that have drifted, or whose drift is unknown, as the last detection found them. */
  readonly drift?: readonly StackDrift[] | undefined;
  /** The release with which it has soaked, and passed its checks after the soak. */
  readonly soaked?: ReleaseId | undefined;
  /** Since when it has passed every visit, and with which release; the soak counts from here. */
  readonly passing?: { readonly release: ReleaseId; readonly at: string } | undefined;
  /** What `verify --probe` last showed. */
  readonly probes?: ProbeEvidence | undefined;
  /** Visits for which evidence was written. */
  readonly visits?: number | undefined;
  /** The rollout that holds the account. The expiry of its lease is in the rollout's own record. */
  readonly holder?: { readonly rollout: RolloutId; readonly fencingToken: number } | undefined;
  /** What the rollout that holds the account, or held it last, has met there. */
  readonly work?: Work | undefined;
}

/** Readiness over time, as far as it is kept. */
export const statesOf = ({ states, state, stateSince }: AccountRecord): readonly Entered[] =>
  states ?? [{ state, at: stateSince }];

/** Earlier states are no longer kept, or were never recorded. */
export const isWithoutBeginning = (account: AccountRecord): boolean => statesOf(account)[0]?.at !== account.firstSeenAt;

export const isSamePlace = (a: Omit<PendingCreate, 'wave'>, b: Omit<PendingCreate, 'wave'>): boolean =>
  a.module === b.module && a.region === b.region;

/** The account's pending creations without those that have ended, and with those that begin. */
export function pendingCreatesOf(
  { pendingCreates: before = [], ...account }: AccountRecord,
  {
    ended = [],
    begun = [],
  }: { readonly ended?: readonly Omit<PendingCreate, 'wave'>[]; readonly begun?: readonly PendingCreate[] },
): AccountRecord {
  const others = before.filter((there) => ![...ended, ...begun].some((place) => isSamePlace(place, there)));
  const pendingCreates = [...others, ...begun];
  return pendingCreates.length === 0 ? account : { ...account, pendingCreates };
}

/** For a change in the account: checks that passed before it no longer count. */
export function withoutPassing({ passing: _before, ...account }: AccountRecord): AccountRecord {
  return account;
}

/** The account has changed its wave, and its stacks have not yet. Modules that are not in the release stay where they are. */
export const isInFormerWave = ({ modules, pendingCreates = [] }: AccountRecord, wave: WaveName): boolean =>
  modules.some((there) => there.wave !== wave && there.notInRelease !== true) ||
  pendingCreates.some((there) => there.wave !== wave);

/** Closed or suspended since it was planned: nothing more is done there, and it holds up no wave. */
export const isGone = ({ state }: Pick<AccountRecord, 'state'>): boolean => state === 'SUSPENDED';

/** Out of the wave's further work: it could not be entered, its deployment failed, or it is gone. */
export const isOut = (record: AccountRecord, rollout: RolloutId): boolean =>
  isGone(record) || failedIn(record, rollout);

const failedIn = (record: AccountRecord, rollout: RolloutId): boolean =>
  record.work?.rollout === rollout && record.work.failures.some((f) => f.at !== 'health');

export const failuresOf = (record: AccountRecord, rollout: RolloutId): readonly Failure[] =>
  record.work?.rollout === rollout ? record.work.failures : [];

export const unreachedOf = (record: AccountRecord, rollout: RolloutId): Unreached | undefined =>
  record.work?.rollout === rollout && !isGone(record) ? record.work.unreached : undefined;

/** `alerts in us-east-1: the topic exists already`. */
export function failureText({ module, region, reason }: Failure): string {
  const place = [module, region].filter((part) => part !== undefined).join(' in ');
  return place === '' ? reason : `${place}: ${reason}`;
}

/** Failures of this attempt, or else of the one before. */
export const lastFailures = ({ work }: Pick<AccountRecord, 'work'>): readonly Failure[] =>
  work === undefined || work.failures.length > 0 ? (work?.failures ?? []) : (work.formerly ?? []);

/** All that has failed there is expected to work by itself in some minutes. */
export const isWaitedFor = (record: AccountRecord, rollout: RolloutId): boolean => {
  const unreached = unreachedOf(record, rollout);
  if (unreached !== undefined) return unreached.waitedFor === true;
  const failures = failuresOf(record, rollout);
  return !isGone(record) && failures.length > 0 && failures.every(({ waitedFor }) => waitedFor === true);
};

/** It was never entered, so it may have no CI role yet. */
export const isNeverEntered = ({ state }: Pick<AccountRecord, 'state'>): boolean =>
  state === 'DISCOVERED' || state === 'BOOTSTRAPPING';

export const isAdopted = (
  { adopted = [] }: Pick<AccountRecord, 'adopted'>,
  module: ModuleId,
  region: Region,
): boolean => adopted.some((a) => a.module === module && a.region === region);

type Known = Pick<AccountRecord, 'adopted' | 'skipped'>;
export const isSkipped = ({ skipped = [] }: Pick<Known, 'skipped'>, module: ModuleId, region: Region): boolean =>
  skipped.some((s) => s.module === module && s.region === region);

/** Nothing is deployed there: others run the module, or preflight skipped it. */
export const isNotOurWork = (account: Known, module: ModuleId, region: Region): boolean =>
  isAdopted(account, module, region) || isSkipped(account, module, region);

export const isDrifted = ({ drift = [] }: Pick<AccountRecord, 'drift'>): boolean =>
  drift.some(({ outcome }) => outcome === 'drifted');

/** If a module that others run fails its checks, they may have removed it: preflight looks again, and may deploy it. */
export const hasLostAdopted = ({ failing, adopted = [] }: AccountRecord): boolean =>
  failing.some(({ module, outcome }) => outcome === 'fail' && adopted.some((a) => a.module === module));

/** Settings that fail a check are applied again: unlike a stack, a setting can simply be restored. */
export const hasLostSettings = ({ failing }: AccountRecord): boolean =>
  failing.some(({ module, outcome }) => withSettings.includes(module) && outcome === 'fail');
const withSettings: readonly string[] = ['account-hardening', 'kms-default'];
