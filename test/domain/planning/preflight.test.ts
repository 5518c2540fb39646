/** What preflight asks, and what it skips if there is no answer. */
import { errors } from '../../../orchestrator/domain/errors';
import { parseRegion } from '../../../orchestrator/domain/model/brand';
import { catalog } from '../../../orchestrator/domain/model/catalog';
import { type LookupId, lookups, type Unanswered } from '../../../orchestrator/domain/model/lookups';
import { type ModuleId, moduleIds } from '../../../orchestrator/domain/model/module';
import type { Release } from '../../../orchestrator/domain/model/release';
import { decideAdoption } from '../../../orchestrator/domain/planning/adoption';
import { lookupsWanted, settingsWithoutSkipped, skipsOf } from '../../../orchestrator/domain/planning/preflight';
import { home, inRegion, other, releaseOf, seen } from './adopting';

const elsewhere = parseRegion('eu-west-1');
const down = errors.awsUnavailable('config:DescribeConfigurationRecorders in us-west-2', 'InternalError');
const unanswered = (region: typeof home, lookup?: LookupId): Unanswered => ({ region, lookup, error: down });

describe('what is asked', () => {
  test.each<[readonly ModuleId[], object]>([
    [[], []],
    [['alerts'], [home, other].map((region) => ({ region, lookups: [] }))],
    [['aws-config'], [home, other].map((region) => ({ region, lookups: ['recorder'] }))],
    [['threat-detection'], [home, other].map((region) => ({ region, lookups: ['detector', 'hub'] }))],
    [['audit-logging'], [{ region: home, lookups: ['trails'] }]],
    [
      ['audit-logging', 'aws-config', 'alerts'],
      [
        { region: home, lookups: ['trails', 'recorder'] },
        { region: other, lookups: ['recorder'] },
      ],
    ],
  ])('of %j only what they must know, where they are deployed', (modules, expected) => {
    expect(lookupsWanted(releaseOf(modules))).toEqual(expected);
  });

  test('nothing of modules that the organization manages, whose decision needs no answer', () => {
    expect(lookupsWanted(releaseOf([], ['aws-config', 'threat-detection']))).toEqual([]);
  });

  test('of settings whether their regions answer, and nothing if they are of the account', () => {
    const release = releaseOf([]);
    const block = {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    };

    expect(lookupsWanted({ ...release, settings: { ebsEncryption: { enabled: true } } })).toEqual(
      [home, other].map((region) => ({ region, lookups: [] })),
    );
    expect(lookupsWanted({ ...release, settings: { s3PublicAccessBlock: block } })).toEqual([]);
  });

  test('of a lookup of the home region there alone, although the module is deployed elsewhere', () => {
    const release = releaseOf(['audit-logging']);
    const modules = release.modules.map((module) => ({ ...module, regions: [other] }));

    expect(lookupsWanted({ ...release, modules })).toEqual([
      { region: home, lookups: ['trails'] },
      { region: other, lookups: [] },
    ]);
  });

  test('every lookup is needed by a module', () => {
    const needed = new Set(moduleIds.flatMap((id) => catalog[id].lookups ?? []));

    expect([...needed].sort()).toEqual(Object.keys(lookups).sort());
  });

  test('a module that looks for something is decided by what was found', () => {
    const looking = moduleIds.filter((id) => (catalog[id].lookups ?? []).length > 0);

    const decided = decideAdoption(releaseOf(moduleIds), seen(inRegion(home), inRegion(other)));

    expect([...new Set(decided.map(({ module }) => module))].sort()).toEqual([...looking].sort());
  });
});

