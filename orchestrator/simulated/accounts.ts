/** The Accounts port over the estate: entering, reading facts, and settings. */
import type { Region } from '../domain/brand';
import { errors } from '../domain/errors';
import {
  type AccountFacts,
  type AlertRule,
  absent,
  alertRuleName,
  alertTopicName,
  type Fact,
  type FactsWanted,
  type RegionFacts,
  type RuleFacts,
  read,
  unreadable,
} from '../domain/facts';
import type { DesiredSettings, ImdsDefaults, PreviousSettings } from '../domain/settings';
import type { Accounts, Visit } from '../ports/ports';
import type { Calls } from './calls';
import type { Estate, Settings } from './estate';
import type { Faults } from './faults';
import type { SimulatedAccount, SimulatedOrganization } from './organization';
import type { Rates } from './rates';
import type { VirtualClock } from './virtual-clock';

export interface AccountsWorld {
  readonly clock: VirtualClock;
  readonly organization: SimulatedOrganization;
  readonly estate: Estate;
  readonly rates: Rates;
  readonly calls: Calls;
  readonly faults: Faults;
  readonly ciRole: string;
  readonly externalId: string;
  readonly home: Region;
}

/** Regions that an account has only after opting in begin with these; ours has opted in to none [doc:accounts/latest/reference/manage-acct-regions]. */
const optInRegions = /^(af|il|me|mx)-|^ap-(east|south-2|southeast-[3-9])|^ca-west-|^eu-(central-2|south)/;

const notAsked: Fact<never> = unreadable('not asked for');

export function createAccounts(world: AccountsWorld): Accounts {
  const { clock, estate, rates, calls, faults } = world;

  const enter = (visit: Visit): SimulatedAccount => {
    rates.take('sts:AssumeRole');
    touch(visit, 'entered');
    const account = world.organization.accounts.get(visit.account);
    const why = whyNotEntered(world, account, visit);
    if (account === undefined || why !== undefined)
      throw errors.cannotEnterAccount(visit.account, visit.role, why ?? denied);
    calls.count('sts:GetCallerIdentity');
    const identity = faults.identityOf(visit.account);
    if (identity !== visit.account) throw errors.wrongIdentity(visit.account, identity);
    return account;
  };
  const touch = (visit: Visit, what: 'entered' | 'read' | 'settingsChanged'): void =>
    calls.touched({ atMs: clock.nowMs(), account: visit.account, what, by: visit.rollout });

  /** Enters, takes the time of the calls, and only then looks: what is read is what is there at the end of the visit. */
  const visiting = async <T>(
    visit: Visit,
    apis: readonly string[],
    look: (account: SimulatedAccount) => T,
  ): Promise<T> => {
    const account = enter(visit);
    for (const api of apis) calls.count(api);
    await rates.latency(2 + apis.length);
    return look(account);
  };

  return {
    preflight: (visit, regions) =>
      visiting(
        visit,
        regions.map(() => 'ec2:GetEbsEncryptionByDefault'),
        (account) => ({
          unusable: regions.flatMap((region) => {
            const why = whyUnusable(world, account, region);
            return why === undefined ? [] : [{ region, why }];
          }),
        }),
      ),
    collectFacts: (visit, wanted) =>
      visiting(visit, callsFor(wanted), (account) => {
        touch(visit, 'read');
        return faults.distort(factsOf(world, visit, account, wanted));
      }),
    readSettings: (visit, desired, regions) =>
      visiting(visit, settingCalls('Get', desired, regions), () =>
        previousOf(estate.settings(visit.account), desired, regions),
      ),
    applySettings: (visit, desired, regions) =>
      visiting(visit, settingCalls('Put', desired, regions), () => {
        touch(visit, 'settingsChanged');
        apply(estate.settings(visit.account), desired, regions);
      }),
    putBackSettings: (visit, previous) =>
      visiting(
        visit,
        settingCalls('Put', { ...previous, ebsEncryption: undefined, imdsDefaults: undefined }, []),
        () => {
          touch(visit, 'settingsChanged');
          putBack(estate.settings(visit.account), previous);
        },
      ),
  };
}

/** AWS says the same of a role that is missing, not there yet, or does not trust the caller [aws-control-plane 6]. */
const denied = 'AccessDenied: User is not authorized to perform: sts:AssumeRole';

