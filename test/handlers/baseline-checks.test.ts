/** Each module makes its checks pass, and whoever damages what it made makes just those fail that speak of it. */
import type { Baseline } from '../../orchestrator/baseline';
import type { AccountId } from '../../orchestrator/domain/brand';
import { alertRuleName, ebsKeyAlias, trailName } from '../../orchestrator/domain/facts';
import { type ModuleId, moduleIds } from '../../orchestrator/domain/module';
import type { Release } from '../../orchestrator/domain/release';
import type { Deed } from '../../orchestrator/simulated/deeds';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { catalogue } from '../../stackset-templates/catalogue';
import { buildRelease } from '../../stackset-templates/release';
import { applyRest, deployModule, fitOut, idsOf, intent, resultsIn } from '../simulated/fitted';
import { home, other, sandboxes, smallWorld } from '../simulated/small-world';
import { baseline } from './rig';

let built: Baseline;
let release: Release;
beforeAll(async () => {
  built = await baseline();
  release = buildRelease(intent, built.templates);
});

const sandboxIn = (world: SimulatedWorld): AccountId => {
  const [first] = sandboxes(world);
  if (first === undefined) throw new Error('the world has no sandbox');
  return first;
};

describe('a module that is deployed', () => {
  test.each(moduleIds)('%s: makes all of its checks pass, none of which did before', async (id) => {
    const world = smallWorld();
    const account = sandboxIn(world);
    const of = (results: Awaited<ReturnType<typeof resultsIn>>) => results.filter(({ module }) => module === id);
    const module = release.modules.find((m) => m.module === id);
    if (module === undefined) throw new Error(`the release has no stacks of ${id}`);

    const before = of(await world.clock.run(resultsIn(world, account, release)));
    const after = await world.clock.run(
      (async () => {
        await deployModule(world, account, module, built);
        const settings = catalogue[id].settings?.(intent);
        if (settings !== undefined) await applyRest(world, account, { ...release, settings });
        return of(await resultsIn(world, account, release));
      })(),
    );

    expect(before.length).toBeGreaterThan(0);
    expect(idsOf(before, ({ outcome }) => outcome === 'pass')).toEqual([]);
    expect(idsOf(after, ({ outcome }) => outcome !== 'pass')).toEqual([]);
  });

  test('all of them together leave nothing that does not pass', async () => {
    const world = smallWorld();
    const account = sandboxIn(world);

    const results = await world.clock.run(
      fitOut(world, account, release, built).then(() => resultsIn(world, account, release)),
    );

    expect(idsOf(results, ({ outcome }) => outcome !== 'pass')).toEqual([]);
  });
});

