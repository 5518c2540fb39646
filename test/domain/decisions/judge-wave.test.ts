import { decideJudgeWave, isWholeWave, verdictInWave } from '../../../orchestrator/domain/decisions/judge-wave';
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import {
  accounts,
  anAccount,
  aRollout,
  aWave,
  failing,
  finding,
  former,
  ids,
  minutesAgo,
  minutesFrom,
  now,
  paused,
  rolloutId,
  wanted,
  withDeployFailure,
} from './deciding';

const noSettling = { checks: { settleMinutes: [] }, onFailure: 'hold' as const, outageWaitMinutes: 60 };
const decide = (
  record: RolloutRecord,
  members: readonly AccountRecord[],
  desiredState: Parameters<typeof decideJudgeWave>[1]['desiredState'] = noSettling,
) => decideJudgeWave(record, { members, desiredState }, now);
const soaked = aWave({ firstHealthyAt: minutesAgo(61), checksSince: minutesAgo(30) });
const all = accounts({ soaked: wanted });

describe('the verdict on an account in a wave', () => {
  test.each([
    { of: 'that passed its checks', account: anAccount(), verdict: 'healthy' },
    { of: 'with a failed check', account: failing(anAccount()), verdict: 'failed' },
    { of: 'with an unknown check', account: failing(anAccount(), 'unknown'), verdict: 'inconclusive' },
    { of: 'in which no gate passed', account: anAccount({ gates: {} }), verdict: 'inconclusive' },
    { of: 'that was never visited', account: anAccount({ checkedAt: undefined }), verdict: 'inconclusive' },
    {
      of: 'that was visited before this round',
      account: anAccount({ checkedAt: minutesAgo(31) }),
      verdict: 'inconclusive',
    },
    { of: 'whose deployment failed', account: withDeployFailure(anAccount()), verdict: 'failed' },
    { of: 'that was closed', account: anAccount({ state: 'SUSPENDED' }), verdict: 'failed' },
  ])('$of is $verdict', ({ account, verdict }) => {
    expect(verdictInWave(account, aRollout())).toBe(verdict);
  });
});

describe('a healthy wave', () => {
  test('soaks before it is passed, and every account is checked again after it', () => {
    const { move, finished, isSettling } = decide(aRollout(), accounts());

    expect(move).toMatchObject({ decision: 'recheck', shards: [0], until: minutesFrom(60) });
    expect(move.record.status).toMatchObject({ kind: 'waiting', doing: 'soaking' });
    expect(move.record.waves[0]).toMatchObject({
      firstHealthyAt: now.toISOString(),
      checksSince: minutesFrom(60).toISOString(),
      round: 1,
    });
    expect(move.events.map(({ type }) => type)).toEqual(['waveJudged', 'waiting']);
    expect([finished, isSettling]).toEqual([undefined, undefined]);
  });

  test('soaks for a single account that has not soaked yet', () => {
    expect(decide(aRollout(), [...all.slice(1), anAccount()]).move.decision).toBe('recheck');
  });

  test('goes on soaking from its first healthy verdict', () => {
    const { move } = decide(aRollout({ waves: [aWave({ firstHealthyAt: minutesAgo(20) })] }), accounts());

    expect(move).toMatchObject({ decision: 'recheck', until: minutesFrom(40) });
  });

  test.each([
    { when: 'after its soak', record: aRollout({ waves: [soaked] }), members: accounts() },
    {
      when: 'if its only account that has not soaked is at risk',
      record: aRollout(),
      members: [...all.slice(1), anAccount({ state: 'KEYS_AT_RISK' })],
    },
    {
      when: 'with a soak of nothing',
      record: aRollout({ waves: [aWave({ spec: { soakMinutes: 0 } })] }),
      members: accounts(),
    },
    { when: 'if it soaked with the release before', record: aRollout(), members: all },
    { when: 'in an emergency', record: aRollout({ request: { emergency: true } }), members: accounts() },
    { when: 'on the way back', record: aRollout({ direction: 'back' }), members: accounts() },
  ])('is finished $when', ({ record, members }) => {
    const { move, finished } = decide(record, members);

    expect(move.decision).toBe('finish');
    expect(move.record.waves[0]?.status).toMatchObject({ kind: 'judged', verdict: 'healthy' });
    expect(finished).toEqual({ release: wanted, rollout: rolloutId, at: now.toISOString() });
  });

  test.each([
    { leads: 'to the next wave', over: {}, decision: 'nextWave' },
    { leads: 'to the end after a rollback in one wave', over: { direction: 'back' as const }, decision: 'finish' },
    {
      leads: 'to the next wave in a rollback of all waves',
      over: { direction: 'back' as const, request: { rollback: true } },
      decision: 'nextWave',
    },
  ])('with a wave behind it leads $leads', ({ over, decision }) => {
    const record = aRollout({ waves: [soaked, aWave({ status: { kind: 'pending' } })], ...over });

    expect(decide(record, all).move.decision).toBe(decision);
  });

  test('finishes no release for its wave where it brings a single new account', () => {
    expect(decide(aRollout({ request: { newAccount: true } }), all).finished).toBeUndefined();
  });

  test('bears as many failed accounts as its tolerance', () => {
    const [one = anAccount(), ...others] = all;

    expect(decide(aRollout(), [failing(one), ...others]).move.decision).toBe('finish');
  });

  test('leaves closed accounts out of its verdict', () => {
    const closed = accounts({ state: 'SUSPENDED' }).slice(1);

    expect(decide(aRollout(), [anAccount({ soaked: wanted }), ...closed]).move.decision).toBe('finish');
  });
});

