/** The built program as a child process, in a folder of its own, with an emulator as its AWS. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorEnv } from '../emulator/moto';

const program = join(__dirname, '..', '..', 'dist', 'cli', 'strongroom.mjs');
const outputBytesMax = 16 * 1024 * 1024;

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Command {
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** Puts another strongroom.yaml in its place. */
  readonly configure: (config: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function commandAt(endpoint: string, config: string): Promise<Command> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-referee-'));
  const configure = (text: string): Promise<void> => writeFile(join(folder, 'strongroom.yaml'), text);
  await configure(config);
  const env = { PATH: process.env['PATH'], HOME: folder, STRONGROOM_USER: 'jo', ...emulatorEnv(endpoint) };
  return {
    configure,
    run: (...args) =>
      new Promise((resolve) => {
        const options = { cwd: folder, env, maxBuffer: outputBytesMax };
        execFile(process.execPath, [program, ...args], options, (error, out, err) =>
          resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
        );
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** One region and the smallest baseline, without soaks and settling, since these rollouts run in real time. */
export const smallConfig = (waves: readonly string[]): string => `
regions: { home: us-east-1, governed: [us-east-1] }
modules:
  operator-role: { enabled: true }
checks: { settleMinutes: [] }
waves:
${waves.map((wave) => `  - { ${wave}, soakMinutes: 0, maxConcurrent: 50% }`).join('\n')}
`;

/** What the program says with --json, a line for each event. */
export const eventsIn = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
