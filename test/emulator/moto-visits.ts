/** An `Accounts` of AWS over moto, for tests that need accounts which no other test has touched. */
import { createAccounts } from '../../orchestrator/aws/accounts';
import type { Clients } from '../../orchestrator/aws/clients';
import { accountSources, type FactsWanted, regionSources } from '../../orchestrator/domain/health/fact-sources';
import {
  type AccountId,
  parseAccountId,
  parseRegion,
  parseRolloutId,
  type Region,
} from '../../orchestrator/domain/model/brand';
import type { Accounts, Visit } from '../../orchestrator/ports/ports';
import { everyLookup } from '../lookups';
import { type Call, type Gateway, type Intercept, startGateway } from './gateway';
import { motoAccount, motoClients, motoRegion } from './moto';
import { fillGaps } from './moto-gaps';

export interface Visits {
  readonly accounts: Accounts;
  readonly clients: Clients;
  readonly freshVisit: () => Visit & { readonly account: AccountId };
  /** The calls that `run` makes, and not those of the tests before it. */
  readonly callsDuring: (run: () => Promise<unknown>) => Promise<readonly Call[]>;
  readonly stop: () => Promise<void>;
}

export interface VisitsOfSuite extends Omit<Visits, 'stop'> {
  /** What stands before moto; as usual again before each test. */
  instead: Intercept;
}

/** A moto of its own for the tests of a file. */
export function useVisits(usual: () => Intercept = fillGaps): VisitsOfSuite {
  let started: Visits | undefined;
  const visits = (): Visits => {
    if (started === undefined) throw new Error('moto is started before the tests, and not before that');
    return started;
  };
  const suite: VisitsOfSuite = {
    instead: usual(),
    get accounts() {
      return visits().accounts;
    },
    get clients() {
      return visits().clients;
    },
    freshVisit: () => visits().freshVisit(),
    callsDuring: (run) => visits().callsDuring(run),
  };
  beforeAll(async () => {
    started = await startVisits((call, onward) => suite.instead(call, onward));
  });
  afterAll(() => started?.stop());
  beforeEach(() => {
    suite.instead = usual();
  });
  return suite;
}

export async function startVisits(intercept: Intercept): Promise<Visits> {
  const gateway: Gateway = await startGateway({ intercept });
  const clients = motoClients(gateway);
  let used = 0;
  const visits: Visits = {
    clients,
    accounts: createAccounts({ clients, home: motoRegion, now: () => new Date('2026-11-22T15:00:00Z') }),
    freshVisit: () => {
      used += 1;
      return {
        account: accountNumbered(used),
        roles: { reader: 'BaselineReader', ci: 'BaselineCi' },
        externalId: 'strongroom',
        rollout: parseRolloutId('ro-20261122-150405-ab12'),
      };
    },
    callsDuring: async (run) => {
      const before = gateway.calls.length;
      await run();
      // Where one of two questions fails, the other may still be on its way when the next test begins: it is another account's.
      const own = [motoAccount, accountNumbered(used)];
      return gateway.calls.slice(before).filter(({ account }) => own.includes(account));
    },
    stop: async () => {
      clients.destroy();
      await gateway.stop();
    },
  };
  try {
    await warmUp(visits.accounts, visits.freshVisit());
  } catch (error) {
    // The caller gets nothing that it could stop, and a server that still listens would keep the whole run alive.
    await visits.stop();
    throw error;
  }
  return visits;
}

const accountNumbered = (number: number): AccountId => parseAccountId(`2222${String(number).padStart(8, '0')}`);

/** Every fact, of these regions. */
export const everything = (...regions: readonly Region[]): FactsWanted => ({
  home: parseRegion(motoRegion),
  roles: { ci: 'BaselineCi', reader: 'BaselineReader', operator: 'InfraAdmin' },
  account: idsOf(accountSources),
  regions: regions.map((region) => ({ region, facts: idsOf(regionSources) })),
});
const idsOf = <T extends object>(table: T) => Object.keys(table) as (keyof T)[];

export const everythingBut = (
  unwanted: readonly FactsWanted['regions'][number]['facts'][number][],
  ...regions: readonly Region[]
): FactsWanted => {
  const all = everything(...regions);
  return {
    ...all,
    regions: all.regions.map(({ region, facts }) => ({ region, facts: facts.filter((id) => !unwanted.includes(id)) })),
  };
};

/** moto loads a service when it is first called, and we load its client: some seconds in all, which belong to no test. */
export async function warmUp(accounts: Accounts, visit: Visit): Promise<void> {
  const home = parseRegion(motoRegion);
  await accounts.preflight(visit, everyLookup(home));
  await accounts.readSettings(visit, {}, [home]);
  await accounts.collectFacts(visit, everything(home));
}
