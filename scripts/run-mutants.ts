/** Seeds one fault after another into the production code, in memory. The simulation, or the suite that the fault names, must catch each. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { mutants } from './mutants/index';
import { brokenMutants, type Mutant, mutated } from './mutants/mutant';

const root = process.cwd();
const atOnce = 2;
/** About thirty times what a run takes: one that takes longer hangs. */
const probeMinutesMax = (seeds: number): number => 10 + seeds / 25;
const suiteMinutesMax = 20;
const textMax = 160;
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

interface Tried {
  readonly mutant: Mutant;
  /** The invariant that broke, or the test that failed; undefined if none did. */
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
    const tried = await inParallel(wanted, async (mutant, index): Promise<Tried> => {
      const caughtBy = await (mutant.suites === undefined
        ? seenBySimulation(mutant, join(folder, `${index}.cjs`), values.seeds)
        : seenBySuites(mutant, mutant.suites, join(folder, `${index}.json`)));
      console.log(`${caughtBy === undefined ? 'NOT CAUGHT' : 'caught'}: ${mutant.name}\n    ${caughtBy ?? ''}`);
      return { mutant, caughtBy };
    });
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

async function seenBySimulation(mutant: Mutant, outfile: string, seeds: string): Promise<string | undefined> {
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
  const story = mutant.file.startsWith('state-machine/') ? 'synthesized' : 'built';
  const args = [outfile, seeds, story, (mutant.seeds ?? []).join(',')];
  const { status, output } = await child(args, probeMinutesMax(Number(seeds)));
  return status === 0 ? undefined : output.trim().slice(0, textMax) || `exit status ${status}`;
}

/** A suite that cannot start has seen nothing: only a test that fails counts. */
async function seenBySuites(
  { file, from, to }: Mutant,
  suites: readonly string[],
  outputFile: string,
): Promise<string | undefined> {
  const args = [jest, '--ci', '--runInBand', '--json', `--outputFile=${outputFile}`, '--runTestsByPath'];
  const files = suites.map((suite) => join(root, suite));
  const byPath = files.every((path) => path.endsWith('.test.ts')) ? args : args.slice(0, -1);
  const seeded = { STRONGROOM_MUTANT: JSON.stringify({ path: join(root, file), from, to }) };
  const { output } = await child([...byPath, ...files], suiteMinutesMax, seeded);
  if (!existsSync(outputFile)) throw new Error(`${suites.join(', ')} did not run: ${output.slice(-textMax)}`);
  const { testResults }: SuiteResults = JSON.parse(readFileSync(outputFile, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find((one) => one.status === 'failed');
  return failed?.fullName.slice(0, textMax);
}

/** What `jest --json` writes, as far as this reads it. */
interface SuiteResults {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

function child(
  args: readonly string[],
  minutesMax: number,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, NODE_PATH: join(root, 'node_modules'), ...env },
      timeout: minutesMax * 60_000,
    });
    let output = '';
    const hear = (data: Buffer): void => {
      output += data.toString();
    };
    running.stdout.on('data', hear);
    running.stderr.on('data', hear);
    running.on('error', reject);
    running.on('close', (status) => resolve({ status, output }));
  });
}

void main().then((status) => {
  process.exitCode = status;
});
