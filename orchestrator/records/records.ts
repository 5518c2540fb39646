/** What is kept where: this file and wave-records.ts know the table's keys. Everything else speaks of rollouts, accounts and stages. */

import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { errors, isStrongroomError } from '../domain/errors';
import type { AccountFacts } from '../domain/health/fact-sources';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, OrganizationId, ReleaseId, RolloutId, SweepId, WaveName } from '../domain/model/brand';
import type { RolloutEvent } from '../domain/model/event';
import { type FinishedRelease, type FinishedWave, withFinished } from '../domain/model/finished-wave';
import type { CheckResult } from '../domain/model/gate';
import type { ProbeResult } from '../domain/model/probe';
import type { OrganizationLease, RolloutRecord, StageOperation, StageRecord } from '../domain/model/rollout';
import type { Item, Key, Ports, Store } from '../ports/ports';

export type HasStore = Pick<Ports, 'store'>;

/** One partition takes 1,000 writes a second, so accounts are spread over ten, by their last digit [doc:amazondynamodb partitions]. */
const accountPartitions = Array.from({ length: 10 }, (_, digit) => `accounts#${digit}`);
const accountKey = (id: AccountId): Key => ({ pk: `accounts#${id.slice(-1)}`, sk: id });
const rolloutKey = (id: RolloutId): Key => ({ pk: 'rollouts', sk: id });
const stageKey = (id: RolloutId, wave: WaveName, attempt: number, stage: number): Key => ({
  pk: `rollout#${id}`,
  sk: `stage#${wave}#${attempt}#${String(stage).padStart(4, '0')}`,
});
/** An operation's id names its rollout only to us: what CloudFormation says about it is found by its own words. */
const operationKey = (stackSet: string, operationId: string): Key => ({
  pk: `operations#${stackSet}`,
  sk: operationId,
});
const tokenKey = (id: RolloutId): Key => ({ pk: `rollout#${id}`, sk: 'question-token' });
const eventsPartition = (id: RolloutId): string => `rollout#${id}#events`;
const eventKey = (id: RolloutId, number: number): Key => ({
  pk: eventsPartition(id),
  sk: String(number).padStart(8, '0'),
});
const leaseKey: Key = { pk: 'organization', sk: 'lease' };
const ownerKey: Key = { pk: 'organization', sk: 'owner' };
const waveKey = (name: WaveName): Key => ({ pk: 'waves', sk: name });
const evidencePartition = (id: AccountId): string => `account#${id}#evidence`;
const evidenceKey = (id: AccountId, visit: number): Key => ({
  pk: evidencePartition(id),
  sk: String(visit % visitsKept).padStart(2, '0'),
});

/** Pages of a listing, so that a damaged table cannot keep us reading for ever. */
const pagesMax = 10_000;

async function* pagesOf<T>(store: Store, pk: string, after?: string): AsyncGenerator<readonly Item<T>[]> {
  let from = after;
  for (let page = 0; page < pagesMax; page++) {
    const { items, next } = await store.list<T>(pk, from === undefined ? {} : { after: from });
    yield items;
    if (next === undefined) return;
    from = next;
  }
  throw errors.limitExceeded(`the listing of ${pk}`, `${pagesMax} pages`);
}

export async function listAll<T>(store: Store, pk: string, after?: string, enough = Number.POSITIVE_INFINITY) {
  const found: Item<T>[] = [];
  for await (const items of pagesOf<T>(store, pk, after)) {
    for (const item of items) found.push(item);
    if (found.length >= enough) break;
  }
  return found;
}

export async function readRollout({ store }: HasStore, id: RolloutId): Promise<Item<RolloutRecord>> {
  const item = await findRollout({ store }, id);
  if (item === undefined) throw errors.unknownRollout(id);
  return item;
}
export const findRollout = ({ store }: HasStore, id: RolloutId): Promise<Item<RolloutRecord> | undefined> =>
  store.get<RolloutRecord>(rolloutKey(id));
/** Those that are there, in any order. */
export const readRollouts = async (
  { store }: HasStore,
  ids: readonly RolloutId[],
): Promise<readonly Item<RolloutRecord>[]> =>
  (await store.getMany<RolloutRecord>(ids.map(rolloutKey))).flatMap((item) => item ?? []);
export const writeRollout = ({ store }: HasStore, record: RolloutRecord, expectedVersion: number): Promise<number> =>
  store.put(rolloutKey(record.id), record, expectedVersion);
export const listRollouts = async ({ store }: HasStore): Promise<readonly RolloutRecord[]> =>
  (await listAll<RolloutRecord>(store, 'rollouts')).map((item) => item.value);

export const readStage = (
  { store }: HasStore,
  id: RolloutId,
  wave: WaveName,
  attempt: number,
  stage: number,
): Promise<Item<StageRecord> | undefined> => store.get<StageRecord>(stageKey(id, wave, attempt, stage));
export const writeStage = (
  { store }: HasStore,
  at: StagePlace,
  record: StageRecord,
  expectedVersion: number,
): Promise<number> => store.put(stageKey(at.id, at.wave, at.attempt, at.stage), record, expectedVersion);

