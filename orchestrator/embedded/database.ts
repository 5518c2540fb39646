/** The SQLite database of the embedded state: how it is opened, what is in it, and that it is ours. */
import { randomBytes } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { errors } from '../domain/errors';
import { failing } from './failures';
import { noSum, type Totals } from './rows';

export type Database = Sqlite.Database;

/** "SRm1": what SQLite keeps in a file's header for the program that it belongs to. */
const applicationId = 0x53526d31;
const format = 1;

/** Another process writes for milliseconds; who waits longer than this waits for one that hangs. */
export const busyMsMax = 5_000;

export const inMemory = ':memory:';

/**
 * A table WITHOUT ROWID is one tree in the order of its keys: whoever reads it through from start to end has seen everything that a
 * lookup can find, and no index can disagree with it.
 */
const schema = `
  create table totals (one integer primary key check (one = 1), id text not null, writes integer not null,
    items integer not null, sum text not null, artifacts integer not null) strict;
  create table items (pk text not null, sk text not null, version integer not null, value text not null, mark text not null,
    primary key (pk, sk)) strict, without rowid;
  create table artifacts (key text primary key not null, text text not null, mark text not null) strict, without rowid;
  pragma application_id = ${applicationId};
  pragma user_version = ${format};`;

/**
 * @param mayBeNew whether it is made where nothing is in it
 * @returns a database in which `totals` is there; the rest is for `verify`.
 */
export const openDatabase = (place: string, file: string, mayBeNew: boolean): Database =>
  failing(place, () => {
    const database = new Sqlite(file, { timeout: busyMsMax });
    try {
      // Refused before anything is written into what may be somebody else's.
      const isFresh = refuseForeign(place, database);
      if (isFresh && !mayBeNew) throw errors.stateDamaged(place, 'state.db is empty');
      // Most records have one to six kilobytes: smaller pages would leave half of the file unused.
      if (isFresh) database.pragma('page_size = 8192');
      database.pragma('journal_mode = wal');
      // Each commit is on the disk before it returns; on macOS only the full flush goes past the disk's own cache.
      database.pragma('synchronous = full');
      database.pragma('fullfsync = on');
      database.pragma('checkpoint_fullfsync = on');
      database.pragma('cell_size_check = on');
      database.pragma('trusted_schema = off');
      if (isFresh) makeSchema(place, database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });

const number = (database: Database, pragma: string): number => Number(database.pragma(pragma, { simple: true }));

/** @returns whether nothing is in it yet. */
export function refuseForeign(place: string, database: Database): boolean {
  const owner = number(database, 'application_id');
  if (owner !== applicationId) {
    const isEmpty = database.prepare('select 1 from sqlite_schema limit 1').get() === undefined;
    if (owner === 0 && isEmpty) return true;
    throw errors.stateForeign(place, 'its state.db belongs to another program');
  }
  const found = number(database, 'user_version');
  if (found > format)
    throw errors.stateForeign(
      place,
      `a newer version wrote it, in format ${found}, and this one knows ${format}`,
      'use that version of Strongroom, or name another folder with --state',
    );
  return false;
}

function makeSchema(place: string, database: Database): void {
  const make = database.transaction(() => {
    // Another process may have been quicker.
    if (!refuseForeign(place, database)) return;
    database.exec(schema);
    const id = randomBytes(8).toString('hex');
    database.prepare('insert into totals values (1, ?, 0, 0, ?, 0)').run(id, noSum);
  });
  make.immediate();
}

export function totalsIn(place: string, database: Database): Totals {
  const totals = database.prepare<[], Totals>('select id, writes, items, sum, artifacts from totals').get();
  if (totals === undefined) throw errors.stateDamaged(place, 'its totals are missing');
  return totals;
}
