/** Installs the AWS emulator (moto) and the template linter (cfn-lint) into a local .venv, once per requirements.txt. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const requirements = join(__dirname, 'requirements.txt');
const venv = join(__dirname, '..', '.venv');
/** Written last: without it, or with another hash in it, the environment is half-made or out of date. */
const stamp = join(venv, 'requirements.sha256');
const installTimeoutMs = 300_000;

/** The tool's path, or undefined if it is not installed. */
export function pythonTool(name: string): string | undefined {
  const path = join(venv, 'bin', name);
  return existsSync(path) ? path : undefined;
}

/** What requirements.txt pins needs 3.11; an older Python counts as none. */
export function ensurePython(): 'ready' | 'no python3' {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (pythonTool('python') !== undefined && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 'ready';
  if (!hasPython()) return 'no python3';
  rmSync(venv, { recursive: true, force: true });
  run('python3', ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  writeFileSync(stamp, wanted);
  return 'ready';
}

const hasPython = (): boolean =>
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0;

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: installTimeoutMs });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr.slice(-2_000)}`);
}

if (require.main === module) {
  const state = ensurePython();
  console.log(state === 'ready' ? `moto and cfn-lint are in ${venv}` : 'python3 3.11 or newer is not installed');
  process.exitCode = state === 'ready' ? 0 : 1;
}
