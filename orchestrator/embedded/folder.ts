/** The folder of the embedded state: what may be in it, and that only its owner reads it. */
import { chmod, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../domain/errors';
import { codeOf, stateFailure } from './failures';

export interface StateFolder {
  readonly folder: string;
  /** How a person names it. */
  readonly place: string;
  readonly database: string;
  readonly head: string;
}

export const stateFolder = (folder: string): StateFolder => ({
  folder,
  place: `folder ${folder}`,
  database: join(folder, 'state.db'),
  head: join(folder, 'head'),
});

const ownFiles = ['state.db', 'state.db-wal', 'state.db-shm', 'head'];
const [folderMode, fileMode, othersMask] = [0o700, 0o600, 0o077];

/** Makes what is missing, refuses what is not ours, and takes all rights from everybody but the owner. */
export async function prepareFolder(at: StateFolder): Promise<void> {
  try {
    await mkdir(at.folder, { recursive: true, mode: folderMode });
    const names = await readdir(at.folder);
    await refuseForeign(at, names);
    await keepPrivate(at.folder, folderMode);
    await makeDatabase(at.database);
    for (const name of ownFiles) await keepPrivate(join(at.folder, name), fileMode);
  } catch (error) {
    throw stateFailure(at.place, error);
  }
}

/**
 * SQLite gives its other files the permissions of this one. One that is there is not even opened: a process that closes a file
 * lets go of all its locks on it, also of those that SQLite holds.
 */
async function makeDatabase(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', fileMode)).close();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function refuseForeign(at: StateFolder, names: readonly string[]): Promise<void> {
  if (names.includes('state.db')) return;
  const [ours] = names.filter((name) => ownFiles.includes(name));
  if (ours !== undefined) throw errors.stateDamaged(at.place, `${ours} is there, but state.db is missing`);
  for (const name of ['table', 'lock'])
    if (names.includes(name) && (await exists(join(at.folder, name, 'CURRENT'))))
      throw errors.stateForeign(
        at.place,
        'an earlier version made it, in LevelDB',
        'move it away or name another folder with --state; this version cannot read it',
      );
  const [stranger] = names.filter((name) => !name.startsWith('.') && name !== 'lost+found');
  if (stranger !== undefined)
    throw errors.stateForeign(
      at.place,
      `it holds other files, such as ${stranger}`,
      'name a new or empty folder with --state',
    );
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function keepPrivate(path: string, mode: number): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const found = await stat(path);
    if ((found.mode & othersMask) !== 0) await chmod(path, mode);
  } catch (error) {
    // Of another process that has just ended, its files may be gone.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
