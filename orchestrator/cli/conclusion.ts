/** The result of running a rollout: its outcome or what it waits for, and every account with findings. */

import type { RolloutId } from '../domain/model/brand';
import type { Outcome, RolloutRecord } from '../domain/model/rollout';
import type { ExecutionEnd } from '../engine/engine';
import type { Ports } from '../ports/ports';
import { type Troubled, troubledAccounts } from '../presentation/findings';
import { readAccounts } from '../records/accounts';
import { loadDocument } from '../records/documents';
import { readRollout } from '../records/rollouts';

export interface Conclusion {
  readonly record: RolloutRecord;
  readonly outcome: Outcome;
  readonly because: readonly string[];
  readonly troubled: readonly Troubled[];
}

type ConclusionPorts = Pick<Ports, 'store' | 'artifacts'>;

export async function conclusionOf(ports: ConclusionPorts, id: RolloutId, end: ExecutionEnd): Promise<Conclusion> {
  const { value: record } = await readRollout(ports, id);
  return { record, ...outcomeOf(record, end), troubled: await troubled(ports, record) };
}

function outcomeOf({ status }: RolloutRecord, end: ExecutionEnd): Pick<Conclusion, 'outcome' | 'because'> {
  if (status.kind === 'finished') return { outcome: status.outcome, because: status.because };
  if (status.kind === 'awaitingApproval') return { outcome: 'held', because: status.prompt.because };
  // A person decided after the rollout was seen waiting. Nothing failed, and the rollout continues.
  if (end.status === 'PARKED')
    return { outcome: 'held', because: ['a decision was just made; watch the rollout again'] };
  const because = end.status === 'FAILED' ? `${end.error}: ${end.cause}` : `the execution ended as ${end.status}`;
  return { outcome: 'failed', because: [because] };
}

/** Only accounts of the waves that were reached: the records of other waves are older than this rollout. */
async function troubled(ports: ConclusionPorts, record: RolloutRecord): Promise<readonly Troubled[]> {
  if (record.plan === undefined) return [];
  const plan = await loadDocument(ports, 'plan', record.plan);
  const ids = plan.waves.slice(0, record.wave + 1).flatMap((wave) => wave.accounts.map(({ id }) => id));
  const items = await readAccounts(ports, ids);
  return troubledAccounts(
    items.flatMap((item) => (item === undefined ? [] : [item.value])),
    record.id,
  );
}
