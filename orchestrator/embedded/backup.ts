/** A backup is one database file with everything in it: a snapshot, taken beside whoever writes meanwhile. */
import { copyFile, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { errors, isStrongroomError } from '../domain/errors';
import { refuseForeign } from './database';
import { codeOf, failing, stateFailure } from './failures';
import { exists, stateFolder } from './folder';
import { createHead } from './head';
import type { Totals } from './rows';
import { openVerified } from './state';
import { verifyWhole } from './verify';

const privateMode = { folder: 0o700, file: 0o600 } as const;

export interface Backup extends Totals {
  readonly bytes: number;
}

/** Refuses a folder in which nothing is, where opening it would make a state. */
export async function refuseAbsent(folder: string): Promise<void> {
  const { place, database, head } = stateFolder(folder);
  try {
    if ((await exists(database)) || (await exists(head))) return;
  } catch (error) {
    throw stateFailure(place, error);
  }
  throw errors.stateUnusable(place, 'there is no state in it', 'name the folder of the state with --state');
}

/** @throws StateDamaged if anything in it is not as it was written: a backup of a damaged state would hide that it is one. */
export async function backUp(folder: string, file: string): Promise<Backup> {
  await refuseAbsent(folder);
  const at = stateFolder(folder);
  if (await existsFor(file)) throw refused(file, 'it exists already', 'name a new file; nothing is overwritten');
  const { database, head } = await openVerified(at);
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writing(file, async () => (await open(draft, 'wx', privateMode.file)).close());
    await writing(file, async () => void database.prepare('vacuum into ?').run(draft));
    const totals = checkedBackup(at.place, draft);
    // Unlike a rename, a link fails where the name is taken.
    await writing(file, async () => {
      await flushed(draft);
      await link(draft, file);
      await flushed(dirname(file));
    });
    return { ...totals, bytes: (await stat(file)).size };
  } finally {
    await rm(draft, { force: true });
    database.close();
    await head.close();
  }
}

/** @throws StateUnusable where the folder holds anything: whatever that is, it may be needed. */
export async function restore(file: string, folder: string): Promise<Backup> {
  const at = stateFolder(folder);
  if (!(await existsFor(file)))
    throw refused(file, 'there is no such file', 'name a file that `strongroom state backup` wrote');
  const totals = backupTotals(file);
  try {
    await mkdir(folder, { recursive: true, mode: privateMode.folder });
    const [first] = await readdir(folder);
    if (first !== undefined)
      throw errors.stateUnusable(
        at.place,
        `it is not empty, ${first} is in it`,
        'restore into a new folder: `--state NEWFOLDER`',
      );
    const draft = join(folder, 'state.db.draft');
    await copyFile(file, draft);
    const copy = await open(draft, 'r+');
    await copy.chmod(privateMode.file);
    await copy.sync();
    await copy.close();
    // The head comes first: should we die in between, what is there is refused, and never taken for a new state.
    await (await createHead(at.head, totals)).close();
    await link(draft, at.database);
    await rm(draft);
    await flushed(folder);
    return { ...totals, bytes: (await stat(at.database)).size };
  } catch (error) {
    throw stateFailure(at.place, error);
  }
}

function backupTotals(file: string): Totals {
  try {
    return checkedBackup(`in ${file}`, file);
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    throw error.code === 'StateDamaged' ? errors.damagedBackup(file, error) : error;
  }
}

const checkedBackup = (place: string, file: string): Totals =>
  failing(place, () => {
    const database = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      if (refuseForeign(place, database)) throw errors.stateForeign(place, 'nothing is in it');
      return verifyWhole(place, database);
    } finally {
      database.close();
    }
  });

const refused = (file: string, why: string, next: string) =>
  errors.invalidInput(`cannot use the backup ${file}: ${why}`, next);

const existsFor = (file: string): Promise<boolean> => writing(file, () => exists(file));

/** What the file system refuses is about the file that a person named, and not about the state. */
async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (isStrongroomError(error) || code === '') throw error;
    if (['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(code))
      throw refused(file, 'no room is left for it', 'name a file where there is room');
    throw refused(file, `the system says ${code}`, 'name a file in a folder that you may write to');
  }
}

/** A name is on the disk when its folder is. */
async function flushed(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