/** What somebody does, and the checks that fail for it. */
const damages: readonly (readonly [string, ModuleId | 'bootstrap', Deed, readonly string[]])[] = [
  ['the boundary is taken off the CI role', 'bootstrap', { kind: 'detachBoundary' }, ['000-01']],
  ['the root user gets a key', 'bootstrap', { kind: 'makeRootKey' }, ['001-17']],

  ['the trail stops', 'audit-logging', trail({ logging: false }), ['000-07-delivery']],
  ['the trail cannot deliver', 'audit-logging', trail({ deliveryError: 'AccessDenied' }), ['000-07-delivery']],
  [
    'the trail has not delivered for days',
    'audit-logging',
    trail({ deliveredAt: '2026-11-20T00:00:00.000Z' }),
    ['000-07-delivery'],
  ],
  ['the trail is not validated', 'audit-logging', trail({ logFileValidation: false }), ['000-07']],
  ['the trail records one region', 'audit-logging', trail({ multiRegion: false }), ['000-07']],
  ['the trail goes elsewhere', 'audit-logging', trail({ bucket: 'mallory' }), ['002-27']],
  [
    'the trail is deleted',
    'audit-logging',
    { kind: 'delete', of: 'trails', name: trailName },
    ['000-07', '000-07-delivery', '002-27'],
  ],

  [
    'the recorder stops',
    'aws-config',
    { kind: 'change', of: 'recorders', region: other, to: { recording: false } },
    [`000-08 ${other}`],
  ],
  [
    'the recorder fails',
    'aws-config',
    { kind: 'change', of: 'recorders', region: home, to: { lastStatus: 'Failure' } },
    [`000-08 ${home}`],
  ],
  [
    'the recorder omits types',
    'aws-config',
    { kind: 'change', of: 'recorders', region: home, to: { allSupported: false } },
    [`000-08-types ${home}`],
  ],
  [
    'the recorder is deleted',
    'aws-config',
    { kind: 'delete', of: 'recorders', region: home },
    [`000-08 ${home}`, `000-08-types ${home}`],
  ],
  [
    'the channel fails',
    'aws-config',
    { kind: 'change', of: 'channels', region: other, to: { failing: true } },
    [`000-08-delivery ${other}`],
  ],
  [
    'the channel is deleted',
    'aws-config',
    { kind: 'delete', of: 'channels', region: other },
    [`000-08-delivery ${other}`],
  ],

  [
    'the detector is suspended',
    'threat-detection',
    { kind: 'change', of: 'detectors', region: other, to: { enabled: false } },
    [`000-09 ${other}`],
  ],
  [
    'the detector is deleted',
    'threat-detection',
    { kind: 'delete', of: 'detectors', region: other },
    [`000-09 ${other}`],
  ],
  [
    'a standard is disabled',
    'threat-detection',
    { kind: 'change', of: 'hubs', region: home, to: { standards: [] } },
    [`004-31 ${home}`],
  ],
  [
    'Security Hub is disabled',
    'threat-detection',
    { kind: 'delete', of: 'hubs', region: home },
    [`000-10 ${home}`, `004-31 ${home}`],
  ],
  ['the analyzer is deleted', 'access-analyzer', { kind: 'delete', of: 'analyzers', region: home }, [`000-11 ${home}`]],
  [
    'the analyzer fails',
    'access-analyzer',
    { kind: 'change', of: 'analyzers', region: home, to: { status: 'FAILED' } },
    [`000-11 ${home}`],
  ],

  [
    'the topic is decrypted',
    'alerts',
    { kind: 'change', of: 'topics', region: home, to: { kmsKey: undefined } },
    [`000-12-encryption ${home}`],
  ],
  [
    'the topic forgets EventBridge',
    'alerts',
    { kind: 'change', of: 'topics', region: home, to: { policy: { Statement: [] } } },
    [`000-12-topic ${home}`],
  ],
  [
    'everybody unsubscribes',
    'alerts',
    { kind: 'change', of: 'topics', region: other, to: { subscriptions: [] } },
    [`000-12-subscription ${other}`],
  ],
  [
    'the topic is deleted',
    'alerts',
    { kind: 'delete', of: 'topics', region: home },
    [`000-12-encryption ${home}`, `000-12-subscription ${home}`, `000-12-topic ${home}`],
  ],
  [
    'a rule is disabled',
    'alerts',
    { kind: 'change', of: 'rules', region: home, name: alertRuleName('tampering'), to: { enabled: false } },
    [`000-12-tampering ${home}`],
  ],
  [
    'a rule is deleted',
    'alerts',
    { kind: 'delete', of: 'rules', region: home, name: alertRuleName('root-api-use') },
    [`000-12-root-api-use ${home}`],
  ],

  [
    'the operator role may do nothing',
    'operator-role',
    { kind: 'change', of: 'roles', to: { attached: [] } },
    ['000-18'],
  ],
  [
    'anybody may enter it',
    'operator-role',
    { kind: 'changeTrust', role: 'InfraAdmin', trust: { Statement: [{ Effect: 'Allow', Principal: '*' }] } },
    ['000-14', '000-15', '000-16'],
  ],
  [
    'its stack is given other parameters',
    'operator-role',
    {
      kind: 'changeParameters',
      stackSet: 'strongroom-wave-operator-role',
      region: home,
      parameters: { MfaMaxAgeSeconds: '99999' },
    },
    [`002-50-operator-role ${home}`],
  ],
  [
    'its sessions last',
    'operator-role',
    { kind: 'change', of: 'roles', to: { maxSessionSeconds: 43_200 } },
    ['000-13'],
  ],

  ['passwords are weak', 'account-hardening', { kind: 'deletePasswordPolicy' }, ['000-04']],
  ['buckets can be public', 'account-hardening', { kind: 'openBuckets' }, ['000-05']],
  ['volumes are not encrypted', 'account-hardening', { kind: 'stopEbsEncryption', region: other }, [`000-06 ${other}`]],
  ['instances answer to IMDSv1', 'account-hardening', { kind: 'forgetImds', region: home }, [`imds-defaults ${home}`]],
  [
    'snapshots can be public',
    'account-hardening',
    { kind: 'delete', of: 'snapshotBlocks', region: home },
    [`snapshot-sharing ${home}`],
  ],

  [
    'its stack is deleted',
    'account-hardening',
    { kind: 'deleteStack', stackSet: 'strongroom-wave-account-hardening', region: other },
    [`000-03-account-hardening ${other}`, `002-50-account-hardening ${other}`, `snapshot-sharing ${other}`],
  ],
  ["volumes are encrypted with AWS's key", 'kms-default', { kind: 'forgetEbsKey', region: other }, [`002-52 ${other}`]],
  [
    'the EBS key is disabled',
    'kms-default',
    { kind: 'change', of: 'keys', name: ebsKeyAlias, region: home, to: { enabled: false } },
    [`002-52 ${home}`],
  ],
  [
    'the EBS key does not rotate',
    'kms-default',
    { kind: 'change', of: 'keys', name: ebsKeyAlias, region: other, to: { rotates: false } },
    [`002-52 ${other}`],
  ],
];

function trail(to: Extract<Deed, { kind: 'change'; of: 'trails' }>['to']): Deed {
  return { kind: 'change', of: 'trails', name: trailName, to };
}

describe('in an account with the whole baseline', () => {
  let world: SimulatedWorld;
  let accounts: readonly AccountId[];
  /** One account for each deed, so that none sees another's. */
  beforeAll(async () => {
    world = smallWorld({ accounts: 60 + 6 * damages.length });
    accounts = sandboxes(world).slice(0, damages.length + 4);
    await world.clock.run(
      Promise.all(accounts.map((account) => fitOut(world, account, release, built))).then(() => {}),
    );
  });
  const failingAfter = async (account: AccountId | undefined, deed: Deed) => {
    if (account === undefined) throw new Error('the world has too few sandboxes');
    world.estate.byHand(account, deed);
    return world.clock.run(resultsIn(world, account, release));
  };

  test.each(damages.map((damage, at) => [...damage, at] as const))(
    '%s (%s): just its checks fail',
    async (_, module, deed, expected, at) => {
      const results = await failingAfter(accounts[at], deed);

      expect(idsOf(results, ({ outcome }) => outcome !== 'pass')).toEqual([...expected].sort());
      expect(idsOf(results, (r) => r.outcome !== 'pass' && r.module !== module)).toEqual([]);
    },
  );

  test('every module is damaged in some way', () => {
    const damaged = new Set(damages.map(([, module]) => module));

    expect([...moduleIds, 'bootstrap'].filter((id) => !damaged.has(id as ModuleId))).toEqual([]);
  });
});
