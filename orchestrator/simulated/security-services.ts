/** What the services that record and watch answer: what stacks made, what others run there, and what time has done since. */

import {
  type AccessFindings,
  type AnalyzerFacts,
  absent,
  type DetectorFacts,
  type Fact,
  type HubFacts,
  looksOutside,
  type RecorderFacts,
  read,
  type StackFacts,
  type TrailFacts,
  unreadable,
} from '../domain/health/facts';
import type { AccountId, Region } from '../domain/model/brand';
import type { AccountContents } from './account-contents';
import { simulatedCiRole } from './config';
import type { Faults } from './faults';
import { accountToken } from './intrinsics';
import type { SimulatedOrganization } from './organization';
import type { Protection } from './preexisting';
import type { Random } from './random';
import type { Made } from './resource-kinds';
import { defaultStandards } from './safeguards';
import { analyzerByHand, controlTower, organizationTrail, snapshotPolicy } from './third-party';
import type { VirtualClock } from './virtual-clock';

export interface WatchWorld {
  readonly faults: Pick<Faults, 'slowness'>;
  readonly clock: VirtualClock;
  readonly organization: SimulatedOrganization;
  readonly contents: AccountContents;
  readonly random: Random;
  readonly home: Region;
}

/** Logs come within about 5 minutes on average, without a promise, and digests every hour [doc:awscloudtrail/how-cloudtrail-works]. */
const delivery = { firstMinutes: { least: 3, spread: 7 }, everyMinutes: 5, digestEveryMinutes: 60 };
/** A new recorder has delivered nothing yet. Nothing documents for how long [assumption A46]. */
const recorderPending = { leastMs: 15_000, spreadMs: 60_000 };
const minuteMs = 60_000;

/** With the account that administers it for the organization. */
type Detector = DetectorFacts & { readonly administrator?: AccountId };

type Singular = 'recorders' | 'detectors' | 'hubs' | 'analyzers';

export interface Watch {
  /** As the region sees them: those at home there, and shadows of trails that are everywhere. */
  readonly trails: (account: AccountId, region: Region) => readonly TrailFacts[];
  readonly recorder: (account: AccountId, region: Region) => RecorderFacts | undefined;
  readonly channel: (account: AccountId, region: Region) => Made['channels'] | undefined;
  readonly detector: (account: AccountId, region: Region) => Detector | undefined;
  readonly hub: (account: AccountId, region: Region) => HubFacts | undefined;
  readonly analyzers: (account: AccountId, region: Region) => readonly AnalyzerFacts[];
  readonly accessFindings: (account: AccountId, region: Region) => Fact<AccessFindings>;
  readonly snapshotBlock: (account: AccountId, region: Region) => Made['snapshotBlocks'];
  readonly ebsDefaultKey: (account: AccountId, region: Region) => Made['keys'] | undefined;
  readonly stacks: (account: AccountId, region: Region) => readonly StackFacts[];
  /** Whether one of our stacks created it. */
  readonly isOurs: (account: AccountId, kind: Singular, region: Region) => boolean;
}

