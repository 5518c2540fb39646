/** The gate: reads every account's verdict, judges the wave, and says whether the next one may start. */

import { loadDocument } from '../documents';
import { type AccountRecord, failuresOf, isOut } from '../domain/account-record';
import { type Baton, shardsOf } from '../domain/baton';
import { accountEventsMax } from '../domain/event';
import { type Judgement, judgeWave as judge, type Verdict, verdicts, type WaveMember, worst } from '../domain/gate';
import { shareOf } from '../domain/intent';
import type { RolloutRecord, WaveProgress } from '../domain/rollout';
import type { Ports } from '../ports/ports';
import { writeFinishedWave } from '../records';
import { hasSoaked } from './health-shard';
import { type EventBody, type Move, playTurn } from './turn';
import { membersOf, recordsOf, waveAtWork, withWave } from './wave-at-work';

export const judgeWave = (ports: Pick<Ports, 'store' | 'clock' | 'artifacts'>) => (baton: Baton) =>
  playTurn(ports, 'JudgeWave', baton, async (record, now): Promise<Move<'JudgeWave'>> => {
    const wave = waveAtWork(record);
    const members = (await recordsOf(ports, await membersOf(ports, record))).map(({ value }) => value);
    const judgement = judge(
      members.map((account) => memberOf(account, record)),
      shareOf(wave.spec.failureTolerance, wave.accounts),
    );
    const played = withWave(record, { round: wave.round + 1 });
    if (judgement.verdict === 'healthy') return healthy(ports, played, judgement, members, now);

    // What was just deployed may need a while to be seen; after the last pause a finding is a finding.
    const { checks } = await loadDocument(ports, 'intent', record.intent);
    const settle = checks.settleMinutes[wave.round];
    if (settle !== undefined && canStillSettle(members, record)) {
      return waiting(played, 'settle', new Date(now.getTime() + settle * 60_000));
    }
    return unhealthy(ports, played, judgement, members, now);
  });

/** What an account adds to the wave's verdict: out of the work is failed; else what its last checks said. */
function memberOf(account: AccountRecord, record: RolloutRecord): WaveMember {
  const failures = failuresOf(account, record.id);
  const checks = account.failing.filter(({ severity }) => severity === 'critical');
  const verdict: Verdict = isOut(account, record.id)
    ? 'failed'
    : (worst(verdicts, [
        gateVerdict(account),
        ...checks.map(({ outcome }) => (outcome === 'fail' ? 'failed' : 'inconclusive')),
      ] as const) ?? 'inconclusive');
  const because = [
    ...failures.map(({ module, region, reason }) => [module, region, reason].filter(Boolean).join(': ')),
    ...checks.map(
      ({ check, region, outcome, observed, expected }) =>
        `check ${check} in ${region} ${outcome === 'fail' ? 'failed' : 'could not be measured'}: observed ${observed}, expected ${expected}`,
    ),
  ];
  return { account: account.id, name: account.name, verdict, because };
}

/** No gate at all was judged: nothing was proved. */
const gateVerdict = (account: AccountRecord): Verdict =>
  Object.values(account.gates).includes('pass') ? 'healthy' : 'inconclusive';

/** A failed deployment does not heal by waiting; a check may. */
const canStillSettle = (members: readonly AccountRecord[], record: RolloutRecord): boolean =>
  members.some(
    (account) => !isOut(account, record.id) && account.failing.some(({ severity }) => severity === 'critical'),
  );

async function healthy(
  ports: Pick<Ports, 'store'>,
  record: RolloutRecord,
  judgement: Judgement,
  members: readonly AccountRecord[],
  now: Date,
): Promise<Move<'JudgeWave'>> {
  const wave = waveAtWork(record);
  if (mustSoak(record, members) && !hasSoaked(record, now)) {
    const provedAt = wave.provedAt ?? now.toISOString();
    const until = new Date(new Date(provedAt).getTime() + wave.spec.soakMinutes * 60_000);
    return waiting(withWave(record, { provedAt }), 'soak', until, judgement);
  }
  const last = record.wave + 1 >= record.waves.length || record.direction === 'back';
  await writeFinishedWave(ports, wave.name, { release: wave.release, rollout: record.id, at: now.toISOString() });
  return {
    word: last ? 'finish' : 'nextWave',
    record: {
      ...withWave(record, { status: { kind: 'judged', ...judgement, at: now.toISOString() } }),
      status: { kind: 'running', doing: last ? 'finishing' : 'opening the next wave' },
    },
    events: [judged(wave, judgement)],
  };
}

/** A release that all of the wave's healthy accounts have soaked with before need not soak again. */
function mustSoak(record: RolloutRecord, members: readonly AccountRecord[]): boolean {
  const { spec, release } = waveAtWork(record);
  if (spec.soakMinutes === 0 || record.direction === 'back') return false;
  return members.some(
    ({ state, soaked }) => (state === 'BASELINE_HEALTHY' || state === 'READY_FOR_KEYS') && soaked !== release,
  );
}

function waiting(record: RolloutRecord, why: 'soak' | 'settle', until: Date, judgement?: Judgement): Move<'JudgeWave'> {
  const wave = waveAtWork(record);
  const doing = why === 'soak' ? 'soaking' : 'letting the checks settle';
  return {
    word: 'recheck',
    record: { ...record, status: { kind: 'waiting', until: until.toISOString(), doing } },
    events: [
      ...(judgement === undefined ? [] : [judged(wave, judgement)]),
      { type: 'waiting', wave: wave.name, for: why, until: until.toISOString() },
    ],
    shards: shardsOf(wave.accounts),
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
  const wave = waveAtWork(record);
  const { onFailure } = await loadDocument(ports, 'intent', record.intent);
  const marked = withWave(record, { status: { kind: 'judged', ...judgement, at: now.toISOString() } });
  const events: EventBody[] = [
    ...members.flatMap((account) => checksFailed(wave, account)).slice(0, accountEventsMax),
    judged(wave, judgement),
  ];
  // Only what was measured bad is taken back; what could not be measured is for a person to look at.
  if (judgement.verdict === 'failed' && onFailure === 'rollBack' && record.direction === 'forward') {
    return { word: 'turnBack', record: marked, events };
  }
  const question = { about: 'gate', wave: wave.name, because: judgement.because, askedAt: now.toISOString() } as const;
  return {
    word: 'ask',
    record: { ...marked, status: { kind: 'asking', question } },
    events: [...events, { type: 'asked', wave: wave.name, about: 'gate', because: judgement.because }],
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
