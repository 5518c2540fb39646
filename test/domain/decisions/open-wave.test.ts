import {
  atNextWave,
  decideOpenWave,
  decideWithoutAccounts,
  withoutFailures,
} from '../../../orchestrator/domain/decisions/open-wave';
import { withUnreached } from '../../../orchestrator/domain/model/account-changes';
import { parseRolloutId } from '../../../orchestrator/domain/model/brand';
import type { RolloutRecord, WaveStatus } from '../../../orchestrator/domain/model/rollout';
import { person } from '../../actors';
import {
  accounts,
  anAccount,
  aRollout,
  aStack,
  aWave,
  failing,
  finding,
  former,
  freeze,
  home,
  minutesAgo,
  now,
  paused,
  rolloutId,
  sandbox,
  wanted,
  withDeployFailure,
} from './deciding';

const early = (record: RolloutRecord, freezes: Parameters<typeof decideWithoutAccounts>[1] = []) =>
  decideWithoutAccounts(record, freezes, now);
const pending = aWave({ status: { kind: 'pending' }, attempt: 0 });
const first = (over: Parameters<typeof aRollout>[0] = {}) => aRollout({ waves: [pending], wave: -1, ...over });
const at = now.toISOString();

describe('the wave to open', () => {
  test.each<{ of: string; status: WaveStatus; wave: number }>([
    { of: 'that was judged healthy', status: { kind: 'judged', verdict: 'healthy', because: [], at }, wave: 1 },
    {
      of: 'that a person has overridden',
      status: { kind: 'overridden', by: person('jo'), reason: 'known', at },
      wave: 1,
    },
    { of: 'that was judged failed', status: { kind: 'judged', verdict: 'failed', because: [], at }, wave: 0 },
    {
      of: 'that was judged inconclusive',
      status: { kind: 'judged', verdict: 'inconclusive', because: [], at },
      wave: 0,
    },
    { of: 'that is open', status: { kind: 'open', since: at }, wave: 0 },
  ])('after one $of has index $wave', ({ status, wave }) => {
    expect(atNextWave(aRollout({ waves: [aWave({ status }), pending] })).wave).toBe(wave);
  });

  test('is the first one at the beginning', () => {
    expect(atNextWave(first()).wave).toBe(0);
  });
});

describe('without a look at the accounts', () => {
  const healthy = aWave({ status: { kind: 'judged', verdict: 'healthy', because: [], at } });

  test('a rollout finishes after its last wave', () => {
    const record = aRollout({ waves: [healthy] });

    expect(early(record)).toEqual({ decision: 'finish', record, events: [] });
  });

  test.each([
    { of: 'in one wave', request: {}, decision: 'finish' },
    { of: 'of all waves', request: { rollback: true }, decision: undefined },
  ])('a rollback $of leads to $decision', ({ request, decision }) => {
    const record = aRollout({ direction: 'back', waves: [healthy, pending], request });

    expect(early(record)?.decision).toBe(decision);
  });

  test('a wave without accounts is skipped', () => {
    const move = early(first({ waves: [aWave({ status: { kind: 'pending' }, accounts: 0 })] }));

    expect(move).toMatchObject({
      decision: 'nextWave',
      events: [{ type: 'waveSkipped', because: 'it selects no account' }],
    });
    expect(move?.record.waves[0]?.status).toMatchObject({ kind: 'judged', verdict: 'healthy' });
  });

  test('a paused rollout asks, and no wave is opened', () => {
    const move = early(first({ paused }));

    expect(move?.decision).toBe('ask');
    expect(move?.record.status).toMatchObject({
      prompt: { about: 'pause', because: ['kim paused it: the console is down'] },
    });
  });

  test('a freeze holds the wave until it ends', () => {
    expect(early(first(), [freeze])).toMatchObject({ decision: 'frozen', until: new Date(freeze.to) });
  });

  test.each([
    { of: 'an emergency', record: first({ request: { emergency: true } }) },
    { of: 'a rollback', record: first({ direction: 'back', request: { rollback: true } }) },
  ])('a freeze does not hold $of', ({ record }) => {
    expect(early(record, [freeze])).toBeUndefined();
  });

  test.each([
    { approval: 'that nobody gave', approvedAt: undefined, decision: 'ask' },
    { approval: 'that was just given', approvedAt: minutesAgo(5), decision: undefined },
    { approval: 'that is too old', approvedAt: minutesAgo(25 * 60), decision: 'ask' },
  ])('a wave with an approval $approval leads to $decision', ({ approvedAt, decision }) => {
    const wave = aWave({ status: { kind: 'pending' }, spec: { approval: 'manual' }, approvedAt });

    expect(early(first({ waves: [wave] }))?.decision).toBe(decision);
  });

  test('an approval is asked for with its expiry', () => {
    const wave = aWave({ status: { kind: 'pending' }, spec: { approval: 'manual', approvalHours: 2 } });

    const move = early(first({ waves: [wave] }));

    expect(move?.record.status).toMatchObject({
      kind: 'awaitingApproval',
      prompt: {
        about: 'approval',
        because: ['wave canary with 3 accounts requires an approval before it starts'],
        expiresAt: '2026-11-22T14:00:00.000Z',
      },
    });
  });
});

