import { answered, isRejectedAtOnce, rejectionAtOnce } from '../../../orchestrator/domain/decisions/ask-operator';
import type { Answered, Prompt, RolloutRecord } from '../../../orchestrator/domain/model/rollout';
import { person } from '../../actors';
import { aRollout, canary, minutesAgo, minutesFrom, now, paused } from './deciding';

const asking = (over: Partial<Prompt> = {}, record: Partial<RolloutRecord> = {}): RolloutRecord => ({
  ...aRollout(),
  status: {
    kind: 'awaitingApproval',
    prompt: { about: 'gate', wave: canary, because: ['1 of 3 accounts failed'], promptedAt: minutesAgo(5), ...over },
  },
  ...record,
});
const given = (decision: Answered['decision']) => ({ decision, by: person('kim'), reason: 'known' });
const at = now.toISOString();

test('an approval opens the wave that requires one', () => {
  const { record } = answered(asking({ about: 'approval' }), given('approve'), now);

  expect(record.waves[0]).toMatchObject({ approvedBy: person('kim'), approvedAt: at, status: { kind: 'open' } });
  expect(record.status).toEqual({ kind: 'running', doing: 'continuing after approve' });
});

test.each(['gate', 'stage', 'preflight'] as const)('an approval after %s overrides the gate, under a name', (about) => {
  const { record } = answered(asking({ about }), given('approve'), now);

  expect(record.waves[0]?.status).toEqual({ kind: 'overridden', by: person('kim'), reason: 'known', at });
});

test('a retry ends a pause', () => {
  const { record, events } = answered(asking({ about: 'pause' }, { paused }), given('retry'), now);

  expect([record.paused, record.status.kind]).toEqual([undefined, 'running']);
  expect(events.map(({ type }) => type)).toEqual(['resumed', 'answered']);
});

test('a rollback leaves the verdict on the wave as it is', () => {
  const { record } = answered(asking(), given('rollBack'), now);

  expect([record.status.kind, record.waves[0]?.status.kind]).toEqual(['running', 'open']);
});

test('a rejection leaves the prompt as it is: the report says what it was about', () => {
  const before = asking();

  const { record } = answered(before, given('reject'), now);

  expect(record.status).toEqual(before.status);
});

test('every answer is kept, and goes to the machine as the next step', () => {
  const { record, events } = answered(asking(), given('retry'), now);

  expect(record.answers).toEqual([{ decision: 'retry', by: person('kim'), reason: 'known', at }]);
  expect(record.lastStep).toMatchObject({ state: 'AskOperator', input: { step: 1, decision: 'retry', wave: canary } });
  expect(events).toEqual([{ type: 'answered', wave: canary, decision: 'retry', by: person('kim'), reason: 'known' }]);
});

test.each([
  { what: 'a rollout that does not ask', record: aRollout(), message: 'is not waiting for a decision, it is running' },
  {
    what: 'a pause',
    record: asking({ about: 'pause' }, { paused }),
    message: 'is not waiting for approval, kim paused it',
  },
  { what: 'an expired prompt', record: asking({ expiresAt: minutesAgo(1) }), message: 'expired at' },
])('$what takes no approval', ({ record, message }) => {
  expect(() => answered(record, given('approve'), now)).toThrow(message);
});

test('a prompt that expires later takes an approval', () => {
  const record = asking({ about: 'approval', expiresAt: minutesFrom(1).toISOString() });

  expect(answered(record, given('approve'), now).record.status.kind).toBe('running');
});

test.each([
  { of: 'a new account', request: { newAccount: true }, about: 'gate' as const, is: true },
  { of: 'a new account that is paused', request: { newAccount: true }, about: 'pause' as const, is: false },
  { of: 'a rollout over waves', request: {}, about: 'gate' as const, is: false },
])('nobody is asked about $of: $is', ({ request, about, is }) => {
  const { status } = asking({ about });

  expect(isRejectedAtOnce(aRollout({ status, request }))).toBe(is);
});

test('a single new account that is held is rejected by Strongroom itself, with the reason', () => {
  const { record } = answered(asking(), rejectionAtOnce, now);

  expect(record.answers).toMatchObject([
    { decision: 'reject', by: { kind: 'system', name: 'strongroom' }, reason: expect.stringMatching(/sweep/) },
  ]);
});
