/** What Strongroom itself costs: figures where they follow from the organization, and none where they do not. */
import { costOf } from '../../../orchestrator/domain/planning/cost';
import { desiredState } from '../../stackset-templates/sample-desired-state';

const regions = { ...desiredState.regions, governed: desiredState.regions.governed };
const lineOf = (what: string, accounts: number, wanted = desiredState) =>
  costOf(wanted, accounts).find((line) => line.what === what);

test.each([
  // The table of docs/cost.md, for four Regions; two are governed here, which halves only the time of Lambda.
  [100, 0.01, 0.023],
  [1_000, 0.05, 0.09],
  [10_000, 0.4, 0.72],
])('a rollout to %s accounts costs between %s and %s dollars', (accounts, least, most) => {
  const { dollars = 0 } = lineOf('a rollout to every account', accounts) ?? {};

  expect(dollars).toBeGreaterThanOrEqual(least);
  expect(dollars).toBeLessThanOrEqual(most);
});

test('keys are counted where they are: one for alerts in all, and one for EBS in each account and Region', () => {
  const without = { ...desiredState, modules: { ...desiredState.modules, 'kms-default': { enabled: false } } };

  expect(lineOf('keys of Strongroom', 1_000)).toMatchObject({ dollars: 2, because: 'orchestrator, alerts' });
  expect(lineOf('default keys for EBS', 1_000)).toMatchObject({ dollars: 1_000 * regions.governed.length });
  expect(lineOf('default keys for EBS', 1_000, without)).toBeUndefined();
});

test('a Region that is named twice is paid for once', () => {
  const twice = { ...desiredState, regions: { ...regions, governed: [...regions.governed, ...regions.governed] } };

  expect(costOf(twice, 1_000)).toEqual(costOf(desiredState, 1_000));
});

test('a sweep of twice the accounts costs twice as much, and no accounts cost nothing', () => {
  const { dollars: one = 0 } = lineOf('sweeps', 1_000) ?? {};
  const { dollars: two = 0 } = lineOf('sweeps', 2_000) ?? {};

  expect(two / one).toBeCloseTo(2);
  expect(lineOf('sweeps', 0)?.dollars).toBe(0);
});

test('what depends on use has no figure, and only modules that are enabled are named', () => {
  const modules = { ...desiredState.modules, 'aws-config': { enabled: false, managedBy: 'strongroom' as const } };

  const open = costOf({ ...desiredState, modules }, 10).filter(({ dollars }) => dollars === undefined);

  expect(open.map(({ what, per }) => [what, per])).toEqual([
    ['logs, traces and storage of Strongroom', 'use'],
    ['AWS CloudTrail', 'use'],
    ['GuardDuty and Security Hub', 'use'],
  ]);
});
