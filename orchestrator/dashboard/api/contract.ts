/**
 * What the page asks and what it is told, version 1: the same for the local command and for the deployed function. Types only, so
 * that the page shares them. Everything is under `/api/v1`; a read has an ETag and answers 304 to `If-None-Match` when nothing has
 * changed; a refusal is a `Refusal` with the status of its kind.
 */
import type { AccountRecord } from '../../domain/model/account-record';
import type { RolloutEvent } from '../../domain/model/event';
import type { CheckOutcome, GateId } from '../../domain/model/gate';
import type { ModuleId } from '../../domain/model/module';
import type { ReadinessState } from '../../domain/model/readiness';
import type { Outcome, Prompt, RolloutRecord } from '../../domain/model/rollout';
import type { Evidence } from '../../records/evidence';

export const apiRoot = '/api/v1';

/** Who is asking, and what they may do: a viewer reads, an operator also acts. `GET /me` */
export interface Me {
  readonly name: string;
  readonly role: 'viewer' | 'operator';
}

/** `GET /board`: every account in a few characters; columns, since they compress better than rows. */
export interface Board {
  /** When the store was read, ISO. */
  readonly at: string;
  /** Opaque; differs when anything on the board differs. */
  readonly version: string;
  readonly ous: readonly string[];
  readonly waves: readonly WaveOnBoard[];
  readonly states: readonly ReadinessState[];
  readonly releases: readonly string[];
  readonly regions: readonly string[];
  readonly modules: readonly ModuleId[];
  readonly gates: readonly GateId[];
  /** One entry per account in each; indexes are into the lists above, -1 for none. */
  readonly accounts: {
    readonly ids: readonly string[];
    readonly names: readonly string[];
    readonly ous: readonly number[];
    readonly waves: readonly number[];
    readonly states: readonly number[];
    readonly releases: readonly number[];
    /** One character per gate, in order: p pass, f fail, u unknown, n not applicable, - never judged. */
    readonly gates: readonly string[];
    /** One character per module and region, modules first: c current, f failed, a left to others, - nothing there. */
    readonly modules: readonly string[];
    /** Minutes between `at` and the last visit; -1 if never visited. */
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
  /** The release that it has finished last. */
  readonly release?: string | undefined;
}

/** `GET /overview`: what needs a person, and what moves. */
export interface Overview {
  readonly at: string;
  readonly organization: string;
  readonly attention: readonly Attention[];
  readonly running: readonly RolloutRow[];
  /** Accounts that were first seen in the last seven days, latest first; 50 at most. */
  readonly newAccounts: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: ReadinessState;
    readonly since: string;
  }[];
}
export interface Attention {
  readonly kind: 'awaitingApproval' | 'held' | 'keysAtRisk' | 'unplaced' | 'unknown' | 'failed';
  readonly title: string;
  /** What to do next, one sentence. */
  readonly next: string;
  readonly count: number;
  /** Where the page goes: a rollout, or a filter of accounts. */
  readonly rollout?: string | undefined;
  readonly state?: ReadinessState | undefined;
}

/** `GET /accounts?q=&ou=&wave=&state=&state=&gate=&release=&sort=&descending=true&offset=&limit=`: filtered, sorted and cut, 200 at most. */
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

/** `GET /accounts.csv` with the same filters: text, cells that begin like a formula are quoted. `GET /accounts/{id}` */
export interface AccountSeen {
  readonly account: AccountRecord;
  /** The latest visit with its facts; of the older ones only what came of them, latest first. */
  readonly evidence?: Evidence | undefined;
  readonly history: readonly {
    readonly at: string;
    readonly by: string;
    readonly release: string;
    readonly passed: number;
    readonly failed: number;
    readonly unknown: number;
  }[];
  readonly nextSteps: readonly string[];
}

/** `GET /rollouts`: latest first, 100 at most. */
export interface RolloutRow {
  readonly id: string;
  readonly release: string;
  readonly by: string;
  readonly reason?: string | undefined;
  readonly startedAt: string;
  readonly status: RolloutRecord['status']['kind'];
  readonly doing: string;
  readonly outcome?: Outcome | undefined;
  readonly prompt?: Prompt | undefined;
  readonly wave: string;
  readonly waves: number;
  readonly paused: boolean;
}
/** `GET /rollouts/{id}` */
export interface RolloutSeen {
  readonly rollout: RolloutRecord;
  /** What each action would do now, in words with numbers of accounts; an action that is not possible now is absent. */
  readonly actions: Partial<Record<Action, string>>;
  /** Stack instances of the stage at work. */
  readonly progress?: { readonly done: number; readonly failed: number; readonly total: number } | undefined;
}
/** `GET /rollouts/{id}/events?after=N`: numbered from 0, -1 for the first; 500 at most. */
export interface EventsPage {
  readonly events: readonly RolloutEvent[];
  /** The `after` of the next page. */
  readonly last: number;
}

/** `POST /rollouts/{id}/{action}` with an `Act`; 202 when it is written. */
export const actions = ['approve', 'reject', 'retry', 'pause', 'resume', 'abort', 'rollback'] as const;
export type Action = (typeof actions)[number];
export interface Act {
  readonly reason: string;
  /**
   * Of the rollout's record as the person saw it (`played.baton.turn`, 0 before the first). An answer to a rollout that has moved on is
   * refused with 409, and the page asks again; pause and abort mean the rollout wherever it is.
   */
  readonly step: number;
}

/** The body of everything that is not 200, 202 or 304. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}
