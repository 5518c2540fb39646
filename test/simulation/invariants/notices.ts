/** Notices: each is sent once, and none is false when it is sent. */
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import type { Notice } from '../../../orchestrator/ports/ports';
import type { History, Invariant, Shown } from '../history';
import { isGreen } from './common';

type Told = Extract<Shown, { readonly kind: 'notified' }>;

/** What a notice is about: two notices about the same are one too many. */
function subjectOf({ notice, looked }: Told, history: History): string {
  const { facts } = notice;
  const { kind, rolloutId = '', account = '' } = facts ?? {};
  if (kind === 'keysAtRisk') return `risk ${account} ${fallOf(account, history, looked)}`;
  const prompt = promptOf(history.rolloutAt(rolloutId, looked));
  const isPrompt = prompt !== undefined && (kind === 'approvalRequired' || (kind === 'held' && !isEnd(notice)));
  return isPrompt ? `prompt ${rolloutId} ${prompt.promptedAt}` : `end ${rolloutId}`;
}

const isEnd = ({ subject }: Notice): boolean => /ended|failed|rolled back|ready for keys|healthy/.test(subject);

const promptOf = (record: RolloutRecord | undefined) =>
  record?.status.kind === 'awaitingApproval' ? record.status.prompt : undefined;

const fallOf = (account: string, { accountAt }: History, moment: number): string =>
  accountAt(account, moment)?.stateSince ?? '';

export const toldOnce = (): Invariant => {
  const told = new Map<string, string>();
  return (moment, history) => {
    if (moment.kind !== 'notified') return undefined;
    const subject = subjectOf(moment, history);
    const known = told.get(subject) ?? moment.notice.key;
    told.set(subject, known);
    return known === moment.notice.key ? undefined : `${moment.notice.key} tells again what ${known} told`;
  };
};

/** A notice was true when its sender looked last. */
export const toldTruly: Invariant = (moment, history) => {
  if (moment.kind !== 'notified') return undefined;
  const { notice, looked } = moment;
  const { kind, rolloutId = '', account = '', wave } = notice.facts ?? {};
  const record = history.rolloutAt(rolloutId, looked);
  const member = history.accountAt(account, looked);
  const prompt = promptOf(record);
  switch (kind) {
    case 'approvalRequired':
      return prompt?.about === 'approval' && prompt.wave === wave ? undefined : `${notice.key}, and nobody is asked`;
    case 'held':
      if (isEnd(notice)) return undefined;
      return prompt !== undefined && prompt.about !== 'approval' && prompt.wave === wave
        ? undefined
        : `${notice.key}, and it is ${record?.status.kind}`;
    case 'accountReady':
      return member !== undefined && isGreen(member) ? undefined : `${notice.key}, and it is ${member?.state}`;
    default:
      return undefined;
  }
};

/** Notices that must have been sent by the end, and notices about ends that never came. */
export function untold({ rollouts, accounts }: History, notices: readonly Notice[]): string | undefined {
  for (const { id, status } of rollouts.values()) {
    const ends = notices.filter((notice) => notice.facts?.rolloutId === id && isEnd(notice));
    if (status.kind !== 'finished') continue;
    const isToTell = ['held', 'failed', 'rolledBack'].includes(status.outcome);
    if (isToTell && ends.length === 0) return `${id} is ${status.outcome}, and no notice says so`;
    const untrue = ends.find(({ facts }) => facts?.kind !== status.outcome && facts?.kind !== 'accountReady');
    if (untrue !== undefined) return `${id} is ${status.outcome}, and ${untrue.key} says ${untrue.facts?.kind}`;
  }
  for (const { id, state, stateSince, holder } of accounts.values()) {
    if (state !== 'KEYS_AT_RISK') continue;
    const isTold = notices.some(
      ({ facts, key }) => facts?.kind === 'keysAtRisk' && facts.account === id && key.endsWith(stateSince),
    );
    if (!isTold) return `${id} is KEYS_AT_RISK since ${stateSince}, held by ${holder?.rollout}, and no notice says so`;
  }
  return undefined;
}
