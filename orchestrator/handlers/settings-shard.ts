/**
 * Applies the settings that CloudFormation cannot manage, through the CI role. The value from before Strongroom first changed a setting is
 * kept, and a rollback restores it if the older release does not manage the setting.
 */

import { messageOf } from '../domain/errors';
import { withRelease, withSettingsBegun, withUnreached } from '../domain/model/account-changes';
import { type AccountRecord, hasLostSettings, isOut, withoutPassing } from '../domain/model/account-record';
import { outageOf, type Unreached } from '../domain/model/outage';
import { isAllKept, keepingFirst } from '../domain/model/settings';
import { forgetting, namesNothing, ungoverned } from '../domain/planning/kept-settings';
import { type SettingsPart, settingsWithoutSkipped } from '../domain/planning/preflight';
import { isToRevert } from '../domain/planning/revert-drift';
import type { Item, Visit } from '../ports/ports';
import { changeLatest } from '../rollout/change-account';
import { withRetry } from '../rollout/retry';
import { revertDrift } from '../rollout/revert-drift';
import { openShard, type Shard } from '../rollout/shard';
import { isRefusal } from '../rollout/step';
import { visitTo } from '../rollout/wave-accounts';
import type { ActingPortsOf, Handler } from '../tasks/table';

type SettingsPorts = ActingPortsOf<'SettingsShard'>;

export const settingsShard: Handler<'SettingsShard'> = (closed) => async (input) => {
  const { shard, ports } = await openShard(closed, input);
  const wanted = shard.accounts.filter(
    ({ value }) =>
      (value.settingsRelease !== shard.release.id || hasLostSettings(value) || isToRevert(value, shard.record)) &&
      !isOut(value, shard.record.id),
  );
  await Promise.all(wanted.map((item) => shard.limit(() => reach(ports, shard, item))));
  return { shard: input.shard };
};

/** What keeps the visit from its goal is only noted; JudgeWave decides whose fault it is. */
async function reach(ports: SettingsPorts, shard: Shard, item: Item<AccountRecord>): Promise<void> {
  try {
    if (await revertDrift(ports, shard, item)) await bring(ports, shard, item);
  } catch (error) {
    if (isRefusal(error)) throw error;
    const { fault, because } = outageOf(error) ?? { fault: 'account', because: messageOf(error) };
    const unreached: Unreached = { at: 'settings', fault, because, seenAt: ports.clock.now().toISOString() };
    await change(ports, shard, item, (account) => withUnreached(account, shard.record.id, unreached));
  }
}

async function bring(ports: SettingsPorts, shard: Shard, item: Item<AccountRecord>): Promise<void> {
  const { record, desiredState, release } = shard;
  const visit = visitTo(item.value.id, record.id, desiredState);
  // Settings that an abort interrupts are of either release.
  if (item.value.settingsRelease !== release.id) await change(ports, shard, item, withSettingsBegun);
  if (record.direction === 'back') await putBackUngoverned(ports, shard, item, visit);
  const { parts, isWhole } = settingsWithoutSkipped(item.value, release);
  for (const part of parts) await applyKeeping(ports, shard, item, visit, part);
  await change(ports, shard, item, (account) => {
    const changed = withoutPassing(withUnreached(account, record.id, undefined));
    return withRelease(isWhole ? { ...changed, settingsRelease: release.id } : changed, release);
  });
}

/** A setting that is changed for the first time is read and kept before it is changed: a crash in between only repeats the read. */
async function applyKeeping(
  ports: SettingsPorts,
  shard: Shard,
  item: Item<AccountRecord>,
  visit: Visit,
  { settings, regions }: SettingsPart,
): Promise<void> {
  if (namesNothing(settings)) return;
  if (!isAllKept(item.value.previousSettings ?? {}, settings, regions)) {
    const seen = await withRetry(ports, () => ports.accounts.readSettings(visit, settings, regions));
    await change(ports, shard, item, (account) => ({
      ...account,
      previousSettings: keepingFirst(account.previousSettings ?? {}, seen),
    }));
  }
  await withRetry(ports, () => ports.accounts.applySettings(visit, settings, regions));
}

/** Restores first and forgets second: after a crash in between the same values are restored once more. */
async function putBackUngoverned(
  ports: SettingsPorts,
  shard: Shard,
  item: Item<AccountRecord>,
  visit: Visit,
): Promise<void> {
  const { release } = shard;
  const leftover = ungoverned(item.value.previousSettings ?? {}, release.settings, release.regions.governed);
  if (namesNothing(leftover)) return;
  await withRetry(ports, () => ports.accounts.putBackSettings(visit, leftover));
  await change(ports, shard, item, (account) => ({
    ...account,
    previousSettings: forgetting(account.previousSettings ?? {}, leftover),
  }));
}

/** A store that does not answer for a moment is no failure of the account. */
const change = (
  ports: SettingsPorts,
  { record }: Shard,
  item: Item<AccountRecord>,
  how: (account: AccountRecord) => AccountRecord,
) => withRetry(ports, () => changeLatest(ports, record.id, item, how));
