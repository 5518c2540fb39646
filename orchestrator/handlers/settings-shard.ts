/** Applies what CloudFormation cannot hold, through the CI role; what was there before is kept first, so that it can be put back. */
import pLimit from 'p-limit';
import { type AccountRecord, hasLostSettings, isOut } from '../domain/account-record';
import type { ShardInput } from '../domain/baton';
import { messageOf } from '../domain/errors';
import { isAllKept, keepingFirst } from '../domain/settings';
import type { Item, Ports } from '../ports/ports';
import { readAccount } from '../records';
import { changeAccount, moved, withFailure, withRelease } from './account-work';
import { patiently } from './patience';
import { accountsAtOnceMax, openShard, type Shard, type ShardPorts } from './shard';
import { visitTo } from './wave-at-work';

type SettingsPorts = ShardPorts & Pick<Ports, 'accounts' | 'random'>;

export const settingsShard = (ports: SettingsPorts) => async (input: ShardInput) => {
  const shard = await openShard(ports, input);
  const limit = pLimit(accountsAtOnceMax);
  const wanted = shard.accounts.filter(
    ({ value }) =>
      (value.settingsRelease !== shard.release.id || hasLostSettings(value)) && !isOut(value, shard.record.id),
  );
  await Promise.all(wanted.map((item) => limit(() => applyTo(ports, shard, item))));
  return { shard: input.shard };
};

async function applyTo(
  ports: SettingsPorts,
  { record, intent, release }: Shard,
  item: Item<AccountRecord>,
): Promise<void> {
  const now = ports.clock.now();
  const visit = visitTo(item.value.id, record.id, intent);
  const regions = release.regions.governed;
  try {
    if (Object.keys(release.settings).length > 0) {
      if (!isAllKept(item.value.previousSettings ?? {}, release.settings, regions)) {
        const seen = await patiently(ports, () => ports.accounts.readSettings(visit, release.settings, regions));
        await changeAccount(ports, record.id, item, (account) => ({
          ...account,
          previousSettings: keepingFirst(account.previousSettings ?? {}, seen),
        }));
      }
      await patiently(ports, () => ports.accounts.applySettings(visit, release.settings, regions));
    }
    await change(ports, record.id, item, (account) =>
      withRelease({ ...account, settingsRelease: release.id }, release),
    );
  } catch (error) {
    const failure = { at: 'settings', reason: messageOf(error) } as const;
    await change(ports, record.id, item, (account) =>
      moved(withFailure(account, record.id, failure), 'deployFailed', now),
    );
  }
}

/** The record may have been written a moment ago, by this very visit. */
async function change(
  ports: SettingsPorts,
  rollout: Shard['record']['id'],
  item: Item<AccountRecord>,
  how: (account: AccountRecord) => AccountRecord,
): Promise<void> {
  const latest = await readAccount(ports, item.value.id);
  await changeAccount(ports, rollout, latest ?? item, how);
}
