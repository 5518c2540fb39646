/** The Accounts port over the estate: entering, looking, and settings. */

import { errors, metInside } from '../domain/errors';
import type { AccountId, Region } from '../domain/model/brand';
import { detectorIdOutput } from '../domain/model/resource-names';
import type { Accounts, Visit, VisitRoles } from '../ports/ports';
import { type Purpose, purposeOf, roleFor, roleOf } from '../ports/purposes';
import type { AccountContents } from './account-contents';
import type { Calls } from './calls';
import { createFactsReader } from './collected';
import { type Revert, revert } from './drift';
import type { Faults } from './faults';
import { lookUp, type Unusable } from './lookups';
import type { SimulatedAccount, SimulatedOrganization } from './organization';
import type { Random } from './random';
import type { Rates } from './rates';
import type { Watch } from './security-services';
import { apply, previousOf, putBack } from './settings';
import type { VirtualClock } from './virtual-clock';
import { type Call, type Circumstances, factsCalls, linkingCalls, preflightCalls, settingCalls } from './visit-calls';

export interface AccountsWorld {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly organization: SimulatedOrganization;
  readonly contents: AccountContents;
  readonly watch: Watch;
  readonly rates: Rates;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly roles: VisitRoles;
  readonly externalId: string;
  readonly home: Region;
}

/** Regions that an account has only after opting in begin with these; ours has opted in to none [doc:accounts/manage-acct-regions]. */
const optInRegions = /^(af|il|me|mx)-|^ap-(east|south-2|southeast-[3-9])|^ca-west-|^eu-(central-2|south)/;

