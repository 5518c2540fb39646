/** One file with everything, taken while others write; restored only where nothing is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUp, restore } from '../../orchestrator/embedded/backup';
import { acceptLoss, checkState } from '../../orchestrator/embedded/check';
import { openEmbeddedState } from '../../orchestrator/embedded/state';

let root: string;
let folder: string;
let file: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-backup-'));
  [folder, file] = [join(root, 'state'), join(root, 'backup.db')];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const key = (n: number) => ({ pk: 'items', sk: String(n).padStart(4, '0') });

async function fill(many = 30): Promise<void> {
  const { store, artifacts, close } = await openEmbeddedState(folder);
  for (let n = 0; n < many; n++) await store.put(key(n), `value ${n}`, 0);
  await artifacts.put('plans/a.json', 'a plan');
  await close();
}

test('what was backed up is there again in a new folder, artifacts too', async () => {
  await fill();
  const restored = join(root, 'restored');

  const backedUp = await backUp(folder, file);
  await restore(file, restored);

  const { store, artifacts, close } = await openEmbeddedState(restored);
  expect((await store.list('items')).items.map(({ value }) => value)).toEqual(
    Array.from({ length: 30 }, (_, n) => `value ${n}`),
  );
  expect(await artifacts.get('plans/a.json')).toBe('a plan');
  await close();
  expect(backedUp).toMatchObject({ items: 30, artifacts: 1, writes: 31 });
  expect(await checkState(restored)).toMatchObject({ items: 30, artifacts: 1 });
});

test('a backup is one moment of a state that is written to meanwhile, and has everything acknowledged before', async () => {
  await fill(0);
  const { store, close } = await openEmbeddedState(folder);
  let isOver = false;
  let acknowledged = 0;
  const writing = (async () => {
    for (let n = 0; !isOver; n++) {
      await store.put(key(n), n, 0);
      acknowledged = n + 1;
    }
  })();

  const before = acknowledged;
  const backedUp = await backUp(folder, file);
  isOver = true;
  await writing;
  await close();
  await restore(file, join(root, 'restored'));

  const restored = await openEmbeddedState(join(root, 'restored'));
  const values = (await restored.store.list<number>('items')).items.map(({ value }) => value);
  await restored.close();
  expect(values).toEqual(Array.from({ length: backedUp.items }, (_, n) => n));
  expect(values.length).toBeGreaterThanOrEqual(before);
});

test('only its owner can read a backup, and what is restored of it', async () => {
  await fill();
  await backUp(folder, file);
  const made = (await stat(file)).mode & 0o777;
  await chmod(file, 0o644);
  await restore(file, join(root, 'restored'));

  const modes = await Promise.all(
    ['state', 'restored', 'restored/state.db', 'restored/head'].map(
      async (name) => (await stat(join(root, name))).mode,
    ),
  );

  expect([made, ...modes].map((mode) => (mode & 0o777).toString(8))).toEqual(['600', '700', '700', '600', '600']);
});

test('nothing is overwritten, neither by a backup nor by what is restored', async () => {
  await fill();
  await writeFile(file, 'mine');

  await expect(backUp(folder, file)).rejects.toMatchObject({
    code: 'InvalidInput',
    message: `cannot use the backup ${file}: it already exists`,
  });
  await rm(file);
  await backUp(folder, file);
  await expect(restore(file, folder)).rejects.toMatchObject({
    code: 'StateUnusable',
    message: `cannot use the state in folder ${folder}: it is not empty, it has head`,
    next: 'restore into a new folder with `--state NEWFOLDER`',
  });
});

test('a damaged state is not backed up, and leaves no file behind', async () => {
  await fill();
  const content = await readFile(join(folder, 'state.db'));
  content.write('b', content.indexOf('a plan'));
  await writeFile(join(folder, 'state.db'), content);

  await expect(backUp(folder, file)).rejects.toMatchObject({
    code: 'StateDamaged',
    message: `the state in folder ${folder} is damaged: artifact plans/a.json was changed`,
  });
  expect(await readdir(root)).toEqual(['state']);
});

test.each([
  ['cut off', (path: string) => truncate(path, 9_000), 'StateDamaged', /is damaged, so nothing was restored$/],
  [
    'not a backup',
    (path: string) => writeFile(path, 'x'.repeat(9_000)),
    'StateDamaged',
    /is damaged, so nothing was restored$/,
  ],
  ['empty', (path: string) => truncate(path, 0), 'StateForeign', /is not a state of this Strongroom: it is empty$/],
  ['missing', (path: string) => rm(path), 'InvalidInput', /it does not exist$/],
])('a backup that is %s is refused, and no folder is made', async (_, spoil, code, message) => {
  await fill();
  await backUp(folder, file);
  await spoil(file);

  await expect(restore(file, join(root, 'restored'))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
  expect(await readdir(root)).not.toContain('restored');
});

test('a backup goes only where a person may write', async () => {
  await fill();

  await expect(backUp(folder, join(root, 'nowhere', 'backup.db'))).rejects.toMatchObject({
    code: 'InvalidInput',
    next: 'specify a file in a folder that you can write to',
  });
});

test.each([
  ['backed up', () => backUp(folder, file)],
  ['checked', () => checkState(folder)],
])('where no state is, none is made by being %s', async (_, ask) => {
  await mkdir(folder);

  await expect(ask()).rejects.toMatchObject({
    code: 'StateUnusable',
    message: expect.stringMatching(/it has no state$/),
  });
  expect(await readdir(folder)).toEqual([]);
});

describe('where the newest writes are lost and no backup is newer', () => {
  const losing = `
    import { openEmbeddedState } from ${JSON.stringify(join(__dirname, '../../orchestrator/embedded/state'))};
    void (async () => {
      const { store } = await openEmbeddedState(process.argv[2]);
      for (let n = 30; n < 35; n++) await store.put({ pk: 'items', sk: String(n).padStart(4, '0') }, n, 0);
      process.kill(process.pid, 'SIGKILL');
    })();`;
  beforeEach(async () => {
    await fill();
    await writeFile(join(root, 'losing.ts'), losing);
    const child = spawn(process.execPath, ['--import', require.resolve('tsx'), join(root, 'losing.ts'), folder], {
      stdio: 'inherit',
    });
    await once(child, 'exit');
    await rm(join(folder, 'state.db-wal'));
  });

  test('the message says how many, and a person can go on without them', async () => {
    await expect(checkState(folder)).rejects.toMatchObject({
      message: `the state in folder ${folder} is older than it was: the last 5 acknowledged writes are missing`,
      next: expect.stringContaining('strongroom state check --accept-loss'),
    });

    expect(await acceptLoss(folder)).toBe(5);

    expect(await checkState(folder)).toMatchObject({ items: 30 });
  });

  test('what is damaged besides is not accepted', async () => {
    const content = await readFile(join(folder, 'state.db'));
    content.write('X', content.indexOf('value 7'));
    await writeFile(join(folder, 'state.db'), content);

    await expect(acceptLoss(folder)).rejects.toMatchObject({ code: 'StateDamaged' });
  });
});
