import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedState, openEmbeddedState } from '../../orchestrator/embedded/state';
import { artifactsContract } from '../contracts/artifacts.contract';
import { storeContract } from '../contracts/store.contract';

const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'strongroom-test-'));
const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

async function onDisk() {
  const folder = await temporaryFolder();
  const { store, artifacts, close } = await openEmbeddedState(folder);
  return { store, artifacts, close: () => close().then(() => remove(folder)) };
}

storeContract('SQLite in memory', () => openEmbeddedState());
storeContract('SQLite on disk', onDisk);
artifactsContract('SQLite on disk', onDisk);

describe('the embedded state', () => {
  const key = { pk: 'rollouts', sk: 'ro-1' };
  let folder: string;
  let opened: EmbeddedState[];
  const open = async (where = folder): Promise<EmbeddedState> => {
    const state = await openEmbeddedState(where);
    opened.push(state);
    return state;
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ close }) => close()));
    await remove(folder);
  });

  test('finds again what an earlier run has kept', async () => {
    const earlier = await open();
    await earlier.store.put(key, 'kept', 0);
    await earlier.artifacts.put('plans/a.json', 'kept too');
    await earlier.close();

    const later = await open();

    expect(await later.store.get(key)).toEqual({ key, version: 1, value: 'kept' });
    expect(await later.artifacts.get('plans/a.json')).toBe('kept too');
  });

  test('is open in several processes at once, and each sees what the others wrote', async () => {
    const [first, second] = [await open(), await open()];

    await first.store.put(key, 'by the first', 0);
    await second.store.put(key, 'by the second', 1);

    expect((await first.store.get(key))?.value).toBe('by the second');
    await expect(first.store.put(key, 'late', 1)).rejects.toMatchObject({ code: 'StaleWrite' });
  });

  test('is made once where several open a new folder together', async () => {
    const where = join(folder, 'new');

    const states = await Promise.all(Array.from({ length: 5 }, () => open(where)));
    const writes = await Promise.allSettled(states.map(({ store }, writer) => store.put(key, writer, 0)));

    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('takes no other process that creates it at the same moment for a foreign program or for damage', async () => {
    const file = join(folder, 'opener.ts');
    await writeFile(
      file,
      `import { openEmbeddedState } from '${join(__dirname, '../../orchestrator/embedded/state')}';
      const [, , folder, name, startMs] = process.argv;
      void (async () => {
        for (let n = 0; n < 60; n++) {
          while (Date.now() < Number(startMs) + n * 40);
          const { store, close } = await openEmbeddedState(folder + '/' + n);
          await store.put({ pk: 'rollouts', sk: name }, 'kept', 0);
          await close();
        }
      })();`,
    );
    // Long enough for both to load.
    const startMs = Date.now() + 3_000;

    const exits = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        const args = ['--import', require.resolve('tsx'), file, folder, name, `${startMs}`];
        return (await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit'))[0];
      }),
    );

    expect(exits).toEqual([0, 0, 0]);
    expect((await (await open(join(folder, '59'))).store.list('rollouts')).items).toHaveLength(3);
  });

  test('lets only its owner read what it makes, and what was there before', async () => {
    const made = join(folder, 'deep', 'state');
    await (await open(made)).store.put(key, 'secret', 0);
    for (const name of await readdir(made)) await chmod(join(made, name), 0o644);
    await chmod(made, 0o755);

    await open(made);

    const modes = await Promise.all(
      ['', ...(await readdir(made))].map(async (name) => (await stat(join(made, name))).mode),
    );
    expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600', '600', '600', '600']);
  });

  test('refuses whatever is written after it was closed', async () => {
    const state = await open();
    await state.close();

    await expect(state.store.put(key, 'late', 0)).rejects.toMatchObject({ code: 'StateBusy' });
  });

  test('acknowledges no write before it is closed for good', async () => {
    const state = await open();
    const writes = Array.from({ length: 40 }, (_, n) => state.store.put({ pk: 'p', sk: `${n}` }, n, 0));

    await Promise.all([state.close(), ...writes]);

    const { items } = await (await open()).store.list('p');
    expect(items).toHaveLength(40);
  });

  test('needs no credentials, goes to no other endpoint, and lets the process end', async () => {
    const file = join(folder, 'script.ts');
    await writeFile(
      file,
      `import { openEmbeddedState } from '${join(__dirname, '../../orchestrator/embedded/state')}';
      void (async () => {
        const { store, close } = await openEmbeddedState();
        await store.put({ pk: 'a', sk: 'b' }, 'there', 0);
        console.log((await store.get({ pk: 'a', sk: 'b' }))?.value);
        await close();
      })();`,
    );
    const env = { PATH: process.env['PATH'], HOME: folder, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };

    const child = spawn(process.execPath, ['--import', require.resolve('tsx'), file], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    const [status] = await once(child, 'close');

    expect({ status, said }).toEqual({ status: 0, said: 'there\n' });
  });

  test.each([
    ['deleted', (place: string) => rm(place, { recursive: true })],
    [
      'replaced by another state',
      async (place: string) => {
        await rename(place, `${place} moved`);
        await (await openEmbeddedState(place)).close();
      },
    ],
    [
      'replaced by a copy of itself',
      async (place: string) => {
        await cp(place, `${place} copied`, { recursive: true });
        await rename(place, `${place} moved`);
        await rename(`${place} copied`, place);
      },
    ],
  ])('acknowledges no write after its folder was %s, since the write would be lost', async (_, change) => {
    const place = join(folder, 'state');
    const { store } = await open(place);
    await store.put(key, 'kept', 0);

    await change(place);

    await expect(store.put(key, 'lost', 1)).rejects.toMatchObject({
      code: 'StateDamaged',
      message: `the state in folder ${place} is damaged: its files were deleted or replaced while it was in use`,
    });
  });

  test('refuses a folder of an earlier version, whose LevelDB it cannot read', async () => {
    await mkdir(join(folder, 'table'));
    await writeFile(join(folder, 'table', 'CURRENT'), 'MANIFEST-000002\n');

    await expect(open()).rejects.toMatchObject({
      code: 'StateForeign',
      message: `folder ${folder} is not a state of this Strongroom: an earlier version created it with LevelDB, which this version cannot read`,
      next: 'move it, or specify another folder with --state',
    });
    expect(await readdir(folder)).toEqual(['table']);
  });
});
