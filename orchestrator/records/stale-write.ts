/** What happens when somebody else wrote an item between our read and our write. */
import { isStrongroomError } from '../domain/errors';

export const isStaleWrite = (error: unknown): boolean => isStrongroomError(error) && error.code === 'StaleWrite';

/** @returns false if somebody else wrote the item in between: then theirs stays. */
export async function unlessStale(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isStaleWrite(error)) return false;
    throw error;
  }
}
