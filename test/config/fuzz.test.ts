import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseConfig } from '../../orchestrator/config/parse';
import { full, smallest } from './sample';

/** Whatever is given: a result, or problems that stand in the text, in order, in our words. */
function judge(text: string): void {
  const parsed = parseConfig(text, 'strongroom.yaml');
  if (parsed.ok) return;
  const lines = parsed.problems.map(({ line }) => line);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  for (const { line, column, path, message } of parsed.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(text.split('\n').length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toMatch(/^[A-Z]|Invalid|Too (big|small)|[a-z]\.$/);
    expect(path + message).not.toMatch(/\p{Cc}/u);
  }
}

/** Values as people and machines write them into YAML, among them those that a config has. */
const value = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constantFrom('us-east-1', '10%', 140, -1, Number.NaN, '111122223333', 12345678901, true) },
  { weight: 1, arbitrary: fc.array(fc.record({ name: fc.string(), ous: fc.array(fc.string()) })) },
);

/** A config with one of its parts exchanged for something else. */
const spoilt = fc
  .tuple(
    fc.constantFrom('installation', 'regions', 'modules', 'waves', 'exclude', 'exceptions', 'freezes', 'onFailure'),
    value,
  )
  .map(
    ([section, replacement]) =>
      `${smallest.replace(new RegExp(`^${section}:`, 'm'), `x-${section}:`)}${stringify({ [section]: replacement })}`,
  );

/** A config into which somebody's elbow fell. */
const smudged = fc
  .tuple(fc.nat(full.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 5 }))
  .map(([at, cut, typed]) => full.slice(0, at) + typed + full.slice(at + cut));

const yamlSigns = fc.string({ unit: fc.constantFrom(...'[]{},:-?&*!|>%@`"\'# \n\ta1<~'), maxLength: 60 });

test.each([
  ['text', fc.string({ unit: 'binary', maxLength: 200 })],
  ['signs that mean something in YAML', yamlSigns],
  ['a value', value.map((made) => stringify(made))],
  ['a config with one section exchanged', spoilt],
  ['a config with a few letters exchanged', smudged],
])('%s is judged, and nothing is thrown', (_name, texts) => {
  fc.assert(fc.property(texts, judge), { numRuns: 200 });
});
