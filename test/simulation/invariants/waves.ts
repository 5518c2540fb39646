/** The order of the waves: what may start, and what counts as passed. */
import type { AccountId } from '../../../orchestrator/domain/model/brand';
import type { RolloutRecord, WaveProgress } from '../../../orchestrator/domain/model/rollout';
import { nameOf } from '../../actors';
import type { History, Invariant, Moment } from '../history';
import { toleranceIn } from '../intent';
import type { Attempts } from './attempts';
import { accountsOf, currentOf, drawOf, isGone, isGreen, isTouch, membersOf, minuteMs } from './common';
import { badStates } from './reasons';

/** 1. No rollout that could have known of a prompt changes anything while the prompt is open. */
export const waveOrder = (attempts: Attempts): Invariant => {
  const promptedAt = new Map<string, number>();
  const visitedAt = new Map<AccountId, number>();
  return (moment, history) => {
    if (moment.kind === 'visited') visitedAt.set(moment.account, moment.at);
    if (moment.kind === 'rollout') {
      if (moment.after.status.kind !== 'awaitingApproval') promptedAt.delete(moment.after.id);
      else if (!promptedAt.has(moment.after.id)) promptedAt.set(moment.after.id, history.now());
      return withoutPassing(moment, history, attempts, visitedAt) ?? skippedByApproval(moment.before, moment.after);
    }
    if (!isTouch(moment)) return undefined;
    const record = history.rollouts.get(moment.by);
    const plan = record && history.planOf(record);
    if (record === undefined || plan === undefined) return undefined;
    const asked = promptedAt.get(record.id);
    if (asked !== undefined && moment.looked >= asked) return `${moment.kind} of ${moment.by} while a person is asked`;
    const reached = accountsOf(moment).map((id) =>
      plan.waves.findIndex(({ accounts }) => accounts.some((account) => account.id === id)),
    );
    const at = Math.max(...reached);
    const before = record.waves.slice(0, at).find((wave) => !mayFollow(wave));
    return (
      before &&
      `${moment.kind} of ${moment.by} in wave ${at}, though ${before.name} is ${JSON.stringify(before.status)}`
    );
  };
};

const mayFollow = ({ status }: WaveProgress): boolean =>
  (status.kind === 'judged' && status.verdict === 'healthy') ||
  (status.kind === 'overridden' && nameOf(status.by) !== '' && status.reason !== '');

/** Checks that passed longer ago do not let a wave be skipped in which nothing changes. */
const checkAgeMs = 24 * 60 * minuteMs;

/** A wave that was just judged healthy although too many of its accounts have not passed since it opened. */
function withoutPassing(
  { before, after, at }: Extract<Moment, { readonly kind: 'rollout' }>,
  history: History,
  attempts: Attempts,
  visitedAt: ReadonlyMap<AccountId, number>,
): string | undefined {
  const wave = currentOf(after);
  if (wave?.status.kind !== 'judged' || wave.status.verdict !== 'healthy') return undefined;
  const former = before?.waves[after.wave];
  if (former?.status.kind === 'judged' && before?.wave === after.wave) return undefined;
  const attempt = attempts.of(after.id);
  const isOpen = former?.status.kind === 'open' && attempt?.wave === wave.name;
  const since = isOpen ? attempt.openedAt : at - checkAgeMs;
  const members = membersOf(history, after, wave.name);
  const bad = members.filter((id) => {
    if (isGone(history, id)) return false;
    const account = history.accounts.get(id);
    if (account === undefined || !isGreen(account)) return true;
    return (visitedAt.get(id) ?? 0) < since || (isOpen && attempt.failed.has(id));
  });
  const tolerance = toleranceIn(drawOf(history, wave.name), members.length);
  return bad.length > tolerance
    ? `${wave.name} is called healthy, and ${bad.join(' ')} are not proved; tolerance ${tolerance}`
    : undefined;
}

/** Approving the start of a wave does not override its gate. */
function skippedByApproval(before: RolloutRecord | undefined, after: RolloutRecord): string | undefined {
  if (before?.status.kind !== 'awaitingApproval' || before.status.prompt.about !== 'approval') return undefined;
  return currentOf(after)?.status.kind === 'overridden' ? `an approval overrides wave ${after.wave}` : undefined;
}

