/** Reads the facts of each account, judges them, and keeps the evidence. A deployment alone says nothing about health. */
import { messageOf } from '../domain/errors';
import { missedModules, withUnreached } from '../domain/model/account-changes';
import { type AccountRecord, isOut, unreachedOf } from '../domain/model/account-record';
import { currentWave, hasSoaked } from '../domain/model/current-wave';
import type { Unreached } from '../domain/model/outage';
import type { RolloutRecord, WaveProgress } from '../domain/model/rollout';
import type { Item } from '../ports/ports';
import { writeEvidence } from '../records/evidence';
import { changeAccount } from '../rollout/change-account';
import { openShard, type Shard } from '../rollout/shard';
import { evidenceOf, type Seen, visitAccount, withVisit } from '../rollout/visit';
import { visitTo } from '../rollout/wave-accounts';
import type { ActingPortsOf, Handler } from '../tasks/table';

type HealthPorts = ActingPortsOf<'HealthShard'>;

export const healthShard: Handler<'HealthShard'> = (closed) => async (input) => {
  const { shard, ports } = await openShard(closed, input);
  const wanted = shard.accounts.filter(
    ({ value }) =>
      !isOut(value, shard.record.id) && !isWithoutSettings(value, shard.record) && !isPassing(value, shard.record),
  );
  await Promise.all(wanted.map((item) => shard.limit(() => probe(ports, shard, item))));
  return { shard: input.shard };
};

/** Accounts that passed are not visited again, neither while checks settle nor if the shard is delivered twice. */
function isPassing(account: AccountRecord, record: RolloutRecord): boolean {
  const { checksSince } = currentWave(record);
  const passed = account.state === 'BASELINE_HEALTHY' || account.state === 'READY_FOR_KEYS';
  return passed && checksSince !== undefined && account.checkedAt !== undefined && account.checkedAt >= checksSince;
}

/** Its settings could not be applied, so what its checks found would not count. */
const isWithoutSettings = (account: AccountRecord, { id }: RolloutRecord): boolean =>
  unreachedOf(account, id)?.at === 'settings';

async function probe(ports: HealthPorts, shard: Shard, item: Item<AccountRecord>): Promise<void> {
  const { record, desiredState, release } = shard;
  const { id, adopted, drift } = item.value;
  const wave = currentWave(record);
  const skipped = missedModules(item.value, release);
  const visit = visitTo(id, record.id, desiredState);
  const seen = await visitAccount(ports, { visit, release, adopted, skipped, drift });
  const unreached = unreachedIn(seen);
  if (unreached !== undefined) {
    const noted = (account: AccountRecord): AccountRecord => withUnreached(account, record.id, unreached);
    await changeAccount(ports, record.id, item, noted);
    return;
  }
  await writeEvidence(ports, item.value, evidenceOf(seen, { rollout: record.id, by: record.request.by }));
  const visited = (account: AccountRecord): AccountRecord =>
    isNewer(account, seen.at)
      ? account
      : withVisit(
          withUnreached(account, record.id, undefined),
          seen,
          hasSoaked(record, seen.at) && hasStood(account, seen, wave),
        );
  await changeAccount(ports, record.id, item, visited);
}

/** The account could not be entered, or an outage kept the visit from a verdict; JudgeWave decides whose fault it is. */
function unreachedIn({ at, error, outage }: Seen): Unreached | undefined {
  if (error === undefined && outage === undefined) return undefined;
  const { fault, because } = outage ?? { fault: 'account', because: messageOf(error) };
  return { at: 'health', fault, because, seenAt: at.toISOString() };
}

/** A later visit has seen more, even if this earlier one is written only now. */
const isNewer = ({ checkedAt }: AccountRecord, seenAt: Date): boolean =>
  checkedAt !== undefined && new Date(checkedAt) > seenAt;

/** The wave's soak began when the wave was healthy: an account that became healthy later has not soaked yet. */
const hasStood = ({ passing }: AccountRecord, { at, release }: Seen, { spec }: WaveProgress): boolean =>
  passing?.release === release && at.getTime() - new Date(passing.at).getTime() >= spec.soakMinutes * 60_000;
