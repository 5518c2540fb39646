import { suitesReaching, suitesThatNeedPython } from '../../scripts/suites';
import { filesEnding, type Import } from '../sources';

const importing = (from: string, to: string, typeOnly = false): Import => ({ from, to, typeOnly, names: [] });

test('a suite needs a tool if it imports the module that starts it, directly or not', () => {
  const found = suitesReaching(
    [
      importing('test/direct.test.ts', 'tool.ts'),
      importing('test/helper.ts', 'tool.ts'),
      importing('test/indirect.test.ts', 'test/helper.ts'),
      importing('test/types.test.ts', 'tool.ts', true),
      importing('test/other.test.ts', 'other.ts'),
      importing('past.ts', 'tool.ts'),
      importing('test/past.test.ts', 'past.ts'),
    ],
    'tool.ts',
    'past.ts',
  );

  expect(found).toEqual(['test/direct.test.ts', 'test/indirect.test.ts']);
});

test('every suite whose text names moto or cfn-lint as a program is among those that need Python', () => {
  const naming = filesEnding(__dirname.replace(/scripts$/, ''), '.test.ts')
    .filter(({ text }) => /\bpythonTool\(|\bstartMoto\(|\b(use|start)Visits\(/.test(text))
    .map(({ path }) => `test/${path}`);

  expect(naming.length).toBeGreaterThan(0);
  expect(suitesThatNeedPython()).toEqual(expect.arrayContaining(naming));
});
