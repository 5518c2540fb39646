import {
  afterRefusals,
  decideDeployStage,
  type ModuleChange,
  withNothingStarted,
  withStarted,
} from '../../../orchestrator/domain/decisions/deploy-stage';
import type { RefusedOperation } from '../../../orchestrator/domain/model/rollout';
import { anAccount, aRollout, aStack, aStage, aWave, canary, home, ids, now } from './deciding';

const [one = anAccount().id, two = one, three = one] = ids;
const change = (kind: ModuleChange['request']['kind'], accounts: readonly (typeof one)[] = [one]): ModuleChange => ({
  module: 'alerts',
  request: { kind, accounts, regions: [home] },
});
const refused = (account: typeof one): RefusedOperation => ({
  operationId: `op-${account}`,
  module: 'alerts',
  reason: 'denied',
  places: [{ account, region: home }],
});

describe('before its stacks are changed an account', () => {
  test('is at no release, and what it passed no longer counts', () => {
    const account = withStarted(anAccount({ modules: [aStack()] }), aRollout(), [change('update')], now);

    expect(account).toMatchObject({ state: 'DEPLOYING', modules: [{ changing: true }] });
    expect([account.release, account.passing]).toEqual([undefined, undefined]);
  });

  test('keeps the stacks that are not updated', () => {
    const other = aStack({ module: 'aws-config' });

    const account = withStarted(anAccount({ modules: [other, aStack()] }), aRollout(), [change('update')], now);

    expect(account.modules).toEqual([other, aStack({ changing: true })]);
  });

  test('has the stacks pending that are created', () => {
    const account = withStarted(anAccount(), aRollout(), [change('create')], now);

    expect(account.pendingCreates).toEqual([{ module: 'alerts', region: home, wave: canary }]);
  });

  test.each(['detach', 'adopt', 'follow'] as const)('keeps its stacks where they are only moved (%s)', (kind) => {
    const account = withStarted(anAccount({ modules: [aStack()] }), aRollout(), [change(kind)], now);

    expect([account.modules, account.pendingCreates]).toEqual([[aStack()], undefined]);
  });

  test("keeps its stacks where only other accounts' stacks are changed", () => {
    const account = withStarted(anAccount({ modules: [aStack()] }), aRollout(), [change('update', [two])], now);

    expect(account.modules).toEqual([aStack()]);
  });

  test('stays ready for keys while it is deployed to', () => {
    expect(withStarted(anAccount({ state: 'READY_FOR_KEYS' }), aRollout(), [change('update')], now).state).toBe(
      'READY_FOR_KEYS',
    );
  });
});

describe('an operation after AWS has refused others', () => {
  const request = { accounts: [one, two, three], stackIds: ['s1', 's2', 's3'], failureTolerance: 1 };

  test('is started without the accounts that were refused, and tolerates fewer failures', () => {
    expect(afterRefusals(request, [refused(two), refused(two)])).toEqual({
      accounts: [one, three],
      stackIds: ['s1', 's3'],
      failureTolerance: 0,
    });
  });

  test('stays as it is if nothing was refused', () => {
    expect(afterRefusals(request, [])).toEqual(request);
  });

  test('is not started if more accounts were refused than the wave tolerates', () => {
    expect(afterRefusals(request, [refused(two), refused(three)])).toBeUndefined();
  });

  test('is not started if no account is left', () => {
    expect(afterRefusals({ accounts: [one], failureTolerance: 1 }, [refused(one)])).toBeUndefined();
  });

  test('leaves an account in which nothing was started deployed, not deploying', () => {
    expect(withNothingStarted(anAccount({ state: 'DEPLOYING' }), now).state).toBe('DEPLOYED');
  });
});

test('a stage that started says what it changes where, and counts refused accounts as lost', () => {
  const stages = [aStage(), aStage({ index: 1, step: 'adopt' })];
  const record = aRollout({ waves: [aWave({ lost: 1, stages, stage: 1 })] });

  const move = decideDeployStage(record, {
    changes: [change('update', [one, two]), change('create', [two, three])],
    refused: [refused(three)],
  });

  expect(move).toMatchObject({
    decision: 'go',
    events: [
      {
        type: 'stageStarted',
        wave: canary,
        stage: 1,
        stages: 2,
        modules: ['alerts'],
        regions: [home],
        accounts: 3,
        step: 'adopt',
      },
      { type: 'accountFailed', account: three },
    ],
    record: { status: { kind: 'running', doing: 'stage 2 of 2' } },
  });
  expect(move.record.waves[0]?.lost).toBe(2);
});
