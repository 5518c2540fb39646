/** What the matrix draws, without a browser: the meaning of each cell and its position. */
import type { Board } from '../../orchestrator/dashboard/api/contract';
import { countStates, summarizeWaves } from '../../orchestrator/dashboard/web/board-summary';
import { countsOf, groupsOf, sheetOf } from '../../orchestrator/dashboard/web/matrix/cells';
import { boxOf, cellAt, layoutOf, linesBetween, moveCursor } from '../../orchestrator/dashboard/web/matrix/layout';
import { parseRegion } from '../../orchestrator/domain/model/brand';

/** Five accounts; the modules' columns are two modules by two regions. */
const board: Board = {
  at: '2026-11-22T09:00:00.000Z',
  version: 'v',
  ous: ['Dev', 'Prod'],
  waves: [{ name: 'dev', release: 'r-1' }, { name: 'prod' }],
  states: ['READY_FOR_KEYS', 'UNHEALTHY', 'UNKNOWN', 'DISCOVERED'],
  releases: [],
  regions: [parseRegion('us-east-1'), parseRegion('us-west-2')],
  modules: ['alerts', 'aws-config'],
  gates: ['bootstrapped', 'access-controlled'],
  accounts: {
    ids: ['1', '2', '3', '4', '5'],
    names: ['a', 'b', 'c', 'd', 'e'],
    ous: [0, 0, 1, 1, 1],
    waves: [0, 0, 1, 1, -1],
    states: [0, 1, 2, 0, 3],
    releases: [-1, -1, -1, -1, -1],
    gates: ['pp', 'pf', 'pu', 'pn', '--'],
    modules: ['cccc', 'cfcc', 'a-cc', 'cccc', '----'],
    checkedMinutesAgo: [0, 0, 0, 0, -1],
    stateSinceHoursAgo: [0, 0, 0, 0, 0],
  },
};

test.each([
  { axis: 'gate', account: 0, words: ['passed', 'passed'] },
  { axis: 'gate', account: 1, words: ['passed', 'failed'] },
  { axis: 'gate', account: 2, words: ['passed', 'unknown'] },
  { axis: 'gate', account: 3, words: ['passed', 'not applicable'] },
  { axis: 'gate', account: 4, words: ['not checked', 'not checked'] },
  { axis: 'module', account: 1, words: ['failed', 'current'] },
  { axis: 'module', account: 2, words: ['managed externally', 'current'] },
  { axis: 'region', account: 1, words: ['current', 'failed'] },
  { axis: 'region', account: 4, words: ['not deployed', 'not deployed'] },
] as const)('account $account by $axis says $words', ({ axis, account, words }) => {
  const sheet = sheetOf(board, axis);

  expect(sheet.columns.map((_, column) => sheet.meaning(account, column).words)).toEqual(words);
});

test('groups follow the waves, worst account first, with accounts in no wave last', () => {
  const groups = groupsOf(board, sheetOf(board, 'gate'), 'wave', false);

  expect(groups.map(({ name, accounts }) => [name, accounts])).toEqual([
    ['dev', [1, 0]],
    ['prod', [2, 3]],
    ['No wave', [4]],
  ]);
});

test('the filter leaves only failing and unknown accounts', () => {
  const groups = groupsOf(board, sheetOf(board, 'gate'), 'ou', true);

  expect(groups.map(({ name, accounts }) => [name, accounts])).toEqual([
    ['Dev', [1]],
    ['Prod', [2]],
  ]);
});

test('a group is counted by column', () => {
  const sheet = sheetOf(board, 'gate');
  const [dev] = groupsOf(board, sheet, 'wave', false);

  expect(dev && countsOf(sheet, dev)).toEqual([
    { good: 2, bad: 0, unsure: 0, other: 0, none: 0 },
    { good: 1, bad: 1, unsure: 0, other: 0, none: 0 },
  ]);
});

describe.each(['packed', 'rows'] as const)('laid out %s', (density) => {
  const sheet = sheetOf(board, 'gate');
  const layout = layoutOf(groupsOf(board, sheet, 'wave', false), sheet.columns, density, 200);

  test('every cell is found where it is drawn', () => {
    const cells = board.accounts.ids.flatMap((_, account) => [0, 1].map((column) => ({ account, column })));

    const found = cells.map((cell) => {
      const box = boxOf(layout, cell);
      return box && cellAt(layout, box.x + 1, box.y + 1);
    });

    expect(found).toEqual(cells);
  });

  test('only the lines in the window are drawn', () => {
    const [first] = layout.lines;

    expect(first && linesBetween(layout, first.y, first.y + 1)).toEqual([first]);
    expect(linesBetween(layout, layout.height + 100, layout.height + 200)).toEqual([]);
  });

  test('arrow keys reach every account and stop at the ends', () => {
    const along = density === 'packed' ? 'ArrowRight' : 'ArrowDown';
    const ran: number[] = [];
    let cell = moveCursor(layout, undefined, along);
    for (let step = 0; step < 6 && cell !== undefined; step += 1) {
      ran.push(cell.account);
      cell = moveCursor(layout, cell, along);
    }

    expect(ran).toEqual([1, 0, 2, 3, 4, 4]);
  });
});

test('the overview counts states, the good ones first, and waves', () => {
  expect(countStates(board)).toEqual([
    { state: 'READY_FOR_KEYS', count: 2 },
    { state: 'UNKNOWN', count: 1 },
    { state: 'UNHEALTHY', count: 1 },
    { state: 'DISCOVERED', count: 1 },
  ]);
  expect(summarizeWaves(board).map(({ name, accounts, ready }) => [name, accounts, ready])).toEqual([
    ['dev', 2, 1],
    ['prod', 2, 1],
  ]);
});
