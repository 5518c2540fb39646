import {
  decideNewAccount,
  decidePlanWaves,
  endPlanning,
  finalPlan,
  mayGetPlace,
  placesOf,
  plannedAmong,
  requestedPlan,
  untilPlaced,
  waitOrEnd,
} from '../../../orchestrator/domain/decisions/plan-waves';
import { parseOrganizationId } from '../../../orchestrator/domain/model/brand';
import type { Plan, WavePlan } from '../../../orchestrator/domain/model/plan';
import { desiredState as sample } from '../../stackset-templates/sample-desired-state';
import {
  accounts,
  anAccount,
  aRollout,
  aWave,
  canary,
  failing,
  former,
  ids,
  minutesAgo,
  minutesFrom,
  now,
  otherRollout,
  rolloutId,
  sandbox,
  wanted,
} from './deciding';

const [one = anAccount().id, two = one, three = one] = ids;
const organization = parseOrganizationId('o-abcdefghij');
const desiredState = { ...sample, waves: [aWave().spec, { ...aWave().spec, name: sandbox }] };
const planned = (id: typeof one) => ({
  id,
  name: 'a',
  ou: 'Dev',
  because: 'OU Dev selects it',
  change: 'update' as const,
});
const wave = (name: WavePlan['name'], ...members: readonly (typeof one)[]): WavePlan => ({
  name,
  accounts: members.map(planned),
});
const excluded = { id: three, name: 'c', ou: '', because: 'it is excluded', reason: 'excluded' as const };
const planOf = (...waves: readonly WavePlan[]): Plan => ({
  organization,
  release: wanted,
  waves,
  excluded: [],
  notes: [],
});

describe('the plan', () => {
  test('is narrowed to accounts that failed, if only those are retried', () => {
    const [healthy = anAccount(), bad = healthy] = accounts();
    const record = aRollout({ request: { retryFailed: true } });

    const plan = requestedPlan(planOf(wave(canary, one, two)), record, [healthy, failing(bad)]);

    expect(plan.waves).toEqual([wave(canary, two)]);
  });

  test('leaves accounts to the rollouts that hold them', () => {
    const plan = finalPlan(planOf(wave(canary, one, two)), aRollout(), new Map([[one, otherRollout]]));

    expect(plan.waves).toEqual([wave(canary, two)]);
  });

  test('of a rollback begins with the last wave', () => {
    const record = aRollout({ request: { rollback: true } });

    const plan = finalPlan(planOf(wave(canary, one), wave(sandbox, two)), record, new Map());

    expect(plan.waves.map(({ name }) => name)).toEqual([sandbox, canary]);
  });

  test('knows the records of its accounts', () => {
    expect(plannedAmong(accounts(), planOf(wave(canary, two))).map(({ id }) => id)).toEqual([two]);
  });
});

test('every account gets its place, and planned ones the rollout as holder; accounts of other rollouts are left to them', () => {
  const whole = { ...planOf(wave(canary, one), wave(sandbox, two)), excluded: [excluded] };
  const holder = { rollout: rolloutId, fencingToken: 4 };
  const listed = { id: one, name: 'a', state: 'ACTIVE' as const, ouIds: [] };
  const found = {
    id: organization,
    managementAccountId: three,
    accounts: [listed],
    ous: { pathOf: new Map(), idOf: new Map() },
  };

  const places = placesOf({
    whole,
    plan: planOf(wave(canary, one)),
    organization: found,
    others: new Map([[two, otherRollout]]),
    holder,
  });

  expect(places).toEqual([
    { placed: planned(one), wave: canary, orgState: 'ACTIVE', holder },
    { placed: excluded, wave: undefined, orgState: 'CLOSED' },
  ]);
});

describe('a planned rollout', () => {
  const decide = (plan: Plan) =>
    decidePlanWaves(
      aRollout({ waves: [], wave: -1 }),
      { plan, key: 'plan/1.json', desiredState, fencingToken: 4 },
      now,
    );

  test('has its waves in the order of the plan, and the lease', () => {
    const move = decide({
      ...planOf(wave(canary, one, two), { ...wave(sandbox, three), release: former }),
      notes: ['a note'],
    });

    expect(move).toMatchObject({
      decision: 'go',
      record: { plan: 'plan/1.json', lease: { fencingToken: 4 }, status: { doing: 'opening the first wave' } },
      events: [
        {
          type: 'planned',
          waves: [
            { name: canary, accounts: 2 },
            { name: sandbox, accounts: 1 },
          ],
          excluded: 0,
          notes: ['a note'],
        },
      ],
    });
    expect(move.record.waves).toMatchObject([
      { name: canary, accounts: 2, release: wanted, attempt: 0, status: { kind: 'pending' } },
      { name: sandbox, accounts: 1, release: former },
    ]);
  });

  test.each([
    { of: 'no wave', plan: planOf() },
    { of: 'empty waves', plan: planOf(wave(canary)) },
  ])('of $of has nothing to do', ({ plan }) => {
    expect(decide(plan)).toMatchObject({
      decision: 'nothingToDo',
      record: { status: { doing: 'no account was planned' } },
    });
  });
});

test.each(['busy', 'nothingToDo'] as const)('a plan that ends as %s keeps its reason for the report', (decision) => {
  expect(endPlanning(aRollout(), decision, 'the lease is taken')).toMatchObject({
    decision,
    events: [],
    record: { status: { kind: 'running', doing: 'the lease is taken' } },
  });
});

describe('the rollout of a single new account', () => {
  test('looks again after a pause', () => {
    const move = waitOrEnd(aRollout({ startedAt: minutesAgo(14) }), 'it has no OU yet', untilPlaced, now);

    expect(move).toMatchObject({
      decision: 'wait',
      until: minutesFrom(2),
      record: { status: { kind: 'waiting', doing: 'it has no OU yet' } },
      events: [{ type: 'planPostponed', because: 'it has no OU yet', until: minutesFrom(2).toISOString() }],
    });
  });

  test.each(['busy', 'nothingToDo'] as const)('gives up after its time, as %s', (end) => {
    const move = waitOrEnd(aRollout({ startedAt: minutesAgo(15) }), 'it has no OU yet', untilPlaced, now, end);

    expect(move).toMatchObject({ decision: end, events: [] });
  });

  test.each([
    { reason: 'pending', ou: '', is: true },
    { reason: 'unplaced', ou: '', is: true },
    { reason: 'unplaced', ou: 'Dev', is: false },
    { reason: 'excluded', ou: '', is: false },
  ] as const)('may get a place in a moment where it is $reason in "$ou": $is', ({ reason, ou, is }) => {
    expect(mayGetPlace({ reason, ou })).toBe(is);
  });

  test('brings the account to what its wave has finished, which was approved there', () => {
    const move = decideNewAccount(
      aRollout({ waves: [] }),
      {
        account: one,
        plan: planOf({ ...wave(canary, one) }),
        key: 'plan/1.json',
        desiredState,
        finished: { release: former, rollout: otherRollout, at: minutesAgo(1000) },
      },
      now,
    );

    expect(move).toMatchObject({ decision: 'go', record: { release: former, plan: 'plan/1.json' } });
    expect(move.record.waves).toMatchObject([
      {
        name: canary,
        release: former,
        approvedBy: { kind: 'system', name: `rollout ${otherRollout}` },
        approvedAt: now.toISOString(),
      },
    ]);
  });
});
