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
      check: '000-07',
      changed: { multiRegion: false },
      outcome: 'fail',
      observed: 'strongroom-trail records one region',
    },
    {
      check: '000-07',
      changed: { logFileValidation: false },
      outcome: 'fail',
      observed: 'strongroom-trail without log-file validation',
    },
    {
      check: '000-07-delivery',
      changed: { logging: false },
      outcome: 'fail',
      observed: 'strongroom-trail does not log',
    },
    {
      check: '000-07-delivery',
      changed: { deliveryError: 'AccessDenied' },
      outcome: 'fail',
      observed: 'strongroom-trail cannot deliver: AccessDenied',
    },
    {
      check: '000-07-delivery',
      changed: { deliveredAt: '2026-11-21T11:59:59.000Z' },
      outcome: 'fail',
      observed: 'strongroom-trail delivered at 2026-11-21T11:59:59.000Z',
    },
    {
      check: '000-07-delivery',
      changed: { deliveredAt: 'yesterday' },
      outcome: 'fail',
      observed: 'strongroom-trail delivered at yesterday',
    },
    {
      check: '000-07-delivery',
      changed: { deliveredAt: undefined },
      outcome: 'unknown',
      observed: 'strongroom-trail has not delivered yet',
    },
    {
      check: '002-27',
      changed: { bucket: 'elsewhere' },
      outcome: 'fail',
      observed: 'strongroom-trail to elsewhere',
    },
  ])('with $changed: $check is $outcome, and nothing else', ({ check, changed, outcome, observed }) => {
    const seen = seenWith(changed);

    expect(notPassing(seen)).toEqual({ [check]: outcome });
    expect(resultOf(check, seen)).toMatchObject({ gate: 'G1', region: 'global', observed });
  });

  test('that cannot deliver fails, even before its first delivery', () => {
    const seen = seenWith({ deliveredAt: undefined, deliveryError: 'NoSuchBucket' });

    expect(notPassing(seen)).toEqual({ '000-07-delivery': 'fail' });
  });

  test.each<{ what: string; changed: Partial<TrailFacts> }>([
    { what: 'delivered 24 h ago', changed: { deliveredAt: '2026-11-21T12:00:00.000Z' } },
    { what: "is the organization's", changed: { organizationTrail: true, name: 'org-trail' } },
    { what: 'is of another name and home', changed: { name: 'by-hand', homeRegion: 'us-east-1' } },
  ])('that $what passes', ({ changed }) => {
    expect(notPassing(seenWith(changed))).toEqual({});
  });

  test('is missing where there is none', () => {
    const missing = { '000-07': 'fail', '000-07-delivery': 'fail', '002-27': 'fail' };

    expect(notPassing(seenWith())).toEqual(missing);
    expect(notPassing({ ...facts, trails: absent })).toEqual(missing);
    expect(resultOf('000-07', seenWith()).observed).toBe('no trail');
  });

  test('is unknown when it cannot be read', () => {
    const unknown = { '000-07': 'unknown', '000-07-delivery': 'unknown', '002-27': 'unknown' };

    expect(notPassing({ ...facts, trails: unreadable('denied') })).toEqual(unknown);
  });
});

describe('of several trails', () => {
  test('one good one is enough, wherever it stands', () => {
    expect(notPassing(seenWith({ multiRegion: false, logging: false }, {}, { bucket: 'elsewhere' }))).toEqual({});
  });

  test('two good halves are no whole', () => {
    expect(notPassing(seenWith({ bucket: 'elsewhere' }, { logging: false }))).toEqual({ '002-27': 'fail' });
  });

  test('one that has yet to deliver comes nearer than one that fails', () => {
    const seen = seenWith({ bucket: 'elsewhere' }, { deliveredAt: undefined });

    expect(notPassing(seen)).toEqual({ '000-07-delivery': 'unknown' });
  });
});

describe('the trail of an organization that manages it', () => {
  const organizations = managedByOrganization('audit-logging');
  const anyBucket = { ...organizations, expectations: { ...organizations.expectations, logArchiveBucket: undefined } };

  test('must be one of the organization', () => {
    expect(notPassing(seenWith({}), organizations)).toEqual({ '002-27': 'fail' });
    expect(resultOf('002-27', seenWith({}), organizations).observed).toBe("strongroom-trail is the account's own");
    expect(notPassing(seenWith({ organizationTrail: true }), organizations)).toEqual({});
  });

  test('may deliver to any bucket, unless the config names one', () => {
    const seen = seenWith({ organizationTrail: true, bucket: 'elsewhere' });

    expect(notPassing(seen, anyBucket)).toEqual({});
    expect(notPassing(seen, organizations)).toEqual({ '002-27': 'fail' });
    expect(notPassing(seen, organizations, adoptedAtHome('audit-logging'))).toEqual({ '002-27': 'fail' });
  });

  test('is mended in the organization', () => {
    expect(resultOf('000-07-delivery', seenWith({ logging: false }), organizations).remediation).toContain(
      'in the organization',
    );
    expect(resultOf('000-07-delivery', seenWith({ logging: false })).remediation).not.toContain('organization');
  });
});

test('a trail that preflight left to others may deliver where they want it, and must do all else', () => {
  const adopted = adoptedAtHome('audit-logging');
  const theirs = { bucket: 'aws-controltower-logs', organizationTrail: true };

  expect(notPassing({ ...seenWith(theirs) }, release, adopted)).toMatchObject({
    '000-03-audit-logging': 'notApplicable',
  });
  expect(resultOf('002-27', seenWith(theirs), release, adopted).outcome).toBe('pass');
  expect(resultOf('000-07-delivery', seenWith({ ...theirs, logging: false }), release, adopted).outcome).toBe('fail');
});

test('nobody asks for a trail where the module is off', () => {
  const off = releaseOf({ 'audit-logging': { ...modules['audit-logging'], enabled: false } });

  expect(resultsOf(facts, off).filter(({ gate, region }) => gate === 'G1' && region === 'global')).toEqual([]);
});
