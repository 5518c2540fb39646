/** One visit's facts, as the domain wants them: what was not asked for, and what could not be read, is said. */

import {
  type AccountFacts,
  type AlertRule,
  absent,
  alertRuleName,
  alertTopicName,
  type DetectorFacts,
  type Fact,
  type FactsWanted,
  type RegionFacts,
  type RuleFacts,
  read,
  type TopicFacts,
  unreadable,
} from '../domain/health/facts';
import type { Region } from '../domain/model/brand';
import type { Visit } from '../ports/ports';
import type { AccountContents } from './account-contents';
import type { Made } from './resource-kinds';
import type { Watch } from './security-services';
import type { VirtualClock } from './virtual-clock';

export interface FactsWorld {
  readonly clock: VirtualClock;
  readonly contents: AccountContents;
  readonly watch: Watch;
}

/** Why a region does not answer; undefined if it does. */
type Closed = (region: Region) => string | undefined;
type WantedInRegion = FactsWanted['regions'][number];

const notAsked: Fact<never> = unreadable('not asked for');
const held = <T>(value: T | undefined): Fact<T> => (value === undefined ? absent : read(value));

export function createFactsReader({ clock, contents, watch }: FactsWorld) {
  return (visit: Visit, wanted: FactsWanted, closed: Closed): AccountFacts => {
    const { account } = visit;
    const settings = contents.settings(account);
    const { operatorRoleName } = wanted;
    return {
      account,
      collectedAt: clock.now().toISOString(),
      identity: read({ account, arn: `arn:aws:sts::${account}:assumed-role/${visit.role}/${visit.rollout}` }),
      passwordPolicy: wanted.passwordPolicy ? held(settings.passwordPolicy) : notAsked,
      s3PublicAccessBlock: wanted.s3PublicAccessBlock ? held(settings.s3PublicAccessBlock) : notAsked,
      operatorRole: operatorRoleName === undefined ? notAsked : held(contents.role(account, operatorRoleName)),
      root: wanted.root ? read(contents.identities(account).root) : notAsked,
      trails: wanted.trails ? read(watch.trails(account, wanted.home)) : notAsked,
      ciRole: read(contents.identities(account).ciRole),
      userKeys: wanted.root ? read(keysOf(contents.identities(account).users)) : notAsked,
      roles: wanted.roles ? read(contents.roles(account)) : notAsked,
      regions: Object.fromEntries(wanted.regions.map((w) => [w.region, inRegion(visit, w, closed(w.region))])),
    };
  };

  function inRegion({ account }: Visit, wanted: WantedInRegion, closed: string | undefined): RegionFacts {
    const { region } = wanted;
    const settings = contents.settings(account);
    const asked = <T>(what: Exclude<keyof WantedInRegion, 'region'>, fact: () => Fact<T>): Fact<T> => {
      if (!wanted[what]) return notAsked;
      return closed === undefined ? fact() : unreadable(closed);
    };
    const rule = (name: AlertRule): Fact<RuleFacts> =>
      asked('alerts', () => held(contents.rule(account, region, alertRuleName(name))));
    return {
      ebsEncryption: asked('ebsEncryption', () => read({ enabled: settings.ebsEncryption.get(region) ?? false })),
      imdsDefaults: asked('imdsDefaults', () => read(settings.imdsDefaults.get(region) ?? {})),
      snapshotBlockPublicAccess: asked('snapshots', () => read(watch.snapshotBlock(account, region))),
      ebsDefaultKey: asked('ebsDefaultKey', () => held(watch.ebsDefaultKey(account, region))),
      recorder: asked('config', () => held(watch.recorder(account, region))),
      deliveryChannel: asked('config', () => held(channelSeen(watch.channel(account, region)))),
      detector: asked('threats', () => held(detectorSeen(watch.detector(account, region), wanted.administrator))),
      hub: asked('threats', () => held(watch.hub(account, region))),
      analyzers: asked('threats', () => read(watch.analyzers(account, region))),
      accessFindings: asked('threats', () => watch.accessFindings(account, region)),
      stacks: asked('stacks', () => read(watch.stacks(account, region))),
      alertTopic: asked('alerts', () =>
        held(topicSeen(contents.topic(account, region, alertTopicName, clock.nowMs()), wanted.subscriptions)),
      ),
      alertRules: {
        'guardduty-findings': rule('guardduty-findings'),
        'securityhub-findings': rule('securityhub-findings'),
        'root-sign-in': rule('root-sign-in'),
        'root-api-use': rule('root-api-use'),
        tampering: rule('tampering'),
      },
    };
  }
}

const keysOf = (users: ReadonlyMap<string, number>) => [...users].map(([user, activeKeys]) => ({ user, activeKeys }));

const detectorSeen = (detector: DetectorFacts | undefined, isAdministratorAsked: boolean) => {
  if (detector === undefined || isAdministratorAsked) return detector;
  const { administrator: _notAskedFor, ...seen } = detector;
  return seen;
};

/** The status of a channel does not say where it delivers to. */
const channelSeen = (channel: Made['channels'] | undefined) => channel && { failing: channel.failing };

const topicSeen = (topic: TopicFacts | undefined, areSubscriptionsAsked: boolean): TopicFacts | undefined => {
  if (topic === undefined || areSubscriptionsAsked) return topic;
  const { subscriptions: _notAskedFor, ...seen } = topic;
  return seen;
};
