import { decideJudgeStage, type Landed } from '../../../orchestrator/domain/decisions/judge-stage';
import {
  type InstanceSeen,
  isWaitedOut,
  missingResults,
  resultsFromInstances,
} from '../../../orchestrator/domain/decisions/late-results';
import type { OperationKind } from '../../../orchestrator/domain/model/plan';
import type { InstanceOutcome, InstanceResult } from '../../../orchestrator/domain/model/stack-set-operation';
import { anAccount, aRollout, elsewhere, home, ids, minutesAgo, now } from './deciding';

const [one = anAccount().id, two = one, three = one] = ids;
const listed = (account: typeof one, outcome: InstanceOutcome, region = home): InstanceResult => ({
  account,
  region,
  outcome,
  reason: '',
});
const instance = (over: Partial<InstanceSeen> = {}): InstanceSeen => ({
  account: one,
  region: home,
  status: 'CURRENT',
  lastOperation: { id: 'op-1', outcome: 'SUCCEEDED', reason: '' },
  ...over,
});
const done = (outcome: InstanceOutcome, reason = '', id = 'op-1') => ({ id, outcome, reason });

describe('results that are missing', () => {
  const three3 = { accounts: 3, regions: [home] };

  test.each<[string, number, readonly InstanceResult[]]>([
    ['none is listed', 3, []],
    ['some are listed', 1, [listed(one, 'SUCCEEDED'), listed(two, 'FAILED')]],
    ['one is still said to run', 1, [listed(one, 'SUCCEEDED'), listed(two, 'CANCELLED'), listed(three, 'RUNNING')]],
    ['one is listed twice', 2, [listed(one, 'SUCCEEDED'), listed(one, 'SUCCEEDED')]],
    ['all are listed', 0, [one, two, three].map((id) => listed(id, 'SUCCEEDED'))],
  ])('are counted where %s', (_, count, results) => {
    expect(missingResults(three3, 'SUCCEEDED', results)).toBe(count);
  });

  test('are counted in each Region', () => {
    const results = [one, two].map((id) => listed(id, 'SUCCEEDED'));

    expect(missingResults({ accounts: 2, regions: [home, elsewhere] }, 'FAILED', results)).toBe(2);
  });

  test('are not expected of an operation that runs', () => {
    expect(missingResults(three3, 'RUNNING', [])).toBe(0);
  });
});

test('results are waited for ten minutes', () => {
  expect([minutesAgo(9), minutesAgo(10)].map((since) => isWaitedOut(since, now))).toEqual([false, true]);
});

describe('without a result', () => {
  const found = (kind: OperationKind, seen: readonly InstanceSeen[], results: readonly InstanceResult[] = []) =>
    resultsFromInstances({ operationId: 'op-1', kind }, [{ account: one, region: home }], results, seen);

  test.each<[InstanceOutcome, string]>([
    ['SUCCEEDED', ''],
    ['FAILED', 'the topic exists'],
    ['CANCELLED', 'stopped'],
    ['SKIPPED', 'suspended'],
  ])('an instance whose last operation is this one and %s says so', (outcome, reason) => {
    const { results, unknown } = found('update', [instance({ lastOperation: done(outcome, reason) })]);

    expect(results).toEqual([{ account: one, region: home, outcome, reason }]);
    expect([...unknown]).toEqual([]);
  });

  test.each<[string, OperationKind, readonly InstanceSeen[]]>([
    ['its last operation is another', 'update', [instance({ lastOperation: done('SUCCEEDED', '', 'op-0') })]],
    ['its last operation is not known', 'update', [instance({ lastOperation: undefined })]],
    ['it is still said to run', 'update', [instance({ lastOperation: done('RUNNING') })]],
    ['it is outdated, after another operation', 'create', [instance({ status: 'OUTDATED', lastOperation: undefined })]],
    ['there is none where one was updated', 'update', []],
    ['there is none where one was to join', 'adopt', []],
    ['it is still there where it was to leave', 'detach', [instance({ lastOperation: undefined })]],
    ['it is another account’s', 'update', [instance({ account: two })]],
  ])('nothing is known of an instance if %s', (_, kind, seen) => {
    const { results, unknown } = found(kind, seen);

    expect(results).toEqual([]);
    expect([...unknown]).toEqual([one]);
  });

  test('an instance that is gone has left the StackSet', () => {
    expect(found('detach', []).results).toEqual([listed(one, 'SUCCEEDED')]);
  });

  test('an instance that is current was created, or needed no creation', () => {
    expect(found('create', [instance({ lastOperation: undefined })]).results).toEqual([listed(one, 'SUCCEEDED')]);
  });

  test('a result that is listed counts before what the instance says', () => {
    const { results } = found('update', [instance()], [listed(one, 'FAILED')]);

    expect(results).toEqual([listed(one, 'FAILED')]);
  });

  test('one that is listed as running is read from the instance', () => {
    expect(found('update', [instance()], [listed(one, 'RUNNING')]).results).toEqual([listed(one, 'SUCCEEDED')]);
  });
});

describe('a stage with results that cannot be found out', () => {
  const since = minutesAgo(11);
  const landed = (results: readonly InstanceResult[], accounts: number): Landed => ({
    operation: {
      stackSet: 'strongroom-canary-alerts',
      operationId: 'op-1',
      module: 'alerts',
      kind: 'update',
      accounts: 3,
      regions: [home],
      startedAt: minutesAgo(20),
    },
    status: 'SUCCEEDED',
    results,
    unlisted: { accounts, since, because: 'the administration role was deleted' },
  });
  const decide = (one: Landed, onFailure: 'hold' | 'rollBack' = 'rollBack') =>
    decideJudgeStage(aRollout(), { landed: [one], moving: [], desiredState: { onFailure, freezes: [] } }, now);
  const because = (move: ReturnType<typeof decide>): readonly string[] =>
    move.record.status.kind === 'awaitingApproval' ? move.record.status.prompt.because : [];

  test('asks, says what AWS gives as the reason, and blames no account', () => {
    const move = decide(landed([listed(one, 'SUCCEEDED')], 2));

    expect(move.decision).toBe('ask');
    expect(move.record.waves[0]?.lost).toBe(0);
    expect(because(move)[0]).toBe(
      `StackSets has listed no result for 2 accounts of the operation on strongroom-canary-alerts since ${since}: the administration role was deleted`,
    );
  });

  test('asks before it rolls back what is known to have failed', () => {
    const move = decide(landed([listed(one, 'FAILED'), listed(two, 'FAILED')], 1));

    expect(move.decision).toBe('ask');
    expect(because(move)).toEqual([
      expect.stringContaining('for 1 account of'),
      '2 of 3 accounts failed; tolerance 1',
      expect.stringContaining(one),
      expect.stringContaining(two),
    ]);
  });
});
