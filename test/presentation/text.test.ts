import { commonOptions, statusStates } from '../../orchestrator/cli/options';
import { createPaint } from '../../orchestrator/presentation/paint';
import {
  clean,
  cleaned,
  clockTime,
  csvCell,
  duration,
  few,
  json,
  plural,
  table,
} from '../../orchestrator/presentation/text';

test.each([
  ['a name', 'a name'],
  ['two\nlines\tand\r\nmore', 'two lines and more'],
  ['\u001b[2Jgone', '\u{fffd}[2Jgone'],
  ['\u009b2Jgone', '\u{fffd}2Jgone'],
  ['back\u202ewards', 'back\u{fffd}wards'],
  ['hid\u200bden', 'hid\u{fffd}den'],
  ['a\u2028b', 'a b'],
])('a terminal obeys no part of %j', (text, shown) => {
  expect(clean(text)).toBe(shown);
});

test('texts are cleaned wherever they are, and nothing else is changed', () => {
  expect(cleaned({ a: ['\u001b', 1], b: { c: null, d: undefined, e: true } })).toEqual({
    a: ['\u{fffd}', 1],
    b: { c: null, d: undefined, e: true },
  });
});

test.each(['\u001b[2J', '\u009b2J', '\u202e', '\u2028', '\u{e0001}', 'plain "text"'])(
  'JSON keeps %j, and gives a terminal nothing to obey',
  (text) => {
    const written = json({ text });

    expect(JSON.parse(written)).toEqual({ text });
    expect(written).toMatch(/^[\u0020-\u007e]*$/);
  },
);

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  [' =1', "' =1"],
  ['a=b', 'a=b'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=a,"b"', '"\'=a,""b"""'],
  ['012345678901', '012345678901'],
])('a spreadsheet reads %j as text', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [9_060_000, '2 h 31 min'],
  [259_200_000, '3 days'],
  [-5, '0 s'],
])('%i ms are %s', (milliseconds, decisions) => {
  expect(duration(milliseconds)).toBe(decisions);
});

test('a time has its date only on another day', () => {
  const now = new Date('2026-11-22T23:00:00Z');

  expect(clockTime('2026-11-22T23:30:00.000Z', now)).toBe('23:30:00');
  expect(clockTime('2026-11-23T00:30:00.000Z', now)).toBe('2026-11-23 00:30');
});

test.each([
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b and 2 more'],
])('few of %j', (items, shown) => {
  expect(few(items, 2)).toBe(shown);
});

test('columns are as wide as their widest cell', () => {
  expect(
    table(
      [
        ['a', 'b'],
        ['long', ''],
      ],
      ' ',
    ),
  ).toEqual([' a     b', ' long']);
});

test('one is not many', () => {
  expect([plural(1, 'account'), plural(0, 'account')]).toEqual(['1 account', '0 accounts']);
});

test('colours are there only where they are wanted', () => {
  expect([createPaint(true).red('x'), createPaint(false).red('x')]).toEqual(['\u001b[31mx\u001b[39m', 'x']);
});

describe('common options', () => {
  test.each([
    { raw: { world: 'aws', state: [] }, again: '' },
    { raw: { world: 'aws', state: [], engine: 'local' }, again: '--engine local' },
    {
      raw: { world: 'aws', state: ['a', "it's"], config: 'my file' },
      again: "--config 'my file' --state 'it'\\''s'",
    },
    { raw: { world: 'simulated:w.json', state: [] }, again: '--world simulated:w.json' },
    {
      raw: { world: 'aws', state: [], engine: 'stepfunctions', stack: 'Mine' },
      again: '--engine stepfunctions --stack Mine',
    },
    { raw: { world: 'aws', state: [], stack: 'Mine' }, again: '--stack Mine' },
  ])('are repeated for the next command: $again', ({ raw, again }) => {
    expect(commonOptions(raw).again).toBe(again);
  });

  test.each([
    { state: 'folder', choice: { kind: 'folder', folder: 'folder' } },
    { state: 'dynamodb:my-table', choice: { kind: 'dynamodb', table: 'my-table' } },
  ])('name the state: $state', ({ state, choice }) => {
    expect(commonOptions({ world: 'aws', state: [state], engine: 'local' }).state).toEqual(choice);
  });

  test('status takes a state of readiness for a filter, and anything else for the place', () => {
    expect(statusStates(['UNHEALTHY', './UNHEALTHY', 'DRIFTED'])).toEqual({
      readiness: ['UNHEALTHY', 'DRIFTED'],
      state: ['./UNHEALTHY'],
    });
  });
});