/** The last stage of each attempt at each wave, as far as a rollout has come. */
export async function lastStages({ store }: HasStore, id: RolloutId): Promise<readonly StageRecord[]> {
  const items = await listAll<StageRecord>(store, `rollout#${id}`);
  const stages = items.filter(({ key }) => key.sk.startsWith('stage#'));
  // In order of their keys, so that a later stage takes the place of an earlier one.
  return [...new Map(stages.map(({ key, value }) => [key.sk.slice(0, key.sk.lastIndexOf('#')), value])).values()];
}
/** Which stage of which rollout, of the several that may run, started an operation. */
export interface StagePlace {
  readonly id: RolloutId;
  readonly wave: WaveName;
  readonly attempt: number;
  readonly stage: number;
}
export const readOperation = async (
  { store }: HasStore,
  stackSet: string,
  operationId: string,
): Promise<StagePlace | undefined> => (await store.get<StagePlace>(operationKey(stackSet, operationId)))?.value;
export const writeOperation = (
  { store }: HasStore,
  { stackSet, operationId }: Pick<StageOperation, 'stackSet' | 'operationId'>,
  at: StagePlace,
): Promise<boolean> => unlessStale(store.put(operationKey(stackSet, operationId), at, 0));

/** Who waits for an answer. A process that was taken for dead may come back with an older token, which must not take the place of the newer. */
interface Waiting {
  /** The newest first. */
  readonly tokens?: readonly string[];
  /** As it was kept before there could be several. */
  readonly token?: string;
}
const tokensMax = 5;
const tokensOf = (waiting: Waiting | undefined): readonly string[] => waiting?.tokens ?? [waiting?.token ?? []].flat();

export async function writePromptToken({ store }: HasStore, id: RolloutId, token: string): Promise<void> {
  const known = await store.get<Waiting>(tokenKey(id));
  const tokens = tokensOf(known?.value);
  if (tokens.includes(token)) return;
  await store.put(tokenKey(id), { tokens: [token, ...tokens].slice(0, tokensMax) }, known?.version ?? 0);
}
export const readPromptTokens = async ({ store }: HasStore, id: RolloutId): Promise<readonly string[]> =>
  tokensOf((await store.get<Waiting>(tokenKey(id)))?.value);

/**
 * An event is named by its number: written again after a crash, it is the same event, and the first writing stands.
 * @returns what to do once the record counts these events: a handler and a person may have written at the same time, and of the one
 * whose record was refused nothing may stay in the log.
 */
export async function writeEvents(
  { store }: HasStore,
  first: number,
  events: readonly RolloutEvent[],
): Promise<() => Promise<void>> {
  const numbered = events.map((event, index) => ({ key: eventKey(event.rolloutId, first + index), event }));
  const wasFree = await Promise.all(numbered.map(({ key, event }) => unlessStale(store.put(key, event, 0))));
  const taken = numbered.filter((_, index) => wasFree[index] === false);
  return async () => {
    await Promise.all(
      taken.map(async ({ key, event }) => {
        const found = await store.get<RolloutEvent>(key);
        if (found !== undefined && !isSaidAgain(found.value, event))
          await unlessStale(store.put(key, event, found.version));
      }),
    );
  };
}
const isSaidAgain = ({ at: _before, ...a }: RolloutEvent, { at: _now, ...b }: RolloutEvent): boolean =>
  isDeepStrictEqual(a, JSON.parse(JSON.stringify(b)));
/** @returns false if somebody else had written there. */
export async function unlessStale(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isStrongroomError(error) && error.code === 'StaleWrite') return false;
    throw error;
  }
}
/** Events after number `after`, oldest first; -1 for all. What the record does not count yet may still come to nothing. */
export async function readEvents(ports: HasStore, id: RolloutId, after: number, max = Number.POSITIVE_INFINITY) {
  const { value: record } = await readRollout(ports, id);
  const from = after < 0 ? undefined : eventKey(id, after).sk;
  const wanted = Math.max(0, Math.min(max, record.events - after - 1));
  const items = await listAll<RolloutEvent>(ports.store, eventsPartition(id), from, wanted);
  return items.slice(0, wanted).map(({ value }) => value);
}

export const readAccount = ({ store }: HasStore, id: AccountId): Promise<Item<AccountRecord> | undefined> =>
  store.get<AccountRecord>(accountKey(id));
export const readAccounts = (
  { store }: HasStore,
  ids: readonly AccountId[],
): Promise<readonly (Item<AccountRecord> | undefined)[]> => store.getMany<AccountRecord>(ids.map(accountKey));
export async function listAccounts({ store }: HasStore): Promise<readonly Item<AccountRecord>[]> {
  const partitions = await Promise.all(accountPartitions.map((pk) => listAll<AccountRecord>(store, pk)));
  return partitions.flat();
}
/** Page by page, for what goes over all of them and need not hold them all. */
export async function* accountPages({ store }: HasStore): AsyncGenerator<readonly Item<AccountRecord>[]> {
  for (const pk of accountPartitions) yield* pagesOf<AccountRecord>(store, pk);
}
export const writeAccount = ({ store }: HasStore, record: AccountRecord, expectedVersion: number): Promise<number> =>
  store.put(accountKey(record.id), record, expectedVersion);

