/**
 * An account that has changed its wave brings its stacks along: they are released from the former wave's StackSets and adopted by the
 * new one's. Nothing is deleted, and nothing changes in the account until the wave's own update.
 */
import {
  type AccountRecord,
  type DeployedModule,
  isSamePlace,
  type PendingCreate,
  pendingCreatesOf,
} from '../domain/model/account-record';
import type { AccountId, Region, WaveName } from '../domain/model/brand';
import { currentWave } from '../domain/model/current-wave';
import { type ReleaseModule, stackSetName } from '../domain/model/module';
import type { Rehoming, Stage } from '../domain/model/plan';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { type InstanceResult, type Item, type Ports, stacksPerAdoptionMax, type UsesStackSets } from '../ports/ports';
import { changeAccount } from './change-account';
import { withRetry } from './retry';
import type { AssertCurrent } from './step';

/**
 * Where the stacks of accounts from other waves are now: their ids are written down before anything is released, so that a stack that
 * is in no set is found again.
 */
export async function findStacks(
  ports: Pick<Ports, 'store' | 'random' | 'clock'> & UsesStackSets<'instances'>,
  record: RolloutRecord,
  release: Release,
  members: readonly Item<AccountRecord>[],
  assertCurrent: AssertCurrent,
): Promise<readonly AccountRecord[]> {
  const wave = currentWave(record).name;
  const strangers = members.filter(({ value }) => isStranger(value, wave, release));
  const places = strangers.flatMap(({ value }) => [...value.modules, ...(value.pendingCreates ?? [])]);
  const formers = [...new Set(places.map((m) => m.wave))].filter((name) => name !== wave);
  const ids = new Map<string, string>();
  for (const former of formers)
    for (const { module } of release.modules)
      for (const { account, region, stackId } of await withRetry(ports, () =>
        ports.stackSets.instances(stackSetName(former, module)),
      ))
        ids.set(placeOf(account, { wave: former, module, region }), stackId);
  return Promise.all(
    members.map((item) =>
      strangers.includes(item)
        ? changeAccount(ports, record.id, item, (account) => withPlaces(account, wave, release, ids), assertCurrent)
        : item.value,
    ),
  );
}

/** @param ids of the stacks in the sets of former waves, by place; '' where an instance has none. */
function withPlaces(
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

/** It has changed its wave, and its stacks have not yet. What the release does not have stays in the former wave's sets. */
export const isStranger = (
  { modules, pendingCreates = [] }: AccountRecord,
  wave: WaveName,
  release: Release,
): boolean => [...modules, ...pendingCreates].some((there) => isElsewhere(there, wave, release));

const isElsewhere = (there: PendingCreate, wave: WaveName, { modules }: Release): boolean =>
  there.wave !== wave &&
  modules.some(({ module, regions }) => module === there.module && regions.includes(there.region));

const placeOf = (account: AccountId, { wave, module, region }: PendingCreate): string =>
  `${wave} ${module} ${account} ${region}`;

/** A stack of which neither the set nor the record knows anything is not there. */
function located(there: DeployedModule, stackId: string | undefined): readonly DeployedModule[] {
  if (stackId === '') return [{ ...there, unmade: true }];
  if (stackId === undefined && there.unmade) return [];
  if (stackId !== undefined) return [{ ...there, stackId, released: undefined }];
  return there.stackId === undefined ? [] : [{ ...there, released: true }];
}

/** Whether its creation went on after its rollout was aborted or had died is told by the set alone. */
function made(there: PendingCreate, stackId: string | undefined): readonly DeployedModule[] {
  if (stackId === undefined) return [];
  const unknown = { ...there, version: '', status: 'current', stackId } as const;
  return located(unknown, stackId);
}

/**
 * Before the wave's own stages: released and adopted all together, since that changes nothing in the accounts; what it then does change,
 * batch by batch with the rest.
 * @param strangers how many of the wave's accounts, the first ones, come from another wave.
 */
export function withRehoming(
  stages: readonly Stage[],
  modules: readonly ReleaseModule[],
  strangers: number,
): readonly Stage[] {
  if (strangers === 0) return stages;
  const everywhere = {
    modules: modules.map(({ module }) => module),
    regions: Object.fromEntries(modules.map(({ module, regions }) => [module, regions])),
  };
  const whole = { ...everywhere, from: 0, to: strangers };
  const own = stages.flatMap((stage, index) =>
    stage.from < strangers && stages[index - 1]?.from !== stage.from
      ? [{ ...everywhere, from: stage.from, to: Math.min(stage.to, strangers), step: 'follow' as const }, stage]
      : [stage],
  );
  return [{ ...whole, step: 'release' as const }, { ...whole, step: 'adopt' as const }, ...own].map((stage, index) => ({
    ...stage,
    index,
  }));
}

export interface RehomingRequest {
  readonly module: ReleaseModule;
  /** The wave in whose set the operation runs. */
  readonly wave: WaveName;
  readonly kind: Rehoming;
  readonly accounts: readonly AccountId[];
  readonly regions: readonly Region[];
  readonly stackIds: readonly string[];
}

/** One operation per set and region; an import of few stacks at a time. */
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
      const sets = step === 'release' ? [...new Set(meant.map((m) => m.wave))] : [wave];
      return sets.flatMap((set) =>
        chunksOf(
          step === 'release' ? meant.filter((m) => m.wave === set) : meant,
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
  release: (there, wave) => there.wave !== wave && there.released !== true,
  adopt: (there, wave) => there.wave !== wave && there.released === true,
  // A stack comes with the parameters that it has, and keeps them as overrides until it is told to follow the set.
  follow: (there, wave) => there.wave === wave && there.version === '',
};

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / Math.max(size, 1)) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** What becomes of the module: released it belongs to no set, adopted to the new wave's, at a version that is not known. */
export function rehomed(
  there: DeployedModule,
  wave: WaveName,
  kind: Rehoming,
  { outcome }: InstanceResult,
): readonly DeployedModule[] {
  if (outcome !== 'SUCCEEDED' || kind === 'follow') return [there];
  // Nothing is left of it, and nothing can be adopted: the new wave makes it.
  if (kind === 'release') return there.unmade ? [] : [{ ...there, released: true }];
  const { stackId: _known, released: _then, reason: _before, ...rest } = there;
  return [{ ...rest, wave, version: '', status: 'current' }];
}

/** Why it did not come along, and what becomes of it. */
export const rehomingFailure = (
  kind: Rehoming,
  { outcome, reason }: Pick<InstanceResult, 'outcome' | 'reason'>,
): string => {
  const why = reason === '' ? outcome : reason;
  switch (kind) {
    case 'release':
      return `the stack stays in the StackSet of its former wave: ${why}; mend that, and roll out again`;
    case 'adopt':
      return `the stack stands in no StackSet, and this wave's could not import it: ${why}; mend that, and roll out again`;
    case 'follow':
      return `the stack has joined this wave's StackSet with its own parameters, and does not follow it: ${why}; mend that, and roll out again`;
  }
};
