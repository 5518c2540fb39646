/** Lookups that do not answer are asked again, and only those. */

import { errors, type StrongroomError } from '../../orchestrator/domain/errors';
import { parseAccountId, parseRegion, parseRolloutId } from '../../orchestrator/domain/model/brand';
import type { LookupId, LookupsWanted, Preflight } from '../../orchestrator/domain/model/lookups';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import type { Accounts } from '../../orchestrator/ports/ports';
import { lookUp } from '../../orchestrator/rollout/look-up';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';

const home = parseRegion('us-east-1');
const west = parseRegion('us-west-2');
const visit = {
  account: parseAccountId('111122223333'),
  roles: { reader: 'BaselineReader', ci: 'BaselineCi' },
  externalId: 'strongroom',
  rollout: parseRolloutId('ro-20261122-150405-ab12'),
};
const down = errors.awsUnavailable('config:DescribeConfigurationRecorders in us-west-2', 'InternalError');
const denied = errors.accessDenied('guardduty:ListDetectors in us-east-1', 'no');
const wanted: LookupsWanted = [
  { region: home, lookups: ['recorder', 'detector'] },
  { region: west, lookups: ['recorder'] },
];

/** @param failing how often a lookup, or a whole region, fails before it answers. */
async function looked(failing: Readonly<Record<string, { readonly error: StrongroomError; times: number }>>) {
  const asked: string[][] = [];
  const fails = (region: string, lookup?: LookupId): StrongroomError | undefined => {
    const fault = failing[lookup === undefined ? region : `${region} ${lookup}`];
    return fault === undefined || fault.times-- <= 0 ? undefined : fault.error;
  };
  const preflight = async (_visit: unknown, regions: LookupsWanted): Promise<Preflight> => {
    asked.push(regions.map(({ region, lookups }) => `${region} ${lookups.join(' ')}`.trim()));
    const seen = regions.map(({ region, lookups }) => {
      const silent = fails(region);
      if (silent !== undefined) return { singletons: [], unanswered: [{ region, error: silent }] };
      const failed = lookups.flatMap((lookup) => {
        const error = fails(region, lookup);
        return error === undefined ? [] : [{ region, lookup, error }];
      });
      const answered = lookups.filter((id) => failed.every(({ lookup }) => lookup !== id));
      const found = Object.fromEntries(answered.map((id) => [id, { name: id, id, ours: true }]));
      return { singletons: [{ region, ...found }], unanswered: failed };
    });
    return {
      unusable: [],
      singletons: seen.flatMap(({ singletons }) => singletons),
      unanswered: seen.flatMap(({ unanswered }) => unanswered),
    };
  };
  const clock = createVirtualClock(new Date('2026-11-22T09:00:00Z'));
  const accounts = { preflight } as Partial<Accounts> as Accounts;
  const seen = clock.run(lookUp(guard({ accounts, clock, random: () => 0.5 }, byVersion), visit, wanted));
  return { asked, seen: await seen.catch((error: unknown) => error) };
}

const everything = wanted.map(({ region, lookups }) => `${region} ${lookups.join(' ')}`);

test('everything that answers is asked once', async () => {
  const { asked, seen } = await looked({});

  expect(asked).toEqual([everything]);
  expect(seen).toMatchObject({ unanswered: [], singletons: [{ region: home }, { region: west }] });
});

test('a lookup that fails twice is asked again, without those that have answered, and what these found stays', async () => {
  const { asked, seen } = await looked({ [`${home} recorder`]: { error: down, times: 2 } });

  expect(asked).toEqual([everything, [`${home} recorder`], [`${home} recorder`]]);
  expect(seen).toMatchObject({
    unanswered: [],
    singletons: [
      { region: home, recorder: { ours: true }, detector: { ours: true } },
      { region: west, recorder: { ours: true } },
    ],
  });
});

test('a lookup that keeps failing is reported after six tries, and nothing else with it', async () => {
  const { asked, seen } = await looked({ [`${west} recorder`]: { error: down, times: 99 } });

  expect(asked.length).toBe(6);
  expect(seen).toMatchObject({ unanswered: [{ region: west, lookup: 'recorder', error: down }] });
});

test('a lookup that is denied is not asked again', async () => {
  const { asked, seen } = await looked({
    [`${home} detector`]: { error: denied, times: 99 },
    [`${west} recorder`]: { error: down, times: 1 },
  });

  expect(asked).toEqual([everything, [`${west} recorder`]]);
  expect(seen).toMatchObject({ unanswered: [{ region: home, lookup: 'detector', error: denied }] });
});

test('a region that does not answer is asked everything again', async () => {
  const { asked, seen } = await looked({ [west]: { error: down, times: 1 } });

  expect(asked).toEqual([everything, [`${west} recorder`]]);
  expect(seen).toMatchObject({ unanswered: [], singletons: [{ region: home }, { region: west }] });
});

test('where nothing at all answers, that says nothing about single lookups: the visit has failed', async () => {
  const { seen } = await looked({ [home]: { error: down, times: 99 }, [west]: { error: down, times: 99 } });

  expect(seen).toBe(down);
});