/** What was seen at one visit to an account: the facts, and what the checks made of them. */
export type Evidence = {
  readonly at: string;
  readonly release: ReleaseId;
  /** Absent if the account could not be entered. */
  readonly facts?: AccountFacts | undefined;
  readonly results: readonly Omit<CheckResult, 'remediation'>[];
  /** Of a visit that came to experiment, and not to check. */
  readonly probes?: readonly Omit<ProbeResult, 'remediation'>[] | undefined;
} & Visitor;
/** Who looked. */
export type Visitor = { readonly rollout: RolloutId } | { readonly sweep: SweepId };

/** Visits that are kept of each account; the next one takes the place of the oldest. */
export const visitsKept = 20;

/**
 * A visit is some 30 KB of text that repeats itself, and a fifth of that when packed. A table charges for every KB, and ten thousand
 * accounts keep twenty visits each.
 */
interface StoredEvidence {
  readonly visit: Pick<Evidence, 'at' | 'release'> & Visitor;
  readonly packed: string;
}
const fastest = { level: 1 } as const;
const stored = ({ facts, results, probes, ...visit }: Evidence): StoredEvidence => ({
  visit,
  packed: deflateRawSync(JSON.stringify({ facts, results, probes }), fastest).toString('base64'),
});
function unpacked({ visit, packed }: StoredEvidence): Evidence {
  const seen: Pick<Evidence, 'facts' | 'results' | 'probes'> = JSON.parse(
    inflateRawSync(Buffer.from(packed, 'base64')).toString('utf8'),
  );
  return { ...visit, ...seen };
}

/** Writes the visit that the account's record will count next: written again after a crash, it is the same one. */
export async function writeEvidence(
  { store }: HasStore,
  { id, visits = 0 }: Pick<AccountRecord, 'id' | 'visits'>,
  evidence: Evidence,
): Promise<void> {
  const key = evidenceKey(id, visits);
  try {
    // The place was written once in each turn of the ring. Evidence is large, and not read only to be replaced.
    await store.put(key, stored(evidence), Math.floor(visits / visitsKept));
  } catch (error) {
    if (!(isStrongroomError(error) && error.code === 'StaleWrite')) throw error;
    // A visit that died after writing its evidence left a version that the record does not know of.
    const known = await store.get<StoredEvidence>(key);
    await store.put(key, stored(evidence), known?.version ?? 0);
  }
}
/** The visits that are kept, oldest first. */
export const readVisits = async ({ store }: HasStore, id: AccountId): Promise<readonly Evidence[]> =>
  (await listAll<StoredEvidence>(store, evidencePartition(id)))
    .map(({ value }) => unpacked(value))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
export const readEvidence = async (ports: HasStore, id: AccountId): Promise<Evidence | undefined> =>
  (await readVisits(ports, id)).at(-1);

export const readLease = ({ store }: HasStore): Promise<Item<OrganizationLease> | undefined> =>
  store.get<OrganizationLease>(leaseKey);
export const writeLease = ({ store }: HasStore, lease: OrganizationLease, expectedVersion: number): Promise<number> =>
  store.put(leaseKey, lease, expectedVersion);

export const readFinishedWave = async ({ store }: HasStore, name: WaveName): Promise<FinishedWave | undefined> =>
  (await store.get<FinishedWave>(waveKey(name)))?.value;
export async function writeFinishedWave(
  { store }: HasStore,
  name: WaveName,
  finished: FinishedRelease,
  direction: RolloutRecord['direction'],
): Promise<void> {
  const known = await store.get<FinishedWave>(waveKey(name));
  await store.put(waveKey(name), withFinished(known?.value, finished, direction), known?.version ?? 0);
}

/** The state belongs to one organization for ever: the first that is seen. Another is refused before anything is written. */
export async function claimState({ store }: HasStore, seen: OrganizationId): Promise<void> {
  const known = await store.get<{ organization: OrganizationId }>(ownerKey);
  if (known === undefined) await unlessStale(store.put(ownerKey, { organization: seen }, 0));
  else if (known.value.organization !== seen) throw errors.otherOrganization(known.value.organization, seen);
}
export const readOwner = async ({ store }: HasStore): Promise<OrganizationId | undefined> =>
  (await store.get<{ organization: OrganizationId }>(ownerKey))?.value.organization;
export async function refuseOtherOrganization({ store }: HasStore, seen: OrganizationId): Promise<void> {
  const known = await store.get<{ organization: OrganizationId }>(ownerKey);
  if (known !== undefined && known.value.organization !== seen)
    throw errors.otherOrganization(known.value.organization, seen);
}
