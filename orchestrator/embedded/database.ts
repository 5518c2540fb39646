/** Opens the SQLite database of the embedded state: its settings, its schema, and the check that it is ours. */
import { randomBytes } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { errors } from '../domain/errors';
import { failing } from './failures';
import { noSum, type Totals } from './rows';

export type Database = Sqlite.Database;

/** "SRm1". SQLite stores it in the header of the file, to tell the databases of different programs apart. */
const applicationId = 0x53526d31;
const format = 1;

/** A write takes another process milliseconds. A longer wait means that it hangs. */
export const busyMsMax = 5_000;

export const inMemory = ':memory:';

/**
 * A table WITHOUT ROWID is one tree in the order of its keys. A read from start to end sees everything that a lookup can find, and there is
 * no separate index that could differ.
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
 * @param mayBeNew whether an empty file becomes a new database
 * @returns a database with a schema; `verify` checks its content.
 */
export const openDatabase = (place: string, file: string, mayBeNew: boolean): Database =>
  failing(place, () => {
    const database = new Sqlite(file, { timeout: busyMsMax });
    try {
      // Before anything is written, because the file may belong to another program.
      // In one snapshot: another process may create the schema between two reads.
      const isFresh = database.transaction(() => refuseForeign(place, database))();
      if (isFresh && !mayBeNew) throw errors.stateDamaged(place, 'state.db is empty');
      // Most records have one to six kilobytes; smaller pages would waste half of the file.
      if (isFresh) database.pragma('page_size = 8192');
      database.pragma('journal_mode = wal');
      // Each commit is flushed before it returns. On macOS only a full flush empties the cache of the disk.
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

/** @returns whether the database is empty. */
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
      `a newer version wrote it in format ${found}; this version supports format ${format}`,
      'use that version of Strongroom, or specify another folder with --state',
    );
  return false;
}

function makeSchema(place: string, database: Database): void {
  const make = database.transaction(() => {
    // Another process may have created it in between.
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
