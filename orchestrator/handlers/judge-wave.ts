/** The gate: reads every account's verdict, judges the wave, and says whether the next one may start. */

import { type AccountRecord, failuresOf, isGone, isOut } from '../domain/model/account-record';
import { currentWave, hasSoaked, withWave } from '../domain/model/current-wave';
import { toleranceOf } from '../domain/model/desired-state';
import { accountEventsMax } from '../domain/model/event';
import { type ExecutionInput, shardsOf, shardsWhere } from '../domain/model/execution-input';
import {
  type CheckResult,
  type Judgement,
  judgeWave as judge,
  type Verdict,
  type WaveMember,
} from '../domain/model/gate';
import type { EventBody, Move } from '../domain/model/move';
import { isRolledBack, type RolloutRecord, type WaveProgress } from '../domain/model/rollout';
import type { Ports } from '../ports/ports';
import { listAccounts } from '../records/accounts';
import { loadDocument } from '../records/documents';
import { writeFinishedWave } from '../records/waves';
import { alertKeysAtRiskAmong } from '../rollout/keys-at-risk';
import { runStep } from '../rollout/step';
import { membersOf, recordsOf } from '../rollout/wave-accounts';

export const judgeWave =
  (ports: Pick<Ports, 'store' | 'clock' | 'artifacts' | 'notifier'>) => (input: ExecutionInput) =>
    runStep(ports, 'JudgeWave', input, async (record, now): Promise<Move<'JudgeWave'>> => {
      const wave = currentWave(record);
      const members = (await recordsOf(ports, await membersOf(ports, record))).map(({ value }) => value);
      const judgement = judge(
        members.filter((account) => !isGone(account)).map((account) => memberOf(account, record)),
        toleranceOf(wave.spec, wave.accounts),
      );
      const lastStep = withWave(record, { round: wave.round + 1 });

      // What was just deployed may need a while to be seen; after the last pause a finding is a finding.
      const { checks } = await loadDocument(ports, 'desiredState', record.desiredState);
      const settle = judgement.verdict === 'healthy' ? undefined : checks.settleMinutes[wave.round];
      if (settle !== undefined && members.some((account) => mayHeal(account, record))) {
        const shards = shardsWhere(members, (account) => mayHeal(account, record));
        return waiting(lastStep, { why: 'settle', until: new Date(now.getTime() + settle * 60_000), shards });
      }
      // A healthy wave may soak for days, with accounts at risk that its tolerance bears.
      await alertKeysAtRiskAmong(ports, members);
      return judgement.verdict === 'healthy'
        ? healthy(ports, lastStep, judgement, members, now)
        : unhealthy(ports, lastStep, judgement, members, now);
    });

/** What an account adds to the wave's verdict, with a sentence for each finding. */
function memberOf(account: AccountRecord, record: RolloutRecord): WaveMember {
  const because = [
    ...failuresOf(account, record.id).map(({ module, region, reason }) =>
      [module, region, reason].filter(Boolean).join(': '),
    ),
    ...findingsOf(account).map(
      ({ check, region, outcome, observed, expected }) =>
        `check ${check} in ${region} ${outcome === 'fail' ? 'failed' : 'could not be measured'}: observed ${observed}, expected ${expected}`,
    ),
    ...(isOut(account, record.id) || isFresh(account, record) ? [] : ['it was not visited in this round of checks']),
  ];
  return { account: account.id, name: account.name, verdict: verdictOf(account, record), because };
}

const findingsOf = ({ failing }: AccountRecord): readonly CheckResult[] =>
  failing.filter(({ severity }) => severity === 'critical');

/** What was proved for an earlier attempt, or before the soak, proves nothing now. */
const isFresh = ({ checkedAt }: AccountRecord, record: RolloutRecord): boolean =>
  checkedAt !== undefined && checkedAt >= (currentWave(record).checksSince ?? '');

/** Out of the work is failed; not visited, or without a single gate that passed, is not known. */
function verdictOf(account: AccountRecord, record: RolloutRecord): Verdict {
  if (isOut(account, record.id)) return 'failed';
  if (!isFresh(account, record)) return 'inconclusive';
  if (findingsOf(account).some(({ outcome }) => outcome === 'fail')) return 'failed';
  const passing = findingsOf(account).length === 0 && Object.values(account.gates).includes('pass');
  return passing ? 'healthy' : 'inconclusive';
}

/** A failed deployment does not heal by waiting; a check may. */
const mayHeal = (account: AccountRecord, record: RolloutRecord): boolean =>
  !isOut(account, record.id) && verdictOf(account, record) !== 'healthy';

