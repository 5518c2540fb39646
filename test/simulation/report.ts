/** Describes a failure so that it can be reproduced: the seed, the faults it needs, and the command that replays it. */
import type { Baseline } from '../../orchestrator/records/baseline';
import { type Outcome, runScenario } from './run';
import { drawScenario } from './scenario';
import { shrink } from './shrink';
import type { Switches } from './switches';

export interface Checked {
  readonly outcome: Outcome;
  /** Absent if all is well. */
  readonly failure?: string;
}

/** @param twice whether the seed runs again, with a log that must be identical. */
export async function checkSeed(
  seed: number,
  baseline: Baseline,
  {
    twice,
    shrinks = true,
    switches,
  }: { readonly twice: boolean; readonly shrinks?: boolean; readonly switches?: Switches },
): Promise<Checked> {
  const scenario = drawScenario(seed, switches);
  const outcome = await runScenario(scenario, baseline);
  if (outcome.broken !== undefined) {
    const faults = shrinks ? await shrink(scenario, baseline, outcome.broken) : scenario.faults;
    const { invariant, how } = outcome.broken;
    return {
      outcome,
      failure: described(
        seed,
        `${invariant}\n  ${how}`,
        faults.map((fault) => JSON.stringify(fault)),
      ),
    };
  }
  if (!twice) return { outcome };
  const again = await runScenario(drawScenario(seed, switches), baseline);
  const [first, second] = [outcome.log(), again.log()];
  const at = differenceOf(first, second);
  if (at === undefined) return { outcome };
  const lines = [`first:  ${first[at]}`, `second: ${second[at]}`];
  return { outcome, failure: described(seed, `two runs differ from line ${at + 1} on`, lines) };
}

function differenceOf(first: readonly string[], second: readonly string[]): number | undefined {
  const length = Math.max(first.length, second.length);
  for (let line = 0; line < length; line++) if (first[line] !== second[line]) return line;
  return undefined;
}

const described = (seed: number, what: string, lines: readonly string[]): string =>
  [
    `seed ${seed} broke: ${what}`,
    lines.length === 0 ? 'it needs no fault' : 'it needs:',
    ...lines.map((line) => `  ${line}`),
    `replay it with: npm run simulate:soak -- --seed ${seed}`,
  ].join('\n');
