/** Everything ends here: the outcome is recorded with its reasons, the lease is released, people are told. Played twice, it is played once. */

import type { Crash, ExecutionInput, ReportInput } from '../domain/model/execution-input';
import type { EventBody } from '../domain/model/move';
import { endNotice } from '../domain/model/notice';
import type { ReadinessState } from '../domain/model/readiness';
import { isRolledBack, type Outcome, type RolloutRecord, type WaveProgress } from '../domain/model/rollout';
import type { Ports, UsesStackSets } from '../ports/ports';
import { readAccount } from '../records/accounts';
import { readRollout } from '../records/rollouts';
import { stopOperations } from '../rollout/abort';
import { alertKeysAtRisk } from '../rollout/keys-at-risk';
import { releaseLease } from '../rollout/lease';
import { commit } from '../rollout/step';

type ReportPorts = Pick<Ports, 'store' | 'clock' | 'random' | 'notifier'> & UsesStackSets<'stop'>;

export const report = (ports: ReportPorts) => async (input: ReportInput) => {
  const { value: record, version } = await readRollout(ports, input.rolloutId);
  if (record.status.kind === 'finished') {
    // A stage that was being started while a person aborted the rollout was not there yet to be stopped.
    if (record.status.outcome === 'aborted') await stopOperations(ports, record);
    return ended(input, record.status.outcome);
  }
  const { outcome, because } = outcomeOf(record, input);
  const now = ports.clock.now();
  const events: EventBody[] = [
    ...(input.crash === undefined ? [] : [crashed(record, input.crash)]),
    { type: 'rolloutFinished', outcome, because },
  ];
  await releaseLease(ports, record.id);
  const notice = endNotice(record, outcome, because, await stateOfNew(ports, record));
  if (notice !== undefined) await ports.notifier.notify(notice);
  await alertKeysAtRisk(ports, record);
  await commit(ports, {
    record: { ...record, status: { kind: 'finished', outcome, because, at: now.toISOString() } },
    version,
    events,
  });
  return ended(input, outcome);
};

async function stateOfNew(ports: ReportPorts, { request }: RolloutRecord): Promise<ReadinessState | undefined> {
  const [account] = request.newAccount === true ? (request.accounts ?? []) : [];
  return account && (await readAccount(ports, account))?.value.state;
}

const ended = ({ rolloutId, step, wave }: ExecutionInput, outcome: Outcome) => ({ rolloutId, step, wave, outcome });

function outcomeOf(
  record: RolloutRecord,
  { decision, crash }: ReportInput,
): { outcome: Outcome; because: readonly string[] } {
  if (record.status.kind === 'awaitingApproval') {
    const { because, wave } = record.status.prompt;
    const answer = decision === 'reject' ? record.answers.at(-1) : undefined;
    const why = answer ? `${answer.by} stopped it: ${answer.reason}` : 'nobody answered in time';
    return { outcome: 'held', because: [`wave ${wave} was held and ${why}`, ...because] };
  }
  if (crash !== undefined) return { outcome: 'failed', because: [crashReason(crash)] };
  const because = 'doing' in record.status ? [record.status.doing] : [];
  if (decision === 'busy') return { outcome: record.request.newAccount ? 'held' : 'aborted', because };
  if (decision === 'nothingToDo') return { outcome: 'completed', because };
  const bad = record.waves.find(({ status }) => status.kind === 'judged' && status.verdict !== 'healthy');
  if (bad?.status.kind === 'judged') return { outcome: 'held', because: bad.status.because };
  if (decision !== 'finish')
    return { outcome: 'failed', because: [`the machine said "${decision}", which leads nowhere`] };
  if (record.direction === 'back') return { outcome: 'rolledBack', because: wentBack(record).map(backAt) };
  return {
    outcome: 'completed',
    because: record.waves.map(({ name, accounts }) => `wave ${name}: ${accounts} accounts`),
  };
}

const wentBack = (record: RolloutRecord): readonly WaveProgress[] =>
  isRolledBack(record) ? record.waves.slice(record.wave, record.wave + 1) : record.waves;

const backAt = ({ name, release, status }: WaveProgress): string =>
  status.kind === 'overridden'
    ? `wave ${name} went back to release ${release}, and ${status.by} passed it over: ${status.reason}`
    : `wave ${name} is back at release ${release}, its last good one`;

/** Lambda wraps a thrown error in JSON; the embedded engine gives the message as it is. */
function crashReason({ Error: name, Cause: cause }: Crash): string {
  return `${name ?? 'an unnamed error'}: ${unwrapped(cause ?? 'no cause was given')}`;
}
function unwrapped(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    return typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed
      ? String(parsed.errorMessage)
      : cause;
  } catch {
    return cause;
  }
}

const crashed = (record: RolloutRecord, crash: Crash): EventBody => ({
  type: 'crashed',
  state: record.lastStep?.state ?? 'ListOrganization',
  because: crashReason(crash),
});
