/** Simulates rollouts under faults for any number of seeds, on two cores: `npm run simulate:soak -- --seeds 20000`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { builtBaseline } from '../test/simulation/baseline';
import { checkSeed } from '../test/simulation/report';
import { runScenario } from '../test/simulation/run';
import { drawScenario } from '../test/simulation/scenario';
import type { Switches } from '../test/simulation/switches';

const workersMax = 2;
/** The number of seeds that a worker takes at a time. */
const chunkSeeds = 20;
/** The soak ends after this many failures, since shrinking each takes many runs. */
const failuresMax = 20;

interface Done {
  readonly seeds: number;
  readonly rollouts: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      twice: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: true },
      // Kinds of faults.
      without: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
    },
    allowNegative: true,
  });
  const { twice, shrink: shrinks } = values;
  const switches: Switches = {
    ...(values.without && { without: values.without }),
    ...(values.only && { only: values.only }),
  };
  if (values.seed !== undefined) return replay(Number(values.seed), values.verbose, switches);
  return soak(Number(values.from), Number(values.seeds), { twice, shrinks, switches });
}

interface Checking {
  readonly twice: boolean;
  readonly shrinks: boolean;
  readonly switches: Switches;
}

/** Runs one seed and prints everything that happens in it. */
async function replay(seed: number, verbose: boolean, switches: Switches): Promise<number> {
  const baseline = await builtBaseline();
  const scenario = drawScenario(seed, switches);
  if (verbose) {
    console.log(JSON.stringify(scenario, null, 2));
    for (const line of (await runScenario(scenario, baseline)).log()) console.log(line);
  }
  const { outcome, failure } = await checkSeed(seed, baseline, { twice: true, switches });
  console.log(failure ?? `seed ${seed}: no invariant broke; ${JSON.stringify(outcome.outcomes)}`);
  return failure === undefined ? 0 : 1;
}

async function soak(from: number, seeds: number, checking: Checking): Promise<number> {
  const startedMs = performance.now();
  const end = from + seeds;
  const totals = { seeds: 0, rollouts: 0, outcomes: new Map<string, number>() };
  let next = from;
  const failures: string[] = [];
  const reportEveryMs = 10_000;
  let reportedMs = startedMs;
  const figures = (): string => {
    const seconds = (performance.now() - startedMs) / 1000;
    const rate = (count: number): string => (count / seconds).toFixed(1);
    return `${totals.seeds} seeds, ${totals.rollouts} rollouts, ${rate(totals.seeds)} seeds/s, ${rate(totals.rollouts)} rollouts/s`;
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: checking });
      const more = (): void => {
        if (next >= end || failures.length >= failuresMax) {
          void worker.terminate().then(() => resolve());
          return;
        }
        const chunk = { from: next, to: Math.min(end, next + chunkSeeds) };
        next = chunk.to;
        worker.postMessage(chunk);
      };
      worker.on('error', reject);
      worker.on('message', (done: Done) => {
        totals.seeds += done.seeds;
        totals.rollouts += done.rollouts;
        for (const [outcome, count] of Object.entries(done.outcomes))
          totals.outcomes.set(outcome, (totals.outcomes.get(outcome) ?? 0) + count);
        for (const failure of done.failures) {
          failures.push(failure);
          console.log(failure);
        }
        if (performance.now() - reportedMs > reportEveryMs) {
          reportedMs = performance.now();
          console.log(figures());
        }
        more();
      });
      more();
    });
  await Promise.all(Array.from({ length: Math.min(workersMax, availableParallelism()) }, work));
  console.log(figures());
  console.log(`outcomes: ${JSON.stringify(Object.fromEntries(totals.outcomes))}`);
  console.log(failures.length === 0 ? 'no invariant broke' : `${failures.length} seeds failed`);
  return failures.length === 0 ? 0 : 1;
}

async function serve(checking: Checking): Promise<void> {
  const baseline = await builtBaseline();
  parentPort?.on('message', async ({ from, to }: { readonly from: number; readonly to: number }) => {
    const outcomes: Record<string, number> = {};
    let [seeds, rollouts] = [0, 0];
    const failures: string[] = [];
    for (let seed = from; seed < to; seed++) {
      const checked = await checkSeed(seed, baseline, checking);
      if (checked.failure !== undefined) failures.push(checked.failure);
      seeds++;
      rollouts += checked.outcome.rollouts;
      for (const [outcome, count] of Object.entries(checked.outcome.outcomes))
        outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    }
    parentPort?.postMessage({ seeds, rollouts, outcomes, failures } satisfies Done);
  });
}

if (isMainThread)
  void main().then((status) => {
    process.exitCode = status;
  });
else void serve(workerData as Checking);
