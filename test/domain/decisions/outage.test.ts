import { decidePark, holdForOutage, outageIn, withoutOutage } from '../../../orchestrator/domain/decisions/outage';
import { withUnreached } from '../../../orchestrator/domain/model/account-changes';
import type { AccountRecord } from '../../../orchestrator/domain/model/account-record';
import type { Unreached } from '../../../orchestrator/domain/model/outage';
import {
  accounts,
  anAccount,
  aRollout,
  aWave,
  minutesAgo,
  minutesFrom,
  now,
  otherRollout,
  rolloutId,
  withDeployFailure,
} from './deciding';

const unreached = (account: AccountRecord, over: Partial<Unreached> = {}): AccountRecord =>
  withUnreached(account, rolloutId, {
    at: 'health',
    fault: 'account',
    because: 'access denied',
    seenAt: now.toISOString(),
    ...over,
  });
const all = accounts();
const [first = anAccount(), ...others] = all;

describe('what accounts did not let a visit do', () => {
  const cases: readonly {
    readonly of: string;
    readonly members: readonly AccountRecord[];
    readonly outage: object | undefined;
  }[] = [
    { of: 'nothing', members: all, outage: undefined },
    { of: 'one refusal', members: [unreached(first), ...others], outage: undefined },
    { of: 'the refusals of all', members: all.map((a) => unreached(a)), outage: { fault: 'ours', isCorrelated: true } },
    {
      of: 'the refusal of the only account, which was entered before',
      members: [unreached(first)],
      outage: { fault: 'ours', isCorrelated: true, because: expect.stringContaining('the only one in the wave') },
    },
    {
      of: 'the refusal of the only account, which is new',
      members: [unreached({ ...first, state: 'DISCOVERED' }, { at: 'preflight' })],
      outage: undefined,
    },
    {
      of: 'the refusals of all that are still in the work',
      members: [withDeployFailure(first), ...others.map((a) => unreached(a))],
      outage: { isCorrelated: true, accounts: 2 },
    },
    {
      of: 'the refusals of all new accounts, which may have no bootstrap yet',
      members: all.map((a) => unreached({ ...a, state: 'DISCOVERED' }, { at: 'preflight' })),
      outage: undefined,
    },
    {
      of: 'one throttled visit',
      members: [unreached(first, { fault: 'aws', because: 'sts was throttled' }), ...others],
      outage: { fault: 'aws', isCorrelated: false, because: '1 of 3 accounts could not be checked: sts was throttled' },
    },
    {
      of: 'a throttled visit and one without our credentials',
      members: [unreached(first, { fault: 'aws' }), ...others.map((a) => unreached(a, { fault: 'ours' }))],
      outage: { fault: 'ours' },
    },
    {
      of: 'a throttled visit to an account that was closed since',
      members: [unreached({ ...first, state: 'SUSPENDED' }, { fault: 'aws' }), ...others],
      outage: undefined,
    },
  ];

  test.each(cases)('$of', ({ members, outage }) => {
    const found = outageIn(members, rolloutId);

    if (outage === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(outage);
  });

  test('that an earlier rollout met says nothing about this one', () => {
    expect(
      outageIn(
        all.map((a) => unreached(a)),
        otherRollout,
      ),
    ).toBeUndefined();
  });
});

describe('a wave in an outage', () => {
  const members = [unreached(first, { fault: 'aws' }), ...others];
  const outage = { fault: 'aws', because: 'sts was throttled', accounts: 1, isCorrelated: false } as const;
  const hold = (wave = aWave(), over: Partial<typeof outage> = {}, waitMinutes = 60) =>
    holdForOutage(aRollout({ waves: [wave] }), { ...outage, ...over }, { during: 'checks', members, waitMinutes }, now);

  test.each([
    { looks: 0, minutes: 1 },
    { looks: 1, minutes: 2 },
    { looks: 3, minutes: 8 },
    { looks: 4, minutes: 10 },
    { looks: 40, minutes: 10 },
  ])('looks again after $minutes minutes once it has looked $looks times', ({ looks, minutes }) => {
    const move = hold(aWave({ outage: { during: 'checks', since: minutesAgo(5), looks } }));

    expect(move).toMatchObject({ decision: 'wait', until: minutesFrom(minutes), shards: [0] });
    expect(move.record.waves[0]?.outage).toEqual({ during: 'checks', since: minutesAgo(5), looks: looks + 1 });
    expect(move.events).toMatchObject([{ type: 'outage', fault: 'aws', accounts: 1 }]);
  });

  test('looks a last time when its time is up, and is parked then', () => {
    const nearly = hold(aWave({ outage: { during: 'checks', since: minutesAgo(58), looks: 9 } }));
    const over = hold(aWave({ outage: { during: 'checks', since: minutesAgo(60), looks: 10 } }));

    expect(nearly).toMatchObject({ decision: 'wait', until: minutesFrom(2) });
    expect(over.decision).toBe('ask');
    expect(over.record.status).toMatchObject({ kind: 'awaitingApproval', prompt: { about: 'outage' } });
  });

  test('is parked after five minutes where all accounts refuse', () => {
    const move = hold(aWave({ outage: { during: 'checks', since: minutesAgo(5), looks: 3 } }), {
      isCorrelated: true as false,
    });

    expect(move.decision).toBe('ask');
  });

  test('is parked at once where the config lets it wait no minute', () => {
    expect(hold(aWave(), {}, 0).decision).toBe('ask');
  });
});

test('a wave whose outage has ended waits in full for the next one', () => {
  const over = withoutOutage(
    aRollout({ waves: [aWave({ outage: { during: 'checks', since: minutesAgo(59), looks: 9 } })] }),
  );

  expect(over.waves[0]?.outage).toBeUndefined();
});

describe('a task that an outage outlasted', () => {
  const after = (decision: 'verify' | 'recheck' | 'go' | 'nextStage') => ({
    state: 'JudgeStage',
    input: { rolloutId, step: 4, decision, wave: aWave().name, shards: [], until: '', approvalTimeoutSeconds: 1 },
  });

  test.each([
    { decision: 'verify', during: 'checks' },
    { decision: 'recheck', during: 'checks' },
    { decision: 'go', during: 'stage' },
    { decision: 'nextStage', during: 'stage' },
  ] as const)('after $decision parks the rollout in the $during', ({ decision, during }) => {
    const { record } = decidePark(aRollout({ lastStep: after(decision) }), 'no network', now);

    expect(record.waves[0]?.outage).toEqual({ during, since: now.toISOString(), looks: 0 });
    expect(record.status).toMatchObject({ prompt: { about: 'outage', because: ['no network'] } });
  });

  test('keeps since when the wave has waited', () => {
    const outage = { during: 'checks', since: minutesAgo(90), looks: 7 } as const;

    const { record } = decidePark(aRollout({ waves: [aWave({ outage })], lastStep: after('go') }), 'no network', now);

    expect(record.waves[0]?.outage).toEqual(outage);
  });

  test('before the first wave is about that wave', () => {
    expect(decidePark(aRollout({ wave: -1 }), 'no network', now).record).toMatchObject({ wave: 0 });
  });
});
