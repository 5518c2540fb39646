/** Each module makes its checks pass, and damage to what it made makes exactly the checks fail that are about it. */

import { checkTable } from '../../orchestrator/domain/health/checks/table';
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { catalog } from '../../orchestrator/domain/model/catalog';
import { moduleIds, settingsOf } from '../../orchestrator/domain/model/module';
import type { Release } from '../../orchestrator/domain/model/release';
import type { Baseline } from '../../orchestrator/records/baseline';
import type { OutOfBandChange } from '../../orchestrator/simulated/out-of-band-changes';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { buildRelease } from '../../stackset-templates/release';
import { baseline } from '../rig';
import { applyRest, deployModule, desiredState, fitOut, idsOf, resultsIn } from '../simulated/fitted';
import { home, sandboxes, sandboxIn, smallWorld } from '../simulated/small-world';
import { damages } from './damages';
import type { Damage } from './damages-of-identities';

let built: Baseline;
let release: Release;
beforeAll(async () => {
  built = await baseline();
  release = buildRelease(desiredState, built.templates);
});

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
        await applyRest(world, account, { ...release, settings: settingsOf(catalog[id], desiredState) });
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

describe('in an account with the whole baseline', () => {
  let world: SimulatedWorld;
  let accounts: readonly AccountId[];
  /** One account for each deed, so that none sees another's. */
  beforeAll(async () => {
    world = smallWorld({ accounts: 60 + 6 * (damages.length + moduleIds.length) });
    accounts = sandboxes(world).slice(0, damages.length + moduleIds.length);
    await world.clock.run(
      Promise.all(accounts.map((account) => fitOut(world, account, release, built))).then(() => {}),
    );
  });
  const resultsAfter = async (account: AccountId | undefined, change: Damage[2]) => {
    if (account === undefined) throw new Error('the world has too few sandboxes');
    world.contents.byHand(account, typeof change === 'function' ? change(account) : change);
    return world.clock.run(resultsIn(world, account, release));
  };

  test.each(damages.map((damage, at) => [...damage, at] as const))(
    '%s (%s): just its checks fail',
    async (_, module, change, expected, at) => {
      const results = await resultsAfter(accounts[at], change);

      expect(idsOf(results, ({ outcome }) => outcome !== 'pass')).toEqual([...expected].sort());
      expect(idsOf(results, (r) => r.outcome !== 'pass' && r.module !== module)).toEqual([]);
    },
  );

  test.each(moduleIds.map((module, at) => [module, at] as const))(
    '%s, whose stack is deleted: none of its checks in the region pass, and no other falls',
    async (module, at) => {
      const change: OutOfBandChange = { kind: 'deleteStack', stackSet: `strongroom-wave-${module}`, region: home };
      const results = await resultsAfter(accounts[damages.length + at], change);

      const fallen = results.filter(({ outcome }) => outcome === 'fail');
      const made = checkTable.filter((check) => check.module === module && !isSetting(check.id)).map(({ id }) => id);
      expect(fallen.filter((r) => r.module !== module || ![home, 'global'].includes(r.region))).toEqual([]);
      expect(new Set(fallen.map(({ check }) => check))).toEqual(new Set(made));
    },
  );

  test('every check of a module fails on some damage of its own', () => {
    const fallen = new Set(damages.flatMap(([, , , expected]) => expected.map((id) => id.split(' ')[0])));

    const standing = checkTable.filter(
      ({ id, gate, module }) => !fallen.has(id) && gate !== 'undrifted' && module !== 'bootstrap',
    );
    expect(standing.map(({ id }) => id)).toEqual([]);
  });
});

/** Applied by call: what holds them is not in the stack. The simulated world keeps nothing that a template would have kept, like the EBS key. */
const isSetting = (id: string): boolean =>
  [
    'password-policy-is-strong',
    's3-public-access-is-blocked',
    'ebs-default-encryption-is-on',
    'ec2-default-requires-imdsv2',
  ].includes(id) || id.endsWith('-service-linked-role-exists');
