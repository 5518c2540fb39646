import { absent, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import type { ImdsDefaults, PasswordPolicy, PublicAccessBlock } from '../../../../orchestrator/domain/model/settings';
import { atHome, facts, notPassing, release, releaseOf, resultOf, resultsOf, valueRead } from './healthy';

const passwords = valueRead(facts.passwordPolicy);
const blocks = valueRead(facts.s3PublicAccessBlock);

describe('the password policy', () => {
  const judge = (changed: Partial<PasswordPolicy>) =>
    resultOf('password-policy-is-strong', { ...facts, passwordPolicy: read({ ...passwords, ...changed }) });

  test.each([
    { changed: { minimumLength: 13 }, observed: 'minimum length 13' },
    { changed: { requireSymbols: false }, observed: 'symbols not required' },
    { changed: { requireNumbers: false }, observed: 'numbers not required' },
    { changed: { requireUppercase: false }, observed: 'uppercase not required' },
    { changed: { requireLowercase: false }, observed: 'lowercase not required' },
    { changed: { allowUsersToChange: false }, observed: 'users cannot change their password' },
    { changed: { maxAgeDays: 91 }, observed: 'expiry after 91 days' },
    { changed: { maxAgeDays: 0 }, observed: 'passwords never expire' },
    { changed: { reusePrevention: 23 }, observed: '23 previous passwords remembered' },
    { changed: { reusePrevention: 0 }, observed: '0 previous passwords remembered' },
    {
      changed: { minimumLength: 8, requireSymbols: false, maxAgeDays: 0 },
      observed: 'minimum length 8, symbols not required, passwords never expire',
    },
  ])('fails with $observed', ({ changed, observed }) => {
    expect(judge(changed)).toMatchObject({ outcome: 'fail', observed });
  });

  test.each([{ minimumLength: 128 }, { maxAgeDays: 30 }, { maxAgeDays: 1 }, { hardExpiry: true }])(
    'passes when it is stronger: %j',
    (changed) => {
      expect(judge(changed).outcome).toBe('pass');
    },
  );

  test('says what it expects', () => {
    expect(judge({}).expected).toBe(
      'minimum length 14, symbols, numbers, uppercase, lowercase, users may change their password, expiry after 90 days, 24 previous passwords remembered',
    );
  });
});

describe('the public access block', () => {
  const judge = (changed: Partial<PublicAccessBlock>) =>
    resultOf('s3-public-access-is-blocked', { ...facts, s3PublicAccessBlock: read({ ...blocks, ...changed }) });

  test.each(['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'])(
    'fails without %s, though the other three are on',
    (flag) => {
      expect(judge({ [flag]: false })).toMatchObject({ outcome: 'fail', observed: `${flag} is off` });
    },
  );

  test('passes with all four', () => {
    expect(judge({}).outcome).toBe('pass');
  });
});

describe('EBS encryption', () => {
  test.each([
    { enabled: true, outcome: 'pass', observed: 'on' },
    { enabled: false, outcome: 'fail', observed: 'off' },
  ])('is $outcome when it is $observed', ({ enabled, outcome, observed }) => {
    const seen = atHome({ ebsEncryption: read({ enabled }) });

    expect(resultOf('ebs-default-encryption-is-on', seen)).toMatchObject({
      outcome,
      observed,
      expected: 'on',
      region: 'eu-west-1',
    });
  });

  test.each([true, false])('passes where the release wants none, when it is %s', (enabled) => {
    const indifferent = { ...release, settings: { ...release.settings, ebsEncryption: { enabled: false } } };

    const result = resultOf('ebs-default-encryption-is-on', atHome({ ebsEncryption: read({ enabled }) }), indifferent);

    expect(result).toMatchObject({ outcome: 'pass', expected: 'on or off' });
  });
});

describe('the IMDS defaults', () => {
  const judge = (imds: ImdsDefaults) => resultOf('ec2-default-requires-imdsv2', atHome({ imdsDefaults: read(imds) }));

  test.each<{ imds: ImdsDefaults; observed: string }>([
    { imds: { httpTokens: 'optional', httpPutResponseHopLimit: 2 }, observed: 'httpTokens optional' },
    { imds: { httpPutResponseHopLimit: 2 }, observed: 'httpTokens not set' },
    { imds: { httpTokens: 'required', httpPutResponseHopLimit: 3 }, observed: 'hop limit 3' },
    { imds: { httpTokens: 'required' }, observed: 'hop limit not set' },
    { imds: {}, observed: 'httpTokens not set, hop limit not set' },
    { imds: { managedBy: 'account' }, observed: 'httpTokens not set, hop limit not set' },
    {
      imds: { httpTokens: 'optional', managedBy: 'declarative-policy' },
      observed: 'httpTokens optional, set by a declarative policy',
    },
  ])('fail with $observed', ({ imds, observed }) => {
    expect(judge(imds)).toMatchObject({ outcome: 'fail', observed });
  });

  test.each<ImdsDefaults>([
    { httpTokens: 'required', httpPutResponseHopLimit: 2 },
    { httpTokens: 'required', httpPutResponseHopLimit: 1, managedBy: 'account' },
    { httpTokens: 'required', managedBy: 'declarative-policy' },
    { managedBy: 'declarative-policy' },
  ])('pass as %j', (imds) => {
    expect(judge(imds).outcome).toBe('pass');
  });
});

describe('the block on sharing snapshots', () => {
  test.each([
    { state: 'block-all-sharing', managedBy: 'account', outcome: 'pass' },
    { state: 'block-all-sharing', managedBy: 'declarative-policy', outcome: 'pass' },
    { state: 'block-new-sharing', managedBy: 'declarative-policy', outcome: 'pass' },
    { state: 'block-new-sharing', managedBy: 'account', outcome: 'fail' },
    { state: 'unblocked', managedBy: 'account', outcome: 'fail' },
    { state: 'unblocked', managedBy: 'declarative-policy', outcome: 'fail' },
    { state: '', managedBy: 'declarative-policy', outcome: 'fail' },
  ])('$state by $managedBy: $outcome', ({ state, managedBy, outcome }) => {
    const seen = atHome({ snapshotBlockPublicAccess: read({ state, managedBy }) });

    expect(resultOf('ebs-snapshot-public-access-is-blocked', seen)).toMatchObject({
      gate: 'hardened',
      outcome,
      expected: 'block-all-sharing',
    });
  });

  test('is not applicable where it is not governed', () => {
    const without = { ...release, expectations: { ...release.expectations, snapshotBlockPublicAccess: false } };
    const seen = atHome({ snapshotBlockPublicAccess: absent });

    expect(notPassing(seen, without)).toEqual({ 'ebs-snapshot-public-access-is-blocked': 'notApplicable' });
  });
});

describe('the default key of EBS', () => {
  const key = { arn: 'arn:aws:kms:eu-west-1:111122223333:key/1234', enabled: true, rotates: true };

  test.each([
    { changed: {}, outcome: 'pass', observed: 'an enabled key with rotation' },
    { changed: { rotates: false }, outcome: 'fail', observed: 'rotation is off' },
    { changed: { enabled: false }, outcome: 'fail', observed: 'the key is disabled' },
  ])('is $outcome when it is $observed', ({ changed, outcome, observed }) => {
    const seen = atHome({ ebsDefaultKey: read({ ...key, ...changed }) });

    expect(resultOf('ebs-default-key-rotates', seen)).toMatchObject({ gate: 'hardened', outcome, observed });
  });

  test('fails where EBS still encrypts with the key that AWS manages', () => {
    expect(notPassing(atHome({ ebsDefaultKey: absent }))).toEqual({ 'ebs-default-key-rotates': 'fail' });
  });

  test("is nobody's question where the module is off", () => {
    const off = releaseOf({ 'kms-default': { enabled: false } });

    expect(resultsOf(facts, off).filter(({ module }) => module === 'kms-default')).toEqual([]);
  });
});

test.each([
  { check: 'password-policy-is-strong', setting: 'passwordPolicy' },
  { check: 's3-public-access-is-blocked', setting: 's3PublicAccessBlock' },
  { check: 'ebs-default-encryption-is-on', setting: 'ebsEncryption' },
  { check: 'ec2-default-requires-imdsv2', setting: 'imdsDefaults' },
])('$check is not applicable where $setting is not governed, and the others still speak', ({ check, setting }) => {
  const without = { ...release, settings: { ...release.settings, [setting]: undefined } };
  const bare = { ...facts, passwordPolicy: absent, s3PublicAccessBlock: absent };

  expect(notPassing(facts, without)).toEqual({ [check]: 'notApplicable' });
  expect(resultOf(check, bare, without).outcome).toBe('notApplicable');
});

test.each([
  { check: 'password-policy-is-strong', seen: { ...facts, passwordPolicy: unreadable('denied') } },
  { check: 's3-public-access-is-blocked', seen: { ...facts, s3PublicAccessBlock: unreadable('denied') } },
  { check: 'ebs-default-encryption-is-on', seen: atHome({ ebsEncryption: unreadable('denied') }) },
  { check: 'ec2-default-requires-imdsv2', seen: atHome({ imdsDefaults: unreadable('denied') }) },
  { check: 'ebs-snapshot-public-access-is-blocked', seen: atHome({ snapshotBlockPublicAccess: unreadable('denied') }) },
  { check: 'ebs-default-key-rotates', seen: atHome({ ebsDefaultKey: unreadable('denied') }) },
])('$check is unknown where it cannot be read, and says why', ({ check, seen }) => {
  expect(resultOf(check, seen)).toMatchObject({ outcome: 'unknown', observed: 'denied' });
});
