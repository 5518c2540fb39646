/** The accounts of the current wave, and how they are visited. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId } from '../domain/model/brand';
import { currentWave } from '../domain/model/current-wave';
import type { DesiredState } from '../domain/model/desired-state';
import type { RolloutRecord } from '../domain/model/rollout';
import type { Item, Ports, Visit } from '../ports/ports';
import { readAccounts } from '../records/accounts';
import { loadDocument } from '../records/documents';

type HasArtifacts = Pick<Ports, 'artifacts'>;

/** Every account of the wave, in the order of the plan; shards are cut from this list. */
export async function membersOf(ports: HasArtifacts, record: RolloutRecord): Promise<readonly AccountId[]> {
  const plan = await loadDocument(ports, 'plan', record.plan);
  const wave = plan.waves.find(({ name }) => name === currentWave(record).name);
  return (wave?.accounts ?? []).map(({ id }) => id);
}

/** The accounts of the wave that have something to change, in the order in which they are changed. JudgePreflight and RollBack write it. */
export const workOf = (ports: HasArtifacts, record: RolloutRecord): Promise<readonly AccountId[]> =>
  loadDocument(ports, 'accounts', currentWave(record).work);

/** Records in the order of the ids. PlanWaves has written one for every planned account. */
export async function recordsOf(
  ports: Pick<Ports, 'store'>,
  ids: readonly AccountId[],
): Promise<readonly Item<AccountRecord>[]> {
  const items = await readAccounts(ports, ids);
  return items.map((item, index) => {
    if (item === undefined) throw errors.internal(`account ${ids[index]} has no record`);
    return item;
  });
}

export const valuesOf = <T>(items: readonly Item<T>[]): readonly T[] => items.map(({ value }) => value);

export const visitTo = (account: AccountId, rollout: Visit['rollout'], { installation }: DesiredState): Visit => ({
  account,
  rollout,
  roles: { reader: installation.readerRole, ci: installation.ciRole },
  externalId: installation.externalId,
});
