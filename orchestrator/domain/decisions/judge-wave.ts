/** JudgeWave: what the checks of a round mean for the wave, and whether the next wave may start. */
import { type AccountRecord, failuresOf, failureText, isGone, isOut, unreachedOf } from '../model/account-record';
import { currentWave, hasSoaked, withWave } from '../model/current-wave';
import { type DesiredState, toleranceOf } from '../model/desired-state';
import { accountEventsMax } from '../model/event';
import { shardsOf, shardsWhere } from '../model/execution-input';
import type { FinishedRelease } from '../model/finished-wave';
import {
  type CheckResult,
  type Judgement,
  judgeWave,
  type Verdict,
  verdictOfGates,
  type WaveMember,
} from '../model/gate';
import type { EventBody, Move } from '../model/move';
import { isRolledBack, type RolloutRecord, type WaveProgress } from '../model/rollout';
import { holdForOutage, type WaveOutage, withoutOutage } from './outage';
import { ask } from './prompt';
import { settlingOf } from './settling';

export interface WaveFacts {
  /** The accounts of the wave, after the round of checks. */
  readonly members: readonly AccountRecord[];
  readonly desiredState: Pick<DesiredState, 'checks' | 'onFailure' | 'outageWaitMinutes'>;
  /** What kept visits from their goal, if it is not about the accounts. */
  readonly outage?: WaveOutage | undefined;
}

export interface WaveDecision {
  readonly move: Move<'JudgeWave'>;
  /** Set while the checks may still settle: until then a failed check alerts nobody. */
  readonly isSettling?: true;
  /** To be recorded as finished, if the whole wave is at it. */
  readonly finished?: FinishedRelease;
}

export function decideJudgeWave(
  before: RolloutRecord,
  { members, desiredState, outage }: WaveFacts,
  now: Date,
): WaveDecision {
  const record = outage === undefined ? withoutOutage(before) : before;
  const wave = currentWave(record);
  const present = members.filter((account) => !isGone(account));
  const tolerance = toleranceOf(wave.spec, wave.accounts);
  const judgement = judgeWave(
    present.map((account) => memberOf(account, record)),
    tolerance,
  );
  // A measured failure past the tolerance needs no more looks; within it, or without one, the outage has to end first.
  if (outage !== undefined && judgement.verdict !== 'failed') {
    const { outageWaitMinutes: waitMinutes } = desiredState;
    const held = holdForOutage(record, outage, { during: 'checks', members, waitMinutes }, now);
    if (held.decision === 'wait' || judgement.verdict !== 'healthy') return { move: held, isSettling: true };
  }
  const after = withWave(withoutOutage(record), { round: wave.round + 1 });

  const { checks, onFailure } = desiredState;
  const settling =
    judgement.verdict === 'healthy'
      ? undefined
      : settlingOf({ record, members, checks, verdictOf: verdictInWave }, now);
  if (settling !== undefined) {
    const { minutes, accounts } = settling;
    // At best, all of them pass. If that would not be enough, the result is known now.
    const best = judgeWave(
      present.map((account) => ({ ...memberOf(account, record), ...(accounts(account) && { verdict: 'healthy' }) })),
      tolerance,
    );
    const pause = { until: new Date(now.getTime() + minutes * 60_000), shards: shardsWhere(members, accounts) };
    if (!settling.isPendingOnly || best.verdict === 'healthy')
      return { move: recheck(after, { why: 'settle', ...pause }), isSettling: true };
  }
  return judgement.verdict === 'healthy'
    ? healthy(after, judgement, members, now)
    : { move: unhealthy(after, judgement, { members, onFailure }, now) };
}

/**
 * A rollout over chosen accounts finishes its wave only if all other accounts of the wave are at the release already.
 * @param accounts every account that is recorded.
 */
export const isWholeWave = (record: RolloutRecord, accounts: readonly AccountRecord[]): boolean => {
  const { name, release } = currentWave(record);
  return accounts.every((account) => account.wave !== name || account.release === release);
};

/** The verdict on an account in this round of checks. An account that left the work is failed; one that was not visited is unknown. */
export function verdictInWave(account: AccountRecord, record: RolloutRecord): Verdict {
  if (isOut(account, record.id)) return 'failed';
  if (unreachedOf(account, record.id) !== undefined) return 'inconclusive';
  return isFresh(account, record) ? verdictOfGates(account.gates) : 'inconclusive';
}

/** Checks that passed in an earlier attempt, or before the soak, say nothing now. */
const isFresh = ({ checkedAt }: AccountRecord, record: RolloutRecord): boolean =>
  checkedAt !== undefined && checkedAt >= (currentWave(record).checksSince ?? '');

