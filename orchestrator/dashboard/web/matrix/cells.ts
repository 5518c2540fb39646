/** Translates the board's characters into the kind, letter and label of each matrix cell. */
import type { Board } from '../../api/contract';
import { gateTitle, type StatusKind } from '../labels';

export const axes = ['gate', 'module', 'region'] as const;
export type Axis = (typeof axes)[number];
export const groupings = ['wave', 'ou'] as const;
export type Grouping = (typeof groupings)[number];

/** `none`: not deployed, or not checked. */
export type CellKind = Exclude<StatusKind, 'busy'> | 'none';

export interface Column {
  readonly key: string;
  readonly title: string;
}

export interface Meaning {
  readonly kind: CellKind;
  readonly letter: string;
  readonly words: string;
}
const gateMeanings: Readonly<Record<string, Meaning>> = {
  p: { kind: 'good', letter: 'P', words: 'passed' },
  f: { kind: 'bad', letter: 'F', words: 'failed' },
  u: { kind: 'unsure', letter: 'U', words: 'unknown' },
  n: { kind: 'other', letter: 'N', words: 'not applicable' },
};
const moduleMeanings: Readonly<Record<string, Meaning>> = {
  c: { kind: 'good', letter: 'C', words: 'current' },
  f: { kind: 'bad', letter: 'F', words: 'failed' },
  a: { kind: 'other', letter: 'A', words: 'managed externally' },
};
const emptyCell = (words: string): Meaning => ({ kind: 'none', letter: '-', words });
const notChecked = emptyCell('not checked');
const notDeployed = emptyCell('not deployed');

export const legendOf = (axis: Axis): readonly Meaning[] =>
  axis === 'gate' ? [...Object.values(gateMeanings), notChecked] : [...Object.values(moduleMeanings), notDeployed];

/** The board along one axis. */
export interface Sheet {
  readonly axis: Axis;
  readonly columns: readonly Column[];
  readonly meaning: (account: number, column: number) => Meaning;
}

export function sheetOf(board: Board, axis: Axis): Sheet {
  if (axis === 'gate')
    return {
      axis,
      columns: board.gates.map((gate) => ({ key: gate, title: gateTitle(gate) })),
      meaning: (account, column) => gateMeanings[board.accounts.gates[account]?.charAt(column) ?? ''] ?? notChecked,
    };
  const regions = board.regions.length;
  const [keys, cellsOf] =
    axis === 'module'
      ? [board.modules, (column: number) => board.regions.map((_, region) => column * regions + region)]
      : [board.regions, (column: number) => board.modules.map((_, module) => module * regions + column)];
  const places = keys.map((_, column) => cellsOf(column));
  return {
    axis,
    columns: keys.map((key) => ({ key, title: key })),
    meaning: (account, column) => {
      const text = board.accounts.modules[account] ?? '';
      // A failed instance outweighs a current one. An externally managed one shows only where nothing else is deployed.
      let combined = '-';
      for (const place of places[column] ?? []) {
        const character = text.charAt(place);
        if (character === 'f') return moduleMeanings['f'] ?? notDeployed;
        if (character === 'c' || (character === 'a' && combined === '-')) combined = character;
      }
      return moduleMeanings[combined] ?? notDeployed;
    },
  };
}

export interface Group {
  readonly name: string;
  /** Value for the account filter; absent for accounts in no wave. */
  readonly filter: string | undefined;
  /** Indexes into the board, worst first. */
  readonly accounts: readonly number[];
}

/** @param onlyBad omits accounts without a failing or unknown cell. */
export function groupsOf(board: Board, sheet: Sheet, grouping: Grouping, onlyBad: boolean): readonly Group[] {
  const names = grouping === 'wave' ? board.waves.map(({ name }) => name) : board.ous;
  const places = grouping === 'wave' ? board.accounts.waves : board.accounts.ous;
  const members: number[][] = [...names, ''].map(() => []);
  const badness = board.accounts.ids.map((_, account) => badnessOf(sheet, account));
  places.forEach((place, account) => {
    if (onlyBad && badness[account] === 0) return;
    members[place === -1 ? names.length : place]?.push(account);
  });
  return members
    .map((accounts, index) => ({
      filter: names[index],
      name: names[index] || (grouping === 'wave' ? 'No wave' : 'Root'),
      accounts: accounts.toSorted((a, b) => (badness[b] ?? 0) - (badness[a] ?? 0) || a - b),
    }))
    .filter(({ accounts }) => accounts.length > 0);
}

function badnessOf({ columns, meaning }: Sheet, account: number): number {
  let badness = 0;
  for (let column = 0; column < columns.length; column += 1) {
    const { kind } = meaning(account, column);
    badness += kind === 'bad' ? 100 : kind === 'unsure' ? 1 : 0;
  }
  return badness;
}

export type Counts = Readonly<Record<CellKind, number>>;

/** Counts for each column of a group. */
export const countsOf = ({ columns, meaning }: Sheet, { accounts }: Group): readonly Counts[] =>
  columns.map((_, column) => {
    const counts = { good: 0, bad: 0, unsure: 0, other: 0, none: 0 };
    for (const account of accounts) counts[meaning(account, column).kind] += 1;
    return counts;
  });
