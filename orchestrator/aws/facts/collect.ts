/**
 * One visit's facts, each asked for once. What a sweep of all checks may cost, in calls:
 *
 * | of an account                                                  |    | of a region                                         |   |
 * |----------------------------------------------------------------|----|-----------------------------------------------------|---|
 * | STS: AssumeRole, GetCallerIdentity                             |  2 | EC2: encryption, metadata, snapshots                | 3 |
 * | IAM: password policy, summary, CI role, a page of roles        |  4 | EC2 and KMS: default key, its state, its rotation   | 3 |
 * | IAM: operator role, what it has attached and inline (2 of ours)|  5 | Config: recorder, its status, the channel's status  | 3 |
 * | S3 Control                                                     |  1 | GuardDuty: the detector that our stack names        | 1 |
 * | CloudTrail: trails, the status of 2 at most                    |  3 | Security Hub: standards                             | 1 |
 * |                                                                |    | Access Analyzer: analyzers, a page of findings      | 2 |
 * |                                                                |    | CloudFormation: stacks, one page of them            | 1 |
 * |                                                                |    | SNS: topic, subscriptions                           | 2 |
 * |                                                                |    | EventBridge: all rules, all that reach the topic    | 2 |
 *
 * which is 15 and 18 (2 more where the account has users, for the report on their keys); 15 in a region of a release without the module kms-default, and 14 where nobody is named to receive alerts. A
 * detector of others is looked for first (one more), and its administrator asked for where the config leaves it to the organization.
 */
import pLimit from 'p-limit';
import {
  type AccountFacts,
  type AlertRule,
  absent,
  alertRuleName,
  alertRules,
  alertTopicName,
  detectorIdOutput,
  type Fact,
  type FactsWanted,
  type RegionFacts,
  type RuleFacts,
  read,
} from '../../domain/health/facts';
import type { Session } from '../sessions';
import { analyzerFacts, listAnalyzers, readAccessFindings } from './accessanalyzer';
import { readStacks } from './cloudformation';
import { readTrails } from './cloudtrail';
import { readDeliveryChannel, readRecorder } from './config';
import { countIdentities, readUserKeys, rootIn } from './credentials';
import { readEbsEncryption, readImdsDefaults, readSnapshotBlockPublicAccess } from './ec2';
import { readRules } from './events';
import { readDetector } from './guardduty';
import { readCiRole, readPasswordPolicy, readRole, readRoles } from './iam';
import { readEbsDefaultKey } from './kms';
import { ourPrefix } from './ours';
import { asFact } from './reading';
import { readPublicAccessBlock } from './s3-control';
import { readHub } from './securityhub';
import { readTopic, topicArnOf } from './sns';

/** Of one account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

export async function collectFacts(session: Session, wanted: FactsWanted, now: () => Date): Promise<AccountFacts> {
  const { ciRoleName, operatorRoleName } = wanted;
  const counts = once(() => countIdentities(session));
  const [passwordPolicy, s3PublicAccessBlock, operatorRole, root, userKeys, trails, ciRole, roles, regions] =
    await Promise.all([
      asFact(wanted.passwordPolicy && (() => readPasswordPolicy(session))),
      asFact(wanted.s3PublicAccessBlock && (() => readPublicAccessBlock(session))),
      asFact(operatorRoleName !== undefined && (() => readRole(session, operatorRoleName))),
      asFact(wanted.root && (async () => rootIn(await counts()))),
      asFact(wanted.root && (async () => readUserKeys(session, await counts()))),
      asFact(wanted.trails && (() => readTrails(session))),
      asFact(() => readCiRole(session, ciRoleName)),
      asFact(wanted.roles && (() => readRoles(session))),
      pLimit(regionsAtOnce).map(
        wanted.regions,
        async (inRegion) => [inRegion.region, await regionFacts(session, inRegion)] as const,
      ),
    ]);
  return {
    account: session.account,
    collectedAt: now().toISOString(),
    identity: read({ account: session.account, arn: session.arn }),
    passwordPolicy,
    s3PublicAccessBlock,
    operatorRole,
    root,
    userKeys,
    trails,
    ciRole,
    roles,
    regions: Object.fromEntries(regions),
  };
}

/** Two facts are made of one answer. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

type WantedOfRegion = FactsWanted['regions'][number];
type Ask = <T>(
  what: Exclude<keyof WantedOfRegion, 'region'>,
  reader: (session: Session, region: string) => Promise<T | undefined>,
) => Promise<Fact<T>>;

async function regionFacts(session: Session, wanted: WantedOfRegion): Promise<RegionFacts> {
  const { region } = wanted;
  const ask: Ask = (what, reader) => asFact(wanted[what] && (() => reader(session, region)));
  // All at once: they are different services, or different quotas of one.
  const stacks = ask('stacks', readStacks);
  const analyzers = once(() => listAnalyzers(session, region));
  const [hardening, recorder, deliveryChannel, detector, hub, analyzerList, accessFindings, ours, alertTopic, rules] =
    await Promise.all([
      hardeningFacts(ask),
      ask('config', readRecorder),
      ask('config', readDeliveryChannel),
      ask('threats', () => detectorIn(session, wanted, stacks)),
      ask('threats', readHub),
      ask('threats', async () => analyzerFacts(await analyzers())),
      ask('threats', async () => readAccessFindings(session, region, await analyzers())),
      stacks,
      ask('alerts', () => readTopic(session, region, alertTopicName, wanted.subscriptions)),
      ask('alerts', () => readRules(session, region, ourRules(session, region))),
    ]);
  return {
    ...hardening,
    recorder,
    deliveryChannel,
    detector,
    hub,
    analyzers: analyzerList,
    accessFindings,
    stacks: ours,
    alertTopic,
    alertRules: byRule(rules),
  };
}

/** CloudFormation is asked about our stacks anyway, and one of them names its detector. */
async function detectorIn(session: Session, { region, administrator }: WantedOfRegion, stacks: Promise<StacksFact>) {
  const ours = await stacks;
  const known = ours.kind === 'read' ? ours.value.find(({ outputs }) => outputs?.[detectorIdOutput]) : undefined;
  return readDetector(session, region, {
    known: known?.outputs?.[detectorIdOutput],
    asksForAdministrator: administrator,
  });
}
type StacksFact = RegionFacts['stacks'];

async function hardeningFacts(ask: Ask) {
  const [ebsEncryption, imdsDefaults, snapshotBlockPublicAccess, ebsDefaultKey] = await Promise.all([
    ask('ebsEncryption', readEbsEncryption),
    ask('imdsDefaults', readImdsDefaults),
    ask('snapshots', readSnapshotBlockPublicAccess),
    ask('ebsDefaultKey', readEbsDefaultKey),
  ]);
  return { ebsEncryption, imdsDefaults, snapshotBlockPublicAccess, ebsDefaultKey };
}

const ourRules = (session: Session, region: string) => ({
  prefix: ourPrefix,
  targetArn: topicArnOf(session, region, alertTopicName),
});

function byRule(rules: Fact<ReadonlyMap<string, RuleFacts>>): RegionFacts['alertRules'] {
  const factOf = (rule: AlertRule): Fact<RuleFacts> => {
    if (rules.kind !== 'read') return rules;
    const found = rules.value.get(alertRuleName(rule));
    return found === undefined ? absent : read(found);
  };
  return Object.fromEntries(alertRules.map((rule) => [rule, factOf(rule)])) as Record<AlertRule, Fact<RuleFacts>>;
}
