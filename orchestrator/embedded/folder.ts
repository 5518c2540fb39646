/** The folder of the embedded state: which files it may have, and that only its owner can read them. */
import { chmod, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../domain/errors';
import { codeOf, stateFailure } from './failures';

export interface StateFolder {
  readonly folder: string;
  /** Its name in messages. */
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
const othersMask = 0o077;
export const privateMode = { folder: 0o700, file: 0o600 } as const;

/** Creates the folder and an empty database, refuses files of others, and removes all permissions except those of the owner. */
export async function prepareFolder(at: StateFolder): Promise<void> {
  try {
    await mkdir(at.folder, { recursive: true, mode: privateMode.folder });
    const names = await readdir(at.folder);
    await refuseForeign(at, names);
    await keepPrivate(at.folder, privateMode.folder);
    await makeDatabase(at.database);
    for (const name of ownFiles) await keepPrivate(join(at.folder, name), privateMode.file);
  } catch (error) {
    throw stateFailure(at.place, error);
  }
}

/**
 * SQLite gives its other files the permissions of this one. An existing database is not opened here: a process that closes a file
 * releases all its locks on that file, including those of SQLite.
 */
async function makeDatabase(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', privateMode.file)).close();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function refuseForeign(at: StateFolder, names: readonly string[]): Promise<void> {
  if (names.includes('state.db')) return;
  const [ours] = names.filter((name) => ownFiles.includes(name));
  if (ours !== undefined) throw errors.stateDamaged(at.place, `it has ${ours}, but state.db is missing`);
  for (const name of ['table', 'lock'])
    if (names.includes(name) && (await exists(join(at.folder, name, 'CURRENT'))))
      throw errors.stateForeign(
        at.place,
        'an earlier version created it with LevelDB, which this version cannot read',
        'move it, or specify another folder with --state',
      );
  const [stranger] = names.filter((name) => !name.startsWith('.') && name !== 'lost+found');
  if (stranger !== undefined)
    throw errors.stateForeign(
      at.place,
      `it has other files, such as ${stranger}`,
      'specify a new or empty folder with --state',
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
    // SQLite deletes its log when the last process closes the database.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/**
 * Processes can still write to files that were deleted or replaced, and all they write is lost.
 * @returns a check that the files in the folder are those that were there at first.
 */
export async function watchFiles({ place, database, head }: StateFolder): Promise<() => Promise<void>> {
  const identities = async (): Promise<string> => {
    const found = await Promise.all([database, head].map((path) => stat(path, { bigint: true })));
    return found.map(({ dev, ino }) => `${dev}:${ino}`).join();
  };
  const first = await identities();
  return async () => {
    const isSame = await identities().then(
      (now) => now === first,
      (error: unknown) => {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      },
    );
    if (!isSame) throw errors.stateDamaged(place, 'its files were deleted or replaced while it was in use');
  };
}

/** Flushes a file, or the names in a folder. */
export async function flush(path: string): Promise<void> {
  // Windows cannot open folders, and flushes their names by itself.
  if (process.platform === 'win32' && (await stat(path)).isDirectory()) return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
