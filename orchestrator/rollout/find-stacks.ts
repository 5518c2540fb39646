/** Finds the stacks of accounts that come from other waves. */
import type { AccountRecord } from '../domain/model/account-record';
import { currentWave } from '../domain/model/current-wave';
import { stackSetName } from '../domain/model/module';
import type { Release } from '../domain/model/release';
import type { RolloutRecord } from '../domain/model/rollout';
import { isFromOtherWave, placeOf, withStackIds } from '../domain/planning/rehoming';
import type { Guarded } from '../ports/guard';
import type { Item, Ports, UsesStackSets } from '../ports/ports';
import { changeAccount } from './change-account';
import { withRetry } from './retry';

/** The ids of the stacks are recorded before any stack is detached, so that a stack that is in no StackSet is found again. */
export async function findStacks(
  ports: Guarded<'store'> & Pick<Ports, 'random' | 'clock'> & UsesStackSets<'instances'>,
  record: RolloutRecord,
  release: Release,
  members: readonly Item<AccountRecord>[],
): Promise<readonly AccountRecord[]> {
  const wave = currentWave(record).name;
  const arriving = members.filter(({ value }) => isFromOtherWave(value, wave, release));
  const places = arriving.flatMap(({ value }) => [...value.modules, ...(value.pendingCreates ?? [])]);
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
      arriving.includes(item)
        ? changeAccount(ports, record.id, item, (account) => withStackIds(account, wave, release, ids))
        : item.value,
    ),
  );
}
