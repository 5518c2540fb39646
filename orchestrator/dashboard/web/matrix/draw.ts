/** Draws the visible part of the matrix. Each kind has its own shape, so that it is readable without color. */
import { clean } from '../../../presentation/text';
import type { Board } from '../../api/contract';
import { formatCount } from '../labels';
import type { CellKind, Column, Meaning, Sheet } from './cells';
import { boxOf, type Cell, type Line, linesBetween, type MatrixLayout } from './layout';

export interface Scene {
  readonly board: Board;
  readonly sheet: Sheet;
  readonly layout: MatrixLayout;
  readonly cursor: Cell | undefined;
  readonly isDark: boolean;
}
export interface Window {
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Colours = Readonly<Record<CellKind | 'ground' | 'text' | 'quiet' | 'onBad' | 'cursor', string>>;
const light: Colours = {
  good: '#a5d9b6',
  bad: '#c5222a',
  unsure: '#e09b14',
  other: '#9aa4b1',
  none: '#dde1e7',
  ground: '#ffffff',
  text: '#16191f',
  quiet: '#545b64',
  onBad: '#ffffff',
  cursor: '#0a5fb4',
};
const dark: Colours = {
  good: '#27633d',
  bad: '#f0555b',
  unsure: '#f0b440',
  other: '#66727f',
  none: '#2b3542',
  ground: '#131a24',
  text: '#e4e8ee',
  quiet: '#a6b0bd',
  onBad: '#14090a',
  cursor: '#8fc7ff',
};

type Brush = CanvasRenderingContext2D;

export function draw(brush: Brush, scene: Scene, { top, width, height }: Window): void {
  const { layout, sheet, cursor, isDark } = scene;
  const colours = isDark ? dark : light;
  brush.fillStyle = colours.ground;
  brush.fillRect(0, 0, width, height);
  brush.save();
  brush.translate(0, -top);
  brush.textBaseline = 'middle';
  for (const { y, height: headHeight, group } of layout.heads) {
    if (y + headHeight < top || y > top + height) continue;
    brush.fillStyle = colours.text;
    brush.font = '600 13px "Open Sans", Arial, sans-serif';
    brush.fillText(`${clean(group.name)} · ${formatCount(group.accounts.length)}`, 0, y + 16);
    if (layout.density === 'rows') drawColumnTitles(brush, sheet.columns, layout, y + headHeight - 4, colours);
  }
  for (const line of linesBetween(layout, top, top + height)) drawLine(brush, line, scene, colours);
  const box = cursor === undefined ? undefined : boxOf(layout, cursor);
  if (box !== undefined) {
    brush.strokeStyle = colours.cursor;
    brush.lineWidth = 2;
    brush.strokeRect(box.x, box.y, layout.cell, layout.cell);
  }
  brush.restore();
}

/** Titles are wider than a cell, so they run upwards. */
function drawColumnTitles(
  brush: Brush,
  columns: readonly Column[],
  { left, cell }: MatrixLayout,
  y: number,
  colours: Colours,
): void {
  brush.fillStyle = colours.quiet;
  brush.font = '11px Arial, sans-serif';
  columns.forEach(({ title }, column) => {
    brush.save();
    brush.translate(left + (column + 0.5) * cell, y);
    brush.rotate(-Math.PI / 2);
    brush.fillText(title, 0, 0);
    brush.restore();
  });
}

function drawLine(brush: Brush, line: Line, { board, sheet, layout }: Scene, colours: Colours): void {
  const { density, cell, left } = layout;
  brush.fillStyle = colours.quiet;
  if (density === 'packed') {
    brush.font = '9px Arial, sans-serif';
    sheet.columns.forEach(({ title }, column) => {
      brush.fillText(title, 0, line.y + (column + 0.5) * cell, left - 6);
    });
  }
  for (let place = line.from; place < line.to; place += 1) {
    const account = line.group.accounts[place];
    if (account === undefined) continue;
    if (density === 'rows') drawName(brush, board, account, line.y + cell / 2, left, colours);
    for (let column = 0; column < sheet.columns.length; column += 1) {
      const [across, down] = density === 'packed' ? [place - line.from, column] : [column, 0];
      drawCell(brush, sheet.meaning(account, column), left + across * cell, line.y + down * cell, cell, colours);
    }
  }
}

function drawName(brush: Brush, board: Board, account: number, y: number, left: number, colours: Colours): void {
  brush.save();
  brush.beginPath();
  brush.rect(0, y - 12, left - 8, 24);
  brush.clip();
  brush.font = '12px ui-monospace, Menlo, Consolas, monospace';
  brush.fillStyle = colours.text;
  brush.fillText(board.accounts.ids[account] ?? '', 0, y);
  brush.font = '12px "Open Sans", Arial, sans-serif';
  brush.fillStyle = colours.quiet;
  brush.fillText(clean(board.accounts.names[account] ?? ''), 98, y);
  brush.restore();
}

function drawCell(brush: Brush, { kind, letter }: Meaning, x: number, y: number, cell: number, colours: Colours): void {
  const inset = cell > 16 ? 2 : 1;
  const size = cell - 2 * inset;
  drawShape(brush, kind, x + inset, y + inset, size, colours);
  if (size < 14) return;
  brush.font = '600 11px Arial, sans-serif';
  brush.fillStyle = kind === 'bad' ? colours.onBad : kind === 'unsure' ? '#16191f' : colours.text;
  brush.textAlign = 'center';
  brush.fillText(letter, x + cell / 2, y + cell / 2 + (kind === 'unsure' ? 4 : 1));
  brush.textAlign = 'start';
}

/** Good is a filled square, bad a square with a cross, unsure a triangle, other a bar, none an outline. */
export function drawShape(brush: Brush, kind: CellKind, x: number, y: number, size: number, colours: Colours): void {
  brush.fillStyle = colours[kind];
  brush.strokeStyle = colours[kind];
  brush.lineWidth = 1;
  switch (kind) {
    case 'good':
      brush.fillRect(x, y, size, size);
      return;
    case 'bad':
      brush.fillRect(x - 1, y - 1, size + 2, size + 2);
      if (size < 14) cross(brush, x, y, size, colours.onBad);
      return;
    case 'unsure':
      brush.beginPath();
      brush.moveTo(x + size / 2, y);
      brush.lineTo(x + size, y + size);
      brush.lineTo(x, y + size);
      brush.fill();
      return;
    case 'other':
      if (size >= 14) brush.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
      else brush.fillRect(x, y + size / 2 - 1, size, 2);
      return;
    case 'none':
      brush.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  }
}

function cross(brush: Brush, x: number, y: number, size: number, colour: string): void {
  brush.strokeStyle = colour;
  brush.lineWidth = 1.2;
  brush.beginPath();
  brush.moveTo(x + 1.5, y + 1.5);
  brush.lineTo(x + size - 1.5, y + size - 1.5);
  brush.moveTo(x + size - 1.5, y + 1.5);
  brush.lineTo(x + 1.5, y + size - 1.5);
  brush.stroke();
}

export const coloursOf = (isDark: boolean): Colours => (isDark ? dark : light);
