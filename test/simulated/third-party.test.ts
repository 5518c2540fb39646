import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { Preflight, Singletons } from '../../orchestrator/domain/model/lookups';
import type { ModuleId } from '../../orchestrator/domain/model/module';
import type { Release } from '../../orchestrator/domain/model/release';
import { decideAdoption } from '../../orchestrator/domain/planning/adoption';
import type { Baseline } from '../../orchestrator/records/baseline';
import { type Protection, wellTended } from '../../orchestrator/simulated/preexisting';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { buildRelease } from '../../stackset-templates/release';
import { everyLookup } from '../lookups';
import { baseline } from '../rig';
import { deployModule, desiredState, idsOf, resultsIn } from './fitted';
import {
  home,
  longSeconds,
  other,
  requestFor,
  sandboxes,
  sandboxIn,
  secondsLater,
  smallWorld,
  start,
  visitTo,
} from './small-world';

let built: Baseline;
let release: Release;
beforeAll(async () => {
  built = await baseline();
  release = buildRelease(desiredState, built.templates);
});

const moduleOf = (id: ModuleId) => {
  const module = release.modules.find((m) => m.module === id);
  if (module === undefined) throw new Error(`the release has no stacks of ${id}`);
  return module;
};
const protectedBy = (...protections: readonly Protection[]) => {
  const world = smallWorld();
  const account = sandboxIn(world);
  for (const protection of protections) world.contents.protect(account, protection);
  return { world, account };
};
const seenIn = (world: SimulatedWorld, account: AccountId): Promise<Preflight> =>
  world.clock.run(world.accounts.preflight(visitTo(account), everyLookup(home, other)));
const singletonsIn = async (world: SimulatedWorld, account: AccountId): Promise<readonly Singletons[]> =>
  (await seenIn(world, account)).singletons;

describe('preflight sees', () => {
  test('nothing where nobody was before', async () => {
    const { world, account } = protectedBy();

    expect(await singletonsIn(world, account)).toEqual([{ region: home, trails: [] }, { region: other }]);
  });

  test.each<[string, Protection, (account: AccountId) => object]>([
    [
      "Control Tower's recorder",
      { by: 'controlTower' },
      () => ({ recorder: { name: 'aws-controltower-BaselineConfigRecorder', ours: false } }),
    ],
    [
      "an organization's trail",
      { by: 'organizationTrail' },
      () => ({ trails: [{ name: 'organization-trail', ours: false, organization: true, multiRegion: true }] }),
    ],
    [
      'a detector with its administrator',
      { by: 'guardDutyAdministrator' },
      () => ({ detector: { ours: false, administrator: expect.stringMatching(/^\d{12}$/) } }),
    ],
    ['a declarative policy', { by: 'snapshotPolicy' }, () => ({ snapshotsHeld: { state: 'block-new-sharing' } })],
    ['a hub by hand', { by: 'hubByHand', region: home }, () => ({ hub: { ours: false } })],
    [
      'an analyzer by hand',
      { by: 'analyzerByHand' },
      () => ({ analyzer: { name: 'ConsoleAnalyzer-by-hand', ours: false, status: 'ACTIVE' } }),
    ],
  ])('%s', async (_, protection, expected) => {
    const { world, account } = protectedBy(protection);

    const [atHome] = await singletonsIn(world, account);

    expect(atHome).toMatchObject(expected(account));
  });

  test('a thing only in the region where it is', async () => {
    const { world, account } = protectedBy({ by: 'hubByHand', region: home });

    expect((await singletonsIn(world, account)).map(({ hub }) => hub)).toEqual([{ ours: false }, undefined]);
  });

  test('what our own stacks made as ours', async () => {
    const { world, account } = protectedBy();
    await world.clock.run(
      (async () => {
        for (const id of ['audit-logging', 'aws-config', 'threat-detection', 'access-analyzer'] as const)
          await deployModule(world, account, moduleOf(id), built);
      })(),
    );

    const [atHome] = await singletonsIn(world, account);

    expect(atHome).toMatchObject({
      recorder: { ours: true },
      detector: { ours: true },
      hub: { ours: true },
      analyzer: { ours: true },
      trails: [{ ours: true, organization: false }],
    });
  });
});

