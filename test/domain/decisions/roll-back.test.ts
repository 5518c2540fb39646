import {
  accountsToRollBack,
  cannotRollBack,
  decideRollBack,
  rollbackTarget,
  withoutDeployFailures,
} from '../../../orchestrator/domain/decisions/roll-back';
import type { Failure } from '../../../orchestrator/domain/model/account-record';
import { parseReleaseId, type ReleaseId } from '../../../orchestrator/domain/model/brand';
import { person } from '../../actors';
import {
  accounts,
  anAccount,
  aRelease,
  aRollout,
  aStack,
  aStage,
  aWave,
  former,
  home,
  minutesAgo,
  now,
  otherRollout,
  rolloutId,
  wanted,
  withDeployFailure,
} from './deciding';

const finished = { release: former, rollout: rolloutId, at: minutesAgo(1000) };

describe('the release to roll back to', () => {
  test('is the one that the wave has finished last', () => {
    expect(rollbackTarget(aRollout(), finished)).toEqual({ kind: 'release', release: former });
  });

  describe('named by the person who rolls back', () => {
    const earlier = parseReleaseId('r-999999999999');
    const known = { ...finished, before: [{ ...finished, release: earlier }] };
    const naming = (to: ReleaseId) =>
      aRollout({ answers: [{ decision: 'rollBack', by: person('jo'), reason: 'alarms', at: minutesAgo(1), to }] });

    test('is that one', () => {
      expect(rollbackTarget(naming(earlier), known)).toEqual({ kind: 'release', release: earlier });
    });

    test('is none if the wave has not finished it', () => {
      expect(rollbackTarget(naming(parseReleaseId('r-777777777777')), known)).toEqual({
        kind: 'none',
        because: `wave canary cannot return to r-777777777777; it has finished ${former}, ${earlier}`,
      });
    });
  });

  test.each([
    {
      if: 'the wave has finished none',
      record: aRollout(),
      known: undefined,
      because: 'wave canary has no earlier release to roll back to',
    },
    {
      if: 'the wave has finished only this one',
      record: aRollout(),
      known: { ...finished, release: wanted },
      because: 'wave canary has no earlier release to roll back to',
    },
    {
      if: 'nothing was planned to change yet',
      record: aRollout({ waves: [aWave({ work: undefined })] }),
      known: finished,
      because: 'wave canary has no earlier release to roll back to',
    },
    {
      if: 'it is rolling back already',
      record: aRollout({ direction: 'back' }),
      known: finished,
      because: 'wave canary is rolling back to r-aaaaaaaaaaaa already',
    },
    {
      if: 'the rollout is that of a single new account',
      record: aRollout({ request: { newAccount: true } }),
      known: finished,
      because: 'wave canary is not rolled back for one new account',
    },
  ])('does not exist if $if', ({ record, known, because }) => {
    expect(rollbackTarget(record, known)).toEqual({ kind: 'none', because });
  });

  test('leaves the wave failed, with the reason, where there is none', () => {
    const move = cannotRollBack(aRollout(), 'wave canary has no earlier release to roll back to', now);

    expect(move).toMatchObject({ decision: 'finish', events: [] });
    expect(move.record.waves[0]?.status).toMatchObject({
      verdict: 'failed',
      because: ['wave canary has no earlier release to roll back to; its accounts stay as they are'],
    });
  });
});

describe('the accounts to roll back', () => {
  const failed = (at: Failure['at']) =>
    anAccount({ work: { rollout: rolloutId, failures: [{ at, module: 'alerts', region: home, reason: 'denied' }] } });

  test.each([
    { at: 'deploy' as const, kept: 0 },
    { at: 'settings' as const, kept: 0 },
    { at: 'preflight' as const, kept: 1 },
    { at: 'rehome' as const, kept: 1 },
  ])('start with $kept of one failure at $at', ({ at, kept }) => {
    const { work } = withoutDeployFailures(failed(at), rolloutId);

    expect([work?.failures.length, work?.formerly?.length]).toEqual([kept, 1]);
  });

  test('keep the failures that another rollout left', () => {
    const account = { ...failed('deploy'), work: { rollout: otherRollout, failures: [] } };

    expect(withoutDeployFailures(account, rolloutId)).toBe(account);
  });

  test('are those that are not at the release, and that are still in the work', () => {
    const [one = anAccount(), two = one, three = one] = accounts();
    const members = [{ ...one, release: former }, two, withDeployFailure(three)];

    expect(accountsToRollBack(members, former, rolloutId)).toEqual([two]);
  });
});

describe('a rollback', () => {
  const members = [anAccount(), withDeployFailure(anAccount())];
  const facts = { release: aRelease({ id: former }), members, stages: [aStage()], work: 'accounts/back.json' };

  test('deploys the former release as a new attempt', () => {
    const record = aRollout({ waves: [aWave({ attempt: 2, stage: 4, round: 1, firstHealthyAt: minutesAgo(3) })] });

    const move = decideRollBack(record, facts, now);

    expect(move).toMatchObject({
      decision: 'go',
      shards: [0],
      events: [{ type: 'rollingBack', wave: 'canary', to: former }],
      record: { direction: 'back', status: { kind: 'running', doing: 'rolling back' } },
    });
    expect(move.record.waves[0]).toMatchObject({
      release: former,
      work: 'accounts/back.json',
      attempt: 3,
      stages: [aStage()],
      stage: 0,
      round: 0,
      lost: 1,
      firstHealthyAt: undefined,
      checksSince: now.toISOString(),
    });
  });

  test('goes straight to the settings where no stack is to be changed', () => {
    expect(decideRollBack(aRollout(), { ...facts, stages: [] }, now).decision).toBe('verify');
  });

  test('says which modules stay, since the former release does not have them', () => {
    const guarded = [anAccount({ modules: [aStack(), aStack({ module: 'aws-config' })] })];

    const move = decideRollBack(aRollout(), { ...facts, members: guarded }, now);

    expect(move.events).toMatchObject([{ staying: ['aws-config'] }]);
  });
});
