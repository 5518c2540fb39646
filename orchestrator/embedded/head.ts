/**
 * The totals of the newest acknowledged write, in a file next to the database. A write is acknowledged once it is flushed to this file.
 * A database that is behind it was truncated, lost its log, or is an older copy of itself.
 *
 * The file has slots that are written in turn. Each is smaller than a sector of a disk, so a power failure during a write costs one slot,
 * and that write was not acknowledged yet.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { codeOf } from './failures';
import { privateMode } from './folder';
import { type Totals, textMark } from './rows';

export type Head = Omit<Totals, 'artifacts'>;

const [slots, slotBytes] = [16, 128];

export interface HeadFile {
  /** Returns the newest totals; undefined if no slot can be read. */
  readonly read: () => Promise<Head | undefined>;
  /** Resolves once the totals are flushed. Newer totals of another process stay. */
  readonly write: (head: Head) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @returns undefined if there is no such file */
export async function openHead(path: string): Promise<HeadFile | undefined> {
  try {
    return headIn(await open(path, 'r+'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Replaces what is there, whole or not at all. Allocates all slots at once, so that later writes need no more disk space. It blocks, so
 * that a caller can hold the lock of the database meanwhile; the caller flushes the folder.
 */
export function createHead(path: string, head: Head): void {
  const draft = `${path}.draft`;
  const file = openSync(draft, 'w', privateMode.file);
  try {
    const content = Buffer.alloc(slots * slotBytes, ' ');
    slotOf(head).copy(content, (head.writes % slots) * slotBytes);
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function headIn(file: FileHandle): HeadFile {
  const slotAt = async (index: number): Promise<Head | undefined> => {
    const bytes = Buffer.alloc(slotBytes);
    await file.read(bytes, 0, slotBytes, index * slotBytes);
    return parseSlot(bytes.toString('utf8'));
  };
  return {
    read: async () => {
      const found = await Promise.all(Array.from({ length: slots }, (_, index) => slotAt(index)));
      return found.reduce((a, b) => (a === undefined || (b !== undefined && b.writes > a.writes) ? b : a), undefined);
    },
    write: async (head) => {
      const index = head.writes % slots;
      const there = await slotAt(index);
      if (there !== undefined && there.id === head.id && there.writes > head.writes) return;
      await file.write(slotOf(head), 0, slotBytes, index * slotBytes);
      await file.datasync();
    },
    close: () => file.close(),
  };
}

function slotOf({ id, writes, items, sum }: Head): Buffer {
  const text = `${id} ${writes} ${items} ${sum}`;
  return Buffer.from(`${text} ${textMark(text)}`.padEnd(slotBytes - 1).concat('\n'));
}

function parseSlot(slot: string): Head | undefined {
  const [, text = '', id = '', writes, items, sum = '', mark] =
    /^((\S+) (\d+) (\d+) ([0-9a-f]{16})) ([0-9a-f]{16}) *\n$/.exec(slot) ?? [];
  return mark === undefined || mark !== textMark(text)
    ? undefined
    : { id, writes: Number(writes), items: Number(items), sum };
}
