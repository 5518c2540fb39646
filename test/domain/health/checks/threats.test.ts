import { fixedByOthers } from '../../../../orchestrator/domain/health/check';
import { type AnalyzerFacts, absent, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import type { Adopted } from '../../../../orchestrator/domain/model/account-record';
import { standardArn } from '../../../../orchestrator/domain/model/standards';
import { modules } from '../../../stackset-templates/sample-desired-state';
import {
  adoptedAtHome,
  atHome,
  facts,
  managedByOrganization,
  notPassing,
  release,
  releaseOf,
  resultOf,
  resultsOf,
  standard,
} from './healthy';

const organizations = managedByOrganization('threat-detection');

describe('the detector', () => {
  const administrator = '999988887777';
  const judge = ({ enabled, administrator }: { enabled: boolean; administrator?: string }, of = release) => {
    const detectorAdministrator = administrator === undefined ? absent : read(administrator);
    const seen = atHome({ detector: read({ id: 'd1', enabled }), detectorAdministrator });
    return resultOf('guardduty-detector-is-enabled', seen, of);
  };

  test.each([
    { detector: { enabled: true }, outcome: 'pass', observed: 'enabled' },
    { detector: { enabled: false }, outcome: 'fail', observed: 'disabled' },
    { detector: { enabled: true, administrator }, outcome: 'pass', observed: 'enabled' },
    { detector: { enabled: false, administrator }, outcome: 'fail', observed: 'disabled' },
  ])('of the account, $observed: $outcome', ({ detector, outcome, observed }) => {
    expect(judge(detector)).toMatchObject({ gate: 'watched', outcome, observed });
  });

  test.each([
    { detector: { enabled: true, administrator }, outcome: 'pass', observed: 'enabled, administered by 999988887777' },
    { detector: { enabled: true }, outcome: 'fail', observed: 'enabled, without an administrator account' },
    { detector: { enabled: false, administrator }, outcome: 'fail', observed: 'disabled' },
  ])('of the organization, with $detector: $outcome', ({ detector, outcome, observed }) => {
    expect(judge(detector, organizations)).toMatchObject({ outcome, observed });
  });

  test('of the organization is unknown when its administrator cannot be read', () => {
    const seen = atHome({ detectorAdministrator: unreadable('denied') });

    expect(resultOf('guardduty-detector-is-enabled', seen, organizations)).toMatchObject({
      outcome: 'unknown',
      observed: 'denied',
    });
  });

  test('fails when it is absent, and is unknown when it cannot be read', () => {
    expect(notPassing(atHome({ detector: absent }))).toEqual({ 'guardduty-detector-is-enabled': 'fail' });
    expect(notPassing(atHome({ detector: unreadable('denied') }))).toEqual({
      'guardduty-detector-is-enabled': 'unknown',
    });
  });
});

describe('Security Hub', () => {
  const ready = { arn: standardArn('aws', 'eu-west-1', standard), status: 'READY' };
  const other = { arn: standardArn('aws', 'eu-west-1', 'pci-dss/v/3.2.1'), status: 'READY' };
  const judge = (...standards: readonly (typeof ready)[]) =>
    resultOf('securityhub-standards-match-config', atHome({ hub: read({ standards }) }));

  test.each([
    { seen: [], outcome: 'fail', observed: `${standard} is missing` },
    { seen: [ready], outcome: 'pass', observed: 'as configured' },
    { seen: [{ ...ready, status: 'PENDING' }], outcome: 'unknown', observed: `${standard} is PENDING` },
    { seen: [{ ...ready, status: 'INCOMPLETE' }], outcome: 'fail', observed: `${standard} is INCOMPLETE` },
    { seen: [ready, other], outcome: 'fail', observed: 'pci-dss/v/3.2.1 is not configured' },
    {
      seen: [{ ...ready, status: 'PENDING' }, other],
      outcome: 'fail',
      observed: `pci-dss/v/3.2.1 is not configured, ${standard} is PENDING`,
    },
    {
      seen: [{ ...ready, arn: standardArn('aws', 'us-west-2', standard) }],
      outcome: 'fail',
      observed: `${standard} is missing, ${standard} is not configured`,
    },
  ])('with $observed: $outcome', ({ seen, outcome, observed }) => {
    expect(judge(...seen)).toMatchObject({ gate: 'watched', outcome, observed, expected: standard });
  });

  test('has no standard at all unless some are configured', () => {
    const none = { ...release, expectations: { ...release.expectations, standards: [] } };

    expect(
      resultOf('securityhub-standards-match-config', atHome({ hub: read({ standards: [] }) }), none),
    ).toMatchObject({
      outcome: 'pass',
      expected: 'no standards',
    });
    expect(resultOf('securityhub-standards-match-config', facts, none)).toMatchObject({
      outcome: 'fail',
      observed: `${standard} is not configured`,
    });
  });

  test('of others may have more standards, but not fewer', () => {
    const more = atHome({ hub: read({ standards: [ready, other] }) });
    const none = atHome({ hub: read({ standards: [] }) });

    expect(resultOf('securityhub-standards-match-config', more, organizations).outcome).toBe('pass');
    expect(
      resultOf('securityhub-standards-match-config', more, release, adoptedAtHome('threat-detection')).outcome,
    ).toBe('pass');
    expect(resultOf('securityhub-standards-match-config', none, organizations).outcome).toBe('fail');
  });

  test('fails when it is off, and is unknown when it cannot be read', () => {
    expect(notPassing(atHome({ hub: absent }))).toEqual({
      'securityhub-is-enabled': 'fail',
      'securityhub-standards-match-config': 'fail',
    });
    expect(notPassing(atHome({ hub: unreadable('denied') }))).toEqual({
      'securityhub-is-enabled': 'unknown',
      'securityhub-standards-match-config': 'unknown',
    });
  });
});

describe('the analyzer', () => {
  const analyzer = (type: string, status: string): AnalyzerFacts => ({ name: 'a', type, status });
  const judge = (analyzers: readonly AnalyzerFacts[], of = release, adopted: readonly Adopted[] = []) =>
    resultOf('access-analyzer-is-active', atHome({ analyzers: read(analyzers) }), of, adopted);

  test.each([
    { seen: [analyzer('ACCOUNT', 'ACTIVE')], outcome: 'pass', observed: 'a is ACTIVE' },
    { seen: [analyzer('ORGANIZATION', 'ACTIVE')], outcome: 'pass', observed: 'a is ACTIVE' },
    { seen: [analyzer('ACCOUNT', 'FAILED'), analyzer('ORGANIZATION', 'ACTIVE')], outcome: 'pass' },
    { seen: [analyzer('ACCOUNT', 'CREATING')], outcome: 'unknown', observed: 'a is CREATING' },
    { seen: [analyzer('ACCOUNT', 'DISABLED')], outcome: 'fail', observed: 'a is DISABLED' },
    { seen: [analyzer('ACCOUNT', 'FAILED')], outcome: 'fail', observed: 'a is FAILED' },
    { seen: [], outcome: 'fail', observed: 'no external access analyzer' },
    {
      seen: [analyzer('ACCOUNT_UNUSED_ACCESS', 'ACTIVE'), analyzer('ORGANIZATION_INTERNAL_ACCESS', 'ACTIVE')],
      outcome: 'fail',
      observed: 'no external access analyzer',
    },
    { seen: [analyzer('ACCOUNT', 'DISABLED'), analyzer('ACCOUNT_UNUSED_ACCESS', 'CREATING')], outcome: 'fail' },
  ])('as $seen: $outcome', ({ seen, outcome, observed }) => {
    expect(judge(seen)).toMatchObject({ gate: 'watched', outcome, ...(observed !== undefined && { observed }) });
  });

  test('is ours also where the organization, or somebody else, runs GuardDuty and Security Hub', () => {
    const ours = { outcome: 'fail', module: 'access-analyzer', remediation: expect.stringMatching(/^Create .* again/) };

    expect(judge([], organizations)).toMatchObject(ours);
    expect(judge([], release, adoptedAtHome('threat-detection'))).toMatchObject(ours);
  });

  test('that somebody else runs is theirs to fix', () => {
    const theirs = adoptedAtHome('access-analyzer');

    expect(judge([analyzer('ACCOUNT', 'ACTIVE')], release, theirs).outcome).toBe('pass');
    expect(judge([analyzer('ACCOUNT', 'FAILED')], release, theirs)).toMatchObject({
      outcome: 'fail',
      remediation: fixedByOthers,
    });
  });

  test('fails when it is absent, and is unknown when it cannot be read', () => {
    expect(notPassing(atHome({ analyzers: absent }))).toEqual({ 'access-analyzer-is-active': 'fail' });
    expect(notPassing(atHome({ analyzers: unreadable('denied') }))).toEqual({ 'access-analyzer-is-active': 'unknown' });
  });
});

test('nobody asks for any of it where it is switched off', () => {
  const off = releaseOf({ 'threat-detection': { ...modules['threat-detection'], enabled: false } });

  expect(resultsOf(facts, off).filter(({ module }) => /threat|analyzer/.test(module))).toEqual([]);
});

describe('what is open to the outside', () => {
  const bucket = (name: string) => `arn:aws:s3:::${name}`;
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  const judge = (...resources: readonly string[]) =>
    resultOf('access-analyzer-has-no-active-findings', atHome({ accessFindings: read({ resources, complete: true }) }));

  test.each([
    [],
    [role('BaselineCi'), role('OrganizationAccountAccessRole'), role('AWSControlTowerExecution')],
    [role('aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0a1b'), role('stacksets-exec-0a1b2c3d4e5f')],
  ])('is nothing, or roles that other rows judge: %j %j', (...resources) => {
    expect(judge(...resources)).toMatchObject({
      gate: 'watched',
      severity: 'advisory',
      outcome: 'pass',
      observed: 'no active finding',
    });
  });

  test.each([
    bucket('acme-public'),
    bucket('BaselineCi'),
    role('ci/BaselineCi'),
    role('BaselineCi2'),
    role('stacksets-exec-mine'),
    role('x/aws-reserved/y'),
    'arn:aws:kms:eu-west-1:111122223333:key/1234',
  ])('is %s, which is named', (resource) => {
    expect(judge(role('BaselineCi'), resource)).toMatchObject({ outcome: 'fail', observed: resource });
  });

  test('is named in part where it is much', () => {
    expect(judge(...['a', 'b', 'c', 'd', 'e'].map(bucket)).observed).toBe(
      'arn:aws:s3:::a, arn:aws:s3:::b, arn:aws:s3:::c and 2 more',
    );
  });

  test('fails by what was read, also where there is more', () => {
    const seen = atHome({ accessFindings: read({ resources: [bucket('a')], complete: false }) });

    expect(resultOf('access-analyzer-has-no-active-findings', seen).outcome).toBe('fail');
  });
});
