import fc from 'fast-check';
import { parseRegion, parseTemplateHash } from '../../../orchestrator/domain/model/brand';
import type { Share, WaveSpec } from '../../../orchestrator/domain/model/desired-state';
import type { ReleaseModule } from '../../../orchestrator/domain/model/module';
import { type ModuleId, moduleIds } from '../../../orchestrator/domain/model/module';
import type { Stage } from '../../../orchestrator/domain/model/plan';
import { instancesAtOnceDefault } from '../../../orchestrator/domain/model/stack-set-operation';
import { stagesMax, stagesOf } from '../../../orchestrator/domain/planning/stages';

const regions = ['us-east-1', 'us-west-2', 'eu-west-1'].map(parseRegion);
const releaseModule = (module: ModuleId, regionCount: number, needs: readonly ModuleId[] = []): ReleaseModule => ({
  module,
  version: '0123456789ab',
  template: parseTemplateHash('0'.repeat(64)),
  parameters: {},
  regions: regions.slice(0, regionCount),
  needs,
});
const count = (n: number): Share => ({ kind: 'count', count: n });
const quick = { slowStart: false, maxConcurrent: count(10) };
const slow = (maxConcurrent: Share): Pick<WaveSpec, 'slowStart' | 'maxConcurrent'> => ({
  slowStart: true,
  maxConcurrent,
});

const batchesOf = (stages: readonly Stage[]): readonly string[] => [
  ...new Set(stages.map(({ from, to }) => `${from}-${to}`)),
];

describe('the batches of a wave', () => {
  const modules = [releaseModule('operator-role', 1)];

  test.each([
    { said: 'without slow start all at once', wave: quick, accounts: 100, batches: ['0-100'] },
    {
      said: 'four times as many, up to what may run at once',
      wave: slow(count(10)),
      accounts: 100,
      batches: ['0-1', '1-5', '5-100'],
    },
    {
      said: 'a percentage of the wave',
      wave: slow({ kind: 'percent', percent: 20 }),
      accounts: 100,
      batches: ['0-1', '1-5', '5-21', '21-100'],
    },
    {
      said: 'a percentage with a minimum, in a small wave',
      wave: slow({ kind: 'percent', percent: 10, atLeast: 10 }),
      accounts: 16,
      batches: ['0-1', '1-5', '5-16'],
    },
    {
      said: 'one and the rest when one may run at once',
      wave: slow(count(1)),
      accounts: 100,
      batches: ['0-1', '1-100'],
    },
    {
      said: 'at least one at once, however small the share',
      wave: slow({ kind: 'percent', percent: 1 }),
      accounts: 5,
      batches: ['0-1', '1-5'],
    },
    { said: 'cut short where the wave ends', wave: slow(count(100)), accounts: 4, batches: ['0-1', '1-4'] },
    { said: 'no empty rest', wave: slow(count(4)), accounts: 5, batches: ['0-1', '1-5'] },
    { said: 'a wave of one', wave: slow(count(10)), accounts: 1, batches: ['0-1'] },
    { said: 'nobody', wave: slow(count(10)), accounts: 0, batches: [] },
  ])('$said: $batches', ({ wave, accounts, batches }) => {
    expect(batchesOf(stagesOf(modules, accounts, wave))).toEqual(batches);
  });
});

describe('the quota of operations on stack instances at once', () => {
  const modules = ['account-hardening', 'aws-config', 'alerts', 'kms-default'] as const;
  const everywhere = modules.map((module) => releaseModule(module, 3));

  test('no stage exceeds it, with all its modules and Regions', () => {
    const stages = stagesOf(everywhere, 2_600, quick);
    const instancesOf = ({ from, to, regions: of }: Stage): number =>
      (to - from) * Object.values(of).reduce((sum, { length }) => sum + length, 0);

    expect(Math.max(...stages.map(instancesOf))).toBeLessThanOrEqual(instancesAtOnceDefault);
    expect(batchesOf(stages)).toEqual(['0-666', '666-1332', '1332-1998', '1998-2600']);
  });

  test('a slow start never grows beyond it', () => {
    const stages = stagesOf(everywhere, 10_000, slow({ kind: 'percent', percent: 50 }));

    expect(Math.max(...stages.map(({ from, to }) => to - from))).toBe(666);
    expect(batchesOf(stages)).toContain('341-1007');
  });
});

