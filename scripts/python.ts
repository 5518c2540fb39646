/** Installs what the tests use of Python into local environments, each once per file of requirements. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Environment {
  /** The folder that is made. */
  readonly venv: string;
  /** The file of pinned requirements. */
  readonly requirements: string;
}

/** The AWS emulator (moto) and the template linter (cfn-lint). */
const main: Environment = {
  venv: join(__dirname, '..', '.venv'),
  requirements: join(__dirname, 'requirements.txt'),
};
const installTimeoutMs = 600_000;

/** The tool's path, or undefined if it is not installed. */
export function pythonTool(name: string, { venv }: Pick<Environment, 'venv'> = main): string | undefined {
  const path = join(venv, 'bin', name);
  return existsSync(path) ? path : undefined;
}

/** Whether the environment is whole and up to date. */
export function isInstalled(environment: Environment): boolean {
  const stamp = stampOf(environment);
  return (
    pythonTool('python', environment) !== undefined &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === hashOf(environment)
  );
}

/** What the requirements pin needs 3.11; an older Python counts as none. */
export function ensurePython(environment: Environment = main): 'ready' | 'no python3' {
  if (isInstalled(environment)) return 'ready';
  if (!hasPython()) return 'no python3';
  const { venv, requirements } = environment;
  rmSync(venv, { recursive: true, force: true });
  run('python3', ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--require-hashes',
    '--requirement',
    requirements,
  ]);
  writeFileSync(stampOf(environment), hashOf(environment));
  return 'ready';
}

/** Written last: without it, or with another hash in it, the environment is half-made or out of date. */
const stampOf = ({ venv }: Environment): string => join(venv, 'requirements.sha256');
const hashOf = ({ requirements }: Environment): string =>
  createHash('sha256').update(readFileSync(requirements)).digest('hex');

const hasPython = (): boolean =>
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: installTimeoutMs });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr.slice(-2_000)}`);
}

if (require.main === module) {
  const state = ensurePython();
  console.log(state === 'ready' ? `moto and cfn-lint are in ${main.venv}` : 'python3 3.11 or newer is not installed');
  process.exitCode = state === 'ready' ? 0 : 1;
}
