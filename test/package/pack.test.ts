/** `npm pack` makes a package that installs into an empty folder, and runs there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksUnder } from '../emulator/install/guide';
import { type InstalledPackage, installPacked } from './installed';

const withinMs = 60_000;

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPacked();
}, withinMs);
afterAll(() => installed.remove());

const manifest: { readonly version: string; readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'),
);

test('the guide installs the package that npm packs, with everything that is deployed in it', () => {
  const [commands] = blocksUnder('Get it');

  expect(commands).toBe(`npm ci\nnpm pack\nnpm install --global ./strongroom-${manifest.version}.tgz\n`);
  expect(manifest.scripts['prepack']).toContain('synth');
});

test('the package has the program, the page and the stacks, and neither sources nor tests', () => {
  const { files } = installed;

  for (const file of [
    'cli/strongroom.mjs',
    'dashboard/index.html',
    'infrastructure/manifest.json',
    'templates/index.json',
  ])
    expect(files).toContain(`dist/${file}`);
  // What is deployed of the functions is in dist/infrastructure.
  expect(files.filter((file) => /^(orchestrator|test|scripts|dist\/functions)\//.test(file))).toEqual([]);
});

test(
  'from an empty folder, it says its version, and plans and writes a config for a simulated organization',
  async () => {
    const version = await installed.strongroom(['--version']);
    const drafted = await installed.strongroom(['init', '--world', 'simulated']);
    const planned = await installed.strongroom(['plan', '--world', 'simulated', '--json']);

    expect(version).toEqual({ status: 0, out: `${manifest.version}\n`, err: '' });
    expect(drafted.status).toBe(0);
    expect(existsSync(join(installed.folder, 'strongroom.yaml'))).toBe(true);
    expect(JSON.parse(planned.out).waves.length).toBeGreaterThan(1);
  },
  withinMs,
);

test(
  'the state folder opens, and an installation finds its CDK command and asks for the accounts',
  async () => {
    const state = await installed.strongroom(['state', 'check', '--state', 'none-yet']);
    const install = await installed.strongroom(['install', '--plan', '--config', 'other.yaml']);

    expect(state.err).not.toContain('Cannot find');
    expect(install).toMatchObject({ status: 2, err: expect.stringContaining('other.yaml') });
  },
  withinMs,
);

test('the path of the schema in the README is there', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
  const [, path = ''] = /\$schema=\.\/(\S+)/.exec(readme) ?? [];

  expect(JSON.parse(readFileSync(join(installed.folder, path), 'utf8'))).toMatchObject({ type: 'object' });
});
