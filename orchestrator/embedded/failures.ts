/** What SQLite and the file system answer, in the words of the catalogue: one sentence and a next step. */
import { errors, isStrongroomError, messageOf, type StrongroomError } from '../domain/errors';

export const codeOf = (error: unknown): string => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
};

/** By its property and not by its class: the class is the addon's, which a process loads once for all who import it. */
const whyOf = (error: unknown): string => {
  const why: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
  return typeof why === 'string' ? why : messageOf(error);
};

const usable = 'make it a folder that you own and may write to, or name another one with --state';

/** @param place how a person names it: `folder .strongroom`. */
export function stateFailure(place: string, error: unknown): StrongroomError {
  if (isStrongroomError(error)) return error;
  const code = codeOf(error);
  const why = whyOf(error);
  const unusable = (what: string, next = usable) => errors.stateUnusable(place, what, next, error);
  if (['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(code)) return errors.stateFull(place, error);
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return errors.stateBusy(place, error);
  // Node says so too where a folder cannot be made on a file system that is read-only.
  if (code === 'ENOENT') return unusable('it is not there and cannot be made');
  if (code === 'ENOTDIR' || code === 'EEXIST') return unusable('it is not a folder');
  if (code === 'EROFS' || code.startsWith('SQLITE_READONLY')) return unusable('it can be read but not written');
  if (['EACCES', 'EPERM', 'SQLITE_PERM', 'SQLITE_AUTH'].includes(code) || code.startsWith('SQLITE_CANTOPEN'))
    return unusable('you may not open it');
  if (code === 'SQLITE_IOERR_SHORT_READ') return errors.stateDamaged(place, 'state.db ends too early', error);
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO')
    return unusable(`the disk answered with an error (${code})`, 'check the disk, then run it again');
  if (code.startsWith('SQLITE_')) return errors.stateDamaged(place, `SQLite says "${why}"`, error);
  if (code === 'ERR_DLOPEN_FAILED' || why.startsWith('Could not locate the bindings file'))
    return unusable(
      'its SQLite was not built for this Node',
      'run `npm rebuild better-sqlite3` where Strongroom is installed',
    );
  if (code !== '') return unusable(why);
  return errors.internal(`the state ${place} failed: ${why}`, error);
}

export function failing<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw stateFailure(place, error);
  }
}
