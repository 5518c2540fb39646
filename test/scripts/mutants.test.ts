import { mutants } from '../../scripts/mutants';
import { brokenMutants, type Mutant, mutated } from '../../scripts/mutants/mutant';

test('every mutant finds its text exactly once, and leaves a file that parses', () => {
  const broken = brokenMutants(mutants);

  expect(broken).toEqual([]);
});

test('every mutant has a name of its own', () => {
  const names = mutants.map(({ name }) => name);

  expect(names).toEqual([...new Set(names)]);
});

const file = 'orchestrator/domain/nearest.ts';
const mutant = (changes: Partial<Mutant>): Mutant => ({
  name: 'made up',
  file,
  from: 'export function nearest',
  to: 'function nearest',
  ...changes,
});

test.each<{ when: string; changes: Partial<Mutant>; says: string }>([
  { when: 'its text is gone', changes: { from: 'no such text' }, says: 'the text is gone: no such text' },
  { when: 'its text occurs twice', changes: { from: 'const ' }, says: 'times: const ' },
  { when: 'it changes nothing', changes: { to: 'export function nearest' }, says: 'changes nothing' },
  { when: 'it breaks the syntax', changes: { to: 'export function (' }, says: 'does not parse' },
  { when: 'its suite is gone', changes: { suites: ['test/no-such.test.ts'] }, says: 'no suite test/no-such.test.ts' },
  {
    when: 'its file has moved',
    changes: { file: 'orchestrator/nearest.ts' },
    says: `the file does not exist, but occurs in ${file}`,
  },
])('a mutant is broken when $when', ({ changes, says }) => {
  const broken = brokenMutants([mutant({}), mutant(changes)]);

  expect(broken).toEqual([expect.stringContaining(says)]);
});

test('a replacement is taken literally', () => {
  const text = mutated(mutant({ from: 'a', to: '$&$1' }), 'cat');

  expect(text).toBe('c$&$1t');
});