describe('a wave with accounts', () => {
  test('is opened as a new attempt that starts clean', () => {
    const members = accounts({ release: former });
    const retried = aWave({ attempt: 2, lost: 1, stage: 3, round: 2, firstHealthyAt: minutesAgo(9) });

    const { move, isNewAttempt } = decideOpenWave(aRollout({ waves: [retried] }), members, now);

    expect(move).toMatchObject({
      decision: 'go',
      shards: [0],
      events: [{ type: 'waveOpened', wave: 'canary', accounts: 3, toChange: 3, attempt: 3 }],
    });
    expect(move.record.waves[0]).toMatchObject({
      status: { kind: 'open', since: at },
      attempt: 3,
      lost: 0,
      stages: [],
      stage: 0,
      round: 0,
      firstHealthyAt: undefined,
      checksSince: at,
      work: undefined,
    });
    expect(isNewAttempt).toBe(true);
  });

  const settled = accounts({ soaked: wanted });
  test.each([
    { if: 'all accounts are settled and checked', members: settled, decision: 'nextWave' },
    { if: 'one is at another release', members: [...settled, anAccount({ release: former })], decision: 'go' },
    {
      if: 'one has lost a setting',
      members: [...settled, anAccount({ soaked: wanted, failing: [{ ...finding('fail'), module: 'kms-default' }] })],
      decision: 'go',
    },
    {
      if: 'one has stacks in its former wave',
      members: [...settled, anAccount({ soaked: wanted, modules: [aStack({ wave: sandbox })] })],
      decision: 'go',
    },
    {
      if: 'one may have lost what others run there',
      members: [
        ...settled,
        {
          ...failing(anAccount({ soaked: wanted })),
          adopted: [{ module: 'alerts' as const, region: home, because: 'x' }],
        },
      ],
      decision: 'go',
    },
    { if: 'one is unhealthy', members: [...settled, failing(anAccount({ soaked: wanted }))], decision: 'verify' },
    { if: 'one has not soaked', members: accounts(), decision: 'verify' },
    {
      if: 'one was checked too long ago',
      members: accounts({ soaked: wanted, checkedAt: minutesAgo(25 * 60) }),
      decision: 'verify',
    },
    {
      if: 'one was changed since it passed',
      members: accounts({ soaked: wanted, passing: undefined }),
      decision: 'verify',
    },
  ])('leads to $decision if $if', ({ members, decision }) => {
    expect(decideOpenWave(first(), members, now).move.decision).toBe(decision);
  });

  test('without a soak is skipped after one passed visit', () => {
    const wave = aWave({ status: { kind: 'pending' }, spec: { soakMinutes: 0 } });

    const { move, isNewAttempt } = decideOpenWave(first({ waves: [wave] }), accounts(), now);

    expect([move.decision, isNewAttempt]).toEqual(['nextWave', false]);
  });

  test.each([
    { request: { includeDrifted: true }, toChange: 1 },
    { request: {}, toChange: 0 },
  ])('has $toChange drifted accounts to change for $request', ({ request, toChange }) => {
    const drift = [
      { module: 'alerts' as const, region: home, at, outcome: 'drifted' as const, because: '', resources: [] },
    ];

    const { move } = decideOpenWave(first({ request }), [anAccount({ drift })], now);

    expect(move.events).toMatchObject([{ type: 'waveOpened', toChange }]);
  });
});

describe('a new attempt', () => {
  test('keeps the failures of the former one apart', () => {
    const account = withDeployFailure(anAccount());

    expect(withoutFailures(account, rolloutId).work).toEqual({
      rollout: rolloutId,
      failures: [],
      formerly: account.work?.failures,
    });
  });

  test('keeps what still explains the state of an account, if an outage kept the former attempt from it', () => {
    const before = withoutFailures(withDeployFailure(anAccount()), rolloutId);
    const unreached = { at: 'preflight', fault: 'ours', because: 'no network', seenAt: now.toISOString() } as const;

    const { work } = withoutFailures(withUnreached(before, rolloutId, unreached), rolloutId);

    expect(work).toEqual({ rollout: rolloutId, failures: [], formerly: withDeployFailure(anAccount()).work?.failures });
  });

  test('keeps what explains the state of an account, if an outage keeps its first visit from another rollout', () => {
    const before = withDeployFailure(anAccount());
    const unreached = { at: 'preflight', fault: 'ours', because: 'no network', seenAt: now.toISOString() } as const;
    const other = parseRolloutId('ro-20261201-090000-abcd');

    const { work } = withUnreached(withoutFailures(before, other), other, unreached);

    expect(work).toEqual({ rollout: other, failures: [], formerly: before.work?.failures, unreached });
  });

  test('leaves an account without failures as it is', () => {
    const account = anAccount();

    expect(withoutFailures(account, rolloutId)).toBe(account);
  });
});
