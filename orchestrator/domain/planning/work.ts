/** The work of a wave's StackSets in each account, and an order of accounts in which it can succeed. */
import { type AccountRecord, isNotOurWork } from '../model/account-record';
import type { AccountId, Region, WaveName } from '../model/brand';
import type { ModuleId, ReleaseModule } from '../model/module';
import type { Stage } from '../model/plan';

export function workIn(
  account: Pick<AccountRecord, 'modules' | 'adopted' | 'skipped'>,
  { module, version }: ReleaseModule,
  region: Region,
  wave: WaveName,
): 'create' | 'update' | 'nothing' {
  if (isNotOurWork(account, module, region)) return 'nothing';
  const there = account.modules.find((m) => m.module === module && m.region === region);
  if (there === undefined) return 'create';
  // A stack that has not moved from its former wave cannot be changed by this one.
  if (there.wave !== wave) return 'nothing';
  return there.version === version && there.status === 'current' && !there.changing ? 'nothing' : 'update';
}

/**
 * Accounts that have the stacks of the wave come before those that lack some: only an update of an existing instance changes the template
 * of a StackSet, and new instances get the template that the set has then [bc:cloudformation:UpdateStackSet].
 */
export function inOrderOfWork(
  accounts: readonly AccountRecord[],
  modules: readonly ReleaseModule[],
  wave: WaveName,
): readonly AccountRecord[] {
  const lacking = (account: AccountRecord): number =>
    modules.flatMap((module) => module.regions.filter((region) => workIn(account, module, region, wave) === 'create'))
      .length;
  const byLack = accounts.map((account) => ({ account, lack: lacking(account) }));
  return byLack.sort((a, b) => a.lack - b.lack).map(({ account }) => account);
}

/**
 * No order works if one account lacks what the next one has, and the other way round. Then the stages run twice: the first pass updates
 * what exists, which brings every StackSet to the release, and the second pass creates the rest.
 * @param accounts in the order that the ranges of the stages refer to; stacks of former waves join the StackSets of this wave.
 */
export function withUpdatesFirst(
  stages: readonly Stage[],
  accounts: readonly AccountRecord[],
  modules: readonly ReleaseModule[],
  wave: WaveName,
): readonly Stage[] {
  if (!createsTooEarly(stages, accounts, modules, wave)) return stages;
  const updates = stages.map((stage) => (stage.step === undefined ? { ...stage, updatesOnly: true as const } : stage));
  return [...updates, ...stages.filter(({ step }) => step === undefined)].map((stage, index) => ({ ...stage, index }));
}

function createsTooEarly(
  stages: readonly Stage[],
  accounts: readonly AccountRecord[],
  modules: readonly ReleaseModule[],
  wave: WaveName,
): boolean {
  const here = accounts.map((account) => joined(account, wave));
  return modules.some((module) => {
    const works = stages
      .filter(({ step }) => step === undefined)
      .map((stage) => {
        const members = here.slice(stage.from, stage.to);
        const regions = stage.regions[module.module] ?? [];
        return new Set(members.flatMap((account) => regions.map((region) => workIn(account, module, region, wave))));
      });
    const updated = works.findIndex((work) => work.has('update'));
    return works.slice(0, Math.max(updated, 0)).some((work) => work.has('create'));
  });
}

/** The account after its stacks have moved to this wave; a stack that was never created does not move. */
function joined(account: AccountRecord, wave: WaveName): Parameters<typeof workIn>[0] {
  const modules = account.modules.flatMap((there) => {
    if (there.wave === wave) return [there];
    return there.unmade ? [] : [{ ...there, wave, version: '' }];
  });
  return { ...account, modules };
}

/** Where a module is created before any of its instances is updated. */
export interface FirstInstance {
  readonly module: ModuleId;
  readonly region: Region;
  /** Index of the account in the order of work. */
  readonly index: number;
}

/**
 * For a module that no account of the work has: its StackSet may have another template because of instances that cannot be reached.
 * @returns the account to begin with; undefined if an update brings the StackSet to the release, or if there is nothing to create.
 */
export function firstInstanceOf(
  module: ReleaseModule,
  accounts: readonly AccountRecord[],
  wave: WaveName,
): FirstInstance | undefined {
  const here = accounts.map((account) => joined(account, wave));
  const works = (work: 'create' | 'update', region: Region): number =>
    here.findIndex((account) => workIn(account, module, region, wave) === work);
  if (module.regions.some((region) => works('update', region) >= 0)) return undefined;
  const region = module.regions.find((one) => works('create', one) >= 0);
  return region && { module: module.module, region, index: works('create', region) };
}

/** The accounts after the first instances were created: the instances exist, but not at the release. */
export const withFirstInstances = (
  accounts: readonly AccountRecord[],
  firstInstances: readonly FirstInstance[],
  wave: WaveName,
) =>
  accounts.map((account, index) => {
    const there = firstInstances
      .filter((first) => first.index === index)
      .map(({ module, region }) => ({ module, region, wave, version: '', status: 'current' as const }));
    return there.length === 0 ? account : { ...account, modules: [...account.modules, ...there] };
  });

export const idsOf = (accounts: readonly Pick<AccountRecord, 'id'>[]): readonly AccountId[] =>
  accounts.map(({ id }) => id);
