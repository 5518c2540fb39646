/** A backup is one database file with the whole state: a snapshot, taken while other processes may write. */
import { copyFile, link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { errors, isStrongroomError } from '../domain/errors';
import { refuseForeign } from './database';
import { codeOf, failing, stateFailure } from './failures';
import { exists, flush, privateMode, stateFolder } from './folder';
import { createHead } from './head';
import type { Totals } from './rows';
import { openVerified } from './state';
import { verifyWhole } from './verify';

export interface Backup extends Totals {
  readonly bytes: number;
}

/** Refuses a folder without a state, because opening it would create one. */
export async function refuseAbsent(folder: string): Promise<void> {
  const { place, database, head } = stateFolder(folder);
  try {
    if ((await exists(database)) || (await exists(head))) return;
  } catch (error) {
    throw stateFailure(place, error);
  }
  throw errors.stateUnusable(place, 'it has no state', 'specify the folder of the state with --state');
}

/** @throws StateDamaged if anything was changed since it was written: a backup of a damaged state would hide the damage. */
export async function backUp(folder: string, file: string): Promise<Backup> {
  await refuseAbsent(folder);
  const at = stateFolder(folder);
  if (await existsFor(file)) throw refused(file, 'it already exists', 'specify a new file; nothing is overwritten');
  const { database, head } = await openVerified(at);
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writing(file, async () => (await open(draft, 'wx', privateMode.file)).close());
    await writing(file, async () => void database.prepare('vacuum into ?').run(draft));
    const totals = checkedBackup(at.place, draft);
    // Unlike a rename, a link fails if the name exists.
    await writing(file, async () => {
      await flush(draft);
      await link(draft, file);
      await flush(dirname(file));
    });
    return { ...totals, bytes: (await stat(file)).size };
  } finally {
    await rm(draft, { force: true });
    database.close();
    await head.close();
  }
}

/** @throws StateUnusable if the folder is not empty: its files may be needed. */
export async function restore(file: string, folder: string): Promise<Backup> {
  const at = stateFolder(folder);
  if (!(await existsFor(file)))
    throw refused(file, 'it does not exist', 'specify a file that `strongroom state backup` wrote');
  const totals = backupTotals(file);
  try {
    await mkdir(folder, { recursive: true, mode: privateMode.folder });
    const [first] = await readdir(folder);
    if (first !== undefined)
      throw errors.stateUnusable(
        at.place,
        `it is not empty, it has ${first}`,
        'restore into a new folder with `--state NEWFOLDER`',
      );
    const draft = join(folder, 'state.db.draft');
    await copyFile(file, draft);
    const copy = await open(draft, 'r+');
    await copy.chmod(privateMode.file);
    await copy.sync();
    await copy.close();
    // The head comes first: if the process dies in between, the folder is refused and does not look like a new state.
    createHead(at.head, totals);
    await link(draft, at.database);
    await rm(draft);
    await flush(folder);
    return { ...totals, bytes: (await stat(at.database)).size };
  } catch (error) {
    throw stateFailure(at.place, error);
  }
}

function backupTotals(file: string): Totals {
  try {
    return checkedBackup(file, file);
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    throw error.code === 'StateDamaged' ? errors.damagedBackup(file, error) : error;
  }
}

const checkedBackup = (place: string, file: string): Totals =>
  failing(place, () => {
    const database = new Sqlite(file, { readonly: true, fileMustExist: true });
    try {
      if (refuseForeign(place, database))
        throw errors.stateForeign(place, 'it is empty', 'specify a file that `strongroom state backup` wrote');
      return verifyWhole(place, database);
    } finally {
      database.close();
    }
  });

const refused = (file: string, why: string, next: string) =>
  errors.invalidInput(`cannot use the backup ${file}: ${why}`, next);

const existsFor = (file: string): Promise<boolean> => writing(file, () => exists(file));

/** Errors of the file system concern the file that the user specified, not the state. */
async function writing<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (isStrongroomError(error) || code === '') throw error;
    if (['SQLITE_FULL', 'ENOSPC', 'EDQUOT'].includes(code))
      throw refused(file, 'the disk is full', 'free disk space, or specify a file on another disk');
    throw refused(file, `the file system reports ${code}`, 'specify a file in a folder that you can write to');
  }
}
