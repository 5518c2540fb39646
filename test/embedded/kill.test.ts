/** Processes that write are killed at any moment: what they were told is kept is kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkState } from '../../orchestrator/embedded/check';
import { openEmbeddedState } from '../../orchestrator/embedded/state';
import { createRandom } from '../../orchestrator/simulated/random';

/** Changes items of its own and one that all share, many at once, and says what was acknowledged. */
const writer = `
  import { openEmbeddedState } from ${JSON.stringify(join(__dirname, '../../orchestrator/embedded/state'))};
  const [, , folder, name] = process.argv;
  void (async () => {
    const { store } = await openEmbeddedState(folder);
    const change = async (sk) => {
      for (;;) {
        const known = await store.get({ pk: 'items', sk });
        try {
          const version = await store.put({ pk: 'items', sk }, name.repeat(200), known?.version ?? 0);
          process.stdout.write(sk + ' ' + version + '\\n');
        } catch (error) {
          if (error.code !== 'StaleWrite') throw error;
        }
      }
    };
    for (let n = 0; n < 8; n++) void change(name + n);
    void change('shared');
  })();`;

let root: string;
let script: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-kill-'));
  script = join(root, 'writer.ts');
  await writeFile(script, writer);
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Told {
  readonly sk: string;
  readonly version: number;
}

/** @returns what was acknowledged before it was killed, after so many answers. */
async function killedAfter(answers: number, folder: string, name: string): Promise<readonly Told[]> {
  const child: ChildProcess = spawn(process.execPath, ['--import', require.resolve('tsx'), script, folder, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const told: Told[] = [];
  if (child.stdout === null) throw new Error('it says nothing');
  for await (const line of createInterface({ input: child.stdout })) {
    const [sk = '', version] = line.split(' ');
    told.push({ sk, version: Number(version) });
    if (told.length === answers) child.kill('SIGKILL');
  }
  expect((await ended)[1]).toBe('SIGKILL');
  return told;
}

test('two processes write at once, each is killed, and every acknowledged version is there', async () => {
  const folder = join(root, 'state');
  const random = createRandom(11);
  const told: Told[] = [];

  for (let round = 0; round < 4; round++) {
    const both = ['a', 'b'].map((name) =>
      killedAfter(20 + Math.floor(random.of(`${round}${name}`) * 150), folder, name),
    );
    told.push(...(await Promise.all(both)).flat());
    await checkState(folder);
  }

  const { store, close } = await openEmbeddedState(folder);
  const behind = [];
  for (const { sk, version } of told)
    if (((await store.get({ pk: 'items', sk }))?.version ?? 0) < version) behind.push({ sk, version });
  await close();
  expect(behind).toEqual([]);
  const shared = told.filter(({ sk }) => sk === 'shared').map(({ version }) => version);
  expect(new Set(shared).size).toBe(shared.length);
});

test('processes that make a new folder at once all get it, and are killed at once while they write', async () => {
  const folder = join(root, 'new');

  const told = await Promise.all(['a', 'b', 'c', 'd'].map((name) => killedAfter(12, folder, name)));

  expect(told.map((answers) => answers.length >= 12)).toEqual([true, true, true, true]);
  expect((await checkState(folder)).writes).toBeGreaterThan(0);
});
