/** Keeps what has happened, and answers the invariants' questions about it. */
import type { AccountRecord } from '../../orchestrator/domain/model/account-record';
import type { RolloutId, WaveName } from '../../orchestrator/domain/model/brand';
import type { RolloutEvent } from '../../orchestrator/domain/model/event';
import type { FinishedWave } from '../../orchestrator/domain/model/finished-wave';
import type { Plan } from '../../orchestrator/domain/model/plan';
import type { Release } from '../../orchestrator/domain/model/release';
import type { OrganizationLease, RolloutRecord } from '../../orchestrator/domain/model/rollout';
import type { Key } from '../../orchestrator/ports/ports';
import type { History, Moment, Source, Truth, Written } from './history';

export interface Recorder extends History {
  /** Records a moment. */
  readonly take: (moment: Moment) => void;
  /** What a write to the table means, if it means anything here. */
  readonly stored: (key: Key, value: unknown, source: Source) => Written | undefined;
  readonly documentWritten: (key: string, text: string) => void;
  /** The release that the product has made of a config, by the config's number. */
  readonly made: (release: string, config: number) => void;
}

interface Seen<T> {
  readonly from: number;
  readonly value: T;
}

export function createRecorder(truth: Truth): Recorder {
  const rollouts = new Map<string, RolloutRecord>();
  const accounts = new Map<string, AccountRecord>();
  const finishedWaves = new Map<string, FinishedWave>();
  const events = new Map<string, RolloutEvent[]>();
  const formerly = {
    rollouts: new Map<string, Seen<RolloutRecord>[]>(),
    accounts: new Map<string, Seen<AccountRecord>[]>(),
  };
  const lives = new Map<string, number>();
  const tampered = new Set<string>();
  const configs = new Map<string, number>();
  const documents = createDocuments();
  let lease: OrganizationLease | undefined;
  let now = 0;

  const written = (moment: Written): void => {
    switch (moment.kind) {
      case 'rollout':
        rollouts.set(moment.after.id, moment.after);
        keep(formerly.rollouts, moment.after.id, { from: now, value: moment.after });
        if (moment.after.status.kind !== 'finished') lives.set(moment.after.id, lifeOf(moment.after, moment.at));
        return;
      case 'account':
        accounts.set(moment.after.id, moment.after);
        keep(formerly.accounts, moment.after.id, { from: now, value: moment.after });
        return;
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

  return {
    ...truth,
    rollouts,
    accounts,
    finishedWaves,
    events,
    lease: () => lease,
    now: () => now,
    holderAt: (account, moment) => at(formerly.accounts, account, moment)?.holder?.rollout,
    rolloutAt: (rollout, moment) => at(formerly.rollouts, rollout, moment),
    accountAt: (account, moment) => at(formerly.accounts, account, moment),
    aliveUntil: (rollout) => lives.get(rollout) ?? 0,
    isTampered: (account) => tampered.has(account),
    planOf: ({ plan }) => (plan === undefined ? undefined : documents.get<Plan>(plan)),
    releaseOf: (id) => documents.get<Release>(`releases/${id}.json`),
    intentOf: (release) => truth.config.releases[configs.get(release) ?? -1],
    made: (release, config) => void configs.set(release, config),
    take: (moment) => {
      now++;
      if (moment.kind === 'tampered') tampered.add(moment.account);
      if (isWritten(moment)) written(moment);
    },
    stored: (key, value, source) => meaningOf(key, value, source, { rollouts, accounts, lease }),
    documentWritten: documents.put,
  };
}

/** A rollout gives a sign of life with every write of its record. What it waits for, it waits for in good health. */
const leaseMs = 60 * 60_000;
/** How long the state machine waits for an answer that has no other end. */
const answerMs = 14 * 24 * 60 * 60_000;

function lifeOf({ status }: RolloutRecord, at: number): number {
  if (status.kind === 'awaitingApproval')
    return status.prompt.expiresAt === undefined ? at + answerMs : Date.parse(status.prompt.expiresAt);
  return Math.max(at, status.kind === 'waiting' ? Date.parse(status.until) : at) + leaseMs;
}

function keep<T>(formerly: Map<string, Seen<T>[]>, id: string, seen: Seen<T>): void {
  const known = formerly.get(id);
  if (known === undefined) formerly.set(id, [seen]);
  else known.push(seen);
}

const at = <T>(formerly: ReadonlyMap<string, readonly Seen<T>[]>, id: string, moment: number): T | undefined =>
  formerly.get(id)?.findLast(({ from }) => from <= moment)?.value;

/** Only the records know the table's keys, so this recognizes what is written by its shape. */
function meaningOf(
  { pk, sk }: Key,
  value: unknown,
  source: Source,
  {
    rollouts,
    accounts,
    lease,
  }: Pick<History, 'rollouts' | 'accounts'> & { readonly lease: OrganizationLease | undefined },
): Written | undefined {
  if (pk === 'rollouts') return { ...source, kind: 'rollout', before: rollouts.get(sk), after: value as RolloutRecord };
  if (pk.startsWith('accounts#'))
    return { ...source, kind: 'account', before: accounts.get(sk), after: value as AccountRecord };
  if (pk === 'organization' && sk === 'lease')
    return { ...source, kind: 'lease', before: lease, after: value as OrganizationLease };
  if (pk === 'waves') return { ...source, kind: 'finishedWave', wave: sk as WaveName, after: value as FinishedWave };
  const [, rollout] = /^rollout#(.+)#events$/.exec(pk) ?? [];
  if (rollout === undefined) return undefined;
  return { ...source, kind: 'event', rollout: rollout as RolloutId, number: Number(sk), event: value as RolloutEvent };
}

const writtenKinds: readonly string[] = ['rollout', 'account', 'lease', 'finishedWave', 'event'];
const isWritten = (moment: Moment): moment is Written => writtenKinds.includes(moment.kind);

/** Plans and releases, parsed when somebody asks. */
function createDocuments() {
  const parsed = new Map<string, unknown>();
  const texts = new Map<string, string>();
  return {
    put: (key: string, text: string): void => {
      if (/^(plan|releases)\//.test(key)) texts.set(key, text);
    },
    get: <T>(key: string): T | undefined => {
      const text = texts.get(key);
      if (!parsed.has(key) && text !== undefined) parsed.set(key, JSON.parse(text));
      return parsed.get(key) as T | undefined;
    },
  };
}
