/** Folders that cannot be used: one sentence, a code, and what to do; nothing of what is there is changed. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createSqliteArtifacts } from '../../orchestrator/embedded/artifacts';
import { openDatabase } from '../../orchestrator/embedded/database';
import { stateFailure } from '../../orchestrator/embedded/failures';
import { openEmbeddedState } from '../../orchestrator/embedded/state';
import { createSqliteStore } from '../../orchestrator/embedded/store';
import { createWriter } from '../../orchestrator/embedded/writer';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-hostile-'));
  folder = join(root, 'state');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const makeState = async (): Promise<void> => (await openEmbeddedState(folder)).close();

async function sqlite(sql: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const database = new Sqlite(join(folder, 'state.db'));
  database.exec(sql);
  database.close();
}

test.each([
  [
    'is a file',
    () => writeFile(folder, ''),
    'StateUnusable',
    /^cannot use the state in folder \S+: it is not a folder$/,
  ],
  [
    'holds files of somebody else',
    async () => {
      await mkdir(folder);
      await writeFile(join(folder, 'notes.txt'), 'mine');
    },
    'StateForeign',
    /: it has other files, such as notes.txt$/,
  ],
  [
    'has a state.db that is no database',
    async () => {
      await mkdir(folder);
      await writeFile(join(folder, 'state.db'), 'something else entirely, and long enough to be read');
    },
    'StateForeign',
    /: its state.db is not a database$/,
  ],
  [
    'has the database of another program',
    () => sqlite('create table t (x)'),
    'StateForeign',
    /: its state.db belongs to another program$/,
  ],
  [
    'has the marked database of another program',
    () => sqlite('pragma application_id = 7'),
    'StateForeign',
    /belongs to another program$/,
  ],
  [
    'was written by a newer version',
    async () => {
      await makeState();
      await sqlite('pragma user_version = 9');
    },
    'StateForeign',
    /: a newer version wrote it in format 9; this version supports format 1$/,
  ],
])('a folder that %s is refused and left as it is', async (_, make, code, message) => {
  await make();
  const contents = async () =>
    Promise.all(
      (await readdir(folder).catch(() => []))
        .filter((name) => !/-(wal|shm)$/.test(name))
        .map((name) => readFile(join(folder, name))),
    );
  const before = await contents();

  await expect(openEmbeddedState(folder)).rejects.toMatchObject({
    code,
    retriable: false,
    message: expect.stringMatching(message),
    next: expect.stringMatching(/--state/),
  });
  expect(await contents()).toEqual(before);
});

describe('a disk that is full', () => {
  const key = { pk: 'p', sk: 's' };
  const open = () => {
    const database = openDatabase('folder x', join(root, 'full.db'), true);
    const writer = createWriter('folder x', database, undefined);
    const store = createSqliteStore('folder x', database, writer);
    return { database, writer, store, artifacts: createSqliteArtifacts('folder x', database, writer) };
  };

  test('is named, keeps what was acknowledged, and can be written to again when there is room', async () => {
    const { database, writer, store, artifacts } = open();
    await store.put(key, 'first', 0);
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${pages}`);

    const full = {
      code: 'StateFull',
      fault: 'ours',
      retriable: true,
      message: 'the disk is full, so nothing more was recorded in folder x',
    };
    await expect(artifacts.put('plans/a.json', 'x'.repeat(100_000))).rejects.toMatchObject(full);
    await expect(store.put(key, 'y'.repeat(100_000), 1)).rejects.toMatchObject(full);
    expect(await store.get(key)).toMatchObject({ version: 1, value: 'first' });

    database.pragma('max_page_count = 100000');
    expect(await store.put(key, 'second', 1)).toBe(2);
    await writer.close();
    database.close();
  });

  test('refuses all writes of one commit, and acknowledges none of them', async () => {
    const { database, writer, store } = open();
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`);

    const writes = await Promise.allSettled([
      store.put({ pk: 'p', sk: 'small' }, 1, 0),
      store.put({ pk: 'p', sk: 'large' }, 'x'.repeat(100_000), 0),
    ]);

    expect(writes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await store.list('p')).items).toEqual([]);
    await writer.close();
    database.close();
  });
});

test('a process that holds the database for too long is named as what is in the way', async () => {
  const database = openDatabase('folder x', join(root, 'held.db'), true);
  const other = new Sqlite(join(root, 'held.db'));
  other.exec('begin immediate');
  database.pragma('busy_timeout = 20');
  const writer = createWriter('folder x', database, undefined);
  const store = createSqliteStore('folder x', database, writer);

  const writing = store.put({ pk: 'p', sk: 's' }, 1, 0);

  await expect(writing).rejects.toMatchObject({ code: 'StateBusy', retriable: true, fault: 'none' });
  other.exec('rollback');
  expect(await store.put({ pk: 'p', sk: 's' }, 1, 0)).toBe(1);
  await writer.close();
  database.close();
  other.close();
});

test.each([
  ['ENOSPC', 'StateFull', /^the disk is full/],
  ['EDQUOT', 'StateFull', /^the disk is full/],
  ['SQLITE_FULL', 'StateFull', /^the disk is full/],
  ['SQLITE_IOERR_SHMSIZE', 'StateFull', /^the disk is full/],
  ['EROFS', 'StateUnusable', /it is read-only$/],
  ['SQLITE_READONLY_DIRECTORY', 'StateUnusable', /it is read-only$/],
  ['EACCES', 'StateUnusable', /you are not allowed to open it$/],
  ['EPERM', 'StateUnusable', /you are not allowed to open it$/],
  ['SQLITE_CANTOPEN', 'StateUnusable', /its files cannot be opened for writing$/],
  ['ENOTDIR', 'StateUnusable', /it is not a folder$/],
  ['ENOENT', 'StateUnusable', /it does not exist and cannot be created$/],
  ['EIO', 'StateUnusable', /the disk reports an error, EIO$/],
  ['SQLITE_IOERR_FSYNC', 'StateUnusable', /the disk reports an error, SQLITE_IOERR_FSYNC$/],
  ['SQLITE_IOERR_SHORT_READ', 'StateDamaged', /state.db is truncated$/],
  ['SQLITE_CORRUPT', 'StateDamaged', /SQLite reports "what it says"$/],
  ['SQLITE_CORRUPT_INDEX', 'StateDamaged', /SQLite reports "what it says"$/],
  ['SQLITE_BUSY_SNAPSHOT', 'StateBusy', /too long$/],
  ['ERR_DLOPEN_FAILED', 'StateUnusable', /SQLite is not built for this version of Node$/],
  ['ELOOP', 'StateUnusable', /what it says$/],
])('%s is reported as %s', (code, told, message) => {
  const error = stateFailure('folder x', Object.assign(new Error('what it says'), { code }));

  expect(error).toMatchObject({ code: told, message: expect.stringMatching(message) });
  expect(error.next).not.toBe('');
});
