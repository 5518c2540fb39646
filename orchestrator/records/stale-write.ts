/** What happens when another process wrote an item between our read and our write. */
import { isStrongroomError } from '../domain/errors';
import { isFromGuard } from '../ports/guard';

export const isStaleWrite = (error: unknown): boolean => isStrongroomError(error) && error.code === 'StaleWrite';

/** @returns false if another process wrote the item in between: then that version stays. */
export async function unlessStale(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isStaleWrite(error)) return false;
    throw error;
  }
}

/**
 * Each conflict means that another writer succeeded. One item has four writers at most (the machine's task, a person, a sweep, an event),
 * and each of them writes it a few times a minute, so ten conflicts in a row are not bad luck: somebody writes without end.
 */
const triesMax = 10;

/**
 * Reads, changes and writes an item, and starts again from the read if another process wrote it in between.
 * @param update changes and writes what was read, on condition of its version.
 * @param known what the first try starts from, if the caller has read it already.
 * @throws StaleWrite after ten conflicts in a row.
 */
export async function updateOnConflict<T, R>(
  read: () => Promise<T>,
  update: (current: T) => Promise<R>,
  known?: T,
): Promise<R> {
  let current = known ?? (await read());
  for (let tries = 1; ; tries++) {
    try {
      return await update(current);
    } catch (error) {
      // A guard has refused the write: it would refuse it again.
      if (!isStaleWrite(error) || isFromGuard(error) || tries >= triesMax) throw error;
      current = await read();
    }
  }
}