function whyNotEntered(world: AccountsWorld, account: SimulatedAccount | undefined, visit: Visit): string | undefined {
  if (account === undefined) return denied;
  const fault = world.faults.cannotEnter(account.id);
  if (fault !== undefined) return fault;
  if (account.state !== 'ACTIVE' && account.state !== 'PENDING_CLOSURE') return `the account is ${account.state}`;
  const isDenied =
    visit.role !== world.ciRole ||
    visit.externalId !== world.externalId ||
    account.id === world.organization.managementAccountId ||
    world.clock.nowMs() < account.enterableFromMs;
  return isDenied ? denied : undefined;
}

function whyUnusable(world: AccountsWorld, account: SimulatedAccount, region: Region): string | undefined {
  const fault = world.faults.unusableRegion(account.id, region);
  if (fault !== undefined) return fault;
  if (optInRegions.test(region)) return 'the account has not opted in to the region';
  const activating = region !== world.home && world.clock.nowMs() < account.activeFromMs;
  return activating ? 'the region is still being activated (OptInRequired)' : undefined;
}

function factsOf(world: AccountsWorld, visit: Visit, account: SimulatedAccount, wanted: FactsWanted): AccountFacts {
  const settings = world.estate.settings(account.id);
  const { operatorRoleName } = wanted;
  return {
    account: account.id,
    collectedAt: world.clock.now().toISOString(),
    identity: read({
      account: account.id,
      arn: `arn:aws:sts::${account.id}:assumed-role/${visit.role}/${visit.rollout}`,
    }),
    passwordPolicy: wanted.passwordPolicy ? held(settings.passwordPolicy) : notAsked,
    s3PublicAccessBlock: wanted.s3PublicAccessBlock ? held(settings.s3PublicAccessBlock) : notAsked,
    operatorRole: operatorRoleName === undefined ? notAsked : held(world.estate.role(account.id, operatorRoleName)),
    regions: Object.fromEntries(wanted.regions.map((w) => [w.region, regionFactsOf(world, account, settings, w)])),
  };
}

function regionFactsOf(
  world: AccountsWorld,
  account: SimulatedAccount,
  settings: Settings,
  { region, ...wanted }: FactsWanted['regions'][number],
): RegionFacts {
  const { estate, clock } = world;
  const closed = whyUnusable(world, account, region);
  const asked = <T>(isWanted: boolean, fact: () => Fact<T>): Fact<T> => {
    if (!isWanted) return notAsked;
    return closed === undefined ? fact() : unreadable(closed);
  };
  const rule = (name: AlertRule): Fact<RuleFacts> =>
    asked(wanted.alerts, () => held(estate.rule(account.id, region, alertRuleName(name))));
  return {
    ebsEncryption: asked(wanted.ebsEncryption, () => read({ enabled: settings.ebsEncryption.get(region) ?? false })),
    imdsDefaults: asked(wanted.imdsDefaults, () => read(settings.imdsDefaults.get(region) ?? {})),
    alertTopic: asked(wanted.alerts, () => held(estate.topic(account.id, region, alertTopicName, clock.nowMs()))),
    alertRules: {
      'guardduty-findings': rule('guardduty-findings'),
      'securityhub-findings': rule('securityhub-findings'),
      'root-sign-in': rule('root-sign-in'),
    },
  };
}

const held = <T>(value: T | undefined): Fact<T> => (value === undefined ? absent : read(value));

function previousOf(settings: Settings, desired: DesiredSettings, regions: readonly Region[]): PreviousSettings {
  const perRegion = <T>(valueIn: (region: Region) => T): Record<Region, T> =>
    Object.fromEntries(regions.map((region) => [region, valueIn(region)]));
  return {
    ...(desired.passwordPolicy && { passwordPolicy: settings.passwordPolicy ?? null }),
    ...(desired.s3PublicAccessBlock && { s3PublicAccessBlock: settings.s3PublicAccessBlock ?? null }),
    ...(desired.ebsEncryption && { ebsEncryption: perRegion((r) => settings.ebsEncryption.get(r) ?? false) }),
    ...(desired.imdsDefaults && { imdsDefaults: perRegion((r) => settings.imdsDefaults.get(r) ?? {}) }),
  };
}

