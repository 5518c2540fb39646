/** A failure, told so that it can be had again: the seed, what it takes, and the command that replays it. */
import type { Baseline } from '../../orchestrator/records/baseline';
import { type Outcome, runScenario } from './run';
import { drawScenario } from './scenario';
import { shrink } from './shrink';

export interface Checked {
  readonly outcome: Outcome;
  /** Absent if all is well. */
  readonly failure?: string;
}

/** @param twice whether the seed is run again, and the two logs must be equal byte for byte. */
export async function checkSeed(
  seed: number,
  baseline: Baseline,
  { twice, shrinks = true }: { readonly twice: boolean; readonly shrinks?: boolean },
): Promise<Checked> {
  const scenario = drawScenario(seed);
  const outcome = await runScenario(scenario, baseline);
  if (outcome.broken !== undefined) {
    const faults = shrinks ? await shrink(scenario, baseline, outcome.broken) : scenario.faults;
    const { invariant, how } = outcome.broken;
    return {
      outcome,
      failure: told(
        seed,
        `${invariant}\n  ${how}`,
        faults.map((fault) => JSON.stringify(fault)),
      ),
    };
  }
  if (!twice) return { outcome };
  const again = await runScenario(drawScenario(seed), baseline);
  const at = differenceOf(outcome.log, again.log);
  if (at === undefined) return { outcome };
  const lines = [`first:  ${outcome.log[at]}`, `second: ${again.log[at]}`];
  return { outcome, failure: told(seed, `two runs differ from line ${at + 1} on`, lines) };
}

function differenceOf(first: readonly string[], second: readonly string[]): number | undefined {
  const length = Math.max(first.length, second.length);
  for (let line = 0; line < length; line++) if (first[line] !== second[line]) return line;
  return undefined;
}

const told = (seed: number, what: string, lines: readonly string[]): string =>
  [
    `seed ${seed} broke: ${what}`,
    lines.length === 0 ? 'it takes no fault at all' : 'it takes:',
    ...lines.map((line) => `  ${line}`),
    `replay it with: npm run simulate:soak -- --seed ${seed}`,
  ].join('\n');
