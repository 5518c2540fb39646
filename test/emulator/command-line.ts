/** The built program as a child process, in a folder of its own, with moto as its AWS. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import pLimit from 'p-limit';
import { type Intercept, startGateway } from './gateway';
import { memberClients, motoClients, resetMoto } from './moto';
import { fillGaps } from './moto-gaps';
import { configOnMoto, leftOut } from './organization';
import { type Seed, type Seeded, seedOrganization } from './seed';

const strongroom = join(__dirname, '..', '..', 'dist', 'cli', 'strongroom.mjs');
const outputBytesMax = 64 * 1024 * 1024;

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  /** A fresh organization, and a fresh folder with a config for it. */
  readonly anOrganization: (seed: Seed, waves: readonly string[], seen?: Intercept) => Promise<Seeded>;
  /** A fresh organization behind the same folder. */
  readonly anotherOrganization: (seed: Seed) => Promise<Seeded>;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly runWith: (env: Readonly<Record<string, string>>, ...args: readonly string[]) => Promise<Ran>;
  readonly folder: () => string;
  /** `REGION NAME` of every stack, by account name, as the accounts themselves tell. */
  readonly stacksByAccount: (seeded: Seeded) => Promise<Readonly<Record<string, readonly string[]>>>;
  readonly stop: () => Promise<void>;
}

const regionsLookedAt = ['us-east-1', 'us-west-2', 'eu-west-1'];

export async function startCommandLine(): Promise<CommandLine> {
  let intercept: Intercept = fillGaps(leftOut);
  const folders: string[] = [];
  const folder = (): string => folders.at(-1) ?? tmpdir();
  const gateway = await startGateway({ intercept: (call, onward) => intercept(call, onward) });

  const runWith: CommandLine['runWith'] = (own, ...args) =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: folder(), STRONGROOM_USER: 'jo', ...gateway.env, ...own };
      const options = { cwd: folder(), env, maxBuffer: outputBytesMax };
      execFile(process.execPath, [strongroom, ...args], options, (error, out, err) =>
        resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
      );
    });
  const anotherOrganization: CommandLine['anotherOrganization'] = async (seed) => {
    await resetMoto(gateway);
    return seedOrganization(gateway, seed);
  };

  return {
    run: (...args) => runWith({}, ...args),
    runWith,
    folder,
    anotherOrganization,
    anOrganization: async (seed, waves, seen = fillGaps(leftOut)) => {
      intercept = seen;
      folders.push(await mkdtemp(join(tmpdir(), 'strongroom-cli-')));
      await writeFile(join(folder(), 'strongroom.yaml'), configOnMoto(waves));
      return anotherOrganization(seed);
    },
    stacksByAccount: async ({ accounts }) => {
      const clients = motoClients(gateway);
      const found = await pLimit(8).map(Object.entries(accounts), async ([name, id]) => {
        const member = await memberClients(clients, id);
        const inRegions = regionsLookedAt.map(async (region) => {
          const { StackSummaries = [] } = await member.in(CloudFormationClient, region).send(new ListStacksCommand({}));
          return StackSummaries.map(({ StackName }) => `${region} ${StackName}`);
        });
        return [name, (await Promise.all(inRegions)).flat().sort()] as const;
      });
      clients.destroy();
      return Object.fromEntries(found);
    },
    stop: async () => {
      await gateway.stop();
      for (const made of folders) await rm(made, { recursive: true, force: true });
    },
  };
}
