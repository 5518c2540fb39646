/** How the simulator answers each fact source: one answer per row, with what is there now. */

import type {
  AccountFacts,
  FactSources,
  FactsOf,
  FactsWanted,
  KnownSources,
  RegionFacts,
} from '../domain/health/fact-sources';
import { absent, type Fact, notWanted, type RuleFacts, read, unreadable } from '../domain/health/facts';
import type { AccountId, Region } from '../domain/model/brand';
import { type AlertRule, alertRuleName, alertRules } from '../domain/policies/alert-patterns';
import { alertForwarderName } from '../domain/policies/alert-policy';
import type { Visit } from '../ports/ports';
import type { AccountContents } from './account-contents';
import type { Watch } from './security-services';
import type { VirtualClock } from './virtual-clock';

export interface FactsWorld {
  readonly clock: VirtualClock;
  readonly contents: AccountContents;
  readonly watch: Watch;
  /** Whether somebody keeps the alert rules of the account disabled. */
  readonly disablesAlerts: (account: AccountId) => boolean;
}

interface AccountScene extends FactsWorld {
  readonly visit: Visit;
  readonly account: AccountId;
  readonly wanted: Pick<FactsWanted, 'home' | 'roles'>;
}
interface RegionScene extends FactsWorld {
  readonly account: AccountId;
  readonly region: Region;
}

export interface Answers<S extends FactSources = KnownSources> {
  readonly account: { readonly [Id in keyof S['account']]: (scene: AccountScene) => AccountFacts<S>[Id] };
  readonly region: { readonly [Id in keyof S['region']]: (scene: RegionScene) => RegionFacts<S>[Id] };
}

/** Why a region does not answer; undefined if it does. */
type Closed = (region: Region) => string | undefined;

const held = <T>(value: T | undefined): Fact<T> => (value === undefined ? absent : read(value));

export const answers: Answers = {
  account: {
    identity: ({ account, visit }) =>
      read({ account, arn: `arn:aws:sts::${account}:assumed-role/${visit.roles.reader}/${visit.rollout}` }),
    passwordPolicy: ({ account, contents }) => held(contents.settings(account).passwordPolicy),
    s3PublicAccessBlock: ({ account, contents }) => held(contents.settings(account).s3PublicAccessBlock),
    operatorRole: ({ account, contents, wanted }) => held(contents.role(account, wanted.roles.operator)),
    root: ({ account, contents }) => read(contents.identities(account).root),
    userKeys: ({ account, contents }) =>
      read([...contents.identities(account).users].map(([user, activeKeys]) => ({ user, activeKeys }))),
    trails: ({ account, watch, wanted }) => read(watch.trails(account, wanted.home)),
    ciRole: ({ account, contents }) => read(contents.identities(account).ciRole),
    readerRole: ({ account, contents }) => read(contents.identities(account).readerRole),
    roles: ({ account, contents }) => read(contents.roles(account)),
  },
  region: {
    ebsEncryption: ({ account, region, contents }) =>
      read({ enabled: contents.settings(account).ebsEncryption.get(region) ?? false }),
    imdsDefaults: ({ account, region, contents }) => read(contents.settings(account).imdsDefaults.get(region) ?? {}),
    snapshotBlockPublicAccess: ({ account, region, watch }) => read(watch.snapshotBlock(account, region)),
    ebsDefaultKey: ({ account, region, watch }) => held(watch.ebsDefaultKey(account, region)),
    recorder: ({ account, region, watch }) => held(watch.recorder(account, region)),
    // The status of a channel does not say where it delivers to.
    deliveryChannel: ({ account, region, watch }) => {
      const channel = watch.channel(account, region);
      return held(channel && { failing: channel.failing });
    },
    detector: ({ account, region, watch }) => {
      const detector = watch.detector(account, region);
      return held(detector && { id: detector.id, enabled: detector.enabled });
    },
    detectorAdministrator: ({ account, region, watch }) => held(watch.detector(account, region)?.administrator),
    hub: ({ account, region, watch }) => held(watch.hub(account, region)),
    analyzers: ({ account, region, watch }) => read(watch.analyzers(account, region)),
    accessFindings: ({ account, region, watch }) => watch.accessFindings(account, region),
    stacks: ({ account, region, watch }) => read(watch.stacks(account, region)),
    alertForwarder: ({ account, region, contents }) => held(contents.role(account, alertForwarderName(region))),
    alertRules: ({ account, region, contents, disablesAlerts }) => {
      const found: { [Rule in AlertRule]?: RuleFacts } = {};
      for (const rule of alertRules) {
        const facts = contents.rule(account, region, alertRuleName(rule));
        if (facts !== undefined) found[rule] = disablesAlerts(account) ? { ...facts, state: 'DISABLED' } : facts;
      }
      return read(found);
    },
  },
};

type Table<Scene> = Readonly<Record<string, (scene: Scene) => unknown>>;

/** @param table an answer for each fact that can be wanted; only tests have others than ours. */
export function createFactsReader<S extends FactSources = KnownSources>(
  world: FactsWorld,
  table: { readonly account: Table<AccountScene>; readonly region: Table<RegionScene> } = answers,
) {
  const { clock } = world;
  return (visit: Visit, wanted: FactsWanted<S>, closed: Closed): AccountFacts<S> => {
    const { account } = visit;
    const regions: Record<string, RegionFacts<S>> = {};
    for (const { region, facts } of wanted.regions) {
      const scene: RegionScene = { ...world, account, region };
      const why = closed(region);
      const given = why === undefined ? answered(table.region, facts, scene) : silent(table.region, facts, why);
      regions[region] = given as RegionFacts<S>;
    }
    const scene: AccountScene = { ...world, visit, account, wanted };
    return {
      ...(answered(table.account, wanted.account, scene) as FactsOf<S['account']>),
      account,
      collectedAt: clock.now().toISOString(),
      regions,
    };
  };
}

function answered<Scene>(table: Table<Scene>, wanted: readonly string[], scene: Scene): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const id in table) facts[id] = wanted.includes(id) ? table[id]?.(scene) : notWanted;
  return facts;
}

/** A region that does not answer gives one reason for all. */
function silent(table: Table<never>, wanted: readonly string[], why: string): Record<string, unknown> {
  const facts: Record<string, unknown> = {};
  for (const id in table) facts[id] = wanted.includes(id) ? unreadable(why) : notWanted;
  return facts;
}
