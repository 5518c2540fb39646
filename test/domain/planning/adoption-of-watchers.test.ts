/** GuardDuty, Security Hub and the analyzer, of which somebody else may have been there first. */
import { decideAdoption } from '../../../orchestrator/domain/planning/adoption';
import { decided, home, inRegion, other, releaseOf, seen } from './adopting';

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
      says: /^administered by account 9{12}; GuardDuty is not enabled yet$/,
    },
    {
      detector: 'nobody',
      hub: 'somebody',
      kind: 'conflict',
      says: /^Security Hub is enabled .* enables GuardDuty enables both$/,
    },
    { detector: 'us', hub: 'nobody', kind: 'deploy' },
    { detector: 'us', hub: 'us', kind: 'deploy' },
    { detector: 'us', hub: 'us, as a member', kind: 'deploy' },
    { detector: 'us', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    {
      detector: 'us',
      hub: 'somebody',
      kind: 'conflict',
      says: /^Security Hub is enabled .* enables GuardDuty enables both$/,
    },
    { detector: 'us, as a member', hub: 'nobody', kind: 'deploy' },
    { detector: 'us, as a member', hub: 'us', kind: 'deploy' },
    { detector: 'us, as a member', hub: 'us, as a member', kind: 'deploy' },
    { detector: 'us, as a member', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'us, as a member', hub: 'somebody', kind: 'conflict', says: /^Security Hub is enabled/ },
    {
      detector: 'an administrator',
      hub: 'nobody',
      kind: 'leave',
      says: /^administered by account 9{12}; Security Hub is not enabled yet$/,
    },
    { detector: 'an administrator', hub: 'us', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'an administrator', hub: 'us, as a member', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'an administrator', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    { detector: 'an administrator', hub: 'somebody', kind: 'leave', says: /^administered by account 9{12}$/ },
    {
      detector: 'somebody',
      hub: 'nobody',
      kind: 'conflict',
      says: /^GuardDuty is enabled .* enables Security Hub enables both$/,
    },
    {
      detector: 'somebody',
      hub: 'us',
      kind: 'conflict',
      says: /^GuardDuty is enabled .* enables Security Hub enables both$/,
    },
    { detector: 'somebody', hub: 'us, as a member', kind: 'conflict', says: /^GuardDuty is enabled/ },
    { detector: 'somebody', hub: 'an administrator', kind: 'leave', says: /^administered by account 9{12}$/ },
    {
      detector: 'somebody',
      hub: 'somebody',
      kind: 'leave',
      says: /^GuardDuty and Security Hub are enabled and not managed by Strongroom$/,
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

describe('an analyzer', () => {
  const analyzer = (status: string, ours = false) => ({ name: 'by-hand', ours, status });

  test.each([
    { case: 'there is none', there: undefined, kind: 'deploy' },
    { case: 'ours', there: analyzer('ACTIVE', true), kind: 'deploy' },
    { case: 'ours, whatever its status', there: analyzer('FAILED', true), kind: 'deploy' },
    { case: "somebody's", there: analyzer('ACTIVE'), kind: 'leave' },
    { case: "somebody's that is being made", there: analyzer('CREATING'), kind: 'leave' },
    { case: "somebody's that is disabled", there: analyzer('DISABLED'), kind: 'conflict' },
    { case: "somebody's that has failed", there: analyzer('FAILED'), kind: 'conflict' },
  ])('$case: $kind', ({ there, kind }) => {
    expect(decided('access-analyzer', { analyzer: there })).toMatchObject({ region: home, kind });
  });

  test('in the way is named, with what to do about it', () => {
    expect(decided('access-analyzer', { analyzer: analyzer('DISABLED') })).toMatchObject({
      because: 'analyzer by-hand is DISABLED and not managed by Strongroom; a region allows one',
      next: expect.stringMatching(/^delete it/),
    });
  });

  test.each([
    ['they are left to others', { id: 'd-1', ours: false, administrator: '999999999999' }, 'leave'],
    ['they are in the way', { id: 'd-1', ours: false }, 'conflict'],
  ])('is decided for itself beside GuardDuty and Security Hub, where %s', (_, detector, kind) => {
    const decisions = decideAdoption(
      releaseOf(['threat-detection', 'access-analyzer']),
      seen(inRegion(home, { detector })),
    );

    expect(decisions.map((decision) => [decision.module, decision.kind])).toEqual([
      ['threat-detection', kind],
      ['access-analyzer', 'deploy'],
    ]);
  });

  test('is decided also where the organization manages threat detection', () => {
    const release = releaseOf(['access-analyzer'], ['threat-detection']);

    expect(decideAdoption(release, seen(inRegion(home, { analyzer: analyzer('ACTIVE') })))).toMatchObject([
      { module: 'threat-detection', region: home, kind: 'leave' },
      { module: 'threat-detection', region: other, kind: 'leave' },
      { module: 'access-analyzer', kind: 'leave', because: 'analyzer by-hand exists and is not managed by Strongroom' },
    ]);
  });
});
