/**
 * Notices for people and for machines. They cover only what requires action and what somebody waits for. Each notice has a natural key.
 * It is published first and marked as sent second, so that a crash between the two repeats a notice and never loses one.
 */

import { type AccountRecord, failureText } from './account-record';
import type { AccountId, RolloutId, WaveName } from './brand';
import { checkName } from './check-name';
import { failedProbes, probeName } from './probe';
import type { ReadinessState } from './readiness';
import type { Outcome, Prompt, RolloutRecord } from './rollout';

export const noticeKinds = ['approvalRequired', 'held', 'failed', 'rolledBack', 'keysAtRisk', 'accountReady'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface Notice {
  /** A notice with the same key is sent once. */
  readonly key: string;
  readonly subject: string;
  readonly text: string;
  /** The same content for machines. */
  readonly facts?: NoticeFacts | undefined;
}

export interface NoticeFacts {
  readonly kind: NoticeKind;
  readonly rolloutId?: RolloutId | undefined;
  readonly wave?: WaveName | undefined;
  readonly account?: AccountId | undefined;
  readonly reasons: readonly string[];
  readonly next: string;
}

const noticeOf = (key: string, subject: string, facts: NoticeFacts): Notice => ({
  key,
  subject: `strongroom: ${subject}`,
  text: [...facts.reasons, '', `Next: ${facts.next}`].join('\n'),
  facts,
});

/** One notice for each prompt. A pause needs none: the person who paused the rollout knows. */
export function promptNotice({ id }: RolloutRecord, step: number, prompt: Prompt): Notice | undefined {
  const { about, wave, because: reasons } = prompt;
  const key = `${id}/prompt/${step}`;
  if (about === 'approval') {
    const next = `strongroom approve ${id} --reason TEXT, or strongroom reject ${id} --reason TEXT`;
    return noticeOf(key, `approval required for wave ${wave} of rollout ${id}`, {
      kind: 'approvalRequired',
      rolloutId: id,
      wave,
      reasons,
      next,
    });
  }
  if (about === 'pause') return undefined;
  if (about === 'outage') {
    const next = `run strongroom resume ${id} after the outage; it changed no account`;
    return noticeOf(key, `rollout ${id} is parked by an outage at wave ${wave}`, {
      kind: 'held',
      rolloutId: id,
      wave,
      reasons,
      next,
    });
  }
  const next = `fix the cause and run strongroom resume ${id}, or use strongroom approve, reject or rollback`;
  return noticeOf(key, `rollout ${id} is on hold at wave ${wave}`, {
    kind: 'held',
    rolloutId: id,
    wave,
    reasons,
    next,
  });
}

const kindOfEnd: Readonly<Record<Outcome, 'held' | 'failed' | 'rolledBack' | undefined>> = {
  held: 'held',
  failed: 'failed',
  rolledBack: 'rolledBack',
  // The person who aborted it knows, and a completed rollout is visible in the status.
  aborted: undefined,
  completed: undefined,
};
const endWords = { held: 'ended on hold', failed: 'failed', rolledBack: 'was rolled back' } as const;

/**
 * How a rollout ended, if a person needs to know. Somebody waits for a new account, so its end is announced.
 * @param state of the new account: an execution also completes when there was nothing to do.
 */
export function endNotice(
  record: RolloutRecord,
  outcome: Outcome,
  reasons: readonly string[],
  state?: ReadinessState,
): Notice | undefined {
  const { id, request } = record;
  const key = `${id}/finished`;
  const wave = record.waves[record.wave]?.name;
  const kind = kindOfEnd[outcome];
  if (kind !== undefined) {
    const next =
      kind === 'rolledBack'
        ? `fix the cause, then run strongroom rollout; strongroom status shows every account`
        : `strongroom watch ${id}`;
    return noticeOf(key, `rollout ${id} ${endWords[kind]}`, { kind, rolloutId: id, wave, reasons, next });
  }
  const [account] = request.newAccount === true && outcome === 'completed' ? (request.accounts ?? []) : [];
  const what = state && newsOf[state];
  if (account === undefined || what === undefined) return undefined;
  const next = `strongroom account ${account}`;
  const facts = { kind: 'accountReady', rolloutId: id, wave, account, reasons, next } as const;
  return noticeOf(key, `new account ${account} ${what}`, facts);
}

/** In a wave without a soak no account becomes ready for keys. */
const newsOf: Readonly<Partial<Record<ReadinessState, string>>> = {
  BASELINE_HEALTHY: 'is healthy, but not ready for keys',
  READY_FOR_KEYS: 'is ready for keys',
};

/** Sent before the takeover is recorded, under its own key: if the rollout is still alive, its real end needs a notice too. */
export function takeoverNotice(
  record: RolloutRecord,
  outcome: Outcome,
  reasons: readonly string[],
): Notice | undefined {
  const notice = endNotice(record, outcome, reasons);
  return notice && { ...notice, key: `${record.id}/taken-over` };
}

/** One notice each time an account becomes KEYS_AT_RISK, however often sweeps find it so. */
export function riskNotice(account: AccountRecord, since: string): Notice {
  const { id, name, wave, failing, probes, release, work } = account;
  const checks = failing
    .filter(({ severity }) => severity === 'critical')
    .map((result) => ({ what: `${checkName(result)} in ${result.region}`, ...result }));
  const experiments = (release === undefined ? [] : failedProbes(probes, release)).map((result) => ({
    what: probeName(result.probe),
    ...result,
  }));
  return noticeOf(`${id}/keys-at-risk/${since}`, `keys at risk in account ${id} (${name})`, {
    kind: 'keysAtRisk',
    account: id,
    wave,
    reasons: [
      ...(work?.failures ?? []).map(failureText),
      ...[...checks, ...experiments].map(
        ({ what, observed, expected, remediation }) =>
          `${what}: observed ${observed}, expected ${expected}\n${remediation}`,
      ),
    ],
    next: `remove the keys until the account is healthy; strongroom account ${id} shows what to fix`,
  });
}
