/** What the modules of a release must know about an account before they are deployed. docs/reference/calls.md lists the requests. */
import pLimit from 'p-limit';
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';
import type { Region } from '../domain/model/brand';
import type { LookupId, LookupsWanted, LookupValues, Preflight, Singletons, Unanswered } from '../domain/model/lookups';
import { tryRegion } from './facts/cloudformation';
import { regionsNotOptedIn } from './facts/ec2';
import { awsName } from './failures';
import { type Looking, lookers } from './lookups';
import type { Session } from './sessions';

/** Per account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

export async function preflight(session: Session, wanted: LookupsWanted): Promise<Preflight> {
  const seen = await pLimit(regionsAtOnce).map(wanted, ({ region, lookups }) => lookIn(session, region, lookups));
  return {
    unusable: await whyUnusable(
      session,
      seen.flatMap(({ refusal }) => refusal ?? []),
    ),
    unanswered: seen.flatMap(({ unanswered }) => unanswered),
    singletons: seen.flatMap(({ found }) => found ?? []),
  };
}

interface Refusal {
  readonly region: Region;
  readonly error: unknown;
}

interface Seen {
  /** Absent if nothing in the region answers. */
  readonly found?: Singletons;
  readonly unanswered: readonly Unanswered[];
  /** The region refuses the account. */
  readonly refusal?: Refusal;
}

async function lookIn(session: Session, region: Region, wanted: readonly LookupId[]): Promise<Seen> {
  const begun = new Map<LookupId, Promise<Attempt<unknown>>>();
  const ask = <Id extends LookupId>(id: Id): Promise<Attempt<LookupValues[Id]>> => {
    const attempted = begun.get(id) ?? attempt<unknown>(() => lookers[id](looking));
    begun.set(id, attempted);
    return attempted as Promise<Attempt<LookupValues[Id]>>;
  };
  const looking: Looking = {
    session,
    region,
    found: async (id) => (wanted.includes(id) ? (await ask(id)).value : undefined),
  };
  const attempts = await Promise.all(wanted.map(async (id) => ({ id, ...(await ask(id)) })));
  const failed = attempts.flatMap(({ id, error }): readonly Unanswered[] =>
    error === undefined ? [] : [{ region, lookup: id, error, ...(isActivating(error) && { activating: true }) }],
  );
  if (failed.length === wanted.length) return ofSilentRegion(session, region, failed);
  const answers = attempts.flatMap(({ id, value }) => (value === undefined ? [] : [[id, value] as const]));
  return { found: { region, ...Object.fromEntries(answers) }, unanswered: failed };
}

/** No lookup has answered, or none is wanted: CloudFormation shows whether that is because of the region. */
async function ofSilentRegion(session: Session, region: Region, failed: readonly Unanswered[]): Promise<Seen> {
  const { error } = await attempt(() => tryRegion(session, region));
  if (error === undefined) return { found: { region }, unanswered: failed };
  const all = [...failed.map((one) => one.error), error];
  const transient = all.find(({ retriable }) => retriable);
  const refusal = all.find(isActivating) ?? (transient === undefined ? all[0] : undefined);
  return refusal === undefined
    ? { unanswered: [{ region, error: transient ?? error }] }
    : { unanswered: [], refusal: { region, error: refusal } };
}

interface Attempt<T> {
  readonly value?: T;
  readonly error?: StrongroomError;
}

/** Our own credentials say nothing about a lookup, so their failure is thrown. */
async function attempt<T>(run: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!isStrongroomError(error)) return { error: errors.internal(messageOf(error), error) };
    if (error.code === 'NoCredentials' && !isActivating(error)) throw error;
    return { error };
  }
}

/** A new account, or a region that was just enabled, rejects credentials that work elsewhere [aws-behavior 6]. */
const activating = [
  'AuthFailure',
  'InvalidClientTokenId',
  'OptInRequired',
  'RegionDisabled',
  'SubscriptionRequired',
  'UnrecognizedClient',
];
const isActivating = (error: unknown): boolean => activating.includes(awsName(error) ?? '');

async function whyUnusable(session: Session, found: readonly Refusal[]): Promise<Preflight['unusable']> {
  if (found.length === 0) return [];
  // If this call fails, the error of the region itself is used.
  const notOptedIn = await regionsNotOptedIn(session).catch(() => new Set<string>());
  return found.map(({ region, error }) => {
    if (notOptedIn.has(region)) return { region, why: 'the account has not opted in to the region' };
    if (!isActivating(error)) return { region, why: messageOf(error) };
    return { region, why: `the region is still being activated (${awsName(error)})`, activating: true };
  });
}
