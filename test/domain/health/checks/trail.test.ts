import { absent, read, type TrailFacts, unreadable } from '../../../../orchestrator/domain/health/facts';
import { modules } from '../../../stackset-templates/sample-desired-state';
import {
  adoptedAtHome,
  facts,
  managedByOrganization,
  notPassing,
  release,
  releaseOf,
  resultOf,
  resultsOf,
  trail,
} from './healthy';

const seenWith = (...trails: readonly Partial<TrailFacts>[]) => ({
  ...facts,
  trails: read(trails.map((changed) => ({ ...trail, ...changed }))),
});

describe('the trail', () => {
  test.each<{ check: string; changed: Partial<TrailFacts>; outcome: string; observed: string }>([
    {
      check: 'cloudtrail-trail-covers-all-regions',
      changed: { multiRegion: false },
      outcome: 'fail',
      observed: 'strongroom-trail records only one region',
    },
    {
      check: 'cloudtrail-trail-covers-all-regions',
      changed: { logFileValidation: false },
      outcome: 'fail',
      observed: 'strongroom-trail has no log file validation',
    },
    {
      check: 'cloudtrail-trail-delivers-logs',
      changed: { logging: false },
      outcome: 'fail',
      observed: 'strongroom-trail is not logging',
    },
    {
      check: 'cloudtrail-trail-delivers-logs',
      changed: { deliveryError: 'AccessDenied' },
      outcome: 'fail',
      observed: 'strongroom-trail cannot deliver: AccessDenied',
    },
    {
      check: 'cloudtrail-trail-delivers-logs',
      changed: { deliveredAt: '2026-11-21T11:59:59.000Z' },
      outcome: 'fail',
      observed: 'strongroom-trail last delivered at 2026-11-21T11:59:59.000Z',
    },
    {
      check: 'cloudtrail-trail-delivers-logs',
      changed: { deliveredAt: 'yesterday' },
      outcome: 'fail',
      observed: 'strongroom-trail last delivered at yesterday',
    },
    {
      check: 'cloudtrail-trail-delivers-logs',
      changed: { deliveredAt: undefined },
      outcome: 'unknown',
      observed: 'strongroom-trail has not delivered yet',
    },
    {
      check: 'cloudtrail-trail-uses-log-archive',
      changed: { bucket: 'elsewhere' },
      outcome: 'fail',
      observed: 'strongroom-trail delivers to elsewhere',
    },
  ])('with $changed: $check is $outcome, and nothing else', ({ check, changed, outcome, observed }) => {
    const seen = seenWith(changed);

    expect(notPassing(seen)).toEqual({ [check]: outcome });
    expect(resultOf(check, seen)).toMatchObject({ gate: 'audited', region: 'global', observed });
  });

  test('that cannot deliver fails, even before its first delivery', () => {
    const seen = seenWith({ deliveredAt: undefined, deliveryError: 'NoSuchBucket' });

    expect(notPassing(seen)).toEqual({ 'cloudtrail-trail-delivers-logs': 'fail' });
  });

  test.each<{ what: string; changed: Partial<TrailFacts> }>([
    { what: 'delivered 24 h ago', changed: { deliveredAt: '2026-11-21T12:00:00.000Z' } },
    { what: "is the organization's", changed: { organizationTrail: true, name: 'org-trail' } },
    { what: 'is of another name and home', changed: { name: 'by-hand', homeRegion: 'us-east-1' } },
  ])('that $what passes', ({ changed }) => {
    expect(notPassing(seenWith(changed))).toEqual({});
  });

  test('is missing where there is none', () => {
    const missing = {
      'cloudtrail-trail-covers-all-regions': 'fail',
      'cloudtrail-trail-delivers-logs': 'fail',
      'cloudtrail-trail-uses-log-archive': 'fail',
    };

    expect(notPassing(seenWith())).toEqual(missing);
    expect(notPassing({ ...facts, trails: absent })).toEqual(missing);
    expect(resultOf('cloudtrail-trail-covers-all-regions', seenWith()).observed).toBe('no trail');
  });

  test('is unknown when it cannot be read', () => {
    const unknown = {
      'cloudtrail-trail-covers-all-regions': 'unknown',
      'cloudtrail-trail-delivers-logs': 'unknown',
      'cloudtrail-trail-uses-log-archive': 'unknown',
    };

    expect(notPassing({ ...facts, trails: unreadable('denied') })).toEqual(unknown);
  });
});

describe('of several trails', () => {
  test('one good one is enough, at any place in the list', () => {
    expect(notPassing(seenWith({ multiRegion: false, logging: false }, {}, { bucket: 'elsewhere' }))).toEqual({});
  });

  test('two good halves are no whole', () => {
    expect(notPassing(seenWith({ bucket: 'elsewhere' }, { logging: false }))).toEqual({
      'cloudtrail-trail-uses-log-archive': 'fail',
    });
  });

  test('one that has yet to deliver comes nearer than one that fails', () => {
    const seen = seenWith({ bucket: 'elsewhere' }, { deliveredAt: undefined });

    expect(notPassing(seen)).toEqual({ 'cloudtrail-trail-delivers-logs': 'unknown' });
  });
});

describe('the trail of an organization that manages it', () => {
  const organizations = managedByOrganization('audit-logging');
  const anyBucket = { ...organizations, expectations: { ...organizations.expectations, logArchiveBucket: undefined } };

  test('must be one of the organization', () => {
    expect(notPassing(seenWith({}), organizations)).toEqual({ 'cloudtrail-trail-uses-log-archive': 'fail' });
    expect(resultOf('cloudtrail-trail-uses-log-archive', seenWith({}), organizations).observed).toBe(
      'strongroom-trail belongs to the account, not to the organization',
    );
    expect(notPassing(seenWith({ organizationTrail: true }), organizations)).toEqual({});
  });

  test('may deliver to any bucket, unless the config names one', () => {
    const seen = seenWith({ organizationTrail: true, bucket: 'elsewhere' });

    expect(notPassing(seen, anyBucket)).toEqual({});
    expect(notPassing(seen, organizations)).toEqual({ 'cloudtrail-trail-uses-log-archive': 'fail' });
    expect(notPassing(seen, organizations, adoptedAtHome('audit-logging'))).toEqual({
      'cloudtrail-trail-uses-log-archive': 'fail',
    });
  });

  test('is fixed in the organization', () => {
    expect(
      resultOf('cloudtrail-trail-delivers-logs', seenWith({ logging: false }), organizations).remediation,
    ).toContain('runs this for the organization');
    expect(resultOf('cloudtrail-trail-delivers-logs', seenWith({ logging: false })).remediation).not.toContain(
      'organization',
    );
  });
});

test('a trail that preflight left to others may deliver where they want it, and must do all else', () => {
  const adopted = adoptedAtHome('audit-logging');
  const theirs = { bucket: 'aws-controltower-logs', organizationTrail: true };

  expect(notPassing({ ...seenWith(theirs) }, release, adopted)).toMatchObject({
    'audit-logging-stack-is-complete': 'notApplicable',
  });
  expect(resultOf('cloudtrail-trail-uses-log-archive', seenWith(theirs), release, adopted).outcome).toBe('pass');
  expect(
    resultOf('cloudtrail-trail-delivers-logs', seenWith({ ...theirs, logging: false }), release, adopted).outcome,
  ).toBe('fail');
});

test('nobody asks for a trail where the module is off', () => {
  const off = releaseOf({ 'audit-logging': { ...modules['audit-logging'], enabled: false } });

  expect(resultsOf(facts, off).filter(({ gate, region }) => gate === 'audited' && region === 'global')).toEqual([]);
});
