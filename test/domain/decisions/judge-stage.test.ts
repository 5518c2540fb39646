import {
  decideJudgeStage,
  type Landed,
  landingsByAccount,
  type StageFacts,
  withLandings,
} from '../../../orchestrator/domain/decisions/judge-stage';
import type { Failure } from '../../../orchestrator/domain/model/account-record';
import type { RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import type { InstanceOutcome, InstanceResult } from '../../../orchestrator/domain/model/stack-set-operation';
import {
  anAccount,
  aRelease,
  aRollout,
  aStack,
  aStage,
  aWave,
  elsewhere,
  freeze,
  home,
  ids,
  now,
  paused,
  rolloutId,
  wanted,
} from './deciding';

const [one = anAccount().id, two = one] = ids;
const resultOf = (account: typeof one, outcome: InstanceOutcome, reason = ''): InstanceResult => ({
  account,
  region: home,
  outcome,
  reason,
});
const landedAs = (outcomes: readonly InstanceOutcome[], over: Partial<Landed> = {}): Landed => ({
  operation: {
    stackSet: 'strongroom-canary-alerts',
    operationId: 'op-1',
    module: 'alerts',
    kind: 'update',
    accounts: outcomes.length,
    regions: [home],
    startedAt: now.toISOString(),
  },
  status: 'SUCCEEDED',
  results: outcomes.map((outcome, index) => resultOf(ids[index] ?? one, outcome, outcome === 'FAILED' ? 'denied' : '')),
  ...over,
});
const decide = (record: RolloutRecord, landed: readonly Landed[], over: Partial<StageFacts> = {}) =>
  decideJudgeStage(record, { landed, moving: [], desiredState: { onFailure: 'hold', freezes: [] }, ...over }, now);
const rollBack: StageFacts['desiredState'] = { onFailure: 'rollBack', freezes: [] };
const allDone = landedAs(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
const twoFailed = landedAs(['SUCCEEDED', 'FAILED', 'FAILED']);

describe('a stage that landed', () => {
  test('leads to the next stage', () => {
    const record = aRollout({ waves: [aWave({ stages: [aStage(), aStage({ index: 1 })] })] });

    const move = decide(record, [allDone]);

    expect(move).toMatchObject({ decision: 'nextStage', shards: [0] });
    expect(move.record.waves[0]?.stage).toBe(1);
    expect(move.events).toEqual([{ type: 'stageLanded', wave: 'canary', stage: 0, done: 3, failed: 0 }]);
  });

  test('leads to the settings and checks after the last stage', () => {
    const move = decide(aRollout(), [allDone]);

    expect([move.decision, move.record.waves[0]?.stage]).toEqual(['verify', 0]);
    expect(move.record.status).toEqual({ kind: 'running', doing: 'applying settings' });
  });

  test('counts its failures within the tolerance, and says why they failed', () => {
    const move = decide(aRollout(), [landedAs(['SUCCEEDED', 'FAILED', 'SUCCEEDED'])]);

    expect([move.decision, move.record.waves[0]?.lost]).toEqual(['verify', 1]);
    expect(move.events).toEqual([
      { type: 'stageLanded', wave: 'canary', stage: 0, done: 2, failed: 1 },
      { type: 'accountFailed', wave: 'canary', account: two, module: 'alerts', region: home, reason: 'denied' },
    ]);
  });

  test('counts skipped accounts as failed', () => {
    const move = decide(aRollout(), [landedAs(['SKIPPED', 'SUCCEEDED', 'SUCCEEDED'])]);

    expect(move.record.waves[0]?.lost).toBe(1);
    expect(move.events.at(-1)).toMatchObject({ reason: 'skipped by StackSets: the account is suspended' });
  });
});

describe('a wave stops', () => {
  test('past its tolerance, and asks with the reasons', () => {
    const move = decide(aRollout(), [twoFailed]);

    expect(move.decision).toBe('ask');
    expect(move.record.status).toMatchObject({
      kind: 'awaitingApproval',
      prompt: {
        about: 'stage',
        because: [
          '2 of 3 accounts failed; tolerance 1',
          '222222222222: alerts in eu-west-1: denied',
          '333333333333: alerts in eu-west-1: denied',
        ],
      },
    });
  });

  test('past its tolerance together with earlier stages', () => {
    const record = aRollout({ waves: [aWave({ lost: 1 })] });

    expect(decide(record, [landedAs(['FAILED'])]).decision).toBe('ask');
  });

  test.each([
    ['FAILED', 'ended as FAILED'],
    ['STOPPED', 'ended as STOPPED'],
    ['RUNNING', 'has not ended: it is RUNNING'],
  ] as const)('if an operation is %s, whatever its results say', (status, says) => {
    const move = decide(aRollout(), [{ ...allDone, status }]);

    expect(move.record.status).toMatchObject({
      prompt: { because: expect.arrayContaining([`the operation on strongroom-canary-alerts ${says}`]) },
    });
  });

  test.each([
    { when: 'if the config wants that', record: aRollout(), decision: 'rollBack' },
    { when: 'never while it is paused', record: aRollout({ paused }), decision: 'ask' },
    { when: 'never twice', record: aRollout({ direction: 'back' }), decision: 'ask' },
  ])('and is rolled back $when', ({ record, decision }) => {
    expect(decide(record, [twoFailed], { desiredState: rollBack }).decision).toBe(decision);
  });
});

describe('nothing new is started', () => {
  test('while the rollout is paused, and the log says what landed', () => {
    const move = decide(aRollout({ paused }), [allDone]);

    expect([move.decision, move.events.map(({ type }) => type)]).toEqual(['ask', ['stageLanded', 'approvalRequested']]);
  });

  test('while the rollout is paused, and a stage that stayed empty did not land', () => {
    expect(decide(aRollout({ paused }), []).events.map(({ type }) => type)).toEqual(['approvalRequested']);
  });

  test('in a freeze', () => {
    const move = decide(aRollout(), [allDone], { desiredState: { onFailure: 'hold', freezes: [freeze] } });

    expect(move).toMatchObject({ decision: 'frozen', until: new Date(freeze.to) });
  });
});

describe('an account that AWS refused to move between waves', () => {
  const failure: Failure = { at: 'rehome', module: 'alerts', region: home, reason: 'the stack is gone' };
  const moving = [anAccount({ work: { rollout: rolloutId, failures: [failure] } })];
  const record = (lost: number) => aRollout({ waves: [aWave({ lost, stages: [aStage({ step: 'adopt' })] })] });

  test('was counted when it was refused, and is not counted again', () => {
    const move = decide(record(1), [landedAs([])], { moving });

    expect([move.decision, move.record.waves[0]?.lost]).toEqual(['verify', 1]);
  });

  test('is named where the wave stops', () => {
    const move = decide(record(2), [landedAs([])], { moving });

    expect(move.record.status).toMatchObject({
      prompt: { because: ['2 of 3 accounts failed; tolerance 1', `${one}: alerts in eu-west-1: the stack is gone`] },
    });
  });

  test('is not counted twice if another of its stacks failed too, and other accounts are counted', () => {
    const landed = landedAs(['FAILED', 'FAILED']);
    const other: Landed = { ...landed, operation: { ...landed.operation, module: 'aws-config' } };

    const move = decide(record(1), [other], { moving });

    expect(move.record.waves[0]?.lost).toBe(2);
  });

  test('counts as refused though the same module was moved in other accounts', () => {
    const others: Landed = { ...landedAs(['SUCCEEDED']), results: [resultOf(two, 'SUCCEEDED')] };

    const move = decide(record(2), [others], { moving });

    expect(move.record.status).toMatchObject({
      prompt: { because: expect.arrayContaining([`${one}: alerts in eu-west-1: the stack is gone`]) },
    });
  });

  test('counts as failed if one of several operations did move its stack', () => {
    const move = decide(record(0), [landedAs(['FAILED']), { ...landedAs([]), results: [resultOf(two, 'SUCCEEDED')] }], {
      moving,
    });

    expect(move.record.waves[0]?.lost).toBe(1);
  });

  test('counts as failed if its operation did start', () => {
    const move = decide(record(0), [landedAs(['FAILED'])], { moving });

    expect(move.record.waves[0]?.lost).toBe(1);
  });
});

describe("an account's record after a stage", () => {
  const before = anAccount({
    state: 'DEPLOYING',
    release: undefined,
    modules: [aStack({ version: 'version-old1', changing: true })],
  });
  const after = (landed: Landed, account = before, record = aRollout()) =>
    withLandings(account, record, aRelease(), landingsByAccount([landed]).get(account.id) ?? [], now);

  test('has the stack at the version of the release, and so the release', () => {
    const account = after(landedAs(['SUCCEEDED']));

    expect(account).toMatchObject({ state: 'DEPLOYED', release: wanted, modules: [aStack()] });
  });

  test('has a failed stack with its reason, and is out of the work', () => {
    const account = after(landedAs(['FAILED']));

    expect(account).toMatchObject({
      state: 'DEPLOY_FAILED',
      modules: [{ status: 'failed', reason: 'denied' }],
      work: { failures: [{ at: 'deploy', module: 'alerts', reason: 'denied' }] },
    });
    expect([account.release, account.modules[0]?.unmade]).toEqual([undefined, undefined]);
  });

  test('says that a creation that failed left no stack', () => {
    const landed = landedAs(['FAILED']);
    const created = { ...landed, operation: { ...landed.operation, kind: 'create' as const } };

    expect(after(created, anAccount({ modules: [] })).modules).toMatchObject([{ unmade: true }]);
  });

  test('no longer has a creation pending that has ended', () => {
    const pending = anAccount({
      modules: [],
      pendingCreates: [{ module: 'alerts', region: home, wave: aWave().name }],
    });

    expect(after(landedAs(['SUCCEEDED']), pending).pendingCreates).toBeUndefined();
  });

  test.each(['CANCELLED', 'SKIPPED'] as const)('has a stack that was %s at its former version', (outcome) => {
    const [stack] = after(landedAs([outcome])).modules;

    expect(stack).toEqual(aStack({ version: 'version-old1' }));
  });

  test('keeps the stacks of other modules and regions', () => {
    const others = [aStack({ region: elsewhere, version: 'version-old1' }), aStack({ module: 'aws-config' })];

    const account = after(
      landedAs(['SUCCEEDED']),
      anAccount({ modules: [...others, aStack({ version: 'version-old1' })] }),
    );

    expect(account.modules).toEqual([...others.map((stack) => ({ ...stack, notInRelease: true })), aStack()]);
  });

  test('leaves a stack that is still running as it is', () => {
    expect(after(landedAs(['RUNNING'])).modules).toEqual(before.modules);
  });

  test('does not know the version of an instance that was created as the StackSet held it', () => {
    const record = aRollout({ waves: [aWave({ stages: [aStage({ asHeld: true })] })] });

    expect(after(landedAs(['SUCCEEDED']), before, record).modules).toMatchObject([{ version: '' }]);
  });

  test('joins the wave with a stack that was imported', () => {
    const moving = anAccount({ modules: [aStack({ wave: aWave().name, stackId: 'stack-1', detached: true })] });
    const landed = landedAs(['SUCCEEDED']);
    const imported = { ...landed, operation: { ...landed.operation, kind: 'adopt' as const } };

    expect(after(imported, moving).modules).toEqual([aStack({ version: '', imported: true })]);
  });

  test('has a stack that follows its StackSet once an operation has made it follow', () => {
    const joined = anAccount({ modules: [aStack({ version: '', imported: true })] });
    const landed = landedAs(['SUCCEEDED']);
    const followed = { ...landed, operation: { ...landed.operation, kind: 'follow' as const } };

    expect(after(followed, joined).modules).toEqual([aStack({ version: '' })]);
  });

  test('does not know the version of an updated stack that does not follow its StackSet', () => {
    const joined = anAccount({ release: undefined, modules: [aStack({ version: '', imported: true })] });

    const account = after(landedAs(['SUCCEEDED']), joined);

    expect(account.modules).toEqual([aStack({ version: '', imported: true })]);
    expect(account.release).toBeUndefined();
  });
});
