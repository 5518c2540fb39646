import { decideAdoption } from '../../orchestrator/domain/adoption';
import { parseRegion, parseReleaseId, parseTemplateHash } from '../../orchestrator/domain/brand';
import type { ModuleId } from '../../orchestrator/domain/module';
import type { Release } from '../../orchestrator/domain/release';
import type { Singletons } from '../../orchestrator/domain/singletons';

const home = parseRegion('us-east-1');
const other = parseRegion('us-west-2');
const fenced = parseRegion('eu-west-1');
const singular: readonly ModuleId[] = ['audit-logging', 'aws-config', 'threat-detection'];

const releaseOf = (deployed: readonly ModuleId[], organizationManaged: readonly ModuleId[] = []): Release => ({
  id: parseReleaseId('r-0123456789ab'),
  modules: deployed.map((module) => ({
    module,
    version: '0123456789ab',
    template: parseTemplateHash('a'.repeat(64)),
    parameters: {},
    regions: module === 'audit-logging' ? [home] : [home, other],
    needs: [],
  })),
  settings: {},
  regions: { home, governed: [home, other] },
  expectations: {
    enabled: [...deployed, ...organizationManaged],
    organizationManaged,
    operatorRoleName: 'InfraAdmin',
    mfaMaxAgeSeconds: 3600,
    ciRole: 'BaselineCi',
    standards: [],
    snapshotBlockPublicAccess: true,
    alertRegions: [],
  },
});

const inRegion = (region: typeof home, there: Partial<Singletons> = {}): Singletons => ({
  region,
  trails: [],
  ...there,
});
/** What is decided for one module where only the home region has something. */
const decided = (module: ModuleId, there: Partial<Singletons>, elsewhere: Partial<Singletons> = {}) => {
  const [decision] = decideAdoption(releaseOf([module]), [inRegion(home, there), inRegion(other, elsewhere)]);
  return decision;
};

describe('threat detection, which has detector and hub in one template', () => {
  const administrator = '999999999999';
  const owners = {
    nobody: undefined,
    us: { ours: true },
    'us, as a member': { ours: true, administrator },
    'an administrator': { ours: false, administrator },
    somebody: { ours: false },
  };
  type Owner = keyof typeof owners;

  test.each<{ detector: Owner; hub: Owner; kind: string; says?: RegExp }>([
    { detector: 'nobody', hub: 'nobody', kind: 'deploy' },
    { detector: 'nobody', hub: 'us', kind: 'deploy' },
    { detector: 'nobody', hub: 'us, as a member', kind: 'deploy' },
    {
      detector: 'nobody',
      hub: 'an administrator',
      kind: 'leave',
      says: /^administered by account 9{12}; GuardDuty is not there yet$/,
    },
    {
      detector: 'nobody',
      hub: 'somebody',
      kind: 'conflict',
      says: /^Security Hub was enabled .* bring GuardDuty brings both$/,
    },
    { detector: 'us', hub: 'nobody', kind: 'deploy' },
    { detector: 'us', hub: 'us', kind: 'deploy' },
    { detector: 'us', hub: 'us, as a member', kind: 'deploy' },
    { detector: 'us', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    {
      detector: 'us',
      hub: 'somebody',
      kind: 'conflict',
      says: /^Security Hub was enabled .* bring GuardDuty brings both$/,
    },
    { detector: 'us, as a member', hub: 'nobody', kind: 'deploy' },
    { detector: 'us, as a member', hub: 'us', kind: 'deploy' },
    { detector: 'us, as a member', hub: 'us, as a member', kind: 'deploy' },
    { detector: 'us, as a member', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'us, as a member', hub: 'somebody', kind: 'conflict', says: /^Security Hub was enabled/ },
    {
      detector: 'an administrator',
      hub: 'nobody',
      kind: 'leave',
      says: /^administered by account 9{12}; Security Hub is not there yet$/,
    },
    { detector: 'an administrator', hub: 'us', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'an administrator', hub: 'us, as a member', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'an administrator', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'an administrator', hub: 'somebody', kind: 'leave', says: /^administered by account 9{12}$/ },
    {
      detector: 'somebody',
      hub: 'nobody',
      kind: 'conflict',
      says: /^GuardDuty was enabled .* bring Security Hub brings both$/,
    },
    {
      detector: 'somebody',
      hub: 'us',
      kind: 'conflict',
      says: /^GuardDuty was enabled .* bring Security Hub brings both$/,
    },
    { detector: 'somebody', hub: 'us, as a member', kind: 'conflict', says: /^GuardDuty was enabled/ },
    { detector: 'somebody', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    {
      detector: 'somebody',
      hub: 'somebody',
      kind: 'leave',
      says: /^GuardDuty and Security Hub were both enabled by somebody else$/,
    },
  ])('detector of $detector, hub of $hub: $kind', ({ detector, hub, kind, says = /^$/ }) => {
    const decision = decided('threat-detection', {
      detector: owners[detector] && { id: 'd-1', ...owners[detector] },
      hub: owners[hub],
    });

    expect(decision).toMatchObject({ module: 'threat-detection', region: home, kind });
    expect(decision && 'because' in decision ? decision.because : '').toMatch(says);
  });

  test('names both administrators where there are two', () => {
    const decision = decided('threat-detection', {
      detector: { id: 'd-1', ours: false, administrator: '999999999999' },
      hub: { ours: false, administrator: '888888888888' },
    });

    expect(decision).toMatchObject({ because: 'administered by account 999999999999 and 888888888888' });
  });
});

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
      because: 'a declarative policy holds the sharing of snapshots at unblocked',
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
  const trail = (name: string, is: Partial<Singletons['trails'][number]> = {}) => ({
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
    { case: 'four, and one that reaches in', there: four, elsewhere: trails('e'), kind: 'conflict' },
    { case: 'four, and one of them seen twice', there: four, elsewhere: trails('d'), kind: 'deploy' },
    {
      case: 'four, and one that stays elsewhere',
      there: four,
      elsewhere: [trail('e', { multiRegion: false })],
      kind: 'deploy',
    },
  ])('$case: $kind', ({ there, elsewhere = [], kind }) => {
    expect(decided('audit-logging', { trails: there }, { trails: elsewhere })).toMatchObject({ region: home, kind });
  });

  test('of an organization says that a second copy is paid; five trails are named', () => {
    expect(decided('audit-logging', { trails: [organizations] })).toMatchObject({
      because: expect.stringMatching(/^organization trail org .* paid$/),
    });
    expect(decided('audit-logging', { trails: [...four, trail('e')] })).toMatchObject({
      because: '5 trails reach us-east-1 and CloudTrail allows 5: a, b, c, d, e',
    });
  });
});

describe('where it is decided', () => {
  const everywhere = [home, other, fenced].map((region) => inRegion(region));
  const places = (release: Release, singletons: readonly Singletons[] = everywhere) =>
    decideAdoption(release, singletons).map(({ module, region, kind }) => `${kind} ${module} ${region}`);

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
