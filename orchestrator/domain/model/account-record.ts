/** What is kept about one account: one item, written only on condition of its version and of the lease. */

import type { AccountId, Region, ReleaseId, RolloutId, WaveName } from './brand';
import type { StackDrift } from './drift';
import type { CheckOutcome, CheckResult, GateId } from './gate';
import type { ModuleId } from './module';
import type { OrgAccountState } from './organization';
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
  /** The release that the account is at does not have it there: a newer one made it, and it was left standing as a guard. */
  readonly notInRelease?: true | undefined;
  /** Written down before the stack leaves the set of a former wave, so that it is found again whatever happens on the way. */
  readonly stackId?: string | undefined;
  /** An update of it was begun, and what came of that is not recorded yet: it may be at the one version or at the other. */
  readonly changing?: true | undefined;
  /** Its creation failed, so the set of `wave` has an instance there, and no stack stands behind it. */
  readonly unmade?: true | undefined;
  /** It has left the set of `wave`, and is in none. */
  readonly released?: true | undefined;
}

/** Where the set of `wave` may have an instance: its creation was begun, and what came of that is not recorded. */
export type PendingCreate = Pick<DeployedModule, 'module' | 'region' | 'wave'>;

/** What somebody else already runs there and Strongroom leaves to them: it is verified, and never deployed over. */
export interface Adopted {
  readonly module: ModuleId;
  readonly region: Region;
  readonly because: string;
}

/** Why an account left a wave's work, or what failed in it: always with what a person needs to go on. */
export interface Failure {
  readonly at: 'preflight' | 'rehome' | 'deploy' | 'settings' | 'health';
  readonly module?: ModuleId | undefined;
  readonly region?: Region | undefined;
  readonly reason: string;
  /** A fresh account comes up by itself: for some minutes it is waited for, and only then is this a failure. */
  readonly waitedFor?: boolean | undefined;
}

export interface Work {
  readonly rollout: RolloutId;
  readonly failures: readonly Failure[];
  /** Of the attempt before, which this one has not come to yet: until then they say why the account is in its state. */
  readonly formerly?: readonly Failure[] | undefined;
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
  /** States as it came into them, oldest first, the present one last; absent where it has left none yet. */
  readonly states?: readonly Entered[] | undefined;
  /** When the orchestrator first heard of it. */
  readonly firstSeenAt?: string | undefined;
  /** It has been ready for keys once, so keys may be inside whatever its state is now. */
  readonly wasReady?: boolean | undefined;
  /** Every module that this release has is at it, and so are the settings. What it does not have may stand besides, marked `notInRelease`. */
  readonly release?: ReleaseId | undefined;
  readonly modules: readonly DeployedModule[];
  readonly pendingCreates?: readonly PendingCreate[] | undefined;
  /** As the last preflight saw it. */
  readonly adopted?: readonly Adopted[] | undefined;
  /** The release whose settings were applied last. */
  readonly settingsRelease?: ReleaseId | undefined;
  readonly previousSettings?: PreviousSettings | undefined;
  readonly gates: Partial<Record<GateId, CheckOutcome>>;
  /** Critical and advisory checks that did not pass at the last visit. */
  readonly failing: readonly CheckResult[];
  readonly checkedAt?: string | undefined;
  /** Stacks that people have changed, or of which that could not be told, as the last detection of each found them. */
  readonly drift?: readonly StackDrift[] | undefined;
  /** The release with which it has stood a soak and a second proof. */
  readonly soaked?: ReleaseId | undefined;
  /** Since when it has passed every visit, and with which release; a soak is counted from here. */
  readonly passing?: { readonly release: ReleaseId; readonly at: string } | undefined;
  /** What `verify --probe` last showed. */
  readonly probes?: ProbeEvidence | undefined;
  /** Visits of which evidence was written. */
  readonly visits?: number | undefined;
  /** The rollout that holds the account. Its lease, with the expiry, is in the rollout's own record. */
  readonly holder?: { readonly rollout: RolloutId; readonly fencingToken: number } | undefined;
  /** What the rollout that holds, or last held, the account has met there. */
  readonly work?: Work | undefined;
}

