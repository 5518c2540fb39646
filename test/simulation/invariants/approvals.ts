/** What only a person can decide. */
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import { isSame, nameOf } from '../../actors';
import type { Invariant } from '../history';
import { accountsOf, drawOf, isTouch, minuteMs } from './common';

/** A command takes this long at most until it is accepted: it may be retried. */
const acceptedMs = 30 * minuteMs;

interface Said {
  readonly at: number;
  readonly by: string;
  readonly rollout: string;
  readonly command: string;
  readonly reason: string;
}

/** An answer, an approval and an override are those that a person has given, about this rollout, in these words. */
export const onlyPeopleDecide = (): Invariant => {
  const said: Said[] = [];
  const isSaid = (rollout: string, by: string, reason: string, commands: readonly string[], at: number): boolean =>
    said.some(
      (one) =>
        one.rollout === rollout &&
        one.by === by &&
        one.reason === reason &&
        commands.includes(one.command) &&
        one.at <= at &&
        at <= one.at + acceptedMs,
    );
  return (moment, { rollouts }) => {
    if (moment.kind === 'said') said.push(moment);
    if (moment.kind !== 'rollout') return undefined;
    const { before, after, at } = moment;
    for (const { decision, by, reason } of after.answers.slice(before?.answers.length ?? 0)) {
      // Nobody is asked about a single new account, and to resume a rollout that is asking means to retry.
      const isAutomatic = after.request.newAccount === true && decision === 'reject' && nameOf(by) === 'strongroom';
      const commands = decision === 'retry' ? ['retry', 'resume'] : [decision];
      if (!isAutomatic && !isSaid(after.id, nameOf(by), reason, commands, at))
        return `${after.id} has the answer ${decision} of ${nameOf(by)}, which nobody gave`;
    }
    return unsaidIn(before, after, rollouts);
  };
};

/** A wave that has become approved or overridden without an answer that says so. */
function unsaidIn(
  before: RolloutRecord | undefined,
  after: RolloutRecord,
  rollouts: ReadonlyMap<string, RolloutRecord>,
): string | undefined {
  for (const [index, wave] of after.waves.entries()) {
    const former = before?.waves[index];
    const { approvedBy, approvedAt, status } = wave;
    const answer = after.answers.findLast(({ decision }) => decision === 'approve');
    if (approvedBy !== undefined && approvedAt !== former?.approvedAt) {
      // The release of a new account was approved for its wave when the wave got it.
      const isInherited =
        after.request.newAccount === true && rollouts.has(nameOf(approvedBy).replace(/^rollout /, ''));
      if (!isInherited && !isSame(answer?.by, approvedBy))
        return `${wave.name} of ${after.id} is approved by ${nameOf(approvedBy)}`;
    }
    if (status.kind === 'overridden' && former?.status.kind !== 'overridden' && !isSame(answer?.by, status.by))
      return `${wave.name} of ${after.id} is overridden by ${nameOf(status.by)}`;
  }
  return undefined;
}

/** Nothing is touched in a wave that requires an approval unless a person has approved it, not too long ago when the wave opened. */
export const approvedFirst = (): Invariant => {
  /** By rollout and wave, when an approval was accepted. */
  const approvedAt = new Map<string, number>();
  return (moment, history) => {
    if (moment.kind === 'rollout') {
      const { before, after, at } = moment;
      for (const [index, wave] of after.waves.entries()) {
        const former = before?.waves[index];
        const { name } = wave;
        const key = `${after.id} ${name}`;
        if (wave.approvedAt !== undefined && wave.approvedAt !== former?.approvedAt) approvedAt.set(key, at);
        const isOpened = wave.attempt > (former?.attempt ?? 0) && after.direction === 'forward';
        const isManual = drawOf(history, name).approval === 'manual' && after.request.newAccount !== true;
        const ageMs = at - (approvedAt.get(key) ?? 0);
        if (isOpened && isManual && ageMs > history.config.approvalHours * 60 * minuteMs)
          return `${name} of ${after.id} opens ${ageMs / minuteMs} minutes after its approval`;
      }
      return undefined;
    }
    if (!isTouch(moment)) return undefined;
    const record = history.rollouts.get(moment.by);
    const plan = record && history.planOf(record);
    if (record === undefined || plan === undefined) return undefined;
    const unapproved = plan.waves.find(
      ({ name, accounts }) =>
        drawOf(history, name).approval === 'manual' &&
        !approvedAt.has(`${record.id} ${name}`) &&
        accounts.some(({ id }) => accountsOf(moment).includes(id)),
    );
    return unapproved && `${moment.kind} of ${moment.by} in ${unapproved.name}, which nobody approved`;
  };
};