export function createWatch({ faults, clock, organization, contents, random, home }: WatchWorld): Watch {
  const isProtected = (account: AccountId, region: Region, by: Protection['by']): boolean =>
    contents.protections(account, region).some((protection) => protection.by === by);

  const delivered = (account: AccountId, trail: TrailFacts, sinceMs: number): TrailFacts => {
    const key = `${account} ${trail.name}`;
    const { least, spread } = delivery.firstMinutes;
    const minutes = (least + random.of(`delivery ${key}`) * spread) * faults.slowness(account);
    const firstMs = sinceMs + Math.round(minutes * minuteMs);
    const last = (fromMs: number, everyMinutes: number): string | undefined => {
      const sinceFirstMs = clock.nowMs() - fromMs;
      if (sinceFirstMs < 0) return undefined;
      return new Date(clock.nowMs() - (sinceFirstMs % (everyMinutes * minuteMs))).toISOString();
    };
    const deliveredAt = last(firstMs, delivery.everyMinutes);
    const digestDeliveredAt = last(firstMs + delivery.digestEveryMinutes * minuteMs, delivery.digestEveryMinutes);
    return {
      ...(deliveredAt !== undefined && { deliveredAt }),
      ...(digestDeliveredAt !== undefined && { digestDeliveredAt }),
      ...trail,
    };
  };
  const trails: Watch['trails'] = (account, region) => [
    ...contents
      .standing(account, 'trails')
      .filter((trail) => trail.region === region || trail.facts.multiRegion)
      .map(({ facts, sinceMs }) => delivered(account, facts, sinceMs)),
    ...(isProtected(account, region, 'organizationTrail') ? [delivered(account, organizationTrail(home), 0)] : []),
  ];

  const recorder: Watch['recorder'] = (account, region) => {
    if (isProtected(account, region, 'controlTower')) return controlTower.recorder(account, region, home);
    const [found] = contents.standing(account, 'recorders', region);
    if (found === undefined) return undefined;
    const { leastMs, spreadMs } = recorderPending;
    const pendingMs = (leastMs + random.of(`recorder ${account} ${region}`) * spreadMs) * faults.slowness(account);
    const readyMs = found.sinceMs + pendingMs;
    return clock.nowMs() < readyMs && found.facts.recording ? { ...found.facts, lastStatus: 'Pending' } : found.facts;
  };

  const securityAccount = (): AccountId | undefined =>
    organization.accountsIn('Security').find(({ name }) => name === 'security-audit')?.id;
  let administrator: AccountId | undefined;
  const detector: Watch['detector'] = (account, region) => {
    const [ours] = contents.standing(account, 'detectors', region);
    if (!isProtected(account, region, 'guardDutyAdministrator')) return ours?.facts;
    administrator ??= securityAccount();
    const by = administrator === account ? undefined : administrator;
    const facts = ours?.facts ?? { id: `detector-${account}-${region}`, enabled: true };
    return { ...facts, ...(by !== undefined && { administrator: by }) };
  };

  const hub: Watch['hub'] = (account, region) => {
    const standards = isProtected(account, region, 'hubByHand')
      ? defaultStandards(region)
      : contents.standing(account, 'hubs', region)[0]?.facts.standards;
    return standards && { standards: standards.map((arn) => ({ arn, status: 'READY' })) };
  };

  const analyzers: Watch['analyzers'] = (account, region) => [
    ...(isProtected(account, region, 'analyzerByHand') ? [analyzerByHand] : []),
    ...contents.standing(account, 'analyzers', region).map(({ facts }) => facts),
  ];

  const isOurs: Watch['isOurs'] = (account, kind, region) => contents.standing(account, kind, region).length > 0;
  return {
    trails,
    recorder,
    channel: (account, region) =>
      isProtected(account, region, 'controlTower')
        ? controlTower.channel
        : contents.standing(account, 'channels', region)[0]?.facts,
    detector,
    hub,
    analyzers,
    accessFindings: (account, region) => {
      const external = analyzers(account, region).filter(looksOutside);
      if (external.length === 0) return absent;
      if (!external.some(({ status }) => status === 'ACTIVE')) return unreadable('no analyzer that is ACTIVE');
      // The CI role is entered from another account, as it must be.
      const resources = [`arn:aws:iam::${account}:role/${simulatedCiRole}`, ...contents.shared(account, region)];
      return read({ resources, complete: true });
    },
    snapshotBlock: (account, region) =>
      isProtected(account, region, 'snapshotPolicy')
        ? snapshotPolicy
        : (contents.standing(account, 'snapshotBlocks', region)[0]?.facts ?? unblocked),
    ebsDefaultKey: (account, region) => {
      const arn = contents.settings(account).ebsKey.get(region);
      return contents.standing(account, 'keys', region).find(({ facts }) => facts.arn === arn)?.facts;
    },
    stacks: (account, region) =>
      contents
        .stacks(account)
        .filter((stack) => stack.region === region)
        .map(({ stackSet, parameters, content: { outputs } }) => ({
          stackSet,
          status: 'CREATE_COMPLETE',
          parameters,
          ...(Object.keys(outputs).length > 0 && { outputs: valuesFor(outputs, account) }),
        })),
    isOurs,
  };
}

const valuesFor = (outputs: Readonly<Record<string, string>>, account: AccountId) =>
  Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replaceAll(accountToken, account)]));

/** Snapshots can be shared until somebody says otherwise [bc:ec2:GetSnapshotBlockPublicAccessState]. */
const unblocked: Made['snapshotBlocks'] = { state: 'unblocked', managedBy: 'account' };
