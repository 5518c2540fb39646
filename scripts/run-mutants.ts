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

/** What became of a mutant. It is caught only if what breaks with the fault holds without it. */
interface Verdict {
  readonly isCaught: boolean;
  /** The invariant that broke, the test that failed, or why nothing was seen. */
  readonly because: string;
}
const alive: Verdict = { isCaught: false, because: '' };

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
    const sane = createSane(folder);
    const tried = await inParallel(wanted, async (mutant, index) => {
      const { isCaught, because } = await (mutant.suites === undefined
        ? seenBySimulation(mutant, join(folder, `${index}.cjs`), values.seeds, sane)
        : seenBySuites(mutant, mutant.suites, join(folder, `${index}.json`), sane));
      console.log(`${isCaught ? 'caught' : 'NOT CAUGHT'}: ${mutant.name}\n    ${because}`);
      return { mutant, isCaught };
    });
    const left = tried.filter(({ isCaught }) => !isCaught);
    console.log(`${tried.length - left.length} of ${tried.length} mutants caught`);
    for (const { mutant } of left) console.log(`not caught: ${mutant.name} (${mutant.file})`);
    return left.length === 0 ? 0 : 1;
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

/** The code without any fault: what breaks there says nothing about a mutant. */
interface Sane {
  readonly breaksIn: (seed: string, story: string) => Promise<boolean>;
  readonly failingIn: (suites: readonly string[]) => Promise<readonly string[]>;
}

/** Asks each question once. */
function createSane(folder: string): Sane {
  const asked = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const answer = (asked.get(key) as Promise<T> | undefined) ?? ask();
    asked.set(key, answer);
    return answer;
  };
  const outfile = join(folder, 'sane.cjs');
  return {
    breaksIn: (seed, story) =>
      once(`seed ${seed} ${story}`, async () => {
        await once('bundle', () => bundled(outfile));
        return (await child([outfile, '0', story, seed], probeMinutesMax(1))).status !== 0;
      }),
    failingIn: (suites) =>
      once(suites.join(' '), async () => {
        const results = await runSuites(suites, join(folder, `sane-${asked.size}.json`));
        return typeof results === 'string' ? [results] : results.map(({ fullName }) => fullName);
      }),
  };
}

async function bundled(outfile: string, mutant?: Mutant): Promise<void> {
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
            mutant !== undefined && path === join(root, mutant.file)
              ? { contents: mutated(mutant, readFileSync(path, 'utf8')), loader: 'ts' }
              : undefined,
          );
        },
      },
    ],
  });
}

/** A probe that dies has seen nothing: only a broken invariant counts, or a run without an end. */
async function seenBySimulation(mutant: Mutant, outfile: string, seeds: string, sane: Sane): Promise<Verdict> {
  await bundled(outfile, mutant);
  const story = mutant.file.startsWith('state-machine/') ? 'synthesized' : 'built';
  const args = [outfile, seeds, story, (mutant.seeds ?? []).join(',')];
  const { status, output } = await child(args, probeMinutesMax(Number(seeds)));
  if (status === 0) return alive;
  if (status === null) return { isCaught: true, because: 'the simulation does not come to an end' };
  const because = output.trim().slice(0, textMax);
  const [, seed] = /^seed (\d+) broke: /.exec(because) ?? [];
  if (seed === undefined) return { isCaught: false, because: `the simulation did not run: ${because}` };
  if (await sane.breaksIn(seed, story)) return { isCaught: false, because: `seed ${seed} breaks without the fault` };
  return { isCaught: true, because };
}

/** A suite that cannot start has seen nothing, nor has one that is only slow. */
async function seenBySuites(
  mutant: Mutant,
  suites: readonly string[],
  outputFile: string,
  sane: Sane,
): Promise<Verdict> {
  const failed = await runSuites(suites, outputFile, mutant);
  if (typeof failed === 'string') return { isCaught: false, because: failed };
  if (failed.length === 0) return alive;
  const failing = await sane.failingIn(suites);
  const seen = failed.find((test) => !failing.includes(test.fullName) && !isSlow(test));
  if (seen === undefined)
    return { isCaught: false, because: `fails without the fault, or is slow: ${failing.join('; ')}` };
  return { isCaught: true, because: seen.fullName.slice(0, textMax) };
}

const isSlow = ({ failureMessages }: TestResult): boolean =>
  failureMessages.every((message) => message.includes('Exceeded timeout'));

/** @returns the tests that failed, or why none was run. */
async function runSuites(
  suites: readonly string[],
  outputFile: string,
  mutant?: Mutant,
): Promise<readonly TestResult[] | string> {
  const args = [jest, '--ci', '--runInBand', '--json', `--outputFile=${outputFile}`, '--runTestsByPath'];
  const files = suites.map((suite) => join(root, suite));
  const byPath = files.every((path) => path.endsWith('.test.ts')) ? args : args.slice(0, -1);
  const seeded = mutant && { path: join(root, mutant.file), from: mutant.from, to: mutant.to };
  const env = seeded && { STRONGROOM_MUTANT: JSON.stringify(seeded) };
  const { output } = await child([...byPath, ...files], suiteMinutesMax, env);
  if (!existsSync(outputFile)) return `${suites.join(', ')} did not run: ${output.slice(-textMax)}`;
  const { testResults }: SuiteResults = JSON.parse(readFileSync(outputFile, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return tests.length === 0
    ? `${suites.join(', ')} did not start: ${output.slice(0, textMax)}`
    : tests.filter(({ status }) => status === 'failed');
}

/** What `jest --json` writes, as far as this reads it. */
interface SuiteResults {
  readonly testResults: readonly { readonly assertionResults: readonly TestResult[] }[];
}
interface TestResult {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages: readonly string[];
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