describe('who deploys over others', () => {
  test.each<[Protection['by'], ModuleId, string]>([
    ['controlTower', 'aws-config', 'MaxNumberOfConfigurationRecordersExceededException'],
    ['guardDutyAdministrator', 'threat-detection', 'a detector already exists for the current account'],
    ['snapshotPolicy', 'account-hardening', 'managed by a declarative policy'],
    ['hubByHand', 'threat-detection', 'Account is already subscribed to Security Hub'],
    ['analyzerByHand', 'access-analyzer', 'ServiceQuotaExceededException'],
  ])('%s: the stack of %s fails in the words of AWS, and is not there', async (by, id, decisions) => {
    const { world, account } = protectedBy({ by });

    const results = await world.clock.run(deployModule(world, account, moduleOf(id), built));

    expect(results.map(({ outcome }) => outcome)).toContain('FAILED');
    expect(results.filter(({ outcome }) => outcome === 'FAILED').map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([expect.stringContaining(decisions)]),
    );
    expect(world.contents.stacks(account)).toEqual([]);
  });

  const trails = (count: number): string =>
    JSON.stringify({
      Resources: Object.fromEntries(
        Array.from({ length: count }, (_, i) => [
          `Trail${i}`,
          { Type: 'AWS::CloudTrail::Trail', Properties: { TrailName: `hand-${i}`, IsLogging: true } },
        ]),
      ),
    });
  test.each<[number, readonly Protection[], string]>([
    [4, [], 'SUCCEEDED'],
    [5, [], 'FAILED'],
    [4, [{ by: 'organizationTrail' }], 'FAILED'],
  ])('beside %d trails and %j a further trail has %s', async (count, protections, expected) => {
    const { world, account } = protectedBy(...protections);

    const results = await world.clock.run(
      (async () => {
        await world.stackSets.start(requestFor([account], {}, trails(count)));
        await secondsLater(world, longSeconds);
        return deployModule(world, account, moduleOf('audit-logging'), built);
      })(),
    );

    expect(results.map(({ outcome }) => outcome)).toEqual([expected]);
    if (expected === 'FAILED') expect(results[0]?.reason).toContain('MaximumNumberOfTrailsExceededException');
  });

  test('a second detector of ours, from another StackSet, fails like one of others', async () => {
    const { world, account } = protectedBy();
    const detector = JSON.stringify({
      Resources: { D: { Type: 'AWS::GuardDuty::Detector', Properties: { Enable: true } } },
    });

    const results = await world.clock.run(
      (async () => {
        await world.stackSets.start(requestFor([account], {}, detector));
        await secondsLater(world, longSeconds);
        return deployModule(world, account, moduleOf('threat-detection'), built);
      })(),
    );

    expect(results.find(({ region }) => region === home)).toMatchObject({
      outcome: 'FAILED',
      reason: expect.stringContaining('already exists'),
    });
  });
});

describe('what others run', () => {
  test.each<[Protection['by'], ModuleId]>([
    ['organizationTrail', 'audit-logging'],
    ['controlTower', 'aws-config'],
    ['analyzerByHand', 'access-analyzer'],
  ])('%s: is left to them, and proves %s as well as ours would', async (by, id) => {
    const { world, account } = protectedBy({ by });
    const decisions = decideAdoption(release, await seenIn(world, account)).filter(({ module }) => module === id);
    const adopted = decisions.map(({ module, region }) => ({ module, region, because: by }));

    const results = await world.clock.run(resultsIn(world, account, release, adopted));

    expect(new Set(decisions.map(({ kind }) => kind))).toEqual(new Set(['leave']));
    const good = new Set(['pass', 'notApplicable']);
    expect(idsOf(results, ({ module, outcome }) => module === id && !good.has(outcome))).toEqual([]);
  });
});

describe('an organization that is well tended', () => {
  test('has a trail and detectors in every account, new ones too, and recorders and hubs of others in some', async () => {
    const world = smallWorld({ preexisting: wellTended });
    const newcomer = world.organization.addAccount('newcomer', 'Sandbox', start.getTime());
    await world.clock.run(world.clock.sleepUntil(new Date(newcomer.activeFromMs)));

    const seen = await Promise.all(sandboxes(world).map(async (account) => (await singletonsIn(world, account))[0]));
    const [hubs, recorders] = [seen.filter((s) => s?.hub), seen.filter((s) => s?.recorder)];

    expect(sandboxes(world)).toContain(newcomer.id);
    expect(seen.every((s) => s?.detector !== undefined && s.trails?.length === 1)).toBe(true);
    expect(recorders.length).toBeGreaterThan(0);
    expect(recorders.length).toBeLessThan(seen.length);
    expect(hubs.length).toBeLessThan(seen.length);
  });

  test('is the same one for the same seed', async () => {
    const [one, two] = [smallWorld({ preexisting: wellTended }), smallWorld({ preexisting: wellTended })];
    const protections = (world: SimulatedWorld) => sandboxes(world).map((id) => world.contents.protections(id, home));

    expect(protections(one)).toEqual(protections(two));
  });
});
