/**
 * An account that has changed its wave brings its stacks along: they are detached from the StackSets of the former wave and imported by
 * those of the new one. Nothing is deleted, and nothing changes in the account until the wave's own update.
 */
import {
  type AccountRecord,
  type DeployedModule,
  isSamePlace,
  type PendingCreate,
  pendingCreatesOf,
} from '../model/account-record';
import type { AccountId, Region, WaveName } from '../model/brand';
import type { ReleaseModule } from '../model/module';
import type { Rehoming, Stage } from '../model/plan';
import type { Release } from '../model/release';
import { type InstanceResult, stacksPerAdoptionMax } from '../model/stack-set-operation';

/** @param ids stack ids in the StackSets of former waves, by place; '' for an instance without a stack. */
export function withStackIds(
  account: AccountRecord,
  wave: WaveName,
  release: Release,
  ids: ReadonlyMap<string, string>,
): AccountRecord {
  const idOf = (there: PendingCreate): string | undefined => ids.get(placeOf(account.id, there));
  const isLookedAt = (there: PendingCreate): boolean => isElsewhere(there, wave, release);
  const known = account.modules.flatMap((there) => (isLookedAt(there) ? located(there, idOf(there)) : [there]));
  const begun = (account.pendingCreates ?? []).filter(isLookedAt);
  const unrecorded = begun.filter((there) => !known.some((one) => isSamePlace(one, there)));
  const modules = [...known, ...unrecorded.flatMap((there) => made(there, idOf(there)))];
  return pendingCreatesOf({ ...account, modules }, { ended: begun });
}

/** The account has changed its wave, and its stacks have not yet. Stacks that are not in the release stay in the former wave's StackSets. */
export const isFromOtherWave = (
  { modules, pendingCreates = [] }: AccountRecord,
  wave: WaveName,
  release: Release,
): boolean => [...modules, ...pendingCreates].some((there) => isElsewhere(there, wave, release));

const isElsewhere = (there: PendingCreate, wave: WaveName, { modules }: Release): boolean =>
  there.wave !== wave &&
  modules.some(({ module, regions }) => module === there.module && regions.includes(there.region));

export const placeOf = (account: AccountId, { wave, module, region }: PendingCreate): string =>
  `${wave} ${module} ${account} ${region}`;

/** A stack that neither the StackSet nor the record knows does not exist. */
function located(there: DeployedModule, stackId: string | undefined): readonly DeployedModule[] {
  if (stackId === '') return [{ ...there, unmade: true }];
  if (stackId === undefined && there.unmade) return [];
  if (stackId !== undefined) return [{ ...there, stackId, detached: undefined }];
  return there.stackId === undefined ? [] : [{ ...there, detached: true }];
}

/** Only the StackSet knows whether a creation continued after its rollout was aborted or died. */
function made(there: PendingCreate, stackId: string | undefined): readonly DeployedModule[] {
  if (stackId === undefined) return [];
  const unknown = { ...there, version: '', status: 'current', stackId } as const;
  return located(unknown, stackId);
}

/**
 * Adds the stages that move stacks between waves. The first account moves alone: AWS does not say whether a StackSet imports a stack of
 * another template, and what is detached and cannot be imported is in no StackSet. The others follow all at once, since that changes
 * nothing in the accounts; the update that then changes them goes batch by batch with the rest.
 * @param arriving how many of the wave's accounts, the first ones, come from another wave.
 * @param following how many of them, the first ones, have stacks that must follow the StackSets: those that arrive, and those that arrived
 *   with a rollout that ended before it came to that.
 */
export function withRehoming(
  stages: readonly Stage[],
  modules: readonly ReleaseModule[],
  { arriving, following }: { readonly arriving: number; readonly following: number },
): readonly Stage[] {
  if (following === 0) return stages;
  const everywhere = {
    modules: modules.map(({ module }) => module),
    regions: Object.fromEntries(modules.map(({ module, regions }) => [module, regions])),
  };
  const moved = (from: number, to: number) =>
    from >= to ? [] : (['detach', 'adopt'] as const).map((step) => ({ ...everywhere, from, to, step }));
  const moving = [...moved(0, Math.min(1, arriving)), ...moved(1, arriving)];
  const own = stages.flatMap((stage, index) =>
    stage.from < following && stages[index - 1]?.from !== stage.from
      ? [{ ...everywhere, from: stage.from, to: Math.min(stage.to, following), step: 'follow' as const }, stage]
      : [stage],
  );
  return [...moving, ...own].map((stage, index) => ({ ...stage, index }));
}

