/** Leaves out faults as long as the same invariant still breaks. What remains is what the failure needs. */
import type { Baseline } from '../../orchestrator/records/baseline';
import type { Scenario } from './draws';
import type { Fault } from './faults';
import { type Outcome, runScenario } from './run';

const runsMax = 60;

export async function shrink(
  scenario: Scenario,
  baseline: Baseline,
  broken: NonNullable<Outcome['broken']>,
): Promise<readonly Fault[]> {
  let kept = scenario.faults;
  let runs = 0;
  const stillBreaks = async (faults: readonly Fault[]): Promise<boolean> => {
    runs++;
    const again = await runScenario({ ...scenario, faults }, baseline);
    return again.broken?.invariant === broken.invariant;
  };
  for (
    let size = Math.ceil(kept.length / 2);
    size >= 1 && runs < runsMax;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < kept.length && runs < runsMax; ) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (await stillBreaks(fewer)) kept = fewer;
      else at += size;
    }
  }
  return kept;
}
