/** `strongroom init`: a first config that can be planned with as it is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rig } from './rig';

const folder = mkdtempSync(join(tmpdir(), 'strongroom-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('writes a config for the organization that it sees, and a plan takes it without a word', async () => {
  const { simulated } = rig();
  const file = join(folder, 'fresh.yaml');

  const written = await simulated('init', '--config', file);
  const planned = await simulated('plan', '--json', '--config', file);

  expect([written.status, written.out]).toEqual([
    0,
    [
      `wrote ${file} for an organization of 40 accounts`,
      `review it, then run: strongroom plan --config ${file} --world simulated`,
    ],
  ]);
  const plan = JSON.parse(planned.out.join('\n'));
  expect([planned.status, plan.waves.map(({ name }: { name: string }) => name)]).toEqual([
    0,
    ['canary', 'sandbox', 'dev', 'staging', 'others', 'infrastructure', 'security', 'production'],
  ]);
  const unplaced = plan.excluded.filter(({ reason }: { reason: string }) => reason === 'unplaced');
  expect(unplaced.map(({ because }: { because: string }) => because)).toEqual([
    'no wave selects accounts directly in the root',
  ]);
});

test('overwrites nothing', async () => {
  const { simulated, config } = rig();
  const file = config();
  const before = readFileSync(file, 'utf8');

  const refused = await simulated('init', '--config', file);

  expect([refused.status, refused.err.join()]).toEqual([2, expect.stringContaining('already exists')]);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('the home region is the one that the environment names', async () => {
  const { simulated } = rig({ host: { env: (name) => (name === 'AWS_REGION' ? 'eu-central-1' : undefined) } });
  const file = join(folder, 'elsewhere.yaml');

  await simulated('init', '--config', file);

  expect(readFileSync(file, 'utf8')).toContain('home: eu-central-1');
});
