/**
 * The state without AWS: one SQLite database in a folder, which several processes can open. It needs no AWS credentials and ignores
 * AWS_ENDPOINT_URL.
 */

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { errors, isStrongroomError } from '../domain/errors';
import type { Artifacts, Store } from '../ports/ports';
import { createSqliteArtifacts } from './artifacts';
import { busyMsMax, type Database, inMemory, openDatabase, totalsIn } from './database';
import { codeOf, stateFailure } from './failures';
import { exists, flush, prepareFolder, type StateFolder, stateFolder, watchFiles } from './folder';
import { createHead, type HeadFile, openHead } from './head';
import { createSqliteStore } from './store';
import { refuseBehind, verifyItems } from './verify';
import { createWriter, type OnDisk } from './writer';

export interface EmbeddedState {
  readonly store: Store;
  readonly artifacts: Artifacts;
  /** Releases the folder so that the process can exit. */
  readonly close: () => Promise<void>;
}

/**
 * @param folder the state folder. Without it the state stays in memory.
 * @throws StateUnusable, StateFull, StateForeign; StateDamaged if an acknowledged write is missing or changed.
 */
export async function openEmbeddedState(folder?: string): Promise<EmbeddedState> {
  if (folder === undefined) return stateIn('memory', openDatabase('memory', inMemory, true), undefined);
  const at = stateFolder(folder);
  const { database, head } = await openVerified(at);
  try {
    return stateIn(at.place, database, { head, assertInPlace: await watchFiles(at) });
  } catch (error) {
    database.close();
    await head.close();
    throw stateFailure(at.place, error);
  }
}

/** Also for backups and checks, which need the database itself. */
export async function openVerified(at: StateFolder): Promise<{ readonly database: Database; readonly head: HeadFile }> {
  await prepareFolder(at);
  const database = await openOurs(at);
  try {
    return { database, head: await provenHead(at, database) };
  } catch (error) {
    database.close();
    throw stateFailure(at.place, error);
  }
}

/** A file that SQLite cannot read, or that is empty, was ours if there is a head file. */
export async function openOurs(at: StateFolder): Promise<Database> {
  const hasHead = await exists(at.head);
  // SQLite would take an empty file for a new database, and delete its log.
  if (hasHead && (await stat(at.database)).size === 0) throw errors.stateDamaged(at.place, 'state.db is empty');
  try {
    return await openPatiently(at, !hasHead);
  } catch (error) {
    const isForeign = !hasHead && codeOf(error instanceof Error ? error.cause : undefined) === 'SQLITE_NOTADB';
    throw isForeign ? errors.stateForeign(at.place, 'its state.db is not a database') : error;
  }
}

/** If several processes create a database at once, or recover a log at once, SQLite immediately reports it busy to some of them. */
const openingPauseMs = 50;

async function openPatiently(at: StateFolder, mayBeNew: boolean): Promise<Database> {
  const givenUpAtMs = performance.now() + busyMsMax;
  for (;;) {
    try {
      return openDatabase(at.place, at.database, mayBeNew);
    } catch (error) {
      if (!isStrongroomError(error) || error.code !== 'StateBusy' || performance.now() > givenUpAtMs) throw error;
      await setTimeout(openingPauseMs);
    }
  }
}

async function provenHead(at: StateFolder, database: Database): Promise<HeadFile> {
  // The head is read before the database, so every write that it acknowledges is in the later snapshot.
  const head = (await openHead(at.head)) ?? (await firstHead(at, database));
  try {
    const acknowledged = await head.read();
    const totals = verifyItems(at.place, database);
    refuseBehind(at.place, totals, acknowledged);
    // A write that was not acknowledged becomes visible now, so it must not be lost from now on.
    if (acknowledged?.writes !== totals.writes) await head.write(totals);
    return head;
  } catch (error) {
    await head.close();
    throw error;
  }
}

/**
 * Under the lock of the database, because several processes may open a new state at once. None of them writes before there is a head, so
 * a database with writes has lost it.
 */
async function firstHead(at: StateFolder, database: Database): Promise<HeadFile> {
  const create = database.transaction(() => {
    if (existsSync(at.head)) return;
    const totals = totalsIn(at.place, database);
    refuseBehind(at.place, totals, undefined);
    createHead(at.head, totals);
  });
  create.immediate();
  await flush(dirname(at.head));
  const head = await openHead(at.head);
  if (head === undefined) throw errors.stateDamaged(at.place, 'its files were deleted or replaced while it was in use');
  return head;
}

interface Files extends OnDisk {
  readonly head: HeadFile;
}

function stateIn(place: string, database: Database, files: Files | undefined): EmbeddedState {
  const writer = createWriter(place, database, files);
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    try {
      await writer.close();
      database.close();
      await files?.head.close();
    } catch (error) {
      throw stateFailure(place, error);
    }
  };
  return {
    store: createSqliteStore(place, database, writer),
    artifacts: createSqliteArtifacts(place, database, writer),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
