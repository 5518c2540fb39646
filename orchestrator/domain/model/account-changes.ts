/** The ways in which a rollout or a sweep changes an account's record. */

import {
  type AccountRecord,
  type Adopted,
  type DeployedModule,
  type Failure,
  failuresOf,
  isAdopted,
  isSkipped,
  lastFailures,
  type SkippedModule,
  statesOf,
} from './account-record';
import type { Region, RolloutId } from './brand';
import { type ModuleId, moduleOfSetting, type ReleaseModule } from './module';
import type { Unreached } from './outage';
import { isReadyForKeys, nextState, type ReadinessEvent, withEntered } from './readiness';
import type { Release } from './release';
import type { DesiredSettings } from './settings';

/** Readiness moves only through the transition function; the time of a state is the time at which it was entered. */
export function moved(record: AccountRecord, event: ReadinessEvent, now: Date): AccountRecord {
  const state = nextState(record.state, event, record.wasReady ?? false);
  if (state === record.state) return record;
  const { release, holder } = record;
  const next = { state, at: now.toISOString(), event, release, rollout: holder?.rollout };
  const states = withEntered(statesOf(record), next);
  const entered = {
    ...(isFall(event) ? unproved(record) : record),
    state,
    stateSince: states.at(-1)?.at ?? next.at,
    states,
  };
  return isReadyForKeys(state) ? { ...entered, wasReady: true } : entered;
}

/** Visits that failed are judged with their results. */
const isFall = (event: ReadinessEvent): boolean => event === 'enteringFailed' || event === 'deployFailed';

/** What passed before a fall says nothing after it: the account has to pass and to soak again. */
function unproved({ passing: _passed, soaked: _soaked, ...record }: AccountRecord): AccountRecord {
  return record;
}

/** Recorded before the first setting is changed: until all of them are applied, the account is at no release. */
export function withSettingsBegun(account: AccountRecord): AccountRecord {
  if (account.settingsRelease === undefined && account.release === undefined) return account;
  const { settingsRelease: _former, release: _mixed, ...rest } = account;
  return rest;
}

/** A failure is noted once, and replaces an older one of the same place. */
export function withFailure(record: AccountRecord, rollout: RolloutId, failure: Failure): AccountRecord {
  const others = failuresOf(record, rollout).filter(
    (f) => !(f.at === failure.at && f.module === failure.module && f.region === failure.region),
  );
  return { ...record, work: { rollout, failures: [...others, failure] } };
}

/** Notes that a visit did not reach its goal, or that the last one did. Nothing else about the account changes. */
export function withUnreached(
  record: AccountRecord,
  rollout: RolloutId,
  unreached: Unreached | undefined,
): AccountRecord {
  const { work } = record;
  if (work?.rollout !== rollout) {
    if (unreached === undefined) return record;
    // They still explain its state.
    const formerly = lastFailures(record);
    return { ...record, work: { rollout, failures: [], ...(formerly.length > 0 && { formerly }), unreached } };
  }
  if (unreached !== undefined) return { ...record, work: { ...work, unreached } };
  const { unreached: before, ...rest } = work;
  return before === undefined ? record : { ...record, work: rest };
}

/**
 * What preflight leaves to others, and what it skipped. What others were seen to run is still theirs where preflight could not look. The
 * release that the account is at depends on what others run, so it is determined again if that has changed.
 */
export function withPreflight(
  record: AccountRecord,
  seen: { readonly adopted: readonly Adopted[]; readonly skipped: readonly SkippedModule[] },
  release: Release,
): AccountRecord {
  const { adopted: before = [], skipped: _before, ...rest } = record;
  const adopted = [...seen.adopted, ...before.filter(({ module, region }) => isSkipped(seen, module, region))];
  const placesOf = (places: readonly Adopted[]): string =>
    places
      .map(({ module, region }) => `${module} ${region}`)
      .sort()
      .join();
  const renewed = {
    ...rest,
    ...(adopted.length > 0 && { adopted }),
    ...(seen.skipped.length > 0 && { skipped: seen.skipped }),
  };
  return placesOf(before) === placesOf(adopted) ? renewed : withRelease(renewed, release);
}

/** The skipped modules that the account misses. What others run, or what is at the release already, needs nothing. */
export const missedModules = (account: AccountRecord, release: Release): readonly SkippedModule[] =>
  (account.skipped ?? []).filter(({ module, region }) => {
    if (isAdopted(account, module, region)) return false;
    const wanted = release.modules.find((one) => one.module === module);
    const hasSettings = partsOf(release.settings).some((part) => moduleOfSetting(part) === module);
    return (
      (wanted !== undefined && !isAt(account, wanted, region)) ||
      (hasSettings && account.settingsRelease !== release.id)
    );
  });

const partsOf = (settings: DesiredSettings) => Object.keys(settings) as (keyof DesiredSettings)[];

const isAt = ({ modules }: AccountRecord, { module, version }: ReleaseModule, region: Region): boolean =>
  modules.some(
    (m) => m.module === module && m.region === region && m.status === 'current' && m.version === version && !m.changing,
  );

/**
 * The release that every module and every setting of the account is at; none while they differ. What is managed outside Strongroom is
 * never behind, because nothing of ours will be there. What the release does not have comes from another release, and is marked.
 */
export function withRelease(known: AccountRecord, release: Release): AccountRecord {
  const record = { ...known, modules: known.modules.map((there) => measured(there, release)) };
  const stacksAtRelease = release.modules.every((wanted) =>
    wanted.regions.every((region) => isAdopted(record, wanted.module, region) || isAt(record, wanted, region)),
  );
  const atRelease = stacksAtRelease && record.settingsRelease === release.id;
  if (atRelease) return { ...record, release: release.id };
  const { release: _mixed, ...rest } = record;
  return rest;
}

/** Modules that the older release does not have: their stacks are guards, and going back takes none away. */
export function staying(
  accounts: readonly AccountRecord[],
  { modules }: Release,
): { readonly staying?: readonly ModuleId[] } {
  const there = new Set(accounts.flatMap((account) => account.modules.map(({ module }) => module)));
  const notInRelease = [...there].filter((module) => modules.every((known) => known.module !== module));
  return notInRelease.length === 0 ? {} : { staying: notInRelease };
}

function measured({ notInRelease: _before, ...there }: DeployedModule, { modules }: Release): DeployedModule {
  const isIn = modules.some(({ module, regions }) => module === there.module && regions.includes(there.region));
  return isIn ? there : { ...there, notInRelease: true };
}
