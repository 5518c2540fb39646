import {
  afterOutage,
  corrected,
  decideEntry,
  decideJudgePreflight,
  givenUp,
  waitForAccounts,
  waitForOnboardings,
} from '../../../orchestrator/domain/decisions/judge-preflight';
import type { AccountRecord, Failure } from '../../../orchestrator/domain/model/account-record';
import {
  accounts,
  anAccount,
  aRelease,
  aRollout,
  aStack,
  aStage,
  aWave,
  canary,
  former,
  freeze,
  home,
  minutesAgo,
  minutesFrom,
  moduleOf,
  now,
  paused,
  rolloutId,
  sandbox,
  wanted,
} from './deciding';

const refused = (account: AccountRecord, over: Partial<Failure> = {}): AccountRecord => ({
  ...account,
  work: { rollout: rolloutId, failures: [{ at: 'preflight', reason: 'access denied', ...over }] },
});
const awaited = refused(anAccount({ state: 'BOOTSTRAPPING' }), { waitedFor: true });
const openSince = (minutes: number) =>
  aRollout({ waves: [aWave({ status: { kind: 'open', since: minutesAgo(minutes) } })] });

describe('a new account that cannot be entered yet', () => {
  test.each([
    { opened: 1, until: minutesFrom(2) },
    { opened: 14, until: minutesFrom(1) },
  ])('is waited for until $until, $opened minutes after the wave opened', ({ opened, until }) => {
    const move = waitForAccounts(openSince(opened), [anAccount(), awaited], now);

    expect(move).toMatchObject({
      decision: 'wait',
      until,
      shards: [0],
      events: [{ type: 'waiting', for: 'bootstrap', accounts: 1 }],
      record: { status: { kind: 'waiting', doing: 'waiting until new accounts can be entered' } },
    });
  });

  test('is waited for no longer than a quarter of an hour', () => {
    expect(waitForAccounts(openSince(15), [awaited], now)).toBeUndefined();
  });

  test('is left out then, with the reason', () => {
    const account = givenUp(awaited, rolloutId, now);

    expect(account).toMatchObject({
      state: 'BOOTSTRAP_FAILED',
      work: { failures: [{ reason: 'access denied, still so 15 minutes after the wave opened' }] },
    });
    expect(account.work?.failures[0]?.waitedFor).toBeUndefined();
  });

  test('keeps its state if it was entered before', () => {
    expect(givenUp({ ...awaited, state: 'DEPLOYED' }, rolloutId, now).state).toBe('DEPLOYED');
  });

  test('is not waited for where another failure keeps it out', () => {
    expect(waitForAccounts(openSince(1), [refused(anAccount())], now)).toBeUndefined();
  });
});

test('after an outage a wave waits for new accounts as if it had just opened', () => {
  const status = { kind: 'open', since: minutesAgo(50) } as const;
  const during = { during: 'stage', since: minutesAgo(40), looks: 5 } as const;

  const [after] = afterOutage(aRollout({ waves: [aWave({ status, outage: during })] }), now).waves;
  const [undisturbed] = afterOutage(aRollout({ waves: [aWave({ status })] }), now).waves;

  expect(after).toMatchObject({ status: { kind: 'open', since: now.toISOString() } });
  expect(after?.outage).toBeUndefined();
  expect(undisturbed).toMatchObject({ status });
});

test('a wave waits for new accounts that joined it before it opened', () => {
  const move = waitForOnboardings(openSince(1), accounts(), 2, now);

  expect(move).toMatchObject({
    decision: 'wait',
    until: minutesFrom(2),
    shards: [],
    events: [{ type: 'waiting', for: 'onboardings', accounts: 2 }],
  });
});

