/** Ends every rollout: records the outcome with its reasons, releases the lease, and notifies people. Run twice, it ends the rollout once. */
import { endEvents, outcomeOf } from '../domain/decisions/report';
import type { ExecutionInput } from '../domain/model/execution-input';
import { endNotice } from '../domain/model/notice';
import type { ReadinessState } from '../domain/model/readiness';
import type { Outcome, RolloutRecord } from '../domain/model/rollout';
import { guard } from '../ports/guard';
import { readAccount } from '../records/accounts';
import { readRollout } from '../records/rollouts';
import { stopOperations } from '../rollout/abort';
import { unchangedGuard } from '../rollout/guards';
import { alertKeysAtRisk } from '../rollout/keys-at-risk';
import { releaseLease } from '../rollout/lease';
import { commit } from '../rollout/step';
import type { Handler, PortsOf } from '../tasks/table';

type ReportPorts = PortsOf<'Report'>;

export const report: Handler<'Report'> = (ports) => async (input) => {
  const item = await readRollout(ports, input.rolloutId);
  const { value: record, version } = item;
  const acting = guard(ports, unchangedGuard(ports, item));
  if (record.status.kind === 'finished') {
    // A stage that was just starting when a person aborted the rollout could not be stopped then.
    if (record.status.outcome === 'aborted') await stopOperations(acting, record);
    return ended(input, record.status.outcome);
  }
  const { outcome, because } = outcomeOf(record, input);
  const now = ports.clock.now();
  await releaseLease(ports, record.id);
  const notice = endNotice(record, outcome, because, await stateOfNew(ports, record));
  if (notice !== undefined) await acting.notifier.notify(notice);
  await alertKeysAtRisk(acting, record);
  await commit(ports, {
    record: { ...record, status: { kind: 'finished', outcome, because, at: now.toISOString() } },
    version,
    events: endEvents(record, { outcome, because }, input.crash),
  });
  return ended(input, outcome);
};

async function stateOfNew(ports: ReportPorts, { request }: RolloutRecord): Promise<ReadinessState | undefined> {
  const [account] = request.newAccount === true ? (request.accounts ?? []) : [];
  return account && (await readAccount(ports, account))?.value.state;
}

const ended = ({ rolloutId, step, wave }: ExecutionInput, outcome: Outcome) => ({ rolloutId, step, wave, outcome });
