import { parseReleaseId, parseRolloutId } from '../../../orchestrator/domain/model/brand';
import {
  type FinishedWave,
  lastGood,
  releasesKept,
  withFinished,
} from '../../../orchestrator/domain/model/finished-wave';

const id = (name: string) => parseReleaseId(`r-${name.padEnd(12, '0')}`);
const finished = (name: string) => ({
  release: id(name),
  rollout: parseRolloutId('ro-20261122-080000-aaaa'),
  at: '2026-11-22T08:00:00.000Z',
});
/** A wave that has finished these, oldest first. */
const waveOf = (...names: readonly string[]): FinishedWave | undefined =>
  names.reduce<FinishedWave | undefined>((known, name) => withFinished(known, finished(name), 'forward'), undefined);
const releases = (wave: FinishedWave | undefined) =>
  wave && [wave, ...(wave.before ?? [])].map(({ release }) => release);

test.each([
  ['a first release', waveOf('a'), ['a']],
  ['a second, which comes before the first', waveOf('a', 'b'), ['b', 'a']],
  ['the same release again, once', waveOf('a', 'b', 'b'), ['b', 'a']],
  ['an old release that is wanted again, before the one it follows now', waveOf('a', 'b', 'a'), ['a', 'b']],
])('a wave remembers %s', (_, wave, names) => {
  expect(releases(wave)).toEqual(names.map(id));
});

test('going back forgets what the wave was turned back from', () => {
  const back = withFinished(waveOf('a', 'b', 'c'), finished('b'), 'back');

  expect(releases(back)).toEqual([id('b'), id('a')]);
});

test('going back, played twice, is the same', () => {
  const once = withFinished(waveOf('a', 'b', 'c'), finished('b'), 'back');

  expect(withFinished(once, finished('b'), 'back')).toEqual(once);
});

test('only so many releases are remembered, the latest ones', () => {
  const wave = waveOf(...Array.from({ length: releasesKept + 3 }, (_, i) => `a${i}`));

  expect(releases(wave)).toHaveLength(releasesKept);
  expect(wave?.release).toBe(id(`a${releasesKept + 2}`));
});

test.each([
  ['the release before, of a wave that finished it', waveOf('a', 'b'), 'b', 'a'],
  ['the latest, of a wave that did not come to its end', waveOf('a', 'b'), 'c', 'b'],
  ['nothing, of a wave that has finished no other', waveOf('b'), 'b', undefined],
  ['nothing, of a wave that has finished none', undefined, 'b', undefined],
])('the last good release is %s', (_, wave, brought, good) => {
  expect(lastGood(wave, id(brought))?.release).toBe(good && id(good));
});
