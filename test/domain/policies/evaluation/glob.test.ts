import fc from 'fast-check';
import { compareDecimals, decimalOf } from '../../../../orchestrator/domain/policies/evaluation/comparisons';
import { compilePattern } from '../../../../orchestrator/domain/policies/evaluation/pattern';

/** The definition, letter by letter: what the matcher must do, however it does it. */
function isMatch(text: string, pattern: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') return isMatch(text, pattern.slice(1)) || (text !== '' && isMatch(text.slice(1), pattern));
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && isMatch(text.slice(1), pattern.slice(1));
}

const letters = (alphabet: string) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength: 8 }).map((found) => found.join(''));

test('wildcards match what their definition matches', () => {
  fc.assert(
    fc.property(letters('ab:'), letters('ab:*?'), (text, pattern) => {
      const { plain } = compilePattern(pattern, { variables: true, wildcards: true });

      expect(plain?.test(text)).toBe(isMatch(text, pattern));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of thousands of stars is matched in one pass over the text for each', () => {
  const { plain } = compilePattern(`${'*a'.repeat(2000)}*b`, { variables: true, wildcards: true });

  expect(plain?.test('a'.repeat(4000))).toBe(false);
  expect(plain?.test(`${'a'.repeat(4000)}b`)).toBe(true);
});

test('thousands of variables that are not closed are text', () => {
  // biome-ignore lint/style/useTemplate: the pattern is what an attacker would write.
  const pattern = '${'.repeat(4000) + "a, '";
  const { plain } = compilePattern(pattern, { variables: true, wildcards: true });

  expect(plain?.test(pattern)).toBe(true);
});

test('numbers compare as numbers do', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 }), (a, b) => {
      const [left, right] = [decimalOf((a / 100).toFixed(2)), decimalOf((b / 100).toFixed(2))];

      expect(left && right && Math.sign(compareDecimals(left, right))).toBe(Math.sign(a - b));
    }),
    { numRuns: 500 },
  );
});