/** The releases with which an account has passed two visits a soak apart, with nothing bad in between or since. */
function createStanding() {
  const passing = new Map<string, { readonly release: string; readonly at: number }>();
  const soaked = new Map<string, Set<string>>();
  return {
    take: ({ before, after, at }: Extract<Moment, { readonly kind: 'account' }>, soakMinutes: number): void => {
      const { id, release = '', state, checkedAt } = after;
      if (badStates.includes(state)) {
        passing.delete(id);
        soaked.delete(id);
      }
      if (!isGreen(after) || before?.checkedAt === checkedAt) return;
      const since = passing.get(id);
      if (since?.release !== release) passing.set(id, { release, at });
      else if (at - since.at >= soakMinutes * minuteMs) soaked.set(id, (soaked.get(id) ?? new Set()).add(release));
    },
    hasSoaked: (id: string, release: string): boolean => soaked.get(id)?.has(release) === true,
  };
}

/** Retries can delay the write of a judgement. */
const writingMinutesMax = 3;

/** A wave with a soak is judged twice and has passed only the second time. Until then the next wave and its own accounts' keys wait. */
export const wavesSoak = (): Invariant => {
  const firstHealthy = new Map<string, number>();
  const stood = createStanding();
  return (moment, history) => {
    if (moment.kind === 'event') {
      const { event, rollout, at } = moment;
      if (event.type === 'waveOpened' || event.type === 'rollingBack') firstHealthy.delete(`${rollout} ${event.wave}`);
      if (event.type !== 'waveJudged' || event.verdict !== 'healthy') return undefined;
      const key = `${rollout} ${event.wave}`;
      firstHealthy.set(key, firstHealthy.get(key) ?? at);
    }
    // Whichever wave an account has soaked in, it need not soak again with the same release.
    const soaks = history.config.waves.flatMap((one) => (one.soakMinutes > 0 ? [one.soakMinutes] : []));
    if (moment.kind === 'account') stood.take(moment, Math.min(...soaks));
    if (moment.kind !== 'rollout' || moment.after.lastStep?.state !== 'JudgeWave') return undefined;
    const { before, after } = moment;
    if (before?.lastStep?.input.step === after.lastStep?.input.step) return undefined;
    const wave = currentOf(after);
    if (wave?.status.kind !== 'judged' || wave.status.verdict !== 'healthy') return undefined;
    const { soakMinutes } = drawOf(history, wave.name);
    if (soakMinutes === 0 || after.direction === 'back' || after.request.emergency === true) return undefined;

    const isFresh = membersOf(history, after, wave.name).some((id) => {
      const account = history.accounts.get(id);
      return account !== undefined && isGreen(account) && !stood.hasSoaked(id, wave.release);
    });
    if (!isFresh) return undefined;
    const minutes = (moment.at - (firstHealthy.get(`${after.id} ${wave.name}`) ?? moment.at)) / minuteMs;
    return minutes >= soakMinutes - writingMinutesMax
      ? undefined
      : `wave ${wave.name} of ${after.id} has passed ${minutes} minutes after its first healthy judgement; its soak takes ${soakMinutes}`;
  };
};

/** During a freeze nothing new is started. Rollbacks and emergencies are exempt. */
export const freezesHold = (): Invariant => {
  const decisions = new Map<string, { readonly moment: number; readonly since: number; readonly at: number }[]>();
  return (moment, { rollouts, config, now }) => {
    // A move counts at the time of its decision: what a crash or a throttle delays was started before. Deciding and writing take a while.
    // To wait for the end of an outage decides nothing: what was begun before it is completed.
    const isDecision = moment.kind === 'rollout' && currentOf(moment.after)?.outage === undefined;
    if (isDecision && moment.before?.lastStep?.input.step !== moment.after.lastStep?.input.step) {
      const known = decisions.get(moment.after.id) ?? [];
      decisions.set(moment.after.id, [...known, { moment: now(), since: moment.since, at: moment.at }]);
    }
    if (!isTouch(moment) || moment.kind === 'entered') return undefined;
    const record = rollouts.get(moment.by);
    const wave = currentOf(record);
    if (record === undefined || wave === undefined) return undefined;
    if (record.request.emergency === true || record.direction === 'back') return undefined;
    const decided = decisions.get(record.id)?.findLast((decision) => decision.moment <= moment.looked);
    const { since, at } = decided ?? moment;
    const freeze = config.freezes.find(({ fromMs, toMs }) => fromMs <= since && at < toMs);
    return (
      freeze && `${moment.kind} of ${record.id} in ${wave.name}, decided at ${new Date(at).toISOString()} in a freeze`
    );
  };
};
