/** An account in which every check passes, for tests to break in one place. */
import { alertPatterns, alertTopicPolicy } from '../../../orchestrator/domain/alert-policy';
import { parseAccountId, parseRegion } from '../../../orchestrator/domain/brand';
import { runChecks } from '../../../orchestrator/domain/check';
import { checkTable } from '../../../orchestrator/domain/checks/table';
import {
  type AccountFacts,
  type AlertRule,
  type RegionFacts,
  type RoleFacts,
  type RuleFacts,
  read,
  type TopicFacts,
} from '../../../orchestrator/domain/facts';
import type { CheckOutcome, CheckResult } from '../../../orchestrator/domain/gate';
import { operatorTrust, regionFence, selfProtect } from '../../../orchestrator/domain/operator-policy';
import type { Release } from '../../../orchestrator/domain/release';
import { buildRelease } from '../../../stackset-templates/release';
import { intent, templateHashes } from '../../stackset-templates/sample-intent';

export const account = parseAccountId('111122223333');
export const release = buildRelease(intent, templateHashes);
export const home = parseRegion('eu-west-1');

export const role: RoleFacts = {
  trust: operatorTrust({ partition: 'aws', account, mfaMaxAgeSeconds: '3600' }),
  maxSessionSeconds: 3600,
  attached: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  inline: {
    'region-fence': regionFence(release.regions.governed),
    'self-protect': selfProtect({ partition: 'aws', account, roles: ['InfraAdmin', 'BaselineCi'] }),
  },
};

export const topicIn = (region: string): TopicFacts => ({
  policy: alertTopicPolicy(`arn:aws:sns:${region}:${account}:strongroom-alerts`),
  subscriptions: [{ protocol: 'email', endpoint: 'security@example.com', confirmed: true }],
});

export const ruleIn = (region: string, rule: AlertRule): RuleFacts => ({
  enabled: true,
  pattern: alertPatterns[rule],
  targetArns: [`arn:aws:sns:${region}:${account}:strongroom-alerts`],
});

export const factsIn = (region: string): RegionFacts => ({
  ebsEncryption: read({ enabled: true }),
  imdsDefaults: read({ httpTokens: 'required', httpPutResponseHopLimit: 2 }),
  alertTopic: read(topicIn(region)),
  alertRules: {
    'guardduty-findings': read(ruleIn(region, 'guardduty-findings')),
    'securityhub-findings': read(ruleIn(region, 'securityhub-findings')),
    'root-sign-in': read(ruleIn(region, 'root-sign-in')),
  },
});

export const facts: AccountFacts = {
  account,
  collectedAt: '2026-11-22T12:00:00.000Z',
  identity: read({ account, arn: `arn:aws:sts::${account}:assumed-role/BaselineCi/strongroom` }),
  passwordPolicy: read({
    minimumLength: 14,
    requireSymbols: true,
    requireNumbers: true,
    requireUppercase: true,
    requireLowercase: true,
    allowUsersToChange: true,
    maxAgeDays: 90,
    reusePrevention: 24,
    hardExpiry: false,
  }),
  s3PublicAccessBlock: read({
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  }),
  operatorRole: read(role),
  regions: Object.fromEntries(release.expectations.alertRegions.map((region) => [region, factsIn(region)])),
};

/** The account, but for what is read in its home region. */
export const atHome = (changed: Partial<RegionFacts>): AccountFacts => ({
  ...facts,
  regions: { ...facts.regions, [home]: { ...factsIn(home), ...changed } },
});

export const resultsOf = (seen: AccountFacts, of: Release = release): readonly CheckResult[] =>
  runChecks(checkTable, seen, of);

/** Every check that did not say `pass`, by id; a result per region counts once. */
export const notPassing = (seen: AccountFacts, of: Release = release): Readonly<Record<string, CheckOutcome>> =>
  Object.fromEntries(
    resultsOf(seen, of)
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ check, outcome }) => [check, outcome]),
  );

/** The one result of a check, in the home region if it is asked per region. */
export function resultOf(check: string, seen: AccountFacts, of: Release = release): CheckResult {
  const found = resultsOf(seen, of).find((r) => r.check === check && (r.region === 'global' || r.region === home));
  if (found === undefined) throw new Error(`check ${check} was not asked`);
  return found;
}