describe('a wave with findings', () => {
  const settling = { checks: { settleMinutes: [2, 5] }, onFailure: 'hold' as const, outageWaitMinutes: 60 };
  const failed = accounts().map((account) => failing(account));

  test.each([
    { round: 0, minutes: 2 },
    { round: 1, minutes: 5 },
  ])('waits $minutes minutes in round $round for its checks to settle, and alerts nobody yet', ({ round, minutes }) => {
    const { move, isSettling } = decide(aRollout({ waves: [aWave({ round })] }), failed, settling);

    expect(move).toMatchObject({ decision: 'recheck', until: minutesFrom(minutes), shards: [0] });
    expect(move.events).toEqual([
      { type: 'waiting', wave: 'canary', for: 'settle', until: minutesFrom(minutes).toISOString() },
    ]);
    expect(isSettling).toBe(true);
  });

  test('waits if only some of the findings may settle', () => {
    const [one = anAccount(), ...others] = failed;

    expect(decide(aRollout(), [withDeployFailure(one), ...others], settling).move.decision).toBe('recheck');
  });

  test('is judged at once if only deployments failed: they do not get better by waiting', () => {
    const { move, isSettling } = decide(aRollout(), accounts().map(withDeployFailure), settling);

    expect([move.decision, isSettling]).toEqual(['ask', undefined]);
  });

  test('asks after the last settling, with every reason', () => {
    const { move } = decide(aRollout({ waves: [aWave({ round: 2 })] }), failed, settling);

    expect(move.decision).toBe('ask');
    expect(move.record.status).toMatchObject({
      kind: 'awaitingApproval',
      prompt: { about: 'gate', wave: 'canary', promptedAt: now.toISOString() },
    });
    expect(move.events.map(({ type }) => type)).toEqual([
      'checkFailed',
      'checkFailed',
      'checkFailed',
      'waveJudged',
      'approvalRequested',
    ]);
    expect(move.record.waves[0]?.status).toMatchObject({
      verdict: 'failed',
      because: [
        '3 failed and 0 unknown, of 3 accounts; tolerance 1',
        ...ids.map((id) =>
          expect.stringContaining(`${id} (account-${id}): check alert-topic-exists in eu-west-1 failed`),
        ),
      ],
    });
  });

  describe('that AWS has not completed', () => {
    const after = aRollout({ waves: [aWave({ round: 2 })] });
    const pending = (settlesMinutes: number, deployedMinutesAgo: number): readonly AccountRecord[] =>
      accounts({
        states: [{ state: 'DEPLOYED', at: minutesAgo(deployedMinutesAgo), event: 'deployLanded', rollout: rolloutId }],
      }).map((account) => failing(account, 'unknown', { settlesMinutes }));

    test('is waited for after the last settling, as long as its checks declare', () => {
      const { move, isSettling } = decide(after, pending(60, 59), settling);

      expect(move).toMatchObject({ decision: 'recheck', until: minutesFrom(10), shards: [0] });
      expect([isSettling, move.events.map(({ type }) => type)]).toEqual([true, ['waiting']]);
    });

    test.each([
      { when: 'its time is over', members: pending(60, 60), checks: settling.checks },
      { when: 'the check declares no time', members: pending(0, 1), checks: settling.checks },
      { when: 'the config has no pauses', members: pending(60, 1), checks: { settleMinutes: [] } },
      {
        when: 'a measured failure in other accounts is past the tolerance',
        members: pending(60, 1).map((account, n) => (n === 0 ? account : failing(account))),
        checks: settling.checks,
      },
      {
        when: 'another account stays unknown',
        members: pending(60, 1).map((account, n) => (n === 0 ? account : failing(account, 'unknown'))),
        checks: settling.checks,
      },
      {
        when: 'the account has a measured failure besides',
        members: pending(60, 1).map((account) => ({ ...account, failing: [...account.failing, finding('fail')] })),
        checks: settling.checks,
      },
    ])('counts at once if $when', ({ members, checks }) => {
      expect(decide(after, members, { ...settling, checks }).move.decision).toBe('ask');
    });
  });

  test('names each failed or unknown check in the log', () => {
    const [one = anAccount(), two = one] = accounts();

    const { move } = decide(aRollout(), [failing(one), failing(two, 'unknown')]);

    expect(move.events.slice(0, 2)).toMatchObject([
      { type: 'checkFailed', account: one.id, check: 'alert-topic-exists', outcome: 'fail' },
      { type: 'checkFailed', account: two.id, check: 'alert-topic-exists', outcome: 'unknown' },
    ]);
  });

  test('says which accounts were not visited', () => {
    const { move } = decide(aRollout(), accounts({ checkedAt: undefined }));

    expect(move.record.status).toMatchObject({
      prompt: {
        because: expect.arrayContaining([expect.stringMatching(/it was not visited in this round of checks$/)]),
      },
    });
  });

  test.each([
    { when: 'if the config wants that', record: aRollout(), outcome: 'fail' as const, decision: 'rollBack' },
    { when: 'never if it is only unknown', record: aRollout(), outcome: 'unknown' as const, decision: 'ask' },
    { when: 'never while it is paused', record: aRollout({ paused }), outcome: 'fail' as const, decision: 'ask' },
    { when: 'never twice', record: aRollout({ direction: 'back' }), outcome: 'fail' as const, decision: 'ask' },
  ])('is rolled back $when', ({ record, outcome, decision }) => {
    const members = accounts().map((account) => failing(account, outcome));

    expect(decide(record, members, { ...noSettling, onFailure: 'rollBack' }).move.decision).toBe(decision);
  });
});

describe('a rollout over chosen accounts covers its whole wave', () => {
  test.each([
    { when: 'if the others are at the release', other: anAccount(), is: true },
    { when: 'not if one is at another release', other: anAccount({ release: former }), is: false },
    { when: 'whatever another wave runs', other: anAccount({ wave: undefined, release: former }), is: true },
  ])('$when', ({ other, is }) => {
    expect(isWholeWave(aRollout(), [anAccount(), other])).toBe(is);
  });
});
