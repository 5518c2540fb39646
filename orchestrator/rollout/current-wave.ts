/** What the handlers of a wave have in common: which wave is at work, who is in it, and what is to be visited with which words. */

import { errors } from '../domain/errors';
import type { AccountRecord } from '../domain/model/account-record';
import type { AccountId, ReleaseId } from '../domain/model/brand';
import type { DesiredState } from '../domain/model/desired-state';
import type { WavePlan } from '../domain/model/plan';
import type { RolloutRecord, WaveProgress } from '../domain/model/rollout';
import type { Item, Ports, Visit } from '../ports/ports';
import { readAccounts } from '../records/accounts';
import { loadDocument } from '../records/documents';

export function currentWave(record: RolloutRecord): WaveProgress {
  const wave = record.waves[record.wave];
  if (wave === undefined) throw errors.internal(`rollout ${record.id} has no wave at work`);
  return wave;
}

/** The rollout with its wave at work changed. */
export function withWave(record: RolloutRecord, change: Partial<WaveProgress>): RolloutRecord {
  const waves = record.waves.map((wave, index) => (index === record.wave ? { ...wave, ...change } : wave));
  return { ...record, waves };
}

/** A wave before it was opened. */
export function freshWave(wave: WavePlan, desiredState: DesiredState, release: ReleaseId): WaveProgress {
  const spec = desiredState.waves.find(({ name }) => name === wave.name);
  if (spec === undefined) throw errors.internal(`wave ${wave.name} is planned but not in the config`);
  return {
    name: wave.name,
    spec,
    accounts: wave.accounts.length,
    status: { kind: 'pending' },
    attempt: 0,
    release: wave.release ?? release,
    lost: 0,
    stages: [],
    stage: 0,
    round: 0,
  };
}

type HasArtifacts = Pick<Ports, 'artifacts'>;

/** Every account of the wave, in the order of the plan: what shards and checks go through. */
export async function membersOf(ports: HasArtifacts, record: RolloutRecord): Promise<readonly AccountId[]> {
  const plan = await loadDocument(ports, 'plan', record.plan);
  const wave = plan.waves.find(({ name }) => name === currentWave(record).name);
  return (wave?.accounts ?? []).map(({ id }) => id);
}

/** The accounts of the wave that have something to change, in the order in which they are reached; empty before preflight was judged. */
export const workOf = (ports: HasArtifacts, record: RolloutRecord): Promise<readonly AccountId[]> =>
  loadDocument(ports, 'accounts', currentWave(record).work);

/** Records in the order of the ids. Planning has written one for every planned account. */
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

export const visitTo = (account: AccountId, rollout: Visit['rollout'], { organization }: DesiredState): Visit => ({
  account,
  rollout,
  role: organization.ciRole,
  externalId: organization.externalId,
});
