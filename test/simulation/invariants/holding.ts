/** Who holds an account, and that nobody takes anything from a rollout that is alive. */
import type { History, Invariant, Moment } from '../history';
import { accountsOf, isSweep, isTouch, minuteMs } from './common';

/** Two processes may each be wrong by two minutes, in opposite directions; one that is off by more must take nothing. */
const skewMs = 4 * minuteMs;

const isDead = ({ aliveUntil }: History, rollout: string, at: number): boolean => at >= aliveUntil(rollout) - skewMs;

const untilText = ({ aliveUntil }: History, rollout: string): string =>
  `which is alive until ${new Date(aliveUntil(rollout)).toISOString()}`;

/** 3. A caller that has since lost the account may still send a call, unless it has read the store since. */
export const oneHolder: Invariant = (moment, history) => {
  if (isTouch(moment)) {
    if (isSweep(moment)) return undefined;
    const { holderAt } = history;
    const other = accountsOf(moment).find((id) => holderAt(id, moment.looked) !== moment.by);
    return other && `${moment.kind} of ${moment.by} in ${other}, which ${holderAt(other, moment.looked)} holds`;
  }
  return moment.kind === 'account' ? takenAccount(moment, history) : undefined;
};

function takenAccount(
  { before, after, by }: Extract<Moment, { readonly kind: 'account' }>,
  { rollouts }: History,
): string | undefined {
  const isRollout = by.startsWith('ro-');
  // People and events hold accounts for a rollout, and release those of rollouts that they end.
  if (!isRollout && after.holder === undefined) return undefined;
  if (before?.holder?.rollout !== after.holder?.rollout) {
    if (before?.holder === undefined || after.holder === undefined) return undefined;
    const rises = after.holder.fencingToken > before.holder.fencingToken;
    return rises || rollouts.get(before.holder.rollout)?.status.kind === 'finished'
      ? undefined
      : `the fencing token of account ${after.id} does not rise`;
  }
  if (!isRollout || before?.holder === undefined || before.holder.rollout === by) return undefined;
  // Planning assigns a wave to every account, and holds only those that it plans.
  const isPlanning = rollouts.get(by)?.plan === undefined;
  return isPlanning ? undefined : `${by} writes account ${after.id}, which ${before.holder.rollout} holds`;
}

/** Leases and accounts change hands only when their holder has ended, or has given no sign of life for as long as its lease, by the true clock. */
export const noLiveTakeover = (): Invariant => {
  /** Rollouts that a person has ended. */
  const aborted = new Set<string>();
  return (moment, history) => {
    const { rollouts } = history;
    switch (moment.kind) {
      case 'said':
        if (moment.command === 'abort') aborted.add(moment.rollout);
        return undefined;
      case 'rollout': {
        const { before, after, by, at } = moment;
        if (after.status.kind !== 'finished' || before === undefined || before.status.kind === 'finished')
          return undefined;
        // The rollout of a new account that had not begun gives way to another one.
        const isUnbegun = after.request.newAccount === true && after.lastStep === undefined;
        if (by === after.id || aborted.has(after.id) || isUnbegun || isDead(history, after.id, at)) return undefined;
        return `${by} ends ${after.id}, ${untilText(history, after.id)}`;
      }
      case 'lease': {
        const { before, after, at } = moment;
        if (before === undefined || before.holder === after.holder) return undefined;
        if (after.fencingToken <= before.fencingToken) return 'the fence of the organization does not rise';
        const isFree = before.released || rollouts.get(before.holder)?.status.kind === 'finished';
        return isFree || isDead(history, before.holder, at)
          ? undefined
          : `${after.holder} takes the lease of ${before.holder}, ${untilText(history, before.holder)}`;
      }
      case 'account': {
        const { before, after, at, by } = moment;
        const former = before?.holder?.rollout;
        if (former === undefined || former === after.holder?.rollout || former === by) return undefined;
        const isFree = rollouts.get(former)?.status.kind === 'finished';
        return isFree || isDead(history, former, at)
          ? undefined
          : `${by} takes account ${after.id} from ${former}, ${untilText(history, former)}`;
      }
      default:
        return undefined;
    }
  };
};
