/** What a new account may receive, and what must become of it. */
import type { Invariant } from '../history';
import { currentOf, isGone, isGreen } from './common';

/** 8. A new account gets a release that its wave had finished at some moment since the account's own rollout began. */
export const onlyFinishedReleases = (): Invariant => {
  const last = new Map<string, string>();
  const finishedSince = new Map<string, Set<string>>();
  return (moment, { rollouts }) => {
    if (moment.kind === 'finishedWave') {
      last.set(moment.wave, moment.after.release);
      for (const seen of finishedSince.values()) seen.add(`${moment.wave} ${moment.after.release}`);
    }
    if (moment.kind === 'rollout' && moment.after.request.newAccount === true && moment.before === undefined)
      finishedSince.set(moment.after.id, new Set([...last].map(([wave, release]) => `${wave} ${release}`)));
    if (moment.kind !== 'operation' && moment.kind !== 'settingsWritten') return undefined;
    const record = rollouts.get(moment.by);
    const wave = currentOf(record);
    if (record?.request.newAccount !== true || wave === undefined) return undefined;
    const isFinished = finishedSince.get(record.id)?.has(`${wave.name} ${wave.release}`) === true;
    return isFinished ? undefined : `${record.id} brings ${wave.release}, which wave ${wave.name} has not finished`;
  };
};

/** A new account is healthy when its rollout says so. */
export const arrivalsAreHealthy: Invariant = (moment, history) => {
  if (moment.kind !== 'rollout' || moment.before?.status.kind === 'finished') return undefined;
  const { id, request, status, plan } = moment.after;
  if (request.newAccount !== true || plan === undefined) return undefined;
  if (status.kind !== 'finished' || status.outcome !== 'completed') return undefined;
  const account = history.accounts.get(request.accounts?.[0] ?? '');
  if (account?.holder?.rollout !== id || isGreen(account) || isGone(history, account.id)) return undefined;
  return `${id} is completed, and account ${account.id} is ${account.state}`;
};
