/** Plans the stages of a wave, so that every StackSet is at the release before it creates new instances. */
import type { AccountRecord } from '../domain/model/account-record';
import { isNotOurWork } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import { type ReleaseModule, stackSetName } from '../domain/model/module';
import type { Stage } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { hasImported, withRehoming } from '../domain/planning/rehoming';
import { stagesOf } from '../domain/planning/stages';
import {
  type FirstInstance,
  firstInstanceOf,
  inOrderOfWork,
  withFirstInstances,
  withUpdatesFirst,
} from '../domain/planning/work';
import type { Ports, UsesStackSets } from '../ports/ports';
import { holdsOther } from './wave-admission';

export interface StagePlan {
  /** The stages' ranges count by this order. */
  readonly order: readonly AccountRecord[];
  readonly stages: readonly Stage[];
}

/** @param arriving accounts that bring their stacks along from other waves; they come first. */
export async function planStages(
  ports: Pick<Ports, 'clock' | 'random'> & UsesStackSets<'describe' | 'instances'>,
  record: RolloutRecord,
  release: Release,
  { arriving, own }: { readonly arriving: readonly AccountRecord[]; readonly own: readonly AccountRecord[] },
): Promise<StagePlan> {
  const { name, spec } = currentWave(record);
  const modules = modulesFor([...arriving, ...own], release);
  const imported = own.filter((account) => hasImported(account, name, release));
  const others = own.filter((account) => !imported.includes(account));
  const order = [...arriving, ...imported, ...inOrderOfWork(others, modules, name)];
  const moving = { arriving: arriving.length, following: arriving.length + imported.length };
  const firstInstances = await firstInstancesFor(ports, record, modules, order);
  const plain = withRehoming(stagesOf(modules, order.length, spec), modules, moving);
  const stages = withUpdatesFirst(plain, withFirstInstances(order, firstInstances, name), modules, name);
  return { order, stages: [...firstInstances.map(stageOf), ...stages].map((stage, index) => ({ ...stage, index })) };
}

/** A module that is nobody's work has no stage: in every account others run it, or preflight skipped it. */
const modulesFor = (work: readonly AccountRecord[], { modules }: Release): readonly ReleaseModule[] =>
  modules.filter(({ module, regions }) =>
    work.some((account) => regions.some((region) => !isNotOurWork(account, module, region))),
  );

async function firstInstancesFor(
  ports: Pick<Ports, 'clock' | 'random'> & UsesStackSets<'describe' | 'instances'>,
  record: RolloutRecord,
  modules: readonly ReleaseModule[],
  order: readonly AccountRecord[],
): Promise<readonly FirstInstance[]> {
  // A single new account changes nothing for the others: it waits until the StackSets are at the release.
  if (record.request.newAccount) return [];
  const { name } = currentWave(record);
  const found: FirstInstance[] = [];
  for (const module of modules) {
    const first = firstInstanceOf(module, order, name);
    if (first && (await holdsOther(ports, stackSetName(name, module.module), module))) found.push(first);
  }
  return found;
}

const stageOf = ({ module, region, index }: FirstInstance): Omit<Stage, 'index'> => ({
  modules: [module],
  regions: { [module]: [region] },
  from: index,
  to: index + 1,
  asHeld: true,
});
