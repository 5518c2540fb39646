/** Prints permanent lines, and below them one block that is redrawn in place. Without a terminal there is no block. */
import type { Io } from './host';

export interface Screen {
  readonly line: (text: string) => void;
  /** Replaces the block; no lines clear it. */
  readonly block: (lines: readonly string[]) => void;
}

export function createScreen(io: Io): Screen {
  let drawn: readonly string[] = [];
  const erase = (): void => {
    if (drawn.length > 0) io.write(`\u001b[${drawn.length}A\u001b[J`);
  };
  const draw = (lines: readonly string[]): void => {
    // A wrapped line would count as two, and the next redraw would erase a line above the block.
    drawn = lines.map((line) => shortened(line, io.columns() - 1));
    if (drawn.length > 0) io.write(`${drawn.join('\n')}\n`);
  };
  return {
    line: (text) => {
      const kept = drawn;
      erase();
      io.out(text);
      draw(kept);
    },
    block: (lines) => {
      if (!io.isTerminal) return;
      erase();
      draw(lines);
    },
  };
}

const escapeCharacter = String.fromCharCode(27);
const colourCode = new RegExp(`${escapeCharacter}\\[\\d+m`, 'g');

/** Color codes take no space. */
export function shortened(line: string, columns: number): string {
  if (line.replace(colourCode, '').length <= columns) return line;
  let room = columns - 1;
  const parts = line.split(new RegExp(`(${escapeCharacter}\\[\\d+m)`)).map((part) => {
    if (part.startsWith(escapeCharacter)) return part;
    const kept = part.slice(0, Math.max(0, room));
    room -= part.length;
    return kept;
  });
  return `${parts.join('')}…`;
}