/** What an account adds to the wave's verdict, with a sentence for each finding. */
function memberOf(account: AccountRecord, record: RolloutRecord): WaveMember {
  const because = [
    ...failuresOf(account, record.id).map(failureText),
    ...(unreachedOf(account, record.id) === undefined
      ? []
      : [`not checked: ${unreachedOf(account, record.id)?.because}`]),
    ...findingsOf(account).map(
      ({ check, region, outcome, observed, expected }) =>
        `check ${check} in ${region} ${outcome === 'fail' ? 'failed' : 'is unknown'}: observed ${observed}, expected ${expected}`,
    ),
    ...(isOut(account, record.id) || isFresh(account, record) ? [] : ['it was not visited in this round of checks']),
  ];
  return { account: account.id, name: account.name, verdict: verdictInWave(account, record), because };
}

const findingsOf = ({ failing }: AccountRecord): readonly CheckResult[] =>
  failing.filter(({ severity }) => severity === 'critical');

function healthy(
  record: RolloutRecord,
  judgement: Judgement,
  members: readonly AccountRecord[],
  now: Date,
): WaveDecision {
  const wave = currentWave(record);
  if (mustSoak(record, members) && !hasSoaked(record, now)) {
    const firstHealthyAt = wave.firstHealthyAt ?? now.toISOString();
    const until = new Date(new Date(firstHealthyAt).getTime() + wave.spec.soakMinutes * 60_000);
    const soaking = withWave(record, { firstHealthyAt, checksSince: until.toISOString() });
    const { decision, events, ...rest } = recheck(soaking, { why: 'soak', until, shards: shardsOf(wave.accounts) });
    return { move: { ...rest, decision, events: [judged(wave, judgement), ...events] } };
  }
  const isLast = record.wave + 1 >= record.waves.length || isRolledBack(record);
  return {
    move: {
      decision: isLast ? 'finish' : 'nextWave',
      record: {
        ...withWave(record, { status: { kind: 'judged', ...judgement, at: now.toISOString() } }),
        status: { kind: 'running', doing: isLast ? 'finishing' : 'opening the next wave' },
      },
      events: [judged(wave, judgement)],
    },
    // A new account is brought to the release that its wave has finished already.
    ...(record.request.newAccount !== true && {
      finished: { release: wave.release, rollout: record.id, at: now.toISOString() },
    }),
  };
}

/** A release that all healthy accounts of the wave have soaked with before need not soak again. */
function mustSoak(record: RolloutRecord, members: readonly AccountRecord[]): boolean {
  const { spec, release } = currentWave(record);
  if (spec.soakMinutes === 0 || record.direction === 'back' || record.request.emergency === true) return false;
  return members.some(
    ({ state, soaked }) => (state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS') && soaked !== release,
  );
}

interface Pause {
  readonly why: 'soak' | 'settle';
  readonly until: Date;
  /** What is checked after it. */
  readonly shards: readonly number[];
}

function recheck(record: RolloutRecord, { why, until, shards }: Pause): Move<'JudgeWave'> {
  const doing = why === 'soak' ? 'soaking' : 'waiting for the checks to settle';
  return {
    decision: 'recheck',
    record: { ...record, status: { kind: 'waiting', until: until.toISOString(), doing } },
    events: [{ type: 'waiting', wave: currentWave(record).name, for: why, until: until.toISOString() }],
    shards,
    until,
  };
}

function unhealthy(
  record: RolloutRecord,
  judgement: Judgement,
  { members, onFailure }: Pick<WaveFacts, 'members'> & Pick<DesiredState, 'onFailure'>,
  now: Date,
): Move<'JudgeWave'> {
  const wave = currentWave(record);
  const marked = withWave(record, { status: { kind: 'judged', ...judgement, at: now.toISOString() } });
  const events: EventBody[] = [
    ...members.flatMap((account) => checksFailed(wave, account)).slice(0, accountEventsMax),
    judged(wave, judgement),
  ];
  // Only a measured failure is rolled back; a person looks at what is unknown.
  const mayRollBack = record.direction === 'forward' && record.paused === undefined;
  if (judgement.verdict === 'failed' && onFailure === 'rollBack' && mayRollBack)
    return { decision: 'rollBack', record: marked, events };
  return ask(marked, { about: 'gate', because: judgement.because }, events, now);
}

const judged = (wave: WaveProgress, { verdict, because }: Judgement): EventBody => ({
  type: 'waveJudged',
  wave: wave.name,
  verdict,
  because,
});

const checksFailed = (wave: WaveProgress, account: AccountRecord): readonly EventBody[] =>
  findingsOf(account).map(({ check, title, severity, gate, region, outcome, observed, expected, remediation }) => ({
    type: 'checkFailed',
    wave: wave.name,
    account: account.id,
    check,
    title,
    severity,
    gate,
    region,
    outcome: outcome === 'fail' ? 'fail' : 'unknown',
    observed,
    expected,
    remediation,
  }));
