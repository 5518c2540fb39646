/**
 * What can be observed of a run: every call that changed the world or showed something of it, with its true time and its caller, and what
 * the world itself did. Invariants see nothing else.
 */

import type { AccountFacts } from '../../orchestrator/domain/health/fact-sources';
import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import type { AccountId, RolloutId, WaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { FinishedWave } from '../../orchestrator/domain/model/finished-wave';
import type { Plan } from '../../orchestrator/domain/model/plan';
import type { Release } from '../../orchestrator/domain/model/release';
import type { OrganizationLease, RolloutRecord } from '../../orchestrator/domain/model/rollout';
import type { PreviousSettings } from '../../orchestrator/domain/model/settings';
import type { Notice, OperationRequest } from '../../orchestrator/ports/ports';
import type { Settings } from '../../orchestrator/simulated/account-contents';
import type { InstanceEnd } from '../../orchestrator/simulated/dispatcher';
import type { Protection } from '../../orchestrator/simulated/preexisting';
import type { Stack } from '../../orchestrator/simulated/stack';
import type { CommandName } from './faults';
import type { Config, Intent } from './intent';

/** The source of a call: an invocation of a handler, a function, or a person's command. Times are true, whatever its own clock says. */
export interface Source {
  readonly at: number;
  /** The rollout or the sweep on whose behalf it calls; for people `console`. */
  readonly by: string;
  /** The state of the machine that it runs, or the name of the function. */
  readonly task: string;
  /** When it began. */
  readonly since: number;
  /** The moment at which it last read the store. */
  readonly looked: number;
}

/** What a call does to the world, when it is sent. */
export type Effect = Source &
  (
    | { readonly kind: 'entered'; readonly account: AccountId; readonly purpose: string }
    | { readonly kind: 'settingsWritten'; readonly account: AccountId }
    | { readonly kind: 'settingsPutBack'; readonly account: AccountId; readonly previous: PreviousSettings }
    | { readonly kind: 'driftReverted'; readonly account: AccountId }
    | { readonly kind: 'operation'; readonly request: OperationRequest }
    | { readonly kind: 'woken'; readonly token: string }
  );

/** What the store has accepted. */
export type Written = Source &
  (
    | { readonly kind: 'rollout'; readonly before: RolloutRecord | undefined; readonly after: RolloutRecord }
    | { readonly kind: 'account'; readonly before: AccountRecord | undefined; readonly after: AccountRecord }
    | { readonly kind: 'lease'; readonly before: OrganizationLease | undefined; readonly after: OrganizationLease }
    | { readonly kind: 'finishedWave'; readonly wave: WaveName; readonly after: FinishedWave }
    | { readonly kind: 'event'; readonly rollout: RolloutId; readonly number: number; readonly event: RolloutEvent }
  );

/** What an answer of the world shows, whether or not it has reached the caller. */
export type Shown = Source &
  (
    | {
        readonly kind: 'visited';
        readonly account: AccountId;
        readonly facts: AccountFacts;
        /** Part of the account was hidden from the visitor. */
        readonly blinded: boolean;
        /** What the account held then. */
        readonly stacks: readonly Stack[];
      }
    | { readonly kind: 'preflighted'; readonly account: AccountId; readonly closed: readonly string[] }
    | { readonly kind: 'settingsRead'; readonly account: AccountId; readonly values: PreviousSettings }
    /** The account itself refused the call. */
    | { readonly kind: 'refused'; readonly account: AccountId; readonly api: string; readonly why: string }
    | { readonly kind: 'notified'; readonly notice: Notice }
  );

/** What happened in the world without a call of ours. */
export type Happened = { readonly at: number } & (
  | ({ readonly kind: 'instanceEnded' } & InstanceEnd)
  | { readonly kind: 'endTold'; readonly operationId: string }
  | { readonly kind: 'tampered'; readonly account: string }
  /** A person has given a command; whether it is accepted shows later. */
  | {
      readonly kind: 'said';
      readonly by: string;
      readonly rollout: string;
      readonly command: CommandName;
      readonly reason: string;
    }
);

export type Moment = Effect | Written | Shown | Happened;

/** What the world is like now, asked without a call. */
export interface Truth {
  readonly config: Config;
  readonly stacksOf: (account: AccountId) => readonly Stack[];
  readonly settingsOf: (account: AccountId) => Settings;
  readonly protectionsOf: (account: AccountId, region: string) => readonly Protection[];
  /** The account is open in the organization. */
  readonly isOpen: (account: AccountId) => boolean;
  /** The OU that the account is directly in, `` for the root. */
  readonly ouOf: (account: AccountId) => string | undefined;
  /** Accounts that must not be touched now by the organization and the config. */
  readonly forbidden: () => ReadonlySet<string>;
  /** The storm is over: nothing fails by itself, and events arrive. */
  readonly isCalm: () => boolean;
  readonly isInFlight: (account: AccountId) => boolean;
  readonly isRunning: (operationId: string) => boolean;
  /** The hash of the template that the build has for a module. */
  readonly templateOf: (module: string) => string | undefined;
}

export interface History extends Truth {
  readonly rollouts: ReadonlyMap<string, RolloutRecord>;
  readonly accounts: ReadonlyMap<string, AccountRecord>;
  readonly finishedWaves: ReadonlyMap<string, FinishedWave>;
  /** Events by rollout, by their number. */
  readonly events: ReadonlyMap<string, readonly RolloutEvent[]>;
  readonly lease: () => OrganizationLease | undefined;
  /** The number of the last moment. */
  readonly now: () => number;
  /** The holder of the account at a moment. */
  readonly holderAt: (account: AccountId, moment: number) => string | undefined;
  /** The rollout's record as a caller saw it that looked at a moment. */
  readonly rolloutAt: (rollout: string, moment: number) => RolloutRecord | undefined;
  readonly accountAt: (account: string, moment: number) => AccountRecord | undefined;
  /** Until when a rollout is alive by its own last sign of life, in true time. */
  readonly aliveUntil: (rollout: string) => number;
  /** Somebody has changed something there out of band. */
  readonly isTampered: (account: string) => boolean;
  readonly releaseOf: (id: string) => Release | undefined;
  /** What the config wants of a release. */
  readonly intentOf: (release: string) => Intent | undefined;
  readonly planOf: (rollout: RolloutRecord) => Plan | undefined;
}

/** Returns what is broken, or nothing. */
export type Invariant = (moment: Moment, history: History) => string | undefined;
