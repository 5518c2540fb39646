/**
 * The HTTP API of the dashboard, version 1. The local command and the deployed function serve the same API, and the page shares its
 * types. All paths are under `/api/v1`. Each read has an ETag and returns 304 for a matching `If-None-Match`. An error has an `ErrorBody`.
 */
import type { AccountRecord } from '../../domain/model/account-record';
import type { Actor } from '../../domain/model/actor';
import type { RolloutEvent } from '../../domain/model/event';
import type { CheckOutcome, GateId } from '../../domain/model/gate';
import type { ModuleId } from '../../domain/model/module';
import type { ReadinessState } from '../../domain/model/readiness';
import type { Outcome, Prompt, RolloutRecord } from '../../domain/model/rollout';
import type { Evidence } from '../../records/evidence';

export const apiRoot = '/api/v1';

/** `GET /me`: the user and their role. A viewer can only read; an operator can also act. */
export interface Me {
  /** For the top of the page. */
  readonly name: string;
  /** The identity that an action is recorded under; absent while it is not known, and then no action is accepted. */
  readonly recordedAs?: string | undefined;
  readonly role: 'viewer' | 'operator';
}

/** `GET /board`: all accounts in compact form. The data is in columns, which compress better than rows. */
export interface Board {
  /** When the store was read, in ISO format. */
  readonly at: string;
  /** Opaque. It changes whenever anything on the board changes. */
  readonly version: string;
  readonly ous: readonly string[];
  readonly waves: readonly WaveOnBoard[];
  readonly states: readonly ReadinessState[];
  readonly releases: readonly string[];
  readonly regions: readonly string[];
  readonly modules: readonly ModuleId[];
  readonly gates: readonly GateId[];
  /** Each list has one entry for each account. Numbers are indexes into the lists above, or -1 for none. */
  readonly accounts: {
    readonly ids: readonly string[];
    readonly names: readonly string[];
    readonly ous: readonly number[];
    readonly waves: readonly number[];
    readonly states: readonly number[];
    readonly releases: readonly number[];
    /** One character for each gate, in order: p pass, f fail, u unknown, n not applicable, - not checked. */
    readonly gates: readonly string[];
    /** One character for each module and region, by module: c current, f failed, a managed externally, - not deployed. */
    readonly modules: readonly string[];
    /** Minutes between `at` and the last check; -1 if the account was never checked. */
    readonly checkedMinutesAgo: readonly number[];
    /** Hours between `at` and the last change of state. */
    readonly stateSinceHoursAgo: readonly number[];
  };
}
export const gateCharacters: Readonly<Record<CheckOutcome, string>> = {
  pass: 'p',
  fail: 'f',
  unknown: 'u',
  notApplicable: 'n',
};

export interface WaveOnBoard {
  readonly name: string;
  /** The last release that the wave completed. */
  readonly release?: string | undefined;
}

/** `GET /overview`: action items, active rollouts and new accounts. */
export interface Overview {
  readonly at: string;
  readonly organization: string;
  readonly actionItems: readonly ActionItem[];
  readonly running: readonly RolloutRow[];
  /** Accounts discovered in the last seven days, latest first, at most 50. */
  readonly newAccounts: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: ReadinessState;
    readonly since: string;
  }[];
}
export interface ActionItem {
  readonly kind: 'awaitingApproval' | 'held' | 'keysAtRisk' | 'unplaced' | 'unknown' | 'failed' | 'alerts';
  readonly title: string;
  /** What to do next, in one or two sentences. */
  readonly next: string;
  readonly count: number;
  /** What the item links to: a rollout, or the accounts in a state; neither, nothing. */
  readonly rollout?: string | undefined;
  readonly state?: ReadinessState | undefined;
}

/** `GET /accounts?q=&ou=&wave=&state=&state=&gate=&release=&sort=&descending=true&offset=&limit=`: filtered, sorted and paged, at most 200 accounts. */
export interface AccountsPage {
  readonly total: number;
  readonly offset: number;
  readonly items: readonly AccountRow[];
}
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly ou: string;
  readonly wave: string;
  readonly state: ReadinessState;
  readonly stateSince: string;
  readonly release: string;
  readonly gates: Partial<Record<GateId, CheckOutcome>>;
  readonly failing: number;
  readonly checkedAt?: string | undefined;
}
export const accountSorts = [
  'id',
  'name',
  'ou',
  'wave',
  'state',
  'stateSince',
  'release',
  'failing',
  'checkedAt',
] as const;
export type AccountSort = (typeof accountSorts)[number];

/** `GET /accounts/{id}`. `GET /accounts.csv` takes the filters of `/accounts` and escapes cells that look like formulas. */
export interface AccountDetail {
  readonly account: AccountRecord;
  /** The evidence of the latest check. The history has only the counts of each check, latest first. */
  readonly evidence?: Evidence | undefined;
  readonly history: readonly {
    readonly at: string;
    /** The rollout or the sweep, and who started it. */
    readonly run: string;
    readonly by: Actor;
    readonly release: string;
    readonly passed: number;
    readonly failed: number;
    readonly unknown: number;
  }[];
  readonly nextSteps: readonly string[];
}

/** `GET /rollouts`: latest first, at most 100. */
export interface RolloutRow {
  readonly id: string;
  readonly release: string;
  readonly by: Actor;
  readonly reason?: string | undefined;
  readonly startedAt: string;
  readonly status: RolloutRecord['status']['kind'];
  readonly doing: string;
  readonly outcome?: Outcome | undefined;
  readonly prompt?: Prompt | undefined;
  readonly wave: string;
  /** Position of the wave, from 1. */
  readonly waveNumber: number;
  readonly waves: number;
  readonly paused: boolean;
}
/** `GET /rollouts/{id}` */
export interface RolloutDetail {
  readonly rollout: RolloutRecord;
  /** The consequence of each action, with numbers of accounts. Actions that are not available now are absent. */
  readonly actions: Partial<Record<Action, string>>;
  /** Stack instances of the current stage. */
  readonly progress?: { readonly done: number; readonly failed: number; readonly total: number } | undefined;
}
/** `GET /rollouts/{id}/events?after=N`: at most 500 events, numbered from 0; `after=-1` starts at the first. */
export interface EventsPage {
  readonly events: readonly RolloutEvent[];
  /** The value of `after` for the next page. */
  readonly last: number;
}

/** `POST /rollouts/{id}/{action}` with an `ActionRequest`. Returns 202 once the action is recorded. */
export const actions = ['approve', 'reject', 'retry', 'pause', 'resume', 'abort', 'rollback'] as const;
export type Action = (typeof actions)[number];
export interface ActionRequest {
  readonly reason: string;
  /**
   * The step of the rollout that the user saw (`lastStep.input.step`, 0 before the first). The server rejects a decision about an earlier
   * step with 409. Pause and abort apply at every step.
   */
  readonly step: number;
}

/** The body of every response other than 200, 202 and 304. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}
