/** The command line as a person runs it: a child process, over an organization that moto serves. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import pLimit from 'p-limit';
import { type Gateway, type Intercept, startGateway } from './gateway';
import { memberClients, motoClients, motoStartsWithinMs, resetMoto } from './moto';
import { fillGaps } from './moto-gaps';
import { configOnMoto, leftOut, sixAccounts, sixtyAccounts, threeWaves, twoWaves } from './organization';
import { type Seed, type Seeded, seedOrganization } from './seed';

const strongroom = join(__dirname, '..', '..', 'dist', 'cli', 'strongroom.mjs');
const runWithinMs = 120_000;
const outputBytesMax = 64 * 1024 * 1024;

let gateway: Gateway;
let folder: string;
let intercept: Intercept;

beforeAll(async () => {
  gateway = await startGateway({ intercept: (call, onward) => intercept(call, onward) });
}, motoStartsWithinMs);
afterAll(() => gateway.stop());
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the built program in the test's folder, with moto as its AWS. */
const run = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: folder, STRONGROOM_USER: 'jo', ...gateway.env };
    const options = { cwd: folder, env, maxBuffer: outputBytesMax };
    execFile(process.execPath, [strongroom, ...args], options, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    );
  });

async function anOrganization(
  seed: Seed,
  waves: readonly string[],
  seen: Intercept = fillGaps(leftOut),
): Promise<Seeded> {
  intercept = seen;
  folder = await mkdtemp(join(tmpdir(), 'strongroom-cli-'));
  await writeFile(join(folder, 'strongroom.yaml'), configOnMoto(waves));
  await resetMoto(gateway);
  return seedOrganization(gateway, seed);
}

/** The names of the stacks in every account of the organization, as the accounts themselves tell. */
async function stacksByAccount({ accounts }: Seeded): Promise<Readonly<Record<string, readonly string[]>>> {
  const clients = motoClients(gateway);
  const found = await pLimit(8).map(Object.entries(accounts), async ([name, id]) => {
    const member = await memberClients(clients, id);
    const inRegions = await Promise.all(
      ['us-east-1', 'us-west-2', 'eu-west-1'].map(async (region) => {
        const { StackSummaries = [] } = await member.in(CloudFormationClient, region).send(new ListStacksCommand({}));
        return StackSummaries.map(({ StackName }) => `${region} ${StackName}`);
      }),
    );
    return [name, inRegions.flat().sort()] as const;
  });
  clients.destroy();
  return Object.fromEntries(found);
}

const jsonLines = (out: string): readonly Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test(
  'plans and rolls out: stacks in each planned account and in no other, waves in order',
  async () => {
    const seeded = await anOrganization(sixtyAccounts, threeWaves);

    const planned = await run('plan', '--json');
    const rolled = await run('rollout', '--yes', '--json', '--engine', 'local');
    const stacks = await stacksByAccount(seeded);
    const stood = await run('status', '--json');

    const plan = JSON.parse(planned.out);
    const counts = plan.waves.map((wave: { name: string; accounts: unknown[] }) => [wave.name, wave.accounts.length]);
    expect(counts).toEqual([
      ['sandbox', 19],
      ['dev', 25],
      ['production', 12],
    ]);
    expect(plan.excluded.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
      'excluded',
      'excluded',
      'managementAccount',
      'suspended',
      'unplaced',
    ]);

    const events = jsonLines(rolled.out);
    expect({ status: rolled.status, err: rolled.err }).toEqual({
      status: 0,
      err: expect.stringContaining('has no email'),
    });
    expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
    expect(events.filter(({ type }) => type === 'waveOpened').map(({ wave }) => wave)).toEqual([
      'sandbox',
      'dev',
      'production',
    ]);

    const untouched = ['stray', 'sandbox-20', 'leaver-1', 'leaver-2'];
    for (const [name, names] of Object.entries(stacks)) {
      const wave = name.startsWith('sandbox') ? 'sandbox' : name.startsWith('prod') ? 'production' : 'dev';
      const expected = [
        `us-east-1 StackSet:strongroom-${wave}-alerts`,
        `us-east-1 StackSet:strongroom-${wave}-operator-role`,
        `us-west-2 StackSet:strongroom-${wave}-alerts`,
      ];
      expect([name, names]).toEqual([name, untouched.includes(name) ? [] : expected]);
    }

    const states = JSON.parse(stood.out).filter(({ state }: { state: string }) => state === 'BASELINE_HEALTHY');
    expect(states.length).toBe(56);
  },
  runWithinMs,
);

test(
  'holds before the next wave when a check fails in one account, and says where and what',
  async () => {
    let victim = '';
    const whole = fillGaps(leftOut);
    const bare = fillGaps({ ...leftOut, topicPolicy: undefined });
    // In one account the topic keeps moto's own policy: EventBridge may not publish to it.
    const seeded = await anOrganization(sixAccounts, twoWaves, (call, onward) =>
      (call.account === victim ? bare : whole)(call, onward),
    );
    victim = seeded.accounts['sandbox-2'] ?? '';

    const { status, out } = await run('rollout', '--yes', '--json');
    const again = await run('rollout', '--yes');

    const events = jsonLines(out);
    expect(status).toBe(3);
    expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'held' });
    expect(events.filter(({ type }) => type === 'waveOpened').map(({ wave }) => wave)).toEqual(['sandbox']);
    expect(JSON.stringify(events.at(-1))).toMatch(new RegExp(`${victim}.*000-12-topic.*us-east-1`));
    expect(
      Object.entries(await stacksByAccount(seeded)).filter(
        ([name, stacks]) => name.startsWith('dev') && stacks.length > 0,
      ),
    ).toEqual([]);
    expect(again.status).toBe(4);
    expect(again.err).toMatch(/rollout ro-\S+ holds the organization, started by jo at 2/);
  },
  runWithinMs,
);
