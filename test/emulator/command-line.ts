/** The built program as a child process, in a folder of its own, with moto as its AWS. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import pLimit from 'p-limit';
import { type Call, type Intercept, type LambdaHandler, startGateway } from './gateway';
import { memberClients, motoClients, resetMoto } from './moto';
import { fillGaps } from './moto-gaps';
import { configOnMoto, leftOut } from './organization';
import { type FirstInstance, type Seeded, seedOrganization } from './seed';

const strongroom = join(__dirname, '..', '..', 'dist', 'cli', 'strongroom.mjs');
const never = new Promise<void>(() => {});
const outputBytesMax = 64 * 1024 * 1024;
/** What has not ended by then hangs. */
const runMsMax = 240_000;

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** What `--json` prints: one object a line. */
export const jsonLines = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));

export interface CommandLine {
  /** A fresh organization, and a fresh folder with a config for it. */
  readonly anOrganization: (seed: FirstInstance, waves: readonly string[], seen?: Intercept) => Promise<Seeded>;
  /** A fresh organization behind the same folder. */
  readonly anotherOrganization: (seed: FirstInstance) => Promise<Seeded>;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly runWith: (env: Readonly<Record<string, string>>, ...args: readonly string[]) => Promise<Ran>;
  /** Kills the program without a warning when it says such an event, and gives the rollout's id. */
  readonly killAt: (type: string, ...args: readonly string[]) => Promise<string>;
  /** Interrupts the program, as Ctrl-C does, when it first says this. */
  readonly interruptAt: (says: RegExp, ...args: readonly string[]) => Promise<Ran>;
  /** The same when something else has happened. */
  readonly interruptWhen: (happened: Promise<void>, ...args: readonly string[]) => Promise<Ran>;
  /** The program at work, for one who means to end it. */
  readonly spawn: (...args: readonly string[]) => ChildProcess;
  readonly endpoint: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Every call to AWS so far, also those of others who use this endpoint. */
  readonly calls: readonly Call[];
  readonly folder: () => string;
  /** `REGION NAME` of every stack, by account name, as the accounts themselves tell. */
  readonly stacksByAccount: (seeded: Seeded) => Promise<Readonly<Record<string, readonly string[]>>>;
  readonly stop: () => Promise<void>;
}

const regionsLookedAt = ['us-east-1', 'us-west-2', 'eu-west-1'];

/** @param functions what its Lambda runs; none by default, for a program that walks its rollouts itself. */
export async function startCommandLine(functions: Readonly<Record<string, LambdaHandler>> = {}): Promise<CommandLine> {
  let intercept: Intercept = fillGaps(leftOut);
  const folders: string[] = [];
  const folder = (): string => folders.at(-1) ?? tmpdir();
  const gateway = await startGateway({ functions, intercept: (call, onward) => intercept(call, onward) });

  const place = (own: Readonly<Record<string, string>>) => ({
    cwd: folder(),
    env: { PATH: process.env['PATH'], HOME: folder(), STRONGROOM_USER: 'jo', ...gateway.env, ...own },
  });
  const runWith: CommandLine['runWith'] = (own, ...args) =>
    new Promise((resolve) => {
      const options = { ...place(own), maxBuffer: outputBytesMax, timeout: runMsMax, killSignal: 'SIGKILL' } as const;
      execFile(process.execPath, [strongroom, ...args], options, (error, out, err) =>
        resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
      );
    });
  const killAt: CommandLine['killAt'] = async (type, ...args) => {
    const child = spawn(process.execPath, [strongroom, ...args], { ...place({}), stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    for await (const text of createInterface({ input: child.stdout })) {
      const event: { readonly type: string; readonly rolloutId: string } = JSON.parse(text);
      if (event.type !== type) continue;
      child.kill('SIGKILL');
      await ended;
      return event.rolloutId;
    }
    throw new Error(`the program ended without saying ${type}`);
  };
  const interrupted = async (says: RegExp, happened: Promise<void>, args: readonly string[]): Promise<Ran> => {
    const child = spawn(process.execPath, [strongroom, ...args], { ...place({}), stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'close');
    const said = { out: '', err: '' };
    const hear = (stream: 'out' | 'err') => (chunk: Buffer) => {
      const isNew = !says.test(said.out + said.err);
      said[stream] += chunk;
      if (isNew && says.test(said.out + said.err)) child.kill('SIGINT');
    };
    child.stdout.on('data', hear('out'));
    child.stderr.on('data', hear('err'));
    void happened.then(() => child.kill('SIGINT'));
    const [code] = await ended;
    // Ended by the signal itself it has no status of its own.
    return { status: code ?? -1, ...said };
  };
  const anotherOrganization: CommandLine['anotherOrganization'] = async (seed) => {
    await resetMoto(gateway);
    return seedOrganization(gateway, seed);
  };

  return {
    run: (...args) => runWith({}, ...args),
    runWith,
    killAt,
    interruptAt: (says, ...args) => interrupted(says, never, args),
    interruptWhen: (happened, ...args) => interrupted(/^\b$/, happened, args),
    spawn: (...args) => spawn(process.execPath, [strongroom, ...args], { ...place({}), stdio: 'ignore' }),
    endpoint: gateway.endpoint,
    port: gateway.port,
    env: gateway.env,
    calls: gateway.calls,
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
