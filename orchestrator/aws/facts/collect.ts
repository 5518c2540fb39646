/** Reads the facts of one visit, each request once. docs/reference/calls.md lists the requests. */
import pLimit from 'p-limit';
import type { AccountFacts, FactSources, FactsOf, FactsWanted, RegionFacts } from '../../domain/health/fact-sources';
import { type Fact, notWanted } from '../../domain/health/facts';
import type { Session } from '../sessions';
import { type AccountReading, type RegionReading, readers } from './readers';
import { asFact } from './reading';

/** Regions of one account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

type Table<Reading> = Readonly<Record<string, (reading: Reading) => Promise<unknown>>>;

export const collectFacts = (session: Session, wanted: FactsWanted, now: () => Date): Promise<AccountFacts> =>
  collectWith(readers, session, wanted, now);

/** @param table a reader for each fact that can be wanted; only tests have others than ours. */
export async function collectWith<S extends FactSources>(
  table: { readonly account: Table<AccountReading>; readonly region: Table<RegionReading> },
  session: Session,
  wanted: FactsWanted<S>,
  now: () => Date,
): Promise<AccountFacts<S>> {
  const once = onceEach();
  const reading: AccountReading = { session, roles: wanted.roles, once: (ask) => once(ask, reading) };
  const [ofAccount, regions] = await Promise.all([
    settled(
      table.account,
      factReader(table.account, wanted.account, () => reading),
    ),
    pLimit(regionsAtOnce).map(
      wanted.regions,
      async ({ region, facts }) => [region, await regionFacts<S>(table.region, session, region, facts)] as const,
    ),
  ]);
  return {
    ...(ofAccount as FactsOf<S['account']>),
    account: session.account,
    collectedAt: now().toISOString(),
    regions: Object.fromEntries(regions),
  };
}

async function regionFacts<S extends FactSources>(
  table: Table<RegionReading>,
  session: Session,
  region: RegionReading['region'],
  wanted: readonly string[],
): Promise<RegionFacts<S>> {
  const once = onceEach();
  const fact = factReader(table, wanted, () => reading);
  const reading: RegionReading = {
    session,
    region,
    once: (ask) => once(ask, reading),
    fact: fact as RegionReading['fact'],
  };
  // All at once: they are different services, or different quotas of one.
  return (await settled(table, fact)) as RegionFacts<S>;
}

/** Reads each wanted fact once, even if other readers use it. */
function factReader<Reading>(table: Table<Reading>, wanted: readonly string[], reading: () => Reading) {
  const begun = new Map<string, Promise<Fact<unknown>>>();
  return (id: string): Promise<Fact<unknown>> => {
    const reader = wanted.includes(id) ? table[id] : undefined;
    if (reader === undefined) return Promise.resolve(notWanted);
    const fact = begun.get(id) ?? asFact(() => reader(reading()));
    begun.set(id, fact);
    return fact;
  };
}

const settled = async (
  table: Table<never>,
  fact: (id: string) => Promise<Fact<unknown>>,
): Promise<Readonly<Record<string, Fact<unknown>>>> =>
  Object.fromEntries(await Promise.all(Object.keys(table).map(async (id) => [id, await fact(id)] as const)));

/** Facts that share an answer share the request. */
function onceEach(): <Reading, T>(ask: (reading: Reading) => Promise<T>, reading: Reading) => Promise<T> {
  const answers = new Map<unknown, Promise<unknown>>();
  return <Reading, T>(ask: (reading: Reading) => Promise<T>, reading: Reading) => {
    const answer = answers.get(ask) ?? ask(reading);
    answers.set(ask, answer);
    return answer as Promise<T>;
  };
}
