/**
 * What people are told of, and machines with them: only what somebody has to act on, or has waited for. Each notice has a natural key;
 * it is published first and marked as sent second, so that a crash in between may tell twice, and never not at all.
 */

import type { AccountRecord } from './account-record';
import type { AccountId, RolloutId, WaveName } from './brand';
import { gateTitles } from './gate';
import { failedProbes } from './probe';
import type { ReadinessState } from './readiness';
import type { Outcome, Prompt, RolloutRecord } from './rollout';

export const noticeKinds = ['approvalWanted', 'held', 'failed', 'rolledBack', 'keysAtRisk', 'accountReady'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export interface Notice {
  /** Once per key. */
  readonly key: string;
  readonly subject: string;
  readonly text: string;
  /** The same for machines. */
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

/** A question of each turn. A person's own pause is no news to anybody. */
export function promptNotice({ id }: RolloutRecord, step: number, prompt: Prompt): Notice | undefined {
  const { about, wave, because: reasons } = prompt;
  const key = `${id}/asked/${step}`;
  if (about === 'approval') {
    const next = `strongroom approve ${id} --reason ..., or strongroom reject ${id} --reason ...`;
    return noticeOf(key, `wave ${wave} of rollout ${id} wants an approval`, {
      kind: 'approvalWanted',
      rolloutId: id,
      wave,
      reasons,
      next,
    });
  }
  if (about === 'pause') return undefined;
  const next = `look into the reasons, then strongroom approve, reject or rollback ${id}`;
  return noticeOf(key, `rollout ${id} is held at wave ${wave}`, { kind: 'held', rolloutId: id, wave, reasons, next });
}

const kindOfEnd: Readonly<Record<Outcome, 'held' | 'failed' | 'rolledBack' | undefined>> = {
  held: 'held',
  failed: 'failed',
  rolledBack: 'rolledBack',
  // Whoever aborted it knows; what went as planned is in the status.
  aborted: undefined,
  completed: undefined,
};

/**
 * How a rollout ended, if that is for a person to know; a new account that is done has been waited for.
 * @param state of the new account: an execution also completes where there was nothing to do for it.
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
    const next = kind === 'rolledBack' ? `strongroom status, then correct what failed` : `strongroom watch ${id}`;
    return noticeOf(key, `rollout ${id} ${outcome}`, { kind, rolloutId: id, wave, reasons, next });
  }
  const [account] = request.newAccount === true && outcome === 'completed' ? (request.accounts ?? []) : [];
  const what = state && newsOf[state];
  if (account === undefined || what === undefined) return undefined;
  const next = `strongroom account ${account}`;
  const facts = { kind: 'accountReady', rolloutId: id, wave, account, reasons, next } as const;
  return noticeOf(key, `new account ${account} ${what}`, facts);
}

/** A wave without a soak makes nobody ready for keys. */
const newsOf: Readonly<Partial<Record<ReadinessState, string>>> = {
  BASELINE_HEALTHY: 'has its baseline and is healthy, not ready for keys',
  READY_FOR_KEYS: 'is ready for keys',
};

/** Told before it is written. Under a key of its own: if the rollout turns out to be alive, how it ends in truth must still be told. */
export function takeoverNotice(
  record: RolloutRecord,
  outcome: Outcome,
  reasons: readonly string[],
): Notice | undefined {
  const notice = endNotice(record, outcome, reasons);
  return notice && { ...notice, key: `${record.id}/taken-over` };
}

/** Once for each time that an account falls, however often it is found fallen. */
export function riskNotice(account: AccountRecord, since: string): Notice {
  const { id, name, wave, failing, probes, release, work } = account;
  const checks = failing
    .filter(({ severity }) => severity === 'critical')
    .map((result) => ({
      what: `${result.title} (${result.severity}, ${gateTitles[result.gate]}, ${result.check}) in ${result.region}`,
      ...result,
    }));
  const experiments = (release === undefined ? [] : failedProbes(probes, release)).map((result) => ({
    what: `${result.title} (${gateTitles[result.gate]}, ${result.probe})`,
    ...result,
  }));
  return noticeOf(`${id}/keys-at-risk/${since}`, `keys at risk in account ${id} (${name})`, {
    kind: 'keysAtRisk',
    account: id,
    wave,
    reasons: [
      ...(work?.failures ?? []).map((failure) =>
        [failure.module, failure.region, failure.reason].filter(Boolean).join(': '),
      ),
      ...[...checks, ...experiments].map(
        ({ what, observed, expected, remediation }) =>
          `${what}: observed ${observed}, expected ${expected}\n${remediation}`,
      ),
    ],
    next: `strongroom account ${id}, and take the keys out until it is healthy`,
  });
}