function apply(settings: Settings, desired: DesiredSettings, regions: readonly Region[]): void {
  if (desired.passwordPolicy) settings.passwordPolicy = desired.passwordPolicy;
  if (desired.s3PublicAccessBlock) settings.s3PublicAccessBlock = desired.s3PublicAccessBlock;
  for (const region of regions) {
    if (desired.ebsEncryption) settings.ebsEncryption.set(region, desired.ebsEncryption.enabled);
    if (desired.imdsDefaults) bringImds(settings, region, desired.imdsDefaults);
  }
}

/** What is not named stays. Under a declarative policy the API refuses changes [doc:organizations/latest/userguide/orgs_manage_policies_declarative]. */
function bringImds(settings: Settings, region: Region, desired: ImdsDefaults): void {
  const current = settings.imdsDefaults.get(region) ?? {};
  const httpTokens = desired.httpTokens ?? current.httpTokens;
  const httpPutResponseHopLimit = desired.httpPutResponseHopLimit ?? current.httpPutResponseHopLimit;
  if (httpTokens === current.httpTokens && httpPutResponseHopLimit === current.httpPutResponseHopLimit) return;
  if (isDeclared(current))
    throw errors.accessDenied(`ec2:ModifyInstanceMetadataDefaults in ${region}`, 'a declarative policy holds it');
  setImds(settings, region, { httpTokens, httpPutResponseHopLimit });
}

function putBack(settings: Settings, previous: PreviousSettings): void {
  if (previous.passwordPolicy !== undefined) settings.passwordPolicy = previous.passwordPolicy ?? undefined;
  if (previous.s3PublicAccessBlock !== undefined)
    settings.s3PublicAccessBlock = previous.s3PublicAccessBlock ?? undefined;
  for (const [region, enabled] of Object.entries(previous.ebsEncryption ?? {}))
    settings.ebsEncryption.set(region as Region, enabled);
  for (const [region, defaults] of Object.entries(previous.imdsDefaults ?? {}))
    if (!isDeclared(settings.imdsDefaults.get(region as Region) ?? {})) setImds(settings, region as Region, defaults);
}

function setImds(settings: Settings, region: Region, defaults: ImdsDefaults): void {
  const isSet = defaults.httpTokens !== undefined || defaults.httpPutResponseHopLimit !== undefined;
  settings.imdsDefaults.set(region, isSet ? { ...defaults, managedBy: 'account' } : {});
}

const isDeclared = ({ managedBy }: ImdsDefaults): boolean => managedBy === 'declarative-policy';

/** The calls that a visit makes beyond entering, so that they can be counted and take their time. */
function callsFor(wanted: FactsWanted): readonly string[] {
  const role = [
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'iam:GetRolePolicy',
    'iam:GetRolePolicy',
  ];
  const alerts = ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'];
  const rules = ['events:DescribeRule', 'events:ListTargetsByRule'];
  return [
    ...(wanted.operatorRoleName === undefined ? [] : role),
    ...settingCalls(
      'Get',
      { passwordPolicy: wanted.passwordPolicy, s3PublicAccessBlock: wanted.s3PublicAccessBlock },
      [],
    ),
    ...wanted.regions.flatMap((w) => [
      ...settingCalls('Get', { ebsEncryption: w.ebsEncryption, imdsDefaults: w.imdsDefaults }, [w.region]),
      ...(w.alerts ? [...alerts, ...rules, ...rules, ...rules] : []),
    ]),
  ];
}

const settingCalls = (
  verb: 'Get' | 'Put',
  wanted: { readonly [part in keyof DesiredSettings]?: unknown },
  regions: readonly Region[],
): readonly string[] => [
  ...(wanted.passwordPolicy
    ? [verb === 'Get' ? 'iam:GetAccountPasswordPolicy' : 'iam:UpdateAccountPasswordPolicy']
    : []),
  ...(wanted.s3PublicAccessBlock ? [`s3:${verb}AccountPublicAccessBlock`] : []),
  ...regions.flatMap(() => [
    ...(wanted.ebsEncryption
      ? [verb === 'Get' ? 'ec2:GetEbsEncryptionByDefault' : 'ec2:EnableEbsEncryptionByDefault']
      : []),
    ...(wanted.imdsDefaults
      ? [verb === 'Get' ? 'ec2:GetInstanceMetadataDefaults' : 'ec2:ModifyInstanceMetadataDefaults']
      : []),
  ]),
];
