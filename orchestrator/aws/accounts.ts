/** Visits to member accounts: facts are read, settings are held, through the CI role and nothing else. */
import pLimit from 'p-limit';
import type { Region } from '../domain/brand';
import { isStrongroomError, messageOf } from '../domain/errors';
import {
  type AccountFacts,
  type AlertRule,
  alertRuleName,
  alertTopicName,
  type FactsWanted,
  type RegionFacts,
  read,
} from '../domain/facts';
import type { Accounts } from '../ports/ports';
import { readEbsEncryption, readImdsDefaults, regionsNotOptedIn } from './facts/ec2';
import { readRule } from './facts/events';
import { readPasswordPolicy, readRole } from './facts/iam';
import { asFact } from './facts/reading';
import { readPublicAccessBlock } from './facts/s3-control';
import { readTopic } from './facts/sns';
import { awsName } from './failures';
import { createSessions, type Session, type SessionsOptions } from './sessions';
import { applySettings, putBackSettings, readSettings } from './settings';

export function createAccounts(options: SessionsOptions): Accounts {
  const { enter } = createSessions(options);
  return {
    preflight: async (visit, regions) => ({
      unusable: await unusableRegions(await enter(visit, 'preflight'), regions),
    }),
    collectFacts: async (visit, wanted) => collectFacts(await enter(visit, 'facts'), wanted, options.now),
    // Reading needs no right to write, so it is done on a session that has none.
    readSettings: async (visit, desired, regions) => readSettings(await enter(visit, 'facts'), desired, regions),
    applySettings: async (visit, desired, regions) => applySettings(await enter(visit, 'settings'), desired, regions),
    putBackSettings: async (visit, previous) => putBackSettings(await enter(visit, 'settings'), previous),
  };
}

/** Of one account; a shard visits several accounts at once. */
const regionsAtOnce = 6;

type Unusable = Awaited<ReturnType<Accounts['preflight']>>['unusable'];

async function unusableRegions(session: Session, regions: readonly Region[]): Promise<Unusable> {
  const failures = (await pLimit(regionsAtOnce).map(regions, (region) => failureIn(session, region))).filter(
    (failure) => failure !== undefined,
  );
  if (failures.length === 0) return [];
  // Where that cannot be told, the region's own answer is the best there is.
  const notOptedIn = await regionsNotOptedIn(session).catch(() => new Set<string>());
  return failures.map(({ region, error }) => ({
    region,
    why: notOptedIn.has(region) ? 'the account has not opted in to the region' : whyNotUsable(error),
  }));
}

/** One cheap read shows whether the region answers. What a retry can mend says nothing about the region, and is thrown. */
async function failureIn(session: Session, region: Region) {
  try {
    await readEbsEncryption(session, region);
    return undefined;
  } catch (error) {
    if (isStrongroomError(error) && error.retriable) throw error;
    return { region, error };
  }
}

/** A fresh account, or a region just enabled, refuses credentials that are good elsewhere [aws-control-plane 6]. */
const activating = ['OptInRequired', 'SubscriptionRequired', 'AuthFailure', 'InvalidClientTokenId', 'RegionDisabled'];

const whyNotUsable = (error: unknown): string =>
  activating.includes(awsName(error) ?? '')
    ? `the region is still being activated (${awsName(error)})`
    : messageOf(error);

async function collectFacts(session: Session, wanted: FactsWanted, now: () => Date): Promise<AccountFacts> {
  const role = wanted.operatorRoleName;
  const [passwordPolicy, s3PublicAccessBlock, operatorRole, regions] = await Promise.all([
    asFact(wanted.passwordPolicy && (() => readPasswordPolicy(session))),
    asFact(wanted.s3PublicAccessBlock && (() => readPublicAccessBlock(session))),
    asFact(role !== undefined && (() => readRole(session, role))),
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
    regions: Object.fromEntries(regions),
  };
}

async function regionFacts(session: Session, wanted: FactsWanted['regions'][number]): Promise<RegionFacts> {
  const { region, alerts } = wanted;
  const ruleFact = (rule: AlertRule) => asFact(alerts && (() => readRule(session, region, alertRuleName(rule))));
  const [ebsEncryption, imdsDefaults, alertTopic, guardDuty, securityHub, rootSignIn] = await Promise.all([
    asFact(wanted.ebsEncryption && (() => readEbsEncryption(session, region))),
    asFact(wanted.imdsDefaults && (() => readImdsDefaults(session, region))),
    asFact(alerts && (() => readTopic(session, region, alertTopicName))),
    ruleFact('guardduty-findings'),
    ruleFact('securityhub-findings'),
    ruleFact('root-sign-in'),
  ]);
  return {
    ebsEncryption,
    imdsDefaults,
    alertTopic,
    alertRules: {
      'guardduty-findings': guardDuty,
      'securityhub-findings': securityHub,
      'root-sign-in': rootSignIn,
    },
  };
}
