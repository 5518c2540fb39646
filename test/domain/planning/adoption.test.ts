import { parseRegion } from '../../../orchestrator/domain/model/brand';
import type { SeenTrail, Singletons } from '../../../orchestrator/domain/model/lookups';
import type { ModuleId } from '../../../orchestrator/domain/model/module';
import type { Release } from '../../../orchestrator/domain/model/release';
import { decideAdoption } from '../../../orchestrator/domain/planning/adoption';
import { decided, home, inRegion, other, releaseOf, seen } from './adopting';

const fenced = parseRegion('eu-west-1');
const singular: readonly ModuleId[] = ['audit-logging', 'aws-config', 'threat-detection'];

describe('the sharing of snapshots', () => {
  test.each([
    { held: undefined, kind: 'deploy' },
    { held: { state: 'block-all-sharing' }, kind: 'leave' },
    { held: { state: 'block-new-sharing' }, kind: 'leave' },
    { held: { state: 'unblocked' }, kind: 'conflict' },
  ])('held by a declarative policy as $held: $kind', ({ held, kind }) => {
    expect(decided('account-hardening', { snapshotsHeld: held })?.kind).toBe(kind);
  });

  test('that a policy keeps open is named, with what to do about it', () => {
    expect(decided('account-hardening', { snapshotsHeld: { state: 'unblocked' } })).toMatchObject({
      because: 'a declarative policy sets snapshot block public access to unblocked',
      next: expect.stringContaining('snapshotBlockPublicAccess to false'),
    });
  });
});

describe('a recorder', () => {
  test.each([
    { case: 'there is none', recorder: undefined, kind: 'deploy' },
    { case: 'ours', recorder: { name: 'strongroom', ours: true }, kind: 'deploy' },
    { case: 'ours, whatever its name', recorder: { name: 'aws-controltower-X', ours: true }, kind: 'deploy' },
    {
      case: 'of Control Tower',
      recorder: { name: 'aws-controltower-BaselineConfigRecorder', ours: false },
      kind: 'leave',
    },
    { case: 'by hand', recorder: { name: 'default', ours: false }, kind: 'conflict' },
    { case: 'by hand, named nearly so', recorder: { name: 'my-aws-controltower-', ours: false }, kind: 'conflict' },
  ])('$case: $kind', ({ recorder, kind }) => {
    expect(decided('aws-config', { recorder })).toMatchObject({ module: 'aws-config', region: home, kind });
  });

  test('in the way is named, with what to do about it', () => {
    expect(decided('aws-config', { recorder: { name: 'default', ours: false } })).toMatchObject({
      because: expect.stringContaining('recorder default'),
      next: expect.stringContaining('modules.aws-config.managedBy'),
    });
  });
});

describe('a trail', () => {
  const trail = (name: string, is: Partial<SeenTrail> = {}) => ({
    name,
    ours: false,
    organization: false,
    multiRegion: true,
    ...is,
  });
  const trails = (...names: string[]) => names.map((name) => trail(name));
  const ours = trail('strongroom', { ours: true });
  const organizations = trail('org', { organization: true });
  const four = trails('a', 'b', 'c', 'd');

  test.each([
    { case: 'no trail', there: [], kind: 'deploy' },
    { case: 'ours', there: [ours], kind: 'deploy' },
    { case: "ours beside the organization's", there: [organizations, ours], kind: 'deploy' },
    { case: 'ours among five', there: [...four, ours], kind: 'deploy' },
    { case: "the organization's", there: [organizations], kind: 'leave' },
    { case: "the organization's among five", there: [...four, organizations], kind: 'leave' },
    {
      case: "the organization's, of another region only",
      there: [trail('org', { organization: true, multiRegion: false })],
      kind: 'deploy',
    },
    { case: "somebody's", there: trails('a'), kind: 'deploy' },
    { case: "four of somebody's", there: four, kind: 'deploy' },
    { case: "five of somebody's", there: [...four, trail('e')], kind: 'conflict' },
  ])('$case: $kind', ({ there, kind }) => {
    expect(decided('audit-logging', { trails: there })).toMatchObject({ region: home, kind });
  });

  test('of an organization says that a second copy is paid; five trails are named', () => {
    expect(decided('audit-logging', { trails: [organizations] })).toMatchObject({
      because: expect.stringMatching(/^organization trail org .* costs extra$/),
    });
    expect(decided('audit-logging', { trails: [...four, trail('e')] })).toMatchObject({
      because: 'us-east-1 has 5 trails and CloudTrail allows 5: a, b, c, d, e',
    });
  });
});

describe('where it is decided', () => {
  const everywhere = [home, other, fenced].map((region) => inRegion(region));
  const places = (release: Release, singletons: readonly Singletons[] = everywhere) =>
    decideAdoption(release, seen(...singletons)).map(({ module, region, kind }) => `${kind} ${module} ${region}`);

  test('in the regions of each module of the release', () => {
    expect(places(releaseOf(['account-hardening', ...singular]))).toEqual([
      'deploy account-hardening us-east-1',
      'deploy account-hardening us-west-2',
      'deploy audit-logging us-east-1',
      'deploy aws-config us-east-1',
      'deploy aws-config us-west-2',
      'deploy threat-detection us-east-1',
      'deploy threat-detection us-west-2',
    ]);
  });

  test('not for modules that the release does not have, nor for those that nobody can have before us', () => {
    expect(places(releaseOf(['alerts', 'operator-role']))).toEqual([]);
  });

  test('not where the region did not answer', () => {
    expect(places(releaseOf(singular), [inRegion(other)])).toEqual([
      'deploy aws-config us-west-2',
      'deploy threat-detection us-west-2',
    ]);
  });

  test('never to deploy what the config leaves to the organization, whatever is there', () => {
    const full = [home, other].map((region) =>
      inRegion(region, {
        recorder: { name: 'default', ours: false },
        detector: { id: 'd-1', ours: true },
        trails: [{ name: 'strongroom', ours: true, organization: false, multiRegion: true }],
      }),
    );

    for (const deployed of [[], singular])
      expect(places(releaseOf(deployed, singular), full)).toEqual([
        'leave audit-logging us-east-1',
        'leave aws-config us-east-1',
        'leave aws-config us-west-2',
        'leave threat-detection us-east-1',
        'leave threat-detection us-west-2',
      ]);
  });
});
