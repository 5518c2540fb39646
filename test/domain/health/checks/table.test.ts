import fc from 'fast-check';
import { checkTable } from '../../../../orchestrator/domain/health/checks/table';
import {
  type AccountFacts,
  absent,
  type Fact,
  type RegionFacts,
  unreadable,
} from '../../../../orchestrator/domain/health/facts';
import type { Region } from '../../../../orchestrator/domain/model/brand';
import { verdictOfAccount } from '../../../../orchestrator/domain/model/gate';
import { account, facts, factsIn, forRules, home, notPassing, release, resultsOf } from './healthy';

test('an account as it should be passes every check', () => {
  expect(notPassing(facts)).toEqual({});
  expect(verdictOfAccount(resultsOf(facts))).toBe('healthy');
});

test('no two rows have one id and scope', () => {
  const keys = checkTable.map(({ id, scope }) => `${id} ${scope}`);

  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test('a row that others may have to mend says so, and only of what others may run', () => {
  const theirs = checkTable.filter(({ remediationByOthers }) => remediationByOthers !== undefined);

  expect(new Set(theirs.map(({ module }) => module))).toEqual(
    new Set(['audit-logging', 'aws-config', 'threat-detection', 'access-analyzer']),
  );
});

test.each(checkTable)('$id says what it asks and what to do about it', ({ title, remediation }) => {
  expect(title).toMatch(/^\S.{5,}[^.]$/);
  expect(remediation).toMatch(/^[A-Z].{10,}[^.]$/);
});

test.each(resultsOf(facts))('$check says what it saw and what it expects', ({ observed, expected }) => {
  expect(observed).toMatch(/\w/);
  expect(expected).toMatch(/\w/);
});

test('checks of modules that are off are not asked', () => {
  const off = { ...release, expectations: { ...release.expectations, enabled: [] } };

  expect(resultsOf(facts, off).map(({ check }) => check)).toEqual([
    'ci-role-gives-access',
    'ci-role-has-permissions-boundary',
    'ci-role-trust-matches-bootstrap',
    'root-user-has-no-access-key',
    'root-user-requires-mfa',
    'iam-users-have-no-access-keys',
    'iam-roles-restrict-trust',
  ]);
});

test('regional checks are asked in the governed regions, and alerts in us-east-1 too', () => {
  const regionsOf = (id: string) => resultsOf(facts).flatMap(({ check, region }) => (check === id ? [region] : []));

  expect(regionsOf('ebs-default-encryption-is-on')).toEqual(['eu-west-1', 'us-west-2']);
  expect(regionsOf('alert-rule-root-sign-in-is-enabled')).toEqual(['eu-west-1', 'us-west-2', 'us-east-1']);
});

test('a region of which nothing was read is unknown', () => {
  const results = resultsOf({ ...facts, regions: { [home]: factsIn(home) } });

  const elsewhere = results.filter(({ region }) => region !== 'global' && region !== home);

  expect(new Set(elsewhere.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
});

const regionWithEveryFact = (fact: Fact<never>): RegionFacts => ({
  ebsEncryption: fact,
  imdsDefaults: fact,
  snapshotBlockPublicAccess: fact,
  ebsDefaultKey: fact,
  recorder: fact,
  deliveryChannel: fact,
  detector: fact,
  hub: fact,
  analyzers: fact,
  accessFindings: fact,
  stacks: fact,
  alertTopic: fact,
  alertRules: forRules(() => fact),
});

/** Every fact is this one, in the account and in its regions. */
const withEveryFact = (fact: Fact<never>): AccountFacts => ({
  account,
  collectedAt: facts.collectedAt,
  identity: fact,
  ciRole: fact,
  roles: fact,
  userKeys: fact,
  root: fact,
  trails: fact,
  passwordPolicy: fact,
  s3PublicAccessBlock: fact,
  operatorRole: fact,
  regions: Object.fromEntries(
    release.expectations.alertRegions.map((region) => [region, regionWithEveryFact(fact)] as const),
  ),
});

test('an account of which nothing can be read is unknown in every check, with the reason', () => {
  const results = resultsOf(withEveryFact(unreadable('throttled')));

  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
  expect(new Set(results.map(({ observed }) => observed))).toEqual(new Set(['throttled']));
});

test('an account in which nothing is there fails every check', () => {
  const results = resultsOf(withEveryFact(absent));

  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['fail']));
});

/** Which checks need which fact: all of them, and each of them once. */
const needed: Readonly<Record<string, RegExp>> = {
  identity: /^ci-role-gives-access$/,
  ciRole: /^ci-role-(has-permissions-boundary|trust-matches-bootstrap)$/,
  roles: /^(iam-roles-restrict-trust|(aws-config|kms-default)-service-linked-role-exists)$/,
  userKeys: /^iam-users-have-no-access-keys$/,
  root: /^root-user-/,
  trails: /^cloudtrail-trail-/,
  passwordPolicy: /^password-policy-is-strong$/,
  s3PublicAccessBlock: /^s3-public-access-is-blocked$/,
  operatorRole: /^(operator-role-(limits|trusts|requires|has|cannot)-|region-deny-policy-)/,
};
const neededInRegions: Readonly<Record<keyof RegionFacts, RegExp>> = {
  ebsEncryption: /^ebs-default-encryption-is-on$/,
  imdsDefaults: /^ec2-default-requires-imdsv2$/,
  snapshotBlockPublicAccess: /^ebs-snapshot-public-access-is-blocked$/,
  ebsDefaultKey: /^ebs-default-key-rotates$/,
  recorder: /^config-recorder-/,
  deliveryChannel: /^config-delivery-channel-delivers$/,
  detector: /^guardduty-detector-is-enabled$/,
  hub: /^securityhub-/,
  analyzers: /^access-analyzer-is-active$/,
  accessFindings: /^access-analyzer-has-no-active-findings$/,
  stacks: /-stack-(is-complete|parameters-match-release)$/,
  alertTopic: /^alert-topic-/,
  alertRules: /^alert-rule-/,
};

test.each(resultsOf(facts))('$check in $region needs one fact', ({ check, region }) => {
  const facts = Object.values(region === 'global' ? needed : neededInRegions);

  expect(facts.filter((checks) => checks.test(check))).toHaveLength(1);
});

test('whatever else was read, a fact that cannot be read passes no check that needs it', () => {
  const denied = unreadable('denied');
  const [inAccount, inRegion] = [withEveryFact(denied), regionWithEveryFact(denied)];
  const regions = Object.keys(facts.regions) as Region[];
  const places = [
    ...Object.keys(needed).map((fact) => ({ fact, region: 'global' as const })),
    ...regions.flatMap((region) => Object.keys(neededInRegions).map((fact) => ({ fact, region }))),
  ];

  fc.assert(
    fc.property(fc.subarray(places, { minLength: 1 }), (unread) => {
      const namesIn = (where: string) => unread.filter(({ region }) => region === where).map(({ fact }) => fact);
      const only = (names: readonly string[], of: object) =>
        Object.fromEntries(Object.entries(of).filter(([name]) => names.includes(name)));
      const seen: AccountFacts = {
        ...facts,
        ...only(namesIn('global'), inAccount),
        regions: Object.fromEntries(
          regions.map((region) => [region, { ...factsIn(region), ...only(namesIn(region), inRegion) }] as const),
        ),
      };

      for (const { check, region, outcome } of resultsOf(seen)) {
        const needs = { ...needed, ...neededInRegions };
        const isUnread = namesIn(region).some((fact) => needs[fact as keyof typeof needs]?.test(check));
        expect({ check, region, outcome }).toEqual({ check, region, outcome: isUnread ? 'unknown' : 'pass' });
      }
    }),
  );
});