describe('the stages of a batch', () => {
  test('the first batch: the home region first, then the others together; modules that do not need each other go together', () => {
    const modules = [releaseModule('operator-role', 1), releaseModule('alerts', 3)];

    expect(stagesOf(modules, 5, quick)).toEqual([
      {
        index: 0,
        modules: ['operator-role', 'alerts'],
        regions: { 'operator-role': ['us-east-1'], alerts: ['us-east-1'] },
        from: 0,
        to: 5,
      },
      { index: 1, modules: ['alerts'], regions: { alerts: ['us-west-2', 'eu-west-1'] }, from: 0, to: 5 },
    ]);
  });

  test('later batches: all regions together', () => {
    const stages = stagesOf([releaseModule('alerts', 3)], 5, slow(count(10)));

    expect(stages.map(({ from, to, regions: { alerts } }) => [from, to, alerts])).toEqual([
      [0, 1, ['us-east-1']],
      [0, 1, ['us-west-2', 'eu-west-1']],
      [1, 5, ['us-east-1', 'us-west-2', 'eu-west-1']],
    ]);
  });

  test('a module waits for all regions of what it needs, also through another', () => {
    const modules = [
      releaseModule('alerts', 1, ['threat-detection']),
      releaseModule('aws-config', 2),
      releaseModule('threat-detection', 2, ['aws-config']),
    ];

    expect(stagesOf(modules, 1, quick).map((stage) => stage.regions)).toEqual([
      { 'aws-config': ['us-east-1'] },
      { 'aws-config': ['us-west-2'] },
      { 'threat-detection': ['us-east-1'] },
      { 'threat-detection': ['us-west-2'] },
      { alerts: ['us-east-1'] },
    ]);
  });

  test('a need that the release does not deploy as stacks holds nobody up', () => {
    const modules = [releaseModule('alerts', 1, ['account-hardening'])];

    expect(stagesOf(modules, 1, quick)).toHaveLength(1);
  });

  test('modules that need each other in a circle are refused by name', () => {
    const modules = [
      releaseModule('operator-role', 1),
      releaseModule('alerts', 1, ['aws-config']),
      releaseModule('aws-config', 1, ['alerts']),
    ];

    expect(() => stagesOf(modules, 1, quick)).toThrow('modules need each other in a circle: alerts, aws-config');
  });

  test('no modules, no stages', () => {
    expect(stagesOf([], 10, quick)).toEqual([]);
  });

  test('more stages than an execution can hold are refused', () => {
    const chain = moduleIds.map((module, n) => releaseModule(module, 2, moduleIds.slice(0, n)));
    const accounts = 2 ** 40;

    expect(() => stagesOf(chain, accounts, slow({ kind: 'percent', percent: 100 }))).toThrow(
      `the number of stages for ${accounts} accounts is over the limit of ${stagesMax} stages`,
    );
  });

  test('a wave of 10,000 accounts with seven modules in a chain is within the limit', () => {
    const chain = moduleIds.slice(0, 7).map((module, n) => releaseModule(module, 3, moduleIds.slice(0, n)));

    expect(stagesOf(chain, 10_000, slow({ kind: 'percent', percent: 100 })).length).toBeLessThanOrEqual(stagesMax);
  });
});

/** Modules in a random order, with random regions, that need only modules drawn before them: never a circle. */
const anyModules: fc.Arbitrary<readonly ReleaseModule[]> = fc
  .record({
    ids: fc.shuffledSubarray([...moduleIds]),
    regionCounts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 6, maxLength: 6 }),
    needed: fc.array(fc.array(fc.nat(5)), { minLength: 6, maxLength: 6 }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
  })
  .map(({ ids, regionCounts, needed, order }) => {
    const drawn = ids.map((id, n) =>
      releaseModule(
        id,
        regionCounts[n] ?? 1,
        ids.filter((_, other) => other < n && needed[n]?.includes(other)),
      ),
    );
    return order.flatMap((n) => drawn[n] ?? []);
  });

const anyWave = fc.record({
  slowStart: fc.boolean(),
  maxConcurrent: fc.oneof(
    fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('percent' as const), percent: fc.integer({ min: 1, max: 100 }) }),
  ),
});

/** Each visit that the stages make, in their order. */
const visitsOf = (stages: readonly Stage[]) =>
  stages.flatMap(({ index, modules, regions: where, from, to }) =>
    modules.flatMap((module) =>
      (where[module] ?? []).flatMap((region) =>
        Array.from({ length: to - from }, (_, n) => ({ index, module, region, account: from + n })),
      ),
    ),
  );

describe('for every release, wave and number of accounts', () => {
  test('each account gets each module in each of its regions exactly once', () => {
    fc.assert(
      fc.property(anyModules, fc.nat(60), anyWave, (modules, accounts, wave) => {
        const visits = visitsOf(stagesOf(modules, accounts, wave)).map((v) => `${v.account} ${v.module} ${v.region}`);

        const wanted = modules.flatMap(({ module, regions: where }) =>
          where.flatMap((region) => Array.from({ length: accounts }, (_, n) => `${n} ${module} ${region}`)),
        );
        expect(visits.sort()).toEqual(wanted.sort());
      }),
    );
  });

  test('no account gets a module before all that it needs, nor is a module anywhere before it has landed in the home region of the first account', () => {
    fc.assert(
      fc.property(anyModules, fc.nat(12), anyWave, (modules, accounts, wave) => {
        const visits = visitsOf(stagesOf(modules, accounts, wave));

        for (const { account, module, region, index } of visits) {
          const { needs, regions: own } = modules.find((m) => m.module === module) ?? releaseModule(module, 0);
          const earlier = visits.filter((v) => v.account === account && v.index < index);
          for (const need of modules.filter((m) => needs.includes(m.module)))
            expect(earlier.filter((v) => v.module === need.module)).toHaveLength(need.regions.length);
          if (region !== own[0])
            expect(visits.filter((v) => v.index < index)).toContainEqual(
              expect.objectContaining({ module, region: own[0], account: 0 }),
            );
        }
      }),
    );
  });

  test('a slow start grows by four from one, and never passes what may run at once before the rest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 500 }), (accounts, concurrentMax) => {
        const stages = stagesOf([releaseModule('operator-role', 1)], accounts, slow(count(concurrentMax)));

        const sizes = stages.map(({ from, to }) => to - from);
        for (const [n, size] of sizes.slice(0, -1).entries()) {
          expect(size).toBe(4 ** n);
          expect(size).toBeLessThanOrEqual(concurrentMax);
        }
      }),
    );
  });

  test('stages are numbered from 0, and a batch ends before the next one starts', () => {
    fc.assert(
      fc.property(anyModules, fc.nat(60), anyWave, (modules, accounts, wave) => {
        const stages = stagesOf(modules, accounts, wave);

        expect(stages.map(({ index }) => index)).toEqual(stages.map((_, n) => n));
        for (const [n, stage] of stages.entries()) {
          const next = stages[n + 1];
          if (next !== undefined) expect([stage.from, stage.to]).toContain(next.from);
        }
      }),
    );
  });
});