/** It has a stack that an earlier rollout has imported into this wave, and that does not follow the StackSet yet. */
export const hasImported = ({ modules }: Pick<AccountRecord, 'modules'>, wave: WaveName, release: Release): boolean =>
  modules.some((there) => isImported(there, wave) && release.modules.some(({ module }) => module === there.module));

const isImported = (there: DeployedModule, wave: WaveName): boolean => there.wave === wave && there.imported === true;

export interface RehomingRequest {
  readonly module: ReleaseModule;
  /** The wave in whose set the operation runs. */
  readonly wave: WaveName;
  readonly kind: Rehoming;
  readonly accounts: readonly AccountId[];
  readonly regions: readonly Region[];
  readonly stackIds: readonly string[];
}

/** One operation per StackSet and region, and per few stacks for an import. */
export function rehomingRequests(
  stage: Stage,
  step: Rehoming,
  wave: WaveName,
  modules: readonly ReleaseModule[],
  accounts: readonly AccountRecord[],
): readonly RehomingRequest[] {
  return modules.flatMap((module) =>
    (stage.regions[module.module] ?? []).flatMap((region) => {
      const meant = accounts.flatMap(({ id, modules: there }) =>
        there
          .filter((m) => m.module === module.module && m.region === region && isMeant[step](m, wave))
          .map((m) => ({ id, ...m })),
      );
      const sets = step === 'detach' ? [...new Set(meant.map((m) => m.wave))] : [wave];
      return sets.flatMap((set) =>
        chunksOf(
          step === 'detach' ? meant.filter((m) => m.wave === set) : meant,
          step === 'adopt' ? stacksPerAdoptionMax : meant.length,
        ).map((chunk) => ({
          module,
          wave: set,
          kind: step,
          accounts: chunk.map(({ id }) => id),
          regions: [region],
          stackIds: chunk.flatMap(({ stackId }) => stackId ?? []),
        })),
      );
    }),
  );
}

const isMeant: Readonly<Record<Rehoming, (there: DeployedModule, wave: WaveName) => boolean>> = {
  detach: (there, wave) => there.wave !== wave && there.detached !== true,
  adopt: (there, wave) => there.wave !== wave && there.detached === true,
  // An imported stack keeps its own parameters as overrides until an operation makes it follow the StackSet.
  follow: isImported,
};

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / Math.max(size, 1)) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** The module afterwards: once detached it is in no StackSet, once imported in that of the new wave, at a version that is not known. */
export function rehomed(
  there: DeployedModule,
  wave: WaveName,
  kind: Rehoming,
  { outcome }: InstanceResult,
): readonly DeployedModule[] {
  if (outcome !== 'SUCCEEDED') return [there];
  if (kind === 'follow') return [following(there)];
  // Nothing is left that could be imported, so the new wave creates it.
  if (kind === 'detach') return there.unmade ? [] : [{ ...there, detached: true }];
  const { stackId: _known, detached: _then, reason: _before, ...rest } = there;
  return [{ ...rest, wave, version: '', status: 'current', imported: true }];
}

const following = ({ imported: _before, ...there }: DeployedModule): DeployedModule => there;

/** Why a stack could not be moved, and where it is now. */
export const rehomingFailure = (
  kind: Rehoming,
  { outcome, reason }: Pick<InstanceResult, 'outcome' | 'reason'>,
): string => {
  const why = reason === '' ? outcome : reason;
  switch (kind) {
    case 'detach':
      return `the stack stays in the StackSet of its former wave: ${why}; fix the cause, then roll out again`;
    case 'adopt':
      return `the stack is in no StackSet, and this wave's StackSet could not import it: ${why}; fix the cause, then roll out again`;
    case 'follow':
      return `the stack has joined this wave's StackSet with its own parameters and does not follow the set: ${why}; fix the cause, then roll out again`;
  }
};
