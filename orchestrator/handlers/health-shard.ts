/** Asks each live account what is true there, judges it, and keeps the evidence. Deployment alone proves nothing. */
import { type AccountRecord, isOut } from '../domain/model/account-record';
import type { ShardInput } from '../domain/model/execution-input';
import type { RolloutRecord, WaveProgress } from '../domain/model/rollout';
import type { Item, Ports } from '../ports/ports';
import { writeEvidence } from '../records/records';
import { changeAccount } from '../rollout/account-changes';
import { visitTo, waveAtWork } from '../rollout/current-wave';
import { openShard, type Shard, type ShardPorts } from '../rollout/shard';
import { evidenceOf, type Seen, visitAccount, withVisit } from '../rollout/visit';

type HealthPorts = ShardPorts & Pick<Ports, 'accounts' | 'random'>;

export const healthShard = (ports: HealthPorts) => async (input: ShardInput) => {
  const shard = await openShard(ports, input);
  const wanted = shard.accounts.filter(({ value }) => !isOut(value, shard.record.id) && !isProved(value, shard.record));
  await Promise.all(wanted.map((item) => shard.limit(() => prove(ports, shard, item))));
  return { shard: input.shard };
};

/** Settling asks only those again that did not pass, and a shard that is delivered twice visits nobody twice. */
function isProved(account: AccountRecord, record: RolloutRecord): boolean {
  const { proofSince } = waveAtWork(record);
  const passed = account.state === 'BASELINE_HEALTHY' || account.state === 'READY_FOR_KEYS';
  return passed && proofSince !== undefined && account.checkedAt !== undefined && account.checkedAt >= proofSince;
}

async function prove(ports: HealthPorts, shard: Shard, item: Item<AccountRecord>): Promise<void> {
  const { record, intent, release, refuseLate } = shard;
  const { id, adopted, drift } = item.value;
  const wave = waveAtWork(record);
  await refuseLate();
  const seen = await visitAccount(ports, { visit: visitTo(id, record.id, intent), release, adopted, drift });
  await refuseLate();
  await writeEvidence(ports, item.value, evidenceOf(seen, { rollout: record.id }));
  const visited = (account: AccountRecord): AccountRecord =>
    isNewer(account, seen.at)
      ? account
      : withVisit(account, seen, hasSoaked(record, seen.at) && hasStood(account, seen, wave));
  await changeAccount(ports, record.id, item, visited, refuseLate);
}

/** Whoever was there later has seen more, also where what was seen before is written down only now. */
const isNewer = ({ checkedAt }: AccountRecord, seenAt: Date): boolean =>
  checkedAt !== undefined && new Date(checkedAt) > seenAt;

/** The wave's soak is counted from when most of it was proved: an account that came up later has not stood it yet. */
const hasStood = ({ proved }: AccountRecord, { at, release }: Seen, { spec }: WaveProgress): boolean =>
  proved?.release === release && at.getTime() - new Date(proved.at).getTime() >= spec.soakMinutes * 60_000;

/** Ready for keys only by a second proof after the soak; a soak of nothing is no soak, and then healthy is all that is said. */
export function hasSoaked(record: RolloutRecord, now: Date): boolean {
  const { provedAt, spec } = waveAtWork(record);
  if (provedAt === undefined || spec.soakMinutes === 0) return false;
  return now.getTime() - new Date(provedAt).getTime() >= spec.soakMinutes * 60_000;
}
