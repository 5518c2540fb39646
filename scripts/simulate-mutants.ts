/** Seeds one fault after another into the production code, in memory. The simulation must catch each. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { brokenMutants, type Mutant, mutated } from './mutant';
import { mutants } from './mutants';

const root = process.cwd();
const atOnce = 2;
/** About thirty times what a run takes: one that takes longer hangs. */
const probeMinutesMax = (seeds: number): number => 10 + seeds / 25;

interface Tried {
  readonly mutant: Mutant;
  /** The invariant that broke; undefined if none did. */
  readonly caughtBy?: string | undefined;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '300' }, only: { type: 'string', multiple: true } },
  });
  const wanted = mutants.filter(({ name }) => values.only?.some((words) => name.includes(words)) ?? true);
  const broken = brokenMutants(wanted);
  if (broken.length > 0) {
    for (const line of broken) console.error(line);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-mutants-'));
  try {
    const tried = await inParallel(wanted, (mutant, index) =>
      tryOut(mutant, join(folder, `${index}.cjs`), values.seeds),
    );
    const alive = tried.filter(({ caughtBy }) => caughtBy === undefined);
    console.log(`${tried.length - alive.length} of ${tried.length} mutants caught`);
    for (const { mutant } of alive) console.log(`not caught: ${mutant.name} (${mutant.file})`);
    return alive.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const left = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      results[next[0]] = await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

async function tryOut(mutant: Mutant, outfile: string, seeds: string): Promise<Tried> {
  await build({
    entryPoints: [join(root, 'scripts', 'simulate-probe.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['aws-cdk-lib', 'constructs'],
    logLevel: 'error',
    plugins: [
      {
        name: 'mutant',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, ({ path }) =>
            path === join(root, mutant.file)
              ? { contents: mutated(mutant, readFileSync(path, 'utf8')), loader: 'ts' }
              : undefined,
          );
        },
      },
    ],
  });
  const { status, output } = await probe([
    outfile,
    seeds,
    mutant.file.startsWith('state-machine/') ? 'synthesized' : 'built',
    (mutant.seeds ?? []).join(','),
  ]);
  const caughtBy = status === 0 ? undefined : output.trim().slice(0, 160) || `exit status ${status}`;
  console.log(`${caughtBy === undefined ? 'NOT CAUGHT' : 'caught'}: ${mutant.name}\n    ${caughtBy ?? ''}`);
  return { mutant, caughtBy };
}

function probe(args: readonly string[]): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NODE_PATH: join(root, 'node_modules') },
      timeout: probeMinutesMax(Number(args[1])) * 60_000,
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      output += data.toString();
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

void main().then((status) => {
  process.exitCode = status;
});
