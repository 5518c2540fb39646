/** Lays out the stages in which a wave's work is done, so that every StackSet is at the release before it makes new instances. */
import type { AccountRecord } from '../domain/model/account-record';
import { isAdopted } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import { type ReleaseModule, stackSetName } from '../domain/model/module';
import type { Stage } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { stagesOf } from '../domain/planning/stages';
import {
  type FirstInstance,
  firstInstanceOf,
  inOrderOfWork,
  withFirstInstances,
  withUpdatesFirst,
} from '../domain/planning/work';
import type { Ports, UsesStackSets } from '../ports/ports';
import { withRehoming } from './rehome';
import { holdsOther } from './wave-admission';

export interface StagePlan {
  /** The stages' ranges count by this order. */
  readonly order: readonly AccountRecord[];
  readonly stages: readonly Stage[];
}

/** @param strangers accounts that bring their stacks along from other waves; they come first. */
export async function planStages(
  ports: Pick<Ports, 'clock' | 'random'> & UsesStackSets<'describe' | 'instances'>,
  record: RolloutRecord,
  release: Release,
  { strangers, own }: { readonly strangers: readonly AccountRecord[]; readonly own: readonly AccountRecord[] },
): Promise<StagePlan> {
  const { name, spec } = currentWave(record);
  const modules = modulesFor([...strangers, ...own], release);
  const order = [...strangers, ...inOrderOfWork(own, modules, name)];
  const seeds = await seedsFor(ports, record, modules, order);
  const plain = withRehoming(stagesOf(modules, order.length, spec), modules, strangers.length);
  const stages = withUpdatesFirst(plain, withFirstInstances(order, seeds, name), modules, name);
  return { order, stages: [...seeds.map(stageOf), ...stages].map((stage, index) => ({ ...stage, index })) };
}

/** A module that is left to others everywhere has no stage. */
const modulesFor = (work: readonly AccountRecord[], { modules }: Release): readonly ReleaseModule[] =>
  modules.filter(({ module, regions }) =>
    work.some((account) => regions.some((region) => !isAdopted(account, module, region))),
  );

async function seedsFor(
  ports: Pick<Ports, 'clock' | 'random'> & UsesStackSets<'describe' | 'instances'>,
  record: RolloutRecord,
  modules: readonly ReleaseModule[],
  order: readonly AccountRecord[],
): Promise<readonly FirstInstance[]> {
  // The guest of a wave changes nothing for the others, and waits until its sets are at the release.
  if (record.request.newAccount) return [];
  const { name } = currentWave(record);
  const seeds: FirstInstance[] = [];
  for (const module of modules) {
    const seed = firstInstanceOf(module, order, name);
    if (seed && (await holdsOther(ports, stackSetName(name, module.module), module))) seeds.push(seed);
  }
  return seeds;
}

const stageOf = ({ module, region, index }: FirstInstance): Omit<Stage, 'index'> => ({
  modules: [module],
  regions: { [module]: [region] },
  from: index,
  to: index + 1,
  asHeld: true,
});
