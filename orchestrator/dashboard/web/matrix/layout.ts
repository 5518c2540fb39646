/** Cell positions. In the packed layout an account is a column of small cells; in rows it is a line with its name and lettered cells. */
import type { Column, Group } from './cells';

export const densities = ['packed', 'rows'] as const;
export type Density = (typeof densities)[number];

export interface Head {
  readonly y: number;
  readonly height: number;
  readonly group: Group;
}
export interface Line {
  readonly y: number;
  readonly height: number;
  readonly group: Group;
  /** Accounts [from, to) of the group. */
  readonly from: number;
  readonly to: number;
}
export interface MatrixLayout {
  readonly density: Density;
  readonly heads: readonly Head[];
  readonly lines: readonly Line[];
  readonly height: number;
  readonly cell: number;
  /** Where the cells begin, to the right of the labels. */
  readonly left: number;
  readonly columns: number;
  /** The line that contains an account. */
  readonly lineOf: ReadonlyMap<number, Line>;
}
export interface Cell {
  readonly account: number;
  readonly column: number;
}

const headHeight = 30;
const titleHeightMax = 110;
const packedCell = 10;
const rowCell = 24;
const gap = 9;
const characterWidth = 6;

export function layoutOf(
  groups: readonly Group[],
  columns: readonly Column[],
  density: Density,
  width: number,
): MatrixLayout {
  const longest = Math.max(0, ...columns.map(({ title }) => title.length));
  // In rows, column titles run upwards above the cells.
  const titleHeight = density === 'rows' ? Math.min(longest * characterWidth, titleHeightMax) : 0;
  const [cell, left] =
    density === 'packed'
      ? [packedCell, Math.min(longest * characterWidth + 10, width / 3)]
      : [rowCell, Math.max(110, Math.min(340, width - columns.length * rowCell - 8))];
  const perLine = density === 'packed' ? Math.max(1, Math.floor((width - left) / cell)) : 1;
  const lineHeight = density === 'packed' ? columns.length * cell + gap : rowCell;
  const heads: Head[] = [];
  const lines: Line[] = [];
  let y = 0;
  for (const group of groups) {
    heads.push({ y, height: headHeight + titleHeight, group });
    y += headHeight + titleHeight;
    for (let from = 0; from < group.accounts.length; from += perLine) {
      lines.push({ y, height: lineHeight, group, from, to: Math.min(from + perLine, group.accounts.length) });
      y += lineHeight;
    }
  }
  const lineOf = new Map<number, Line>();
  for (const line of lines)
    for (const account of line.group.accounts.slice(line.from, line.to)) lineOf.set(account, line);
  return { density, heads, lines, height: y + gap, cell, left, columns: columns.length, lineOf };
}

/** Lines between two heights. They are sorted, so a binary search finds the first. */
export function linesBetween({ lines }: MatrixLayout, top: number, bottom: number): readonly Line[] {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = lines[middle];
    if (line !== undefined && line.y + line.height < top) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < lines.length && (lines[end]?.y ?? 0) < bottom) end += 1;
  return lines.slice(low, end);
}

export function cellAt(layout: MatrixLayout, x: number, y: number): Cell | undefined {
  const line = linesBetween(layout, y, y + 1).find((l) => y >= l.y && y < l.y + l.height);
  if (line === undefined) return undefined;
  const [across, down] = [Math.floor((x - layout.left) / layout.cell), Math.floor((y - line.y) / layout.cell)];
  const [place, column] = layout.density === 'packed' ? [line.from + across, down] : [line.from, across];
  if (across < 0) return layout.density === 'rows' ? cellOf(line, line.from, 0) : undefined;
  return column < layout.columns && place < line.to ? cellOf(line, place, column) : undefined;
}

const cellOf = ({ group }: Line, place: number, column: number): Cell | undefined => {
  const account = group.accounts[place];
  return account === undefined ? undefined : { account, column };
};

export interface Box {
  readonly x: number;
  readonly y: number;
}
export function boxOf(layout: MatrixLayout, { account, column }: Cell): Box | undefined {
  const line = layout.lineOf.get(account);
  if (line === undefined) return undefined;
  const place = line.group.accounts.indexOf(account, line.from);
  return layout.density === 'packed'
    ? { x: layout.left + (place - line.from) * layout.cell, y: line.y + column * layout.cell }
    : { x: layout.left + column * layout.cell, y: line.y };
}

/** Moves the cursor by one key: along the accounts, or along the columns of one account. */
export function moveCursor(layout: MatrixLayout, cell: Cell | undefined, key: string): Cell | undefined {
  const order = layout.lines.flatMap(({ group, from, to }) => group.accounts.slice(from, to));
  const [first] = order;
  if (first === undefined) return undefined;
  if (cell === undefined) return { account: first, column: 0 };
  const { account, column } = cell;
  const place = order.indexOf(account);
  const along = (steps: number): Cell => ({
    account: order[Math.min(Math.max(place + steps, 0), order.length - 1)] ?? first,
    column,
  });
  const across = (steps: number): Cell => ({
    account,
    column: Math.min(Math.max(column + steps, 0), layout.columns - 1),
  });
  const [next, other] = layout.density === 'packed' ? [along, across] : [across, along];
  switch (key) {
    case 'ArrowRight':
      return next(1);
    case 'ArrowLeft':
      return next(-1);
    case 'ArrowDown':
      return other(1);
    case 'ArrowUp':
      return other(-1);
    case 'PageDown':
      return along(20);
    case 'PageUp':
      return along(-20);
    case 'Home':
      return along(-order.length);
    case 'End':
      return along(order.length);
    default:
      return undefined;
  }
}
