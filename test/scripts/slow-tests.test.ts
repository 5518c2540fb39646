import { type RunResults, slowTests } from '../../scripts/slow-tests';

const suite = (name: string, seconds: number, tests: Readonly<Record<string, number | null>> = {}) => ({
  name: `/repository/test/${name}.test.ts`,
  startTime: 1_000,
  endTime: 1_000 + seconds * 1_000,
  assertionResults: Object.entries(tests).map(([fullName, duration]) => ({ fullName, duration })),
});
const reported = (...testResults: NonNullable<RunResults['testResults']>) => slowTests({ testResults }, '/repository');

test('the slowest suites come first', () => {
  const lines = reported(suite('quick', 0.25), suite('slow', 12.3), suite('slower', 123.4));

  expect(lines).toEqual([
    'slowest suites:',
    '   123.4 s  test/slower.test.ts',
    '    12.3 s  test/slow.test.ts',
    '     0.3 s  test/quick.test.ts',
  ]);
});

test('no more than ten suites are shown', () => {
  const lines = reported(...Array.from({ length: 12 }, (_, index) => suite(`number-${index}`, index + 1)));

  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toContain('test/number-2.test.ts');
});

test('a test of more than 20 s is named with its suite, and one of 20 s is not', () => {
  const lines = reported(suite('kill', 50, { 'is resumed': 20_001, 'is planned': 20_000, 'did not run': null }));

  expect(lines.slice(2)).toEqual(['tests over 20 s:', '    20.0 s  test/kill.test.ts: is resumed']);
});

test('a run without suites has nothing to report', () => {
  const lines = reported();

  expect(lines).toEqual([]);
});

test('a run without tests has none that are slow', () => {
  expect(slowTests({}, '/project')).toEqual([]);
});