async function healthy(
  ports: Pick<Ports, 'store'>,
  record: RolloutRecord,
  judgement: Judgement,
  members: readonly AccountRecord[],
  now: Date,
): Promise<Move<'JudgeWave'>> {
  const wave = currentWave(record);
  if (mustSoak(record, members) && !hasSoaked(record, now)) {
    const firstHealthyAt = wave.firstHealthyAt ?? now.toISOString();
    const until = new Date(new Date(firstHealthyAt).getTime() + wave.spec.soakMinutes * 60_000);
    const soaking = withWave(record, { firstHealthyAt, checksSince: until.toISOString() });
    return waiting(soaking, { why: 'soak', until, shards: shardsOf(wave.accounts) }, judgement);
  }
  const last = record.wave + 1 >= record.waves.length || isRolledBack(record);
  if (await isWholeWave(ports, record)) {
    const finished = { release: wave.release, rollout: record.id, at: now.toISOString() };
    await writeFinishedWave(ports, wave.name, finished, record.direction);
  }
  return {
    decision: last ? 'finish' : 'nextWave',
    record: {
      ...withWave(record, { status: { kind: 'judged', ...judgement, at: now.toISOString() } }),
      status: { kind: 'running', doing: last ? 'finishing' : 'opening the next wave' },
    },
    events: [judged(wave, judgement)],
  };
}

/** A rollout over chosen accounts finishes its wave only if all the others are at the release already. */
async function isWholeWave(ports: Pick<Ports, 'store'>, record: RolloutRecord): Promise<boolean> {
  const { request } = record;
  // It is brought to what its wave has finished.
  if (request.newAccount === true) return false;
  if (request.accounts === undefined && request.retryFailed !== true) return true;
  const { name, release } = currentWave(record);
  const accounts = await listAccounts(ports);
  return accounts.every(({ value }) => value.wave !== name || value.release === release);
}

/** A release that all of the wave's healthy accounts have soaked with before need not soak again. */
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

function waiting(record: RolloutRecord, { why, until, shards }: Pause, judgement?: Judgement): Move<'JudgeWave'> {
  const wave = currentWave(record);
  const doing = why === 'soak' ? 'soaking' : 'letting the checks settle';
  return {
    decision: 'recheck',
    record: { ...record, status: { kind: 'waiting', until: until.toISOString(), doing } },
    events: [
      ...(judgement === undefined ? [] : [judged(wave, judgement)]),
      { type: 'waiting', wave: wave.name, for: why, until: until.toISOString() },
    ],
    shards,
    until,
  };
}

async function unhealthy(
  ports: Pick<Ports, 'artifacts'>,
  record: RolloutRecord,
  judgement: Judgement,
  members: readonly AccountRecord[],
  now: Date,
): Promise<Move<'JudgeWave'>> {
  const wave = currentWave(record);
  const { onFailure } = await loadDocument(ports, 'desiredState', record.desiredState);
  const marked = withWave(record, { status: { kind: 'judged', ...judgement, at: now.toISOString() } });
  const events: EventBody[] = [
    ...members.flatMap((account) => checksFailed(wave, account)).slice(0, accountEventsMax),
    judged(wave, judgement),
  ];
  // Only what was measured bad is taken back; what could not be measured is for a person to look at.
  const mayRollBack = record.direction === 'forward' && record.paused === undefined;
  if (judgement.verdict === 'failed' && onFailure === 'rollBack' && mayRollBack) {
    return { decision: 'rollBack', record: marked, events };
  }
  const prompt = { about: 'gate', wave: wave.name, because: judgement.because, promptedAt: now.toISOString() } as const;
  return {
    decision: 'ask',
    record: { ...marked, status: { kind: 'awaitingApproval', prompt } },
    events: [...events, { type: 'approvalRequested', wave: wave.name, about: 'gate', because: judgement.because }],
  };
}

const judged = (wave: WaveProgress, { verdict, because }: Judgement): EventBody => ({
  type: 'waveJudged',
  wave: wave.name,
  verdict,
  because,
});

const checksFailed = (wave: WaveProgress, account: AccountRecord): readonly EventBody[] =>
  account.failing
    .filter(({ severity }) => severity === 'critical')
    .map(({ check, gate, region, outcome, observed, expected, remediation }) => ({
      type: 'checkFailed',
      wave: wave.name,
      account: account.id,
      check,
      gate,
      region,
      outcome: outcome === 'fail' ? 'fail' : 'unknown',
      observed,
      expected,
      remediation,
    }));
