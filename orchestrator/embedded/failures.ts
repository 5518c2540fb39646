/** Turns errors of SQLite and the file system into errors with one sentence and a next step. */
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';

export const codeOf = (error: unknown): string => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
};

/** Read as a property: errors of the native addon may come from another realm, where `instanceof Error` is false. */
const whyOf = (error: unknown): string => {
  const why: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
  return typeof why === 'string' ? why : messageOf(error);
};

const usable = 'use a folder that you own and can write to, or specify another one with --state';

/** @param place the name of the state in messages, like `folder .strongroom`. */
export function stateFailure(place: string, error: unknown): StrongroomError {
  if (isStrongroomError(error)) return error;
  const code = codeOf(error);
  const why = whyOf(error);
  const unusable = (what: string, next = usable) => errors.stateUnusable(place, what, next, error);
  // SQLite writes the shared memory of its log first, and reports this if there is no space for it.
  const full = ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'];
  if (full.includes(code)) return errors.stateFull(place, error);
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return errors.stateBusy(place, error);
  // Node also reports this if it cannot create a folder on a read-only file system.
  if (code === 'ENOENT') return unusable('it does not exist and cannot be created');
  if (code === 'ENOTDIR' || code === 'EEXIST') return unusable('it is not a folder');
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY')) return unusable('it is read-only');
  // Also on a read-only file system, where the log cannot be created.
  if (code.startsWith('SQLITE_CANTOPEN')) return unusable('its files cannot be opened for writing');
  if (['EACCES', 'EPERM', 'SQLITE_PERM', 'SQLITE_AUTH'].includes(code))
    return unusable('you are not allowed to open it');
  if (code === 'SQLITE_IOERR_SHORT_READ') return errors.stateDamaged(place, 'state.db is truncated', error);
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO')
    return unusable(`the disk reports an error, ${code}`, 'check the disk, then run the command again');
  if (code.startsWith('SQLITE_')) return errors.stateDamaged(place, `SQLite reports "${why}"`, error);
  if (code === 'ERR_DLOPEN_FAILED' || why.startsWith('Could not locate the bindings file'))
    return unusable(
      'SQLite is not built for this version of Node',
      'run `npm rebuild better-sqlite3` in the folder of Strongroom',
    );
  if (code !== '') return unusable(why);
  return errors.internal(`the state in ${place} failed: ${why}`, error);
}

export function failing<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw stateFailure(place, error);
  }
}
