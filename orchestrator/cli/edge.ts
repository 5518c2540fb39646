/** The only file that touches the process: its arguments, environment, terminal, signals and exit status. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readBaseline } from '../records/baseline';
import { exitStatus } from './exit-status';
import { tell } from './failure';
import type { Host, Io } from './host';
import { runCommandLine } from './program';

/** The width if the terminal does not report one. */
const columnsDefault = 80;

export interface ProcessOptions {
  /** Folder that the build wrote. */
  readonly dist: string;
  readonly openDashboard: Host['openDashboard'];
}

export async function runProcess({ dist, openDashboard }: ProcessOptions): Promise<void> {
  const host = processHost(dist, openDashboard);
  const words = process.argv.slice(2);
  process.stdout.on('error', endQuietly);
  process.on('unhandledRejection', (error) => process.exit(tell(host, error, words.includes('--json'))));
  const status = await runCommandLine(host, await packageVersion(dist), words);
  // After an interruption, open timers and connections would keep the process running.
  if (status === exitStatus.interrupted) process.exit(status);
  process.exitCode = status;
}

/** The reader has closed the pipe, as `head` does. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitStatus.done);
  throw error;
}

async function packageVersion(dist: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(join(dist, '..', 'package.json'), 'utf8'));
  return version;
}

function processHost(dist: string, openDashboard: Host['openDashboard']): Host {
  const io = processIo();
  return {
    io,
    login,
    env: (name) => process.env[name] || undefined,
    now: () => new Date(),
    readBaseline: () => readBaseline(dist),
    pageFolder: join(dist, 'dashboard'),
    openDashboard,
    openAws: async (options) => (await awsWorld()).createAwsWorld(options),
    findDeployment: async (place) => (await awsWorld()).deploymentOf(place),
    withSurroundings: async ({ place, home }, ask) =>
      place === 'aws'
        ? (await import('../aws/surroundings')).withSurroundings(home, ask)
        : ask((await import('../simulated/surroundings')).simulatedSurroundings),
    openInstaller: async (place) => {
      silenceSdk();
      const { createInstaller } = await import('../aws/installer');
      const program = createRequire(join(dist, 'cli')).resolve('aws-cdk/bin/cdk');
      const cdk = { program, assembly: join(dist, 'infrastructure'), environment: process.env };
      const isInteractive = process.stdin.isTTY && process.stderr.isTTY;
      const askCode = isInteractive ? (serial: string) => ask(`MFA code for ${serial}: `) : undefined;
      return createInstaller({ ...place, cdk, askCode });
    },
    readTemplate: async (stack) =>
      JSON.parse(await readFile(join(dist, 'infrastructure', `${stack}.template.json`), 'utf8')),
    actAs: async (credentials) => {
      if (credentials === undefined) return;
      delete process.env['AWS_PROFILE'];
      delete process.env['AWS_SESSION_TOKEN'];
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
      });
    },
    openSimulated: async (options) => (await import('../simulated/world')).createSimulatedWorld(options),
    ...(process.stdin.isTTY && process.stderr.isTTY && { confirm, ask }),
    onInterrupt,
    pause: io.isTerminal ? pause : () => {},
    peakMemoryBytes: () => process.resourceUsage().maxRSS * 1024,
  };
}

/** A container may run under a number that has no name. */
function login(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** The SDK versions are pinned, so a user cannot act on its warnings about future versions on this Node. */
const silenceSdk = (): void => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
};

const awsWorld = () => {
  silenceSdk();
  return import('../aws/world');
};

function processIo(): Io {
  const isTerminal = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    write: (text) => void process.stdout.write(text),
    isTerminal,
    columns: () => process.stdout.columns ?? columnsDefault,
    // https://no-color.org: any value except the empty one.
    colour: isTerminal && !process.env['NO_COLOR'],
  };
}

const confirm = async (prompt: string): Promise<boolean> => /^y(es)?$/i.test(await ask(`${prompt} [y/N] `));

async function ask(prompt: string): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(prompt)).trim();
  } finally {
    asking.close();
  }
}

/** The first interruption prints how to continue; the second ends the process at once. */
function onInterrupt(stop: () => void): () => void {
  const first = (): void => {
    process.once('SIGINT', () => process.exit(exitStatus.interrupted));
    stop();
  };
  process.once('SIGINT', first);
  return () => process.removeListener('SIGINT', first);
}

/** The virtual clock has no real time, so only the thread itself can wait. */
const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};