describe('whether a deployment may start', () => {
  const enter = (members: readonly AccountRecord[], record = aRollout(), freezes = [freeze].slice(1)) =>
    decideEntry(record, { members, release: aRelease(), freezes }, now);
  const [one = anAccount(), two = one, three = one] = accounts();

  test('it may if all accounts can be entered', () => {
    expect(enter(accounts())).toEqual({
      events: [{ type: 'preflightDone', wave: canary, entered: 3, leftOut: 0 }],
      lost: 0,
    });
  });

  test('it may within the tolerance, and the log names who is left out', () => {
    const { move, events, lost } = enter([refused(one), two, three]);

    expect([move, lost]).toEqual([undefined, 1]);
    expect(events).toEqual([
      { type: 'preflightDone', wave: canary, entered: 2, leftOut: 1 },
      { type: 'accountLeftOut', wave: canary, account: one.id, reason: 'access denied' },
    ]);
  });

  test('past the tolerance a person is asked', () => {
    const { move } = enter([refused(one), refused(two, { module: 'alerts', region: home }), three]);

    expect(move?.decision).toBe('ask');
    expect(move?.record.waves[0]?.lost).toBe(2);
    expect(move?.record.status).toMatchObject({
      prompt: {
        about: 'preflight',
        because: [
          '2 of 3 accounts cannot be entered or deployed to; tolerance 1',
          '111111111111 (account-111111111111): access denied',
          '222222222222 (account-222222222222): alerts in eu-west-1: access denied',
        ],
      },
    });
  });

  test('an account that was closed is not counted', () => {
    const { lost, events } = enter([{ ...one, state: 'SUSPENDED' }, two, three]);

    expect([lost, events]).toEqual([0, [{ type: 'preflightDone', wave: canary, entered: 2, leftOut: 0 }]]);
  });

  test.each([
    { why: 'the rollout is paused', record: aRollout({ paused }), freezes: [], decision: 'ask' },
    { why: 'of a freeze', record: aRollout(), freezes: [freeze], decision: 'frozen' },
  ])('it may not because $why, and the log says what preflight found', ({ record, freezes, decision }) => {
    const { move } = enter(accounts(), record, freezes);

    expect([move?.decision, move?.events[0]?.type]).toEqual([decision, 'preflightDone']);
  });

  test('what others run is news, and what the config leaves to the organization is not', () => {
    const adopted = [
      { module: 'alerts' as const, region: home, because: 'a topic of the security team' },
      { module: 'aws-config' as const, region: home, because: 'the organization manages it' },
    ];
    const release = aRelease();
    const managed = {
      ...release,
      expectations: { ...release.expectations, organizationManaged: ['aws-config' as const] },
    };

    const { events } = decideEntry(
      aRollout(),
      { members: [{ ...one, adopted }, two, three], release: managed, freezes: [] },
      now,
    );

    expect(events).toMatchObject([
      { type: 'preflightDone', adopted: 1 },
      { type: 'adopted', account: one.id, module: 'alerts' },
    ]);
  });

  test('a rollback says to which release its wave returns', () => {
    const record = aRollout({ direction: 'back', request: { rollback: true }, waves: [aWave({ release: former })] });

    expect(enter(accounts(), record).events[0]).toEqual({ type: 'rollingBack', wave: canary, to: former });
  });
});

test.each([
  { stages: [aStage()], decision: 'go' },
  { stages: [], decision: 'verify' },
])('a wave with $stages.length stages leads to $decision', ({ stages, decision }) => {
  const move = decideJudgePreflight(aRollout(), { events: [], lost: 1 }, { stages, work: 'accounts/new.json' });

  expect(move).toMatchObject({ decision, shards: [0] });
  expect(move.record.waves[0]).toMatchObject({ stages, stage: 0, lost: 1, work: 'accounts/new.json' });
});

describe("an account's record, corrected by what StackSets say,", () => {
  const place = { module: 'alerts' as const, region: home };
  const correct = (account: AccountRecord, there = [place]) => corrected(account, canary, aRelease(), there);

  test('stays the same if they agree', () => {
    const account = anAccount({ modules: [aStack()] });

    expect(correct(account)).toBe(account);
  });

  test('loses an instance that somebody removed, and the release with it', () => {
    const account = correct(anAccount({ modules: [aStack()] }), []);

    expect([account.modules, account.release]).toEqual([[], undefined]);
  });

  test('gets an instance that it did not know, at an unknown version', () => {
    expect(correct(anAccount()).modules).toEqual([aStack({ version: '', imported: true })]);
  });

  test('gets an instance whose creation it began, which follows its StackSet', () => {
    const account = anAccount({ pendingCreates: [{ ...place, wave: canary }] });

    expect(correct(account).modules).toEqual([aStack({ version: '' })]);
  });

  test('has a stack in this wave that was moved here while nobody could record it', () => {
    const account = anAccount({ modules: [aStack({ wave: sandbox })] });

    expect(correct(account).modules).toEqual([aStack({ version: '', imported: true })]);
  });

  test('keeps a stack of its former wave that is not here', () => {
    const moving = anAccount({ modules: [aStack({ wave: sandbox })] });

    expect(correct(moving, [])).toBe(moving);
  });

  test('keeps modules that are not in the release', () => {
    const account = anAccount({ modules: [aStack(), aStack({ module: 'aws-config' })] });

    expect(correct(account)).toBe(account);
  });

  test('loses a removed instance of one module of several', () => {
    const release = aRelease({ modules: [moduleOf('alerts'), moduleOf('aws-config')] });
    const account = anAccount({ modules: [aStack(), aStack({ module: 'aws-config' })] });

    expect(corrected(account, canary, release, [place]).modules).toEqual([aStack()]);
  });

  test('gets its release if another rollout has left all of it in place', () => {
    expect(correct(anAccount({ release: undefined, modules: [aStack()] })).release).toBe(wanted);
  });
});
