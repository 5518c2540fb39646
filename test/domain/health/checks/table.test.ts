import fc from 'fast-check';
import { checkTable } from '../../../../orchestrator/domain/health/checks/table';
import {
  type AccountFacts,
  accountSources,
  type RegionFacts,
  regionSources,
} from '../../../../orchestrator/domain/health/fact-sources';
import { absent, type Fact, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import type { Region } from '../../../../orchestrator/domain/model/brand';
import { verdictOfAccount } from '../../../../orchestrator/domain/model/gate';
import { facts, factsIn, home, notPassing, release, resultsOf } from './healthy';

test('an account as it should be passes every check', () => {
  expect(notPassing(facts)).toEqual({});
  expect(verdictOfAccount(resultsOf(facts))).toBe('healthy');
});

test('no two rows have one id and scope', () => {
  const keys = checkTable.map(({ id, scope }) => `${id} ${scope}`);

  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test('a row that others may have to fix says so, and only about what others may run', () => {
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
    'reader-role-has-permissions-boundary',
    'reader-role-trust-matches-bootstrap',
    'root-user-has-no-access-key',
    'root-user-requires-mfa',
    'iam-users-have-no-access-keys',
    'iam-roles-restrict-trust',
  ]);
});

test('regional checks are asked in the governed regions, and alerts in us-east-1 too', () => {
  const regionsOf = (id: string) => resultsOf(facts).flatMap(({ check, region }) => (check === id ? [region] : []));

  expect(regionsOf('ebs-default-encryption-is-on')).toEqual(['eu-west-1', 'us-west-2']);
  expect(regionsOf('alert-rule-root-user-forwards')).toEqual(['eu-west-1', 'us-west-2', 'us-east-1']);
});

test('a region of which nothing was read is unknown', () => {
  const results = resultsOf({ ...facts, regions: { [home]: factsIn(home) } });

  const elsewhere = results.filter(({ region }) => region !== 'global' && region !== home);

  expect(new Set(elsewhere.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
});

const everyFact = (table: object, fact: Fact<never>): Record<string, Fact<never>> =>
  Object.fromEntries(Object.keys(table).map((id) => [id, fact]));
const regionWithEveryFact = (fact: Fact<never>) => everyFact(regionSources, fact) as RegionFacts;

/** Every fact is this one, in the account and in its regions. */
const withEveryFact = (fact: Fact<never>): AccountFacts => ({
  ...facts,
  ...everyFact(accountSources, fact),
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

/** Where GuardDuty is the organization's, so that every fact is needed. */
const administered = {
  ...release,
  expectations: { ...release.expectations, organizationManaged: ['threat-detection' as const] },
};
const watchedFrom = read('444455556666');
const seenIn = (region: Region): RegionFacts => ({ ...factsIn(region), detectorAdministrator: watchedFrom });

test('every fact is needed by some check, and a check needs some fact', () => {
  const needed = new Set(checkTable.flatMap(({ needs }): readonly string[] => needs));

  expect([...needed].sort()).toEqual([...Object.keys(accountSources), ...Object.keys(regionSources)].sort());
  expect(checkTable.filter(({ needs }) => needs.length === 0)).toEqual([]);
});

test('whatever else was read, a check is unknown exactly if a fact that it says it needs cannot be read', () => {
  const denied = unreadable('denied');
  const regions = Object.keys(facts.regions) as Region[];
  const places = [
    ...Object.keys(accountSources).map((fact) => ({ fact, region: 'global' as const })),
    ...regions.flatMap((region) => Object.keys(regionSources).map((fact) => ({ fact, region }))),
  ];
  const needsOf = new Map(checkTable.map(({ id, needs }) => [id, needs as readonly string[]]));

  fc.assert(
    fc.property(fc.subarray(places, { minLength: 1 }), (unread) => {
      const unreadIn = (where: string): Record<string, Fact<never>> =>
        Object.fromEntries(unread.filter(({ region }) => region === where).map(({ fact }) => [fact, denied]));
      const seen: AccountFacts = {
        ...facts,
        ...unreadIn('global'),
        regions: Object.fromEntries(
          regions.map((region) => [region, { ...seenIn(region), ...unreadIn(region) }] as const),
        ),
      };

      for (const { check, region, outcome } of resultsOf(seen, administered)) {
        const isUnread = needsOf.get(check)?.some((fact) => fact in unreadIn(region)) ?? false;
        expect({ check, region, outcome }).toEqual({ check, region, outcome: isUnread ? 'unknown' : 'pass' });
      }
    }),
  );
});
