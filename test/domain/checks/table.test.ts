import fc from 'fast-check';
import { checkTable } from '../../../orchestrator/domain/checks/table';
import { type AccountFacts, absent, type Fact, unreadable } from '../../../orchestrator/domain/facts';
import { verdictOfAccount } from '../../../orchestrator/domain/gate';
import { account, facts, factsIn, home, notPassing, release, resultsOf } from './healthy';

test('an account as it should be passes every check', () => {
  expect(notPassing(facts)).toEqual({});
  expect(verdictOfAccount(resultsOf(facts))).toBe('healthy');
});

test('no two rows have one id and scope', () => {
  const keys = checkTable.map(({ id, scope }) => `${id} ${scope}`);

  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
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

  expect(resultsOf(facts, off).map(({ check }) => check)).toEqual(['003-36']);
});

test('regional checks are asked in the governed regions, and alerts in us-east-1 too', () => {
  const regionsOf = (id: string) => resultsOf(facts).flatMap(({ check, region }) => (check === id ? [region] : []));

  expect(regionsOf('000-06')).toEqual(['eu-west-1', 'us-west-2']);
  expect(regionsOf('000-12-root-sign-in')).toEqual(['eu-west-1', 'us-west-2', 'us-east-1']);
});

test('a region of which nothing was read is unknown', () => {
  const results = resultsOf({ ...facts, regions: { [home]: factsIn(home) } });

  const elsewhere = results.filter(({ region }) => region !== 'global' && region !== home);

  expect(new Set(elsewhere.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
});

/** Replaces every fact by this one, in the account and in its regions. */
function withEveryFact(fact: Fact<never>): AccountFacts {
  const everywhere = {
    ebsEncryption: fact,
    imdsDefaults: fact,
    alertTopic: fact,
    alertRules: { 'guardduty-findings': fact, 'securityhub-findings': fact, 'root-sign-in': fact },
  };
  return {
    account,
    collectedAt: facts.collectedAt,
    identity: fact,
    passwordPolicy: fact,
    s3PublicAccessBlock: fact,
    operatorRole: fact,
    regions: Object.fromEntries(release.expectations.alertRegions.map((region) => [region, everywhere])),
  };
}

test('an account of which nothing can be read is unknown in every check, with the reason', () => {
  const results = resultsOf(withEveryFact(unreadable('throttled')));

  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['unknown']));
  expect(new Set(results.map(({ observed }) => observed))).toEqual(new Set(['throttled']));
});

test('an account in which nothing is there fails every check', () => {
  const results = resultsOf(withEveryFact(absent));

  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['fail']));
});

test('whatever else was read, a fact that cannot be read passes no check that needs it', () => {
  const broken = withEveryFact(unreadable('denied'));
  const names = ['identity', 'passwordPolicy', 's3PublicAccessBlock', 'operatorRole', 'regions'] as const;

  fc.assert(
    fc.property(fc.subarray([...names], { minLength: 1 }), (unread) => {
      const seen = { ...facts, ...Object.fromEntries(unread.map((name) => [name, broken[name]])) };
      const wereUnknown = resultsOf(broken);

      resultsOf(seen).forEach(({ outcome }, i) => {
        const needs = needOf(wereUnknown[i]?.check ?? '', wereUnknown[i]?.region);
        expect(outcome).toBe(unread.includes(needs) ? 'unknown' : 'pass');
      });
    }),
  );

  function needOf(check: string, region: string | undefined): (typeof names)[number] {
    if (region !== 'global') return 'regions';
    const known = { '003-36': 'identity', '000-04': 'passwordPolicy', '000-05': 's3PublicAccessBlock' } as const;
    return known[check as keyof typeof known] ?? 'operatorRole';
  }
});
