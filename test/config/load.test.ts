import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../orchestrator/config/load';
import { full, withModules, withWaves } from './sample';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const written = async (content: string | Uint8Array): Promise<string> => {
  const file = join(folder, 'strongroom.yaml');
  await writeFile(file, content);
  return file;
};

test('a config is read from its file', async () => {
  const desiredState = await loadConfig(await written(full));
  expect(desiredState.waves).toHaveLength(5);
});

test('warnings go to who asks for them', async () => {
  const warnings: string[] = [];
  const file = await written(withModules('alerts: { enabled: true }'));

  await loadConfig(file, (warning) => warnings.push(warning));

  expect(warnings).toEqual([`${file}:2:20 modules.alerts: has no email, so no person receives alerts`]);
});

test('every problem is in the one error, with the file, line and column', async () => {
  const file = await written(withWaves('{ name: Dev, ous: [Dev], percent: 140 }'));

  await expect(loadConfig(file)).rejects.toMatchObject({
    code: 'InvalidConfig',
    message: `${file} has 2 problems:
  ${file}:4:13 waves[0].name: must be a lowercase letter, then up to 39 lowercase letters, digits or hyphens, got "Dev"
  ${file}:4:39 waves[0].percent: must be more than 0 and at most 100, got 140`,
    next: 'correct these lines; nothing was started',
  });
});

test('a file that is not there names the option', async () => {
  const file = join(folder, 'nowhere.yaml');
  await expect(loadConfig(file)).rejects.toMatchObject({
    code: 'InvalidInput',
    message: `cannot read the config ${file}: the file does not exist`,
    next: 'create it with `strongroom init`, or use `--config FILE`',
  });
});

test('a folder is not a config', async () => {
  await expect(loadConfig(folder)).rejects.toMatchObject({
    code: 'InvalidInput',
    message: `cannot read the config ${folder}: it is a directory`,
  });
});

test.each<[string, string | Uint8Array, string]>([
  ['a huge file', '#'.repeat(5_000_000), '1:1 is over the limit of 1048576 bytes'],
  ['a huge file with a byte order mark', `\ufeff${'#'.repeat(1_048_574)}`, '1:1 is over the limit of 1048576 bytes'],
  [
    'a picture',
    Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]),
    '1:1 is not text: it contains the character U+FFFD',
  ],
  ['UTF-16', Buffer.from('waves: []', 'utf16le'), '1:2 is not text: it contains the character U+0000'],
])('%s is refused', async (_name, content, problem) => {
  const file = await written(content);
  await expect(loadConfig(file)).rejects.toMatchObject({
    code: 'InvalidConfig',
    message: `${file} has 1 problem:\n  ${file}:${problem}`,
  });
});