/** Readiness over time, as far as it is kept. */
export const statesOf = ({ states, state, stateSince }: AccountRecord): readonly Entered[] =>
  states ?? [{ state, at: stateSince }];

/** What was before is not kept any more, or was never written down. */
export const isWithoutBeginning = (account: AccountRecord): boolean => statesOf(account)[0]?.at !== account.firstSeenAt;

export const isSamePlace = (a: Omit<PendingCreate, 'wave'>, b: Omit<PendingCreate, 'wave'>): boolean =>
  a.module === b.module && a.region === b.region;

/** What is in the making there, less what has come to its end, and with what is begun. */
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

/** Something was changed in it: what it has passed was passed before that. */
export function withoutPassing({ passing: _before, ...account }: AccountRecord): AccountRecord {
  return account;
}

/** It has changed its wave, and its stacks have not yet; what no release of the new wave has stays where it is. */
export const isInFormerWave = ({ modules, pendingCreates = [] }: AccountRecord, wave: WaveName): boolean =>
  modules.some((there) => there.wave !== wave && there.notInRelease !== true) ||
  pendingCreates.some((there) => there.wave !== wave);

/** Closed or suspended since it was planned: nothing more is done there, and it holds nobody up. */
export const isGone = ({ state }: Pick<AccountRecord, 'state'>): boolean => state === 'SUSPENDED';

/** Out of the wave's further work: it could not be entered, its deployment failed, or it is gone. */
export const isOut = (record: AccountRecord, rollout: RolloutId): boolean =>
  isGone(record) || failedIn(record, rollout);

const failedIn = (record: AccountRecord, rollout: RolloutId): boolean =>
  record.work?.rollout === rollout && record.work.failures.some((f) => f.at !== 'health');

export const failuresOf = (record: AccountRecord, rollout: RolloutId): readonly Failure[] =>
  record.work?.rollout === rollout ? record.work.failures : [];

/** `alerts in us-east-1: the topic exists already`. */
export function failureText({ module, region, reason }: Failure): string {
  const place = [module, region].filter((part) => part !== undefined).join(' in ');
  return place === '' ? reason : `${place}: ${reason}`;
}

/** What has failed there, as far as this attempt or else the last one knows. */
export const lastFailures = ({ work }: Pick<AccountRecord, 'work'>): readonly Failure[] =>
  work === undefined || work.failures.length > 0 ? (work?.failures ?? []) : (work.formerly ?? []);

/** All that has failed there is expected to work by itself in some minutes. */
export const isWaitedFor = (record: AccountRecord, rollout: RolloutId): boolean => {
  const failures = failuresOf(record, rollout);
  return !isGone(record) && failures.length > 0 && failures.every(({ waitedFor }) => waitedFor === true);
};

/** Nobody has been inside yet, so there may be no CI role yet either. */
export const isNeverEntered = ({ state }: Pick<AccountRecord, 'state'>): boolean =>
  state === 'DISCOVERED' || state === 'BOOTSTRAPPING';

export const isAdopted = (
  { adopted = [] }: Pick<AccountRecord, 'adopted'>,
  module: ModuleId,
  region: Region,
): boolean => adopted.some((a) => a.module === module && a.region === region);

/** What was left to somebody else and fails its checks may be gone, and ours to deploy by now: preflight looks again. */
export const hasLostAdopted = ({ failing, adopted = [] }: AccountRecord): boolean =>
  failing.some(({ module, outcome }) => outcome === 'fail' && adopted.some((a) => a.module === module));

/** Settings that a check found otherwise are applied again: unlike a stack, a setting can simply be put back. */
export const hasLostSettings = ({ failing }: AccountRecord): boolean =>
  failing.some(({ module, outcome }) => withSettings.includes(module) && outcome === 'fail');
const withSettings: readonly string[] = ['account-hardening', 'kms-default'];
