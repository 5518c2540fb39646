/** Events of a rollout: `rollout --json` prints them one a line; `watch` and the dashboard read them. */
import type { Actor } from './actor';
import type { AccountId, Region, ReleaseId, RolloutId, WaveName } from './brand';
import type { GateId, Severity, Verdict } from './gate';
import type { ModuleId } from './module';
import type { Outage } from './outage';
import type { Rehoming } from './plan';
import type { Outcome } from './rollout';

interface Said {
  /** ISO time. */
  readonly at: string;
  readonly rolloutId: RolloutId;
}

export type RolloutEvent = Said &
  (
    | {
        readonly type: 'rolloutStarted';
        readonly by: Actor;
        readonly release: string;
        readonly reason?: string | undefined;
        /** Soaks are skipped and freezes do not apply. */
        readonly emergency?: boolean | undefined;
      }
    | { readonly type: 'newAccountFollowed'; readonly account: AccountId; readonly reason: string }
    | {
        /** This state replaces the one that managed the organization until now. */
        readonly type: 'stateTakenOver';
        readonly by: Actor;
        readonly reason?: string | undefined;
        readonly state: string;
        readonly former: string;
        readonly since: string;
      }
    | { readonly type: 'organizationListed'; readonly accounts: number }
    | {
        readonly type: 'planned';
        readonly waves: readonly { readonly name: WaveName; readonly accounts: number }[];
        readonly excluded: number;
        readonly notes: readonly string[];
      }
    | {
        /** Another rollout is in progress, or an account has no place yet. */
        readonly type: 'planPostponed';
        readonly account?: AccountId | undefined;
        readonly because: string;
        readonly until: string;
      }
    | {
        readonly type: 'waveOpened';
        readonly wave: WaveName;
        readonly accounts: number;
        readonly toChange: number;
        readonly attempt: number;
      }
    | { readonly type: 'waveSkipped'; readonly wave: WaveName; readonly because: string }
    | {
        /** The rollout continues after a wave that a person let pass. */
        readonly type: 'waveOverridden';
        readonly wave: WaveName;
        readonly release: ReleaseId;
        readonly deployed: number;
        readonly accounts: number;
        /** Whether the wave can be rolled back to this release later. */
        readonly isFinished: boolean;
      }
    | {
        readonly type: 'preflightDone';
        readonly wave: WaveName;
        readonly entered: number;
        readonly leftOut: number;
        /** Accounts with a resource that is managed outside Strongroom; absent if none. */
        readonly adopted?: number | undefined;
        /** Accounts in which a module was skipped; absent if none. */
        readonly skipped?: number | undefined;
      }
    | {
        readonly type: 'adopted';
        readonly wave: WaveName;
        readonly account: AccountId;
        readonly module: ModuleId;
        readonly region: Region;
        readonly because: string;
      }
    | {
        /** A lookup failed: the module stays as it is there, and its checks are unknown. */
        readonly type: 'moduleSkipped';
        readonly wave: WaveName;
        readonly account: AccountId;
        readonly module: ModuleId;
        readonly region: Region;
        readonly because: string;
      }
    | { readonly type: 'accountLeftOut'; readonly wave: WaveName; readonly account: AccountId; readonly reason: string }
    | {
        readonly type: 'stageStarted';
        readonly wave: WaveName;
        readonly stage: number;
        readonly stages: number;
        readonly modules: readonly ModuleId[];
        readonly regions: readonly Region[];
        readonly accounts: number;
        /** Accounts from another wave bring their stacks with them. */
        readonly step?: Rehoming | undefined;
      }
    | {
        readonly type: 'stageLanded';
        readonly wave: WaveName;
        readonly stage: number;
        readonly done: number;
        readonly failed: number;
      }
    | {
        readonly type: 'accountFailed';
        readonly wave: WaveName;
        readonly account: AccountId;
        readonly module?: ModuleId | undefined;
        readonly region?: Region | undefined;
        readonly reason: string;
      }
    | { readonly type: 'settingsApplied'; readonly wave: WaveName; readonly accounts: number }
    | {
        readonly type: 'checkFailed';
        readonly wave: WaveName;
        readonly account: AccountId;
        readonly title: string;
        readonly severity: Severity;
        readonly gate: GateId;
        readonly check: string;
        readonly region: Region | 'global';
        readonly outcome: 'fail' | 'unknown';
        readonly observed: string;
        readonly expected: string;
        readonly remediation: string;
      }
    | {
        readonly type: 'waveJudged';
        readonly wave: WaveName;
        readonly verdict: Verdict;
        readonly because: readonly string[];
      }
    | {
        readonly type: 'waiting';
        readonly wave: WaveName;
        readonly for: 'soak' | 'settle' | 'bootstrap' | 'freeze' | 'onboardings';
        readonly until: string;
        /** How many accounts the wave waits for; absent if all of them. */
        readonly accounts?: number | undefined;
      }
    | {
        readonly type: 'approvalRequested';
        readonly wave: WaveName;
        readonly about: string;
        readonly because: readonly string[];
      }
    | {
        readonly type: 'answered';
        readonly wave: WaveName | '';
        readonly decision: string;
        readonly by: Actor;
        readonly reason: string;
      }
    | { readonly type: 'paused'; readonly by: Actor; readonly reason: string }
    | { readonly type: 'resumed'; readonly by: Actor; readonly reason: string }
    | {
        readonly type: 'rollingBack';
        readonly wave: WaveName;
        readonly to: string;
        /** Modules of the newer release that this one does not have; their stacks are kept. */
        readonly staying?: readonly ModuleId[] | undefined;
      }
    | {
        /** Visits were not possible for a reason that is not about the accounts; the wave looks again at `until`. */
        readonly type: 'outage';
        readonly wave: WaveName;
        readonly fault: Outage['fault'];
        readonly because: string;
        readonly accounts: number;
        readonly until: string;
      }
    | { readonly type: 'crashed'; readonly state: string; readonly because: string }
    | { readonly type: 'rolloutFinished'; readonly outcome: Outcome; readonly because: readonly string[] }
  );

/** A handler writes at most this many events of one kind per account; it counts the rest, and the account records have them all. */
export const accountEventsMax = 200;
