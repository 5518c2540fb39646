/**
 * Other versions of Node than the one that runs this, for the smoke test: npm has their binaries as packages. `npx tsx scripts/nodes.ts`
 * downloads them, each once, and checks them against the hashes here.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface Binary {
  readonly version: string;
  /** By what Node calls the platform and the processor, as the registry gives them. */
  readonly integrity: Readonly<Record<string, string>>;
}

export const nodes = {
  22: {
    version: '22.23.3',
    integrity: {
      'linux-x64': 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
      'linux-arm64': 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    },
  },
  24: {
    version: '24.22.3',
    integrity: {
      'linux-x64': 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
      'linux-arm64': 'sha512-IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
    },
  },
} as const satisfies Readonly<Record<number, Binary>>;
export type NodeMajor = keyof typeof nodes;
const majors: readonly NodeMajor[] = [22, 24];

const folder = join(__dirname, '..', '.nodes');
const platform = `${process.platform}-${process.arch}`;
const downloadTimeoutMs = 300_000;

/** The path of the program, or undefined if it is not downloaded. */
export function nodeProgram(major: NodeMajor): string | undefined {
  const program = join(folder, nodes[major].version, 'bin', 'node');
  return existsSync(program) ? program : undefined;
}

export const hasNodes = (): boolean => majors.every((major) => nodeProgram(major) !== undefined);

/** @throws if a download fails, or is not what the hash says. */
export function ensureNodes(): 'ready' | 'no binaries for this platform' {
  for (const major of majors) {
    if (nodeProgram(major) !== undefined) continue;
    const { version, integrity }: Binary = nodes[major];
    const expected = integrity[platform];
    if (expected === undefined) return 'no binaries for this platform';
    download(version, expected);
  }
  return 'ready';
}

function download(version: string, expected: string): void {
  const unfinished = join(folder, `unfinished.${process.pid}`);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  run('npm', ['pack', `node-${platform}@${version}`, '--silent', '--pack-destination', unfinished]);
  const [name = ''] = readdirSync(unfinished);
  const file = join(unfinished, name);
  const seen = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (seen !== expected) throw new Error(`node-${platform}@${version} has hash ${seen}, expected ${expected}`);
  // Only the program: the package has pages and headers too.
  run('tar', ['-xzf', file, '-C', unfinished, 'package/bin/node']);
  renameSync(join(unfinished, 'package'), join(folder, version));
  rmSync(unfinished, { recursive: true });
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: downloadTimeoutMs });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr.slice(-2_000)}`);
}

if (require.main === module) console.log(ensureNodes());
