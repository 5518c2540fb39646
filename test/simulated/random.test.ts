import { createRandom } from '../../orchestrator/simulated/random';

const draws = (next: () => number, count: number): readonly number[] => Array.from({ length: count }, next);
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

test('one seed gives one series, another seed another', () => {
  expect(draws(createRandom(1).next, 5)).toEqual(draws(createRandom(1).next, 5));
  expect(draws(createRandom(1).next, 5)).not.toEqual(draws(createRandom(2).next, 5));
});

test('forks do not disturb each other', () => {
  const alone = createRandom(1).fork('weather').next();
  const random = createRandom(1);
  draws(random.next, 100);
  draws(random.fork('names').next, 100);

  expect(random.fork('weather').next()).toBe(alone);
});

test.each([
  ['a series', (random: ReturnType<typeof createRandom>) => draws(random.next, 10_000)],
  [
    'neighbouring keys',
    (random: ReturnType<typeof createRandom>) => Array.from({ length: 10_000 }, (_, i) => random.of(`account ${i}`)),
  ],
])('%s is spread over the whole unit', (_, numbersOf) => {
  const numbers = numbersOf(createRandom(7));

  expect(mean(numbers)).toBeCloseTo(0.5, 1);
  expect(numbers.filter((n) => n < 0.1).length).toBeGreaterThan(900);
  expect(numbers.filter((n) => n >= 0.9).length).toBeGreaterThan(900);
  expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true);
});
