/** The stages of a wave: few accounts before many, required modules before the modules that need them, the home region before the others. */

import { errors } from '../errors';
import type { Region } from '../model/brand';
import { concurrencyOf, type WaveSpec } from '../model/desired-state';
import type { ModuleId, ReleaseModule } from '../model/module';
import type { Stage } from '../model/plan';
import { instancesPerStageMax } from '../model/stack-set-operation';

/** Each stage passes several states and dozens of history events, and an execution has 25,000 for all of its waves [aws-behavior 1.1]. */
export const stagesMax = 200;

type Step = Pick<Stage, 'modules' | 'regions'>;
type Batch = Pick<Stage, 'from' | 'to'>;

/** @param accounts how many accounts the wave has; each stage covers a range [from, to) of them. */
export function stagesOf(
  modules: readonly ReleaseModule[],
  accounts: number,
  wave: Pick<WaveSpec, 'slowStart' | 'maxConcurrent'>,
): readonly Stage[] {
  const levels = levelsOf(modules);
  const [careful, quick] = [levels.flatMap(homeFirst), levels.map(everywhere)];
  const stages = batchesOf(accounts, wave, accountsPerStage([...careful, ...quick])).flatMap((batch) =>
    (batch.from === 0 ? careful : quick).map((step) => ({ ...step, ...batch })),
  );
  if (stages.length > stagesMax)
    throw errors.limitExceeded(`the number of stages for ${accounts} accounts`, `${stagesMax} stages`);
  return stages.map((stage, index) => ({ index, ...stage }));
}

/** A stage starts the operations of all its modules at once. */
const accountsPerStage = (steps: readonly Step[]): number => {
  const instances = steps.map(({ regions }) => Object.values(regions).reduce((sum, { length }) => sum + length, 0));
  return Math.max(1, Math.floor(instancesPerStageMax / Math.max(1, ...instances)));
};

/** Each batch has four times as many accounts as the one before: most of what a release can break shows in the first ones [decision 0075]. */
const growth = 4;

/** One account, then four, then 16, up to the concurrency limit, then the rest: a bad release shows while few accounts have it. */
function batchesOf(
  accounts: number,
  wave: Pick<WaveSpec, 'slowStart' | 'maxConcurrent'>,
  sizeMax: number,
): readonly Batch[] {
  const batches: Batch[] = [];
  let from = 0;
  const concurrentMax = wave.slowStart ? concurrencyOf(wave.maxConcurrent, accounts) : 0;
  for (let size = 1; size <= Math.min(concurrentMax, sizeMax) && from < accounts; size *= growth) {
    const to = Math.min(from + size, accounts);
    batches.push({ from, to });
    from = to;
  }
  for (; from < accounts && batches.length <= stagesMax; from += sizeMax)
    batches.push({ from, to: Math.min(from + sizeMax, accounts) });
  return batches;
}

/** Modules by when they can start: modules of one level do not need each other. A need that the release does not deploy is ignored. */
function levelsOf(modules: readonly ReleaseModule[]): readonly (readonly ReleaseModule[])[] {
  const levels: ReleaseModule[][] = [];
  let waiting = modules;
  while (waiting.length > 0) {
    const pending = new Set<ModuleId>(waiting.map(({ module }) => module));
    const isFree = ({ needs }: ReleaseModule): boolean => !needs.some((need) => pending.has(need));
    const level = waiting.filter(isFree);
    if (level.length === 0) throw errors.internal(`modules need each other in a circle: ${[...pending].join(', ')}`);
    levels.push(level);
    waiting = waiting.filter((module) => !isFree(module));
  }
  return levels;
}

/**
 * In the first batch, the home region of each module comes first, so that a failure shows before it is everywhere; the other regions follow
 * together. Later batches repeat what has landed in all regions.
 */
function homeFirst(level: readonly ReleaseModule[]): readonly Step[] {
  return [stepIn(level, (regions) => regions.slice(0, 1)), stepIn(level, (regions) => regions.slice(1))].filter(
    (step) => step.modules.length > 0,
  );
}

const everywhere = (level: readonly ReleaseModule[]): Step => stepIn(level, (regions) => regions);

function stepIn(level: readonly ReleaseModule[], cut: (regions: readonly Region[]) => readonly Region[]): Step {
  const there = level
    .map(({ module, regions }) => [module, cut(regions)] as const)
    .filter(([, regions]) => regions.length > 0);
  return { modules: there.map(([module]) => module), regions: Object.fromEntries(there) };
}
