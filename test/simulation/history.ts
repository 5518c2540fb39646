/** What can be observed of a run: what is stored and, independently, what happened to the world. Invariants see nothing else. */

import type { AccountFacts } from '../../orchestrator/domain/health/fact-sources';
import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import type { AccountId, ReleaseId, RolloutId, WaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { FinishedWave } from '../../orchestrator/domain/model/finished-wave';
import type { Freeze } from '../../orchestrator/domain/model/freeze';
import type { Plan } from '../../orchestrator/domain/model/plan';
import type { Release } from '../../orchestrator/domain/model/release';
import type { OrganizationLease, RolloutRecord } from '../../orchestrator/domain/model/rollout';
import type { Key, OperationRequest } from '../../orchestrator/ports/ports';
import type { Settings } from '../../orchestrator/simulated/account-contents';
import type { Stack } from '../../orchestrator/simulated/stack';

/** An effect on an account or a StackSet. `looked` is the moment at which the caller last read the store. */
export type Effect = { readonly at: number; readonly by: string; readonly looked: number } & (
  | { readonly kind: 'entered'; readonly account: AccountId; readonly purpose: string }
  | { readonly kind: 'settingsWritten'; readonly account: AccountId }
  | { readonly kind: 'operation'; readonly request: OperationRequest }
);

export type Written = { readonly at: number } & (
  | { readonly kind: 'rollout'; readonly before: RolloutRecord | undefined; readonly after: RolloutRecord }
  | {
      readonly kind: 'account';
      readonly before: AccountRecord | undefined;
      readonly after: AccountRecord;
      /** The rollout whose handler wrote it, if a handler did. */
      readonly by: string | undefined;
    }
  | { readonly kind: 'lease'; readonly before: OrganizationLease | undefined; readonly after: OrganizationLease }
  | { readonly kind: 'finishedWave'; readonly wave: WaveName; readonly after: FinishedWave }
  | { readonly kind: 'event'; readonly rollout: RolloutId; readonly number: number; readonly event: RolloutEvent }
);

/** What a visit to an account has found. */
export interface Visited {
  readonly kind: 'visited';
  readonly at: number;
  readonly by: string;
  readonly facts: AccountFacts;
  /** Part of the account was hidden from the visitor. */
  readonly blinded: boolean;
}

/** What AWS knows: an account was entered before any change, an instance failed, the end of an operation was reported. */
export type Seen = { readonly at: number } & (
  | { readonly kind: 'preflighted'; readonly by: string; readonly account: AccountId }
  | { readonly kind: 'instanceFailed'; readonly account: AccountId; readonly stackSet: string }
  | { readonly kind: 'endTold'; readonly operationId: string }
);

export type Moment = Effect | Written | Visited | Seen;

export interface History {
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
  /** Somebody has changed something there out of band. */
  readonly isTampered: (account: string) => boolean;
  /** Accounts that must not be touched now by the organization and the config, computed from the scenario alone. */
  readonly forbidden: () => ReadonlySet<string>;
  /** The storm is over: nothing fails by itself, and events arrive. */
  readonly isCalm: () => boolean;
  readonly isInFlight: (account: AccountId) => boolean;
  readonly stacksOf: (account: AccountId) => readonly Stack[];
  readonly releaseOf: (id: ReleaseId) => Release | undefined;
  readonly planOf: (rollout: RolloutRecord) => Plan | undefined;
  readonly freezesOf: (rollout: RolloutRecord) => readonly Freeze[];
  readonly settingsOf: (account: AccountId) => Settings;
}

export interface Recorder extends History {
  /** Records a moment; `stored` says what a write to the table means, if it means anything here. */
  readonly take: (moment: Moment) => void;
  readonly stored: (key: Key, value: unknown, at: number, by: string | undefined) => Moment | undefined;
  readonly tampered: (account: string) => void;
  readonly documentWritten: (key: string, text: string) => void;
}

/** @param truth what the accounts really contain. */
export function createRecorder(
  truth: Pick<History, 'isInFlight' | 'stacksOf' | 'settingsOf' | 'forbidden' | 'isCalm'>,
): Recorder {
  const rollouts = new Map<string, RolloutRecord>();
  const accounts = new Map<string, AccountRecord>();
  const finishedWaves = new Map<string, FinishedWave>();
  const events = new Map<string, RolloutEvent[]>();
  const holders = new Map<string, { readonly from: number; readonly holder: string | undefined }[]>();
  const documents = new Map<string, unknown>();
  const texts = new Map<string, string>();
  const tampered = new Set<string>();
  let lease: OrganizationLease | undefined;
  let now = 0;

  const written = (moment: Written): void => {
    switch (moment.kind) {
      case 'rollout':
        rollouts.set(moment.after.id, moment.after);
        return;
      case 'account': {
        const { id, holder } = moment.after;
        accounts.set(id, moment.after);
        const known = holders.get(id) ?? [];
        holders.set(id, known);
        if (known.at(-1)?.holder !== holder?.rollout) known.push({ from: now, holder: holder?.rollout });
        return;
      }
      case 'lease':
        lease = moment.after;
        return;
      case 'finishedWave':
        finishedWaves.set(moment.wave, moment.after);
        return;
      case 'event': {
        const known = events.get(moment.rollout) ?? [];
        known[moment.number] = moment.event;
        events.set(moment.rollout, known);
      }
    }
  };

  const documentOf = <T>(key: string): T | undefined => {
    const known = documents.get(key);
    if (known !== undefined) return known as T;
    const text = texts.get(key);
    const parsed: T | undefined = text === undefined ? undefined : JSON.parse(text);
    if (parsed !== undefined) documents.set(key, parsed);
    return parsed;
  };

  return {
    ...truth,
    rollouts,
    accounts,
    finishedWaves,
    events,
    lease: () => lease,
    now: () => now,
    holderAt: (account, moment) => holders.get(account)?.findLast(({ from }) => from <= moment)?.holder,
    isTampered: (account) => tampered.has(account),
    tampered: (account) => void tampered.add(account),
    planOf: ({ plan }) => (plan === undefined ? undefined : documentOf<Plan>(plan)),
    freezesOf: ({ desiredState }) => documentOf<DesiredState>(desiredState)?.freezes ?? [],
    releaseOf: (id) => documentOf<Release>(`releases/${id}.json`),
    take: (moment) => {
      now++;
      if (isWritten(moment)) written(moment);
    },
    stored: ({ pk, sk }, value, at, by) => {
      // Only the records know the table's keys, so this recognizes what is written by its shape.
      if (pk === 'rollouts') return { kind: 'rollout', at, before: rollouts.get(sk), after: value as RolloutRecord };
      if (pk.startsWith('accounts#'))
        return { kind: 'account', at, before: accounts.get(sk), after: value as AccountRecord, by };
      if (pk === 'organization' && sk === 'lease')
        return { kind: 'lease', at, before: lease, after: value as OrganizationLease };
      if (pk === 'waves') return { kind: 'finishedWave', at, wave: sk as WaveName, after: value as FinishedWave };
      const [, rollout] = /^rollout#(.+)#events$/.exec(pk) ?? [];
      if (rollout !== undefined)
        return { kind: 'event', at, rollout: rollout as RolloutId, number: Number(sk), event: value as RolloutEvent };
      return undefined;
    },
    documentWritten: (key, text) => {
      if (/^(plan|intent|releases)\//.test(key)) texts.set(key, text);
    },
  };
}

const writtenKinds = ['rollout', 'account', 'lease', 'finishedWave', 'event'];
const isWritten = (moment: Moment): moment is Written => writtenKinds.includes(moment.kind);

/** One line of the log. */
export function momentLine(moment: Moment): string {
  const at = new Date(moment.at).toISOString().slice(5, 23);
  return `${at} ${fieldsOf(moment)}`;
}

function fieldsOf(moment: Moment): string {
  switch (moment.kind) {
    case 'entered':
      return `${moment.by} enters ${moment.account} for ${moment.purpose}`;
    case 'settingsWritten':
      return `${moment.by} writes settings in ${moment.account}`;
    case 'operation': {
      const { operationId, kind, accounts, regions, spec } = moment.request;
      return `${moment.by} starts ${operationId} (${kind} ${spec.template.slice(0, 6)} in ${accounts.join(' ')}; ${regions.join(' ')})`;
    }
    case 'preflighted':
      return `${moment.by} was in ${moment.account}`;
    case 'instanceFailed':
      return `${moment.stackSet} failed in ${moment.account}`;
    case 'endTold':
      return `the end reported of ${moment.operationId}`;
    case 'visited':
      return `${moment.by} has seen ${moment.facts.account}${moment.blinded ? ' blindly' : ''}`;
    case 'rollout': {
      const { id, status, wave, lastStep } = moment.after;
      const said =
        lastStep === undefined
          ? ''
          : ` ${lastStep.state} said ${lastStep.input.decision} (turn ${lastStep.input.step})`;
      return `${id} is ${status.kind}, wave ${wave}${said}`;
    }
    case 'account': {
      const { id, state, release, holder } = moment.after;
      return `account ${id} ${state} at ${release ?? 'no release'} held by ${holder?.rollout ?? 'nobody'}`;
    }
    case 'lease':
      return `lease ${moment.after.fencingToken} of ${moment.after.holder}${moment.after.released ? ' released' : ''}`;
    case 'finishedWave':
      return `wave ${moment.wave} finished ${moment.after.release}`;
    case 'event':
      return `${moment.rollout} event ${moment.number} ${JSON.stringify(moment.event)}`;
  }
}

/** Returns what is broken, or nothing. */
export type Invariant = (moment: Moment, history: History) => string | undefined;
