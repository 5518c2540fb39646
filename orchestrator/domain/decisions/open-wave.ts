/** OpenWave: opens the next wave, or the same one again for a retry, skips it if nothing changes there, or asks for an approval first. */
import {
  type AccountRecord,
  failuresOf,
  hasLostAdopted,
  hasLostSettings,
  isGone,
  isInFormerWave,
  lastFailures,
  unreachedOf,
} from '../model/account-record';
import type { RolloutId } from '../model/brand';
import { currentWave, withWave } from '../model/current-wave';
import { shardsOf } from '../model/execution-input';
import type { FinishedRelease } from '../model/finished-wave';
import type { Freeze } from '../model/freeze';
import type { Changed, Move } from '../model/move';
import { isRolledBack, type OutageWait, type RolloutRecord, type WaveProgress } from '../model/rollout';
import { isToRevert } from '../planning/revert-drift';
import { ask } from './prompt';
import { startHold } from './start-hold';

/** A wave is skipped only if its accounts passed their checks within this time. */
const checkAgeHoursMax = 24;

/** The rollout at the wave that it opens next. A wave that was judged healthy, or overridden, is done; any other is opened again. */
export function atNextWave(record: RolloutRecord): RolloutRecord {
  const status = record.waves[record.wave]?.status;
  const isDone =
    status === undefined || status.kind === 'overridden' || (status.kind === 'judged' && status.verdict === 'healthy');
  return isDone ? { ...record, wave: record.wave + 1 } : record;
}

export interface LeftWave extends Changed {
  /** To be recorded as finished by the wave. */
  readonly finished?: FinishedRelease;
}

/** Findings that are kept with an approved release. */
const findingsMax = 10;

/** Whether the rollout leaves a wave that a person let pass, and has not said yet what is deployed there. */
export function isLeavingOverridden({ waves, wave }: RolloutRecord): boolean {
  const status = waves[wave]?.status;
  return status?.kind === 'overridden' && status.deployed === undefined;
}

/**
 * What is at the release in a wave that a person let pass. The release counts as finished if it reached any account, and if no other account of
 * the wave runs something else; a wave whose accounts were all skipped has finished nothing.
 * @param members the accounts of the wave.
 */
export function leaveOverridden(
  record: RolloutRecord,
  { members, isWhole }: { readonly members: readonly AccountRecord[]; readonly isWhole: boolean },
  now: Date,
): LeftWave {
  const wave = currentWave(record);
  const { status, release, name } = wave;
  if (status.kind !== 'overridden') return { record, events: [] };
  const present = members.filter((account) => !isGone(account));
  const deployed = present.filter((account) => account.release === release).length;
  const isFinished = deployed > 0 && isWhole && record.request.newAccount !== true;
  const findings = [...new Set(present.flatMap(({ failing }) => failing.map(({ title }) => title)))];
  const { by, reason } = status;
  const accounts = present.length;
  return {
    record: withWave(record, { status: { ...status, deployed } }),
    events: [{ type: 'waveOverridden', wave: name, release, deployed, accounts, isFinished }],
    ...(isFinished && {
      finished: {
        release,
        rollout: record.id,
        at: now.toISOString(),
        approved: { by, reason, deployed, accounts, findings: findings.slice(0, findingsMax) },
      },
    }),
  };
}

/** What needs no look at the wave's accounts. @returns undefined if they have to be looked at. */
export function decideWithoutAccounts(
  record: RolloutRecord,
  freezes: readonly Freeze[],
  now: Date,
): Move<'OpenWave'> | undefined {
  const next = atNextWave(record);
  const wave = next.waves[next.wave];
  // A rollback after a failure ends with the wave that it rolled back.
  const isRollbackDone = isRolledBack(record) && next.wave !== record.wave;
  if (wave === undefined || isRollbackDone) return { decision: 'finish', record, events: [] };
  const held = startHold(next, freezes, now);
  if (held !== undefined) return held;
  if (wave.outage?.during === 'checks' && wave.status.kind === 'open') return resume(next, wave.outage, now);
  if (wave.accounts === 0) return skip(next, now, 'it selects no account');
  if (wave.spec.approval === 'manual' && !isApproved(wave, now)) return askForApproval(next, wave, now);
  return undefined;
}