export function createAccounts(world: AccountsWorld): Accounts {
  const { clock, contents, watch, rates, calls, faults } = world;
  const factsOf = createFactsReader({ ...world, disablesAlerts: (account) => faults.disablesAlerts(account) });
  const reverts = new Map<string, Revert>();
  const closedIn = (account: SimulatedAccount) => (region: Region) => whyUnusable(world, account, region)?.why;

  const enter = (visit: Visit, purpose: Purpose): SimulatedAccount => {
    rates.take('sts:AssumeRole');
    touch(visit, 'entered');
    const account = world.organization.accounts.get(visit.account);
    const why = whyNotEntered(world, account, visit, purpose);
    if (account === undefined || why !== undefined)
      throw errors.cannotEnterAccount(visit.account, roleFor(visit, purpose), why ?? denied);
    calls.count('sts:GetCallerIdentity');
    const identity = faults.identityOf(visit.account);
    if (identity !== visit.account) throw errors.wrongIdentity(visit.account, identity);
    return account;
  };
  const keysIn = (account: AccountId) => (region: Region, alias: string) =>
    contents.standing(account, 'keys', region).find(({ name }) => name === alias)?.facts.arn;
  const circumstancesIn = (account: AccountId): Circumstances => ({
    detectorIsUnnamed: (region) =>
      watch.stacks(account, region).every(({ outputs }) => outputs?.[detectorIdOutput] === undefined),
    analyzerIsActive: (region) => watch.accessFindings(account, region).kind === 'read',
    usersExist: () => contents.identities(account).users.size > 0,
    detectorExists: (region) => watch.detector(account, region) !== undefined,
    detectorIsNotOurs: (region) => isOthers(account, 'detectors', region),
    detectorIsOursOrAbsent: (region) => !isOthers(account, 'detectors', region),
    hubIsNotOurs: (region) => isOthers(account, 'hubs', region),
  });
  const isOthers = (account: AccountId, kind: 'detectors' | 'hubs', region: Region): boolean => {
    const there = kind === 'detectors' ? watch.detector(account, region) : watch.hub(account, region);
    return there !== undefined && !watch.isOurs(account, kind, region);
  };
  const touch = (visit: Visit, what: 'entered' | 'read' | 'settingsChanged'): void =>
    calls.touched({ atMs: clock.nowMs(), account: visit.account, what, by: visit.rollout });

  /** Enters, takes the time of the calls, and only then looks: what is read is what is there at the end of the visit. */
  const visiting = async <T>(
    method: keyof Accounts,
    visit: Visit,
    made: readonly Call[],
    look: (account: SimulatedAccount) => T,
  ): Promise<T> => {
    const account = enter(visit, purposeOf[method]);
    for (const { api } of made) calls.count(api);
    await rates.latency(2 + made.length);
    try {
      return look(account);
    } catch (error) {
      throw metInside(visit.account, error);
    }
  };

  return {
    preflight: (visit, wanted) =>
      visiting('preflight', visit, preflightCalls(wanted, circumstancesIn(visit.account)), (account) =>
        lookUp(world, account.id, wanted, (region) => whyUnusable(world, account, region)),
      ),
    ensureLinkedRoles: (visit, services) =>
      visiting('ensureLinkedRoles', visit, services.flatMap(linkingCalls), () => {
        for (const service of services) contents.identities(visit.account).linkedServices.add(service);
      }),
    collectFacts: (visit, wanted) =>
      visiting('collectFacts', visit, factsCalls(wanted, circumstancesIn(visit.account)), (account) => {
        touch(visit, 'read');
        return faults.distort(factsOf(visit, wanted, closedIn(account)));
      }),
    readSettings: (visit, desired, regions) =>
      visiting('readSettings', visit, settingCalls('Get', desired, regions), () =>
        previousOf(contents.settings(visit.account), desired, regions),
      ),
    applySettings: (visit, desired, regions) =>
      visiting('applySettings', visit, settingCalls('Put', desired, regions), () => {
        touch(visit, 'settingsChanged');
        apply(contents.settings(visit.account), desired, regions, keysIn(visit.account));
      }),
    putBackSettings: (visit, previous) =>
      visiting('putBackSettings', visit, settingCalls('Put', previous, []), () => {
        touch(visit, 'settingsChanged');
        putBack(contents.settings(visit.account), previous);
      }),
    revertDrift: (visit, stack, key) =>
      visiting('revertDrift', visit, [{ api: 'cloudformation:DescribeChangeSet', region: stack.region }], () => {
        calls.touched({
          atMs: clock.nowMs(),
          account: visit.account,
          what: 'stackTouched',
          by: stack.stackSet,
          region: stack.region,
        });
        return revert(world, reverts, { account: visit.account, stack, key });
      }),
  };
}

/** AWS says the same of a role that is missing, not there yet, or does not trust the caller [aws-behavior 6]. */
const denied = 'AccessDenied: User is not authorized to perform: sts:AssumeRole';

function whyNotEntered(
  world: AccountsWorld,
  account: SimulatedAccount | undefined,
  visit: Visit,
  purpose: Purpose,
): string | undefined {
  if (account === undefined) return denied;
  const fault = world.faults.cannotEnter(account.id);
  if (fault !== undefined) return fault;
  if (account.state !== 'ACTIVE' && account.state !== 'PENDING_CLOSURE') return `the account is ${account.state}`;
  const isDenied =
    roleFor(visit, purpose) !== world.roles[roleOf[purpose]] ||
    visit.externalId !== world.externalId ||
    account.id === world.organization.managementAccountId ||
    world.clock.nowMs() < account.enterableFromMs;
  return isDenied ? denied : undefined;
}

function whyUnusable(world: AccountsWorld, account: SimulatedAccount, region: Region): Unusable | undefined {
  const fault = world.faults.unusableRegion(account.id, region);
  if (fault !== undefined) return { why: fault };
  if (optInRegions.test(region)) return { why: 'the account has not opted in to the region' };
  const activating = region !== world.home && world.clock.nowMs() < account.activeFromMs;
  return activating ? { why: 'the region is still being activated (OptInRequired)', activating } : undefined;
}
