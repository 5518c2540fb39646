import {
  concurrencyOf,
  namedOus,
  type Share,
  shareOf,
  usesTags,
} from '../../../orchestrator/domain/model/desired-state';
import { enabledModules } from '../../../orchestrator/domain/model/module';
import { intentWith, waveSpec } from '../arbitraries';

const count = (n: number): Share => ({ kind: 'count', count: n });
const percent = (n: number): Share => ({ kind: 'percent', percent: n });

describe('a share of a wave', () => {
  test.each([
    { share: count(3), total: 100, tolerated: 3, atOnce: 3 },
    { share: count(0), total: 100, tolerated: 0, atOnce: 1 },
    { share: percent(10), total: 100, tolerated: 10, atOnce: 10 },
    { share: percent(10), total: 19, tolerated: 1, atOnce: 1 },
    { share: percent(10), total: 9, tolerated: 0, atOnce: 1 },
    { share: percent(29), total: 100, tolerated: 29, atOnce: 29 },
    { share: percent(100), total: 7, tolerated: 7, atOnce: 7 },
  ])('$share of $total: tolerates $tolerated, runs $atOnce at once', ({ share, total, tolerated, atOnce }) => {
    expect(shareOf(share, total)).toBe(tolerated);
    expect(concurrencyOf(share, total)).toBe(atOnce);
  });
});

test('every OU that the config names comes once, in the order of the config', () => {
  const desiredState = intentWith({
    waves: [waveSpec({ name: 'first', ous: ['Sandbox', 'Dev'] }), waveSpec({ name: 'second', ous: ['Dev', 'Prod'] })],
    exclude: { ous: ['Suspended', 'Sandbox'], accounts: [] },
  });

  expect(namedOus(desiredState)).toEqual(['Sandbox', 'Dev', 'Prod', 'Suspended']);
});

test('tags are read only if a wave selects by one', () => {
  const untagged = waveSpec({ name: 'first', ous: ['Sandbox'] });
  const tagged = waveSpec({ name: 'second', tags: { env: 'dev' } });

  expect(usesTags(intentWith({ waves: [untagged] }))).toBe(false);
  expect(usesTags(intentWith({ waves: [untagged, tagged] }))).toBe(true);
});

test('the enabled modules are those that are switched on', () => {
  expect(enabledModules(intentWith({}))).toEqual(['account-hardening', 'alerts', 'operator-role']);
});