/** Continues where the outage interrupted the checks. What was measured before it still counts, and so does the soak, for a day. */
function resume(record: RolloutRecord, { since }: OutageWait, now: Date): Move<'OpenWave'> {
  const isStale = now > hoursAfter(new Date(since), checkAgeHoursMax);
  const fresh = isStale ? { firstHealthyAt: undefined, checksSince: now.toISOString() } : {};
  return {
    decision: 'resume',
    record: {
      ...withWave(record, { outage: undefined, ...fresh }),
      status: { kind: 'running', doing: 'checking health after an outage' },
    },
    events: [],
    shards: shardsOf(currentWave(record).accounts),
  };
}

export interface OpenDecision {
  readonly move: Move<'OpenWave'>;
  /** A new attempt starts: failures of the one before are taken out of the accounts' records. */
  readonly isNewAttempt: boolean;
}

/** @param members the accounts of the wave. */
export function decideOpenWave(record: RolloutRecord, members: readonly AccountRecord[], now: Date): OpenDecision {
  const next = atNextWave(record);
  const wave = currentWave(next);
  const toChange = members.filter((account) => isToChange(account, wave, record)).length;
  const isSettled = toChange === 0 && !members.some(hasLostAdopted);
  if (isSettled && members.every((account) => hasFreshChecks(account, wave, now)))
    return {
      move: skip(next, now, 'nothing changes in its accounts, and they passed their checks recently'),
      isNewAttempt: false,
    };
  const opened = withWave(next, {
    status: { kind: 'open', since: now.toISOString() },
    attempt: wave.attempt + 1,
    lost: 0,
    stage: 0,
    stages: [],
    round: 0,
    firstHealthyAt: undefined,
    checksSince: now.toISOString(),
    work: undefined,
    outage: undefined,
  });
  const doing = isSettled ? 'checking health, nothing to change' : 'preflight';
  const attempt = wave.attempt + 1;
  return {
    move: {
      decision: isSettled ? 'verify' : 'go',
      record: { ...opened, status: { kind: 'running', doing } },
      events: [{ type: 'waveOpened', wave: wave.name, accounts: members.length, toChange, attempt }],
      shards: shardsOf(members.length),
    },
    isNewAttempt: true,
  };
}

/**
 * A new attempt starts without failures: those of the one before are in the log, and are tried again. If an outage kept that one from the
 * account, earlier failures still explain its state.
 */
export const withoutFailures = (account: AccountRecord, rollout: RolloutId): AccountRecord =>
  isUntroubled(account, rollout)
    ? account
    : { ...account, work: { rollout, failures: [], formerly: lastFailures(account) } };

export const isUntroubled = (account: AccountRecord, rollout: RolloutId): boolean =>
  failuresOf(account, rollout).length === 0 && unreachedOf(account, rollout) === undefined;

const isToChange = (account: AccountRecord, wave: WaveProgress, record: RolloutRecord): boolean =>
  account.release !== wave.release ||
  hasLostSettings(account) ||
  isToRevert(account, record) ||
  isInFormerWave(account, wave.name);

function skip(record: RolloutRecord, now: Date, because: string): Move<'OpenWave'> {
  const wave = currentWave(record);
  const status = { kind: 'judged', verdict: 'healthy', because: [because], at: now.toISOString() } as const;
  return {
    decision: 'nextWave',
    record: withWave(record, { status }),
    events: [{ type: 'waveSkipped', wave: wave.name, because }],
  };
}

const hoursAfter = (time: Date, hours: number): Date => new Date(time.getTime() + hours * 3_600_000);

/** What a person approved may look different some days later. */
const isApproved = ({ approvedAt, spec }: WaveProgress, now: Date): boolean =>
  approvedAt !== undefined && now <= hoursAfter(new Date(approvedAt), spec.approvalHours);

function askForApproval(record: RolloutRecord, wave: WaveProgress, now: Date): Move<'OpenWave'> {
  const expiresAt = hoursAfter(now, wave.spec.approvalHours).toISOString();
  const because = [`wave ${wave.name} with ${wave.accounts} accounts requires an approval before it starts`];
  return ask(record, { about: 'approval', because, expiresAt }, [], now);
}

function hasFreshChecks(account: AccountRecord, { release, spec }: WaveProgress, now: Date): boolean {
  if (account.state !== 'BASELINE_HEALTHY' && account.state !== 'READY_FOR_KEYS') return false;
  // Checks that passed before the last change say nothing about the account as it is now.
  if (account.passing?.release !== release) return false;
  // A rollout that was stopped while it soaked passed once, which is not enough for the next wave.
  if (account.checkedAt === undefined || (spec.soakMinutes > 0 && account.soaked !== release)) return false;
  return now.getTime() - new Date(account.checkedAt).getTime() <= checkAgeHoursMax * 3_600_000;
}
