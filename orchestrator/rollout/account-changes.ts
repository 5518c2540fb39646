/** The ways in which a rollout changes an account's record: always by its holder, always on condition of the version. */

import { errors, isStrongroomError } from '../domain/errors';
import {
  type AccountRecord,
  type Adopted,
  type DeployedModule,
  type Failure,
  failuresOf,
  isAdopted,
  statesOf,
} from '../domain/model/account-record';
import type { AccountId, RolloutId } from '../domain/model/brand';
import type { ModuleId } from '../domain/model/module';
import { isReadyForKeys, nextState, type ReadinessEvent, withEntered } from '../domain/model/readiness';
import type { Release } from '../domain/model/release';
import type { Item, Ports } from '../ports/ports';
import { readAccount, writeAccount } from '../records/accounts';
import type { AssertCurrent } from './step';

const triesMax = 5;

/** Readiness moves only through the transition function; the time of a state is the time at which it was entered. */
export function moved(record: AccountRecord, event: ReadinessEvent, now: Date): AccountRecord {
  const state = nextState(record.state, event, record.wasReady ?? false);
  if (state === record.state) return record;
  const { release, holder } = record;
  const next = { state, at: now.toISOString(), event, release, rollout: holder?.rollout };
  const states = withEntered(statesOf(record), next);
  const entered = { ...record, state, stateSince: states.at(-1)?.at ?? next.at, states };
  return isReadyForKeys(state) ? { ...entered, wasReady: true } : entered;
}

/** A failure is noted once, and replaces an older one of the same place. */
export function withFailure(record: AccountRecord, rollout: RolloutId, failure: Failure): AccountRecord {
  const others = failuresOf(record, rollout).filter(
    (f) => !(f.at === failure.at && f.module === failure.module && f.region === failure.region),
  );
  return { ...record, work: { rollout, failures: [...others, failure] } };
}

/** What preflight leaves to others. The release that the account is at depends on it, so it is found anew where that has changed. */
export function withAdopted(record: AccountRecord, adopted: readonly Adopted[], release: Release): AccountRecord {
  const { adopted: before = [], ...rest } = record;
  const placesOf = (places: readonly Adopted[]): string =>
    places.map(({ module, region }) => `${module} ${region}`).join();
  const renewed = adopted.length === 0 ? rest : { ...rest, adopted };
  return placesOf(before) === placesOf(adopted) ? renewed : withRelease(renewed, release);
}

/**
 * The release that every module and every setting of the account is at; none while they differ. What is left to others is never
 * behind: nothing of ours will be there. What the release does not have was made by another one, and is marked.
 */
export function withRelease(known: AccountRecord, release: Release): AccountRecord {
  const record = { ...known, modules: known.modules.map((there) => measured(there, release)) };
  const stacksAtRelease = release.modules.every((wanted) =>
    wanted.regions.every(
      (region) =>
        isAdopted(record, wanted.module, region) ||
        record.modules.some(
          (m) =>
            m.module === wanted.module &&
            m.region === region &&
            m.status === 'current' &&
            m.version === wanted.version &&
            !m.changing,
        ),
    ),
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

/**
 * Changes an account's record if the rollout still holds the account, reading it again when somebody else wrote in between.
 * @param late given by whoever plays a turn: a process that was taken for dead would write over what came after it.
 * @throws LeaseLost when another rollout holds it: a late writer is refused.
 */
export async function changeAccount(
  ports: Pick<Ports, 'store'>,
  rollout: RolloutId,
  known: Item<AccountRecord>,
  change: (record: AccountRecord) => AccountRecord,
  assertCurrent?: AssertCurrent,
): Promise<AccountRecord> {
  await assertCurrent?.();
  let item = known;
  for (let tries = 1; ; tries++) {
    if (item.value.holder?.rollout !== rollout) throw errors.leaseLost(rollout, item.value.holder?.rollout ?? 'nobody');
    const changed = change(item.value);
    if (changed === item.value) return changed;
    try {
      await writeAccount(ports, changed, item.version);
      return changed;
    } catch (error) {
      if (!(isStrongroomError(error) && error.code === 'StaleWrite') || tries >= triesMax) throw error;
      item = await mustRead(ports, item.value.id);
      await assertCurrent?.('anew');
    }
  }
}

async function mustRead(ports: Pick<Ports, 'store'>, id: AccountId): Promise<Item<AccountRecord>> {
  const item = await readAccount(ports, id);
  if (item === undefined) throw errors.internal(`account ${id} has no record`);
  return item;
}
