/** Report: how a rollout has ended, and why. */
import { actorName } from '../model/actor';
import type { Crash, ReportInput } from '../model/execution-input';
import type { EventBody } from '../model/move';
import { isRolledBack, type Outcome, type RolloutRecord, type WaveProgress } from '../model/rollout';

export interface End {
  readonly outcome: Outcome;
  readonly because: readonly string[];
}

/** What the log says at the end. */
export const endEvents = (
  record: RolloutRecord,
  { outcome, because }: End,
  crash: Crash | undefined,
): readonly EventBody[] => [
  ...(crash === undefined ? [] : [crashed(record, crash)]),
  { type: 'rolloutFinished', outcome, because },
];

/** How the rollout has ended, and why. */
export function outcomeOf(record: RolloutRecord, { decision, crash }: Pick<ReportInput, 'decision' | 'crash'>): End {
  if (record.status.kind === 'awaitingApproval') {
    const { because, wave } = record.status.prompt;
    const answer = decision === 'reject' ? record.answers.at(-1) : undefined;
    const why = answer ? `${actorName(answer.by)} rejected it: ${answer.reason}` : 'nobody answered in time';
    return { outcome: 'held', because: [`wave ${wave} was held, and ${why}`, ...because] };
  }
  if (crash !== undefined) return { outcome: 'failed', because: [crashReason(crash)] };
  const because = 'doing' in record.status ? [record.status.doing] : [];
  if (decision === 'busy') return { outcome: record.request.newAccount ? 'held' : 'aborted', because };
  if (decision === 'nothingToDo') return { outcome: 'completed', because };
  const bad = record.waves.find(({ status }) => status.kind === 'judged' && status.verdict !== 'healthy');
  if (bad?.status.kind === 'judged') return { outcome: 'held', because: bad.status.because };
  if (decision !== 'finish')
    return { outcome: 'failed', because: [`the state machine ended with the decision "${decision}"`] };
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
    ? `wave ${name} is back at release ${release}; ${actorName(status.by)} overrode its gate: ${status.reason}`
    : `wave ${name} is back at release ${release}, its last good release`;

/** Lambda wraps a thrown error in JSON; the embedded engine gives the message as it is. */
export function crashReason({ Error: name, Cause: cause }: Crash): string {
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