describe('what is skipped', () => {
  const all: readonly ModuleId[] = ['aws-config', 'threat-detection', 'alerts'];
  const places = (release: Release, missing: readonly Unanswered[]) =>
    skipsOf(release, missing).map(({ module, region }) => `${module} ${region}`);

  test('nothing where everything was answered', () => {
    expect(skipsOf(releaseOf(all), [])).toEqual([]);
  });

  test('the module that needs the lookup, in the region where it failed, with the reason', () => {
    expect(skipsOf(releaseOf(all), [unanswered(other, 'recorder')])).toEqual([
      { module: 'aws-config', region: other, because: down.message },
    ]);
  });

  test('not a module that needs other lookups', () => {
    expect(places(releaseOf(all), [unanswered(other, 'snapshotsHeld')])).toEqual([]);
  });

  test('every module in a region that does not answer, and those with settings there', () => {
    const release = { ...releaseOf(all), settings: { ebsEncryption: { enabled: true } } };

    expect(places(release, [unanswered(other)])).toEqual([
      'aws-config us-west-2',
      'threat-detection us-west-2',
      'alerts us-west-2',
      'account-hardening us-west-2',
    ]);
  });

  test('a module in all of its regions if a lookup of the home region failed', () => {
    const release = releaseOf(['audit-logging']);
    const modules = release.modules.map((module) => ({ ...module, regions: [home, other] }));

    expect(places({ ...release, modules }, [unanswered(home, 'trails')])).toEqual([
      'audit-logging us-east-1',
      'audit-logging us-west-2',
    ]);
  });

  test('that a service is being activated is kept, since it is worth waiting for', () => {
    const missing = [{ ...unanswered(other, 'detector'), activating: true }];

    expect(skipsOf(releaseOf(all), missing)).toMatchObject([{ module: 'threat-detection', activating: true }]);
  });

  describe('of modules that need each other', () => {
    const needing = (needs: Partial<Record<ModuleId, readonly ModuleId[]>>, deployed: readonly ModuleId[]): Release => {
      const release = releaseOf(deployed);
      return { ...release, modules: release.modules.map((one) => ({ ...one, needs: needs[one.module] ?? [] })) };
    };

    test('what needs a skipped module in the same region, and what needs that in turn', () => {
      const release = needing({ alerts: ['threat-detection'], 'threat-detection': ['aws-config'] }, [
        'alerts',
        'threat-detection',
        'aws-config',
        'kms-default',
      ]);

      expect(skipsOf(release, [unanswered(other, 'recorder')])).toEqual([
        { module: 'aws-config', region: other, because: down.message },
        { module: 'threat-detection', region: other, because: 'it needs aws-config, which is skipped in us-west-2' },
        { module: 'alerts', region: other, because: 'it needs threat-detection, which is skipped in us-west-2' },
      ]);
    });

    test('what needs a module of the home region in every region', () => {
      const release = needing({ alerts: ['audit-logging'] }, ['audit-logging', 'alerts']);

      expect(places(release, [unanswered(home, 'trails')])).toEqual([
        'audit-logging us-east-1',
        'alerts us-east-1',
        'alerts us-west-2',
      ]);
    });
  });

  test('is decided before what was found: a half answer deploys nothing', () => {
    const preflight = { ...seen(inRegion(home), inRegion(other)), unanswered: [unanswered(other, 'hub')] };

    const decisions = decideAdoption(releaseOf(['threat-detection']), preflight);

    expect(decisions.map(({ region, kind }) => [region, kind])).toEqual([
      [home, 'deploy'],
      [other, 'skip'],
    ]);
  });
});

describe('the settings of an account in which modules are skipped', () => {
  const settings = {
    s3PublicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    ebsEncryption: { enabled: true },
    ebsDefaultKey: { alias: 'alias/strongroom-ebs' },
  };
  const { s3PublicAccessBlock, ebsDefaultKey } = settings;
  const release = { settings, regions: { home, governed: [home, other, elsewhere] } };
  const skip = (module: ModuleId, region: typeof home) => ({ module, region, because: 'down' });

  test('are whole if none is', () => {
    expect(settingsWithoutSkipped({ skipped: [skip('alerts', other)] }, release)).toEqual({
      parts: [{ settings, regions: [home, other, elsewhere] }],
      isWhole: true,
    });
  });

  test('leave out the settings of a skipped module in its region only', () => {
    expect(settingsWithoutSkipped({ skipped: [skip('account-hardening', other)] }, release)).toEqual({
      parts: [
        { settings, regions: [home, elsewhere] },
        { settings: { ebsDefaultKey }, regions: [other] },
      ],
      isWhole: false,
    });
  });

  test('of the whole account are applied also if every region is skipped', () => {
    const skipped = [home, other, elsewhere].flatMap((region) => [
      skip('account-hardening', region),
      skip('kms-default', region),
    ]);

    const { parts, isWhole } = settingsWithoutSkipped({ skipped }, release);

    expect(parts[0]).toEqual({ settings: { s3PublicAccessBlock }, regions: [] });
    expect(parts.slice(1).map((part) => part.settings)).toEqual([{}, {}, {}]);
    expect(isWhole).toBe(false);
  });
});
