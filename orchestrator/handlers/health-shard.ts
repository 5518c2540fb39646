/** Asks each live account what is true there, judges it, and keeps the evidence. Deployment alone proves nothing. */
import pLimit from 'p-limit';
import { type AccountRecord, isOut } from '../domain/account-record';
import type { ShardInput } from '../domain/baton';
import { runChecks } from '../domain/check';
import { checkTable } from '../domain/checks/table';
import { factsWanted } from '../domain/checks/wanted';
import { messageOf } from '../domain/errors';
import type { AccountFacts } from '../domain/facts';
import { type CheckResult, gatesOf, type Verdict, verdictOfAccount } from '../domain/gate';
import { isReadyForKeys, type ReadinessEvent } from '../domain/readiness';
import type { RolloutRecord } from '../domain/rollout';
import type { Item, Ports } from '../ports/ports';
import { type Evidence, writeEvidence } from '../records';
import { changeAccount, moved } from './account-work';
import { patiently } from './patience';
import { accountsAtOnceMax, openShard, type Shard, type ShardPorts } from './shard';
import { visitTo, waveAtWork } from './wave-at-work';

type HealthPorts = ShardPorts & Pick<Ports, 'accounts' | 'random'>;

export const healthShard = (ports: HealthPorts) => async (input: ShardInput) => {
  const shard = await openShard(ports, input);
  const limit = pLimit(accountsAtOnceMax);
  const wanted = shard.accounts.filter(({ value }) => !isOut(value, shard.record.id) && !isProved(value, shard.record));
  await Promise.all(wanted.map((item) => limit(() => prove(ports, shard, item))));
  return { shard: input.shard };
};

/** Settling asks only those again that did not pass, and a shard that is delivered twice visits nobody twice. */
function isProved(account: AccountRecord, record: RolloutRecord): boolean {
  const { proofSince } = waveAtWork(record);
  const passed = account.state === 'BASELINE_HEALTHY' || account.state === 'READY_FOR_KEYS';
  return passed && proofSince !== undefined && account.checkedAt !== undefined && account.checkedAt >= proofSince;
}

async function prove(ports: HealthPorts, { record, intent, release }: Shard, item: Item<AccountRecord>): Promise<void> {
  const visit = visitTo(item.value.id, record.id, intent);
  const { facts, results } = await visited(async () => {
    const collected = await patiently(ports, () => ports.accounts.collectFacts(visit, factsWanted(release)));
    return { facts: collected, results: runChecks(checkTable, collected, release) };
  });
  const now = ports.clock.now();
  const at = now.toISOString();
  const evidence: Evidence = {
    at,
    release: release.id,
    rollout: record.id,
    facts,
    results: results.map(({ check, region, outcome, observed }) => ({ check, region, outcome, observed })),
  };
  const evidenceVersion = await writeEvidence(ports, item.value.id, evidence, item.value.evidenceVersion ?? 0);
  const event = eventOf(verdictOfAccount(results), record, now);
  await changeAccount(ports, record.id, item, (account) => {
    const judged = moved(moved(account, 'checksStarted', now), event, now);
    return {
      ...judged,
      gates: gatesOf(results),
      failing: results.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown'),
      checkedAt: at,
      evidenceVersion,
      ...(event === 'provedAgain' && isReadyForKeys(judged.state) ? { soaked: release.id } : {}),
    };
  });
}

interface Proof {
  readonly facts: AccountFacts | undefined;
  readonly results: readonly CheckResult[];
}

/** An account that cannot be entered any more is not healthy and not unhealthy: it could not be measured, and that is said. */
async function visited(visit: () => Promise<Proof>): Promise<Proof> {
  try {
    return await visit();
  } catch (error) {
    const couldNot: CheckResult = {
      check: '003-36',
      gate: 'G0',
      module: 'bootstrap',
      severity: 'critical',
      region: 'global',
      outcome: 'unknown',
      observed: messageOf(error),
      expected: 'the account can be entered through the CI role',
      remediation: 'check the CI role in the account, then run the rollout again',
    };
    return { facts: undefined, results: [couldNot] };
  }
}

/** Ready for keys only by a second proof after the soak; a soak of nothing is no soak, and then healthy is all that is said. */
function eventOf(verdict: Verdict, record: RolloutRecord, now: Date): ReadinessEvent {
  if (verdict === 'failed') return 'disproved';
  if (verdict === 'inconclusive') return 'unmeasured';
  return hasSoaked(record, now) ? 'provedAgain' : 'proved';
}

export function hasSoaked(record: RolloutRecord, now: Date): boolean {
  const { provedAt, spec } = waveAtWork(record);
  if (provedAt === undefined || spec.soakMinutes === 0) return false;
  return now.getTime() - new Date(provedAt).getTime() >= spec.soakMinutes * 60_000;
}
