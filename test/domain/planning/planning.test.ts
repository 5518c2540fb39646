import {
  parseAccountId,
  parseOrganizationId,
  parseReleaseId,
  parseWaveName,
} from '../../../orchestrator/domain/model/brand';
import type { Deployed, Plan } from '../../../orchestrator/domain/model/plan';
import { buildPlan, narrowPlan } from '../../../orchestrator/domain/planning/planning';
import type { Targeting } from '../../../orchestrator/domain/planning/targeting';

const organization = parseOrganizationId('o-exampleorgid');
const release = parseReleaseId('r-0123456789ab');
const formerRelease = parseReleaseId('r-ba9876543210');
const sandbox = parseWaveName('sandbox');
const dev = parseWaveName('dev');
const late = parseWaveName('late');
const a = parseAccountId('111111111111');
const b = parseAccountId('222222222222');
const c = parseAccountId('333333333333');
const closed = parseAccountId('444444444444');
const stranger = parseAccountId('555555555555');

const placed = (id: typeof a) => ({ id, name: `acct-${id}`, ou: 'Sandbox', because: 'OU Sandbox' });
const targeting: Targeting = {
  waves: [
    { name: sandbox, accounts: [placed(a), placed(b)] },
    { name: dev, accounts: [placed(c)] },
    { name: late, accounts: [] },
  ],
  excluded: [{ ...placed(closed), reason: 'suspended', because: 'the account is closed' }],
  notes: ['wave late selects no account'],
};
const planWith = (deployed: readonly (readonly [typeof a, Deployed])[] = []): Plan =>
  buildPlan({ organization, release, targeting, deployed: new Map(deployed) });

describe('buildPlan', () => {
  test('keeps waves, reasons and notes as they were targeted', () => {
    const plan = planWith();

    expect(plan).toMatchObject({ organization, release, excluded: targeting.excluded, notes: targeting.notes });
    expect(plan.waves.map(({ name }) => name)).toEqual([sandbox, dev, late]);
    expect(plan.waves[0]?.accounts[0]).toEqual({ ...placed(a), change: 'create' });
  });

  const stacks = ['operator-role', 'alerts'] as const;
  test.each([
    { known: 'nothing', deployed: undefined, change: 'create' },
    { known: 'that nothing is deployed', deployed: { modules: [] }, change: 'create' },
    { known: 'this release', deployed: { release, wave: sandbox, modules: stacks }, change: 'none' },
    {
      known: 'another release',
      deployed: { release: formerRelease, wave: sandbox, modules: stacks },
      change: 'update',
    },
    { known: 'a mix of releases', deployed: { wave: sandbox, modules: stacks }, change: 'update' },
    { known: 'this release in another wave', deployed: { release, wave: dev, modules: stacks }, change: 'rehome' },
    {
      known: 'another release in another wave',
      deployed: { release: formerRelease, wave: dev, modules: stacks },
      change: 'rehome',
    },
    { known: 'this release, settings only', deployed: { release, modules: [] }, change: 'none' },
    { known: 'another release, settings only', deployed: { release: formerRelease, modules: [] }, change: 'update' },
    { known: 'settings only, once in another wave', deployed: { release, wave: dev, modules: [] }, change: 'none' },
  ] as const)('an account of which is known $known: $change', ({ deployed, change }) => {
    const plan = planWith(deployed === undefined ? [] : [[a, deployed]]);

    expect(plan.waves[0]?.accounts[0]?.change).toBe(change);
  });
});

describe('narrowPlan', () => {
  const plan = planWith();
  const kept = (narrowed: Plan) =>
    Object.fromEntries(narrowed.waves.map(({ name, accounts }) => [name, accounts.map(({ id }) => id)]));

  test.each([
    { asked: 'everything', request: {}, waves: { sandbox: [a, b], dev: [c], late: [] } },
    { asked: 'one wave', request: { waves: [dev] }, waves: { dev: [c] } },
    {
      asked: 'waves in another order than theirs',
      request: { waves: [dev, sandbox] },
      waves: { sandbox: [a, b], dev: [c] },
    },
    { asked: 'a wave that selects nobody', request: { waves: [late] }, waves: { late: [] } },
    { asked: 'one account', request: { accounts: [b] }, waves: { sandbox: [b] } },
    { asked: 'accounts of several waves', request: { accounts: [c, a] }, waves: { sandbox: [a], dev: [c] } },
    { asked: 'an account in its wave', request: { waves: [sandbox], accounts: [b] }, waves: { sandbox: [b] } },
    { asked: 'no account at all', request: { accounts: [] }, waves: {} },
  ])('asked for $asked keeps that', ({ request, waves }) => {
    expect(kept(narrowPlan(plan, request))).toEqual(waves);
  });

  test('keeps the order of the waves, and who is excluded and why', () => {
    const narrowed = narrowPlan(plan, { waves: [dev, sandbox] });

    expect(narrowed.waves.map(({ name }) => name)).toEqual([sandbox, dev]);
    expect(narrowed.excluded).toEqual(plan.excluded);
  });

  test.each([
    { said: 'all waves', request: {}, waves: { sandbox: [b], dev: [c] } },
    { said: 'one wave', request: { waves: [dev] }, waves: { dev: [c] } },
    { said: 'chosen accounts', request: { accounts: [a, b] }, waves: { sandbox: [b] } },
  ])('retrying in $said keeps only what failed there', ({ request, waves }) => {
    expect(kept(narrowPlan(plan, request, new Set([b, c])))).toEqual(waves);
  });

  test('retrying when nothing failed leaves nothing', () => {
    expect(narrowPlan(plan, {}, new Set()).waves).toEqual([]);
  });

  test('names every wave that does not exist, and those that do', () => {
    const request = { waves: [dev, parseWaveName('prod'), parseWaveName('qa')] };

    expect(() => narrowPlan(plan, request)).toThrow(
      expect.objectContaining({
        code: 'UnknownWave',
        message: 'no wave is named "prod", "qa"',
        next: 'the waves are sandbox, dev, late',
      }),
    );
  });

  test.each([
    { asked: 'a stranger', request: { accounts: [stranger] }, says: `account ${stranger} is not in the organization` },
    {
      asked: 'an excluded account',
      request: { accounts: [closed] },
      says: `account ${closed} is not a target: the account is closed`,
    },
    {
      asked: 'an account of another wave',
      request: { waves: [dev], accounts: [a] },
      says: `account ${a} is in wave sandbox, which is not selected`,
    },
    {
      asked: 'several that cannot be had',
      request: { accounts: [a, stranger, closed] },
      says: `account ${stranger} is not in the organization; account ${closed} is not a target: the account is closed`,
    },
  ])('refuses $asked and says why', ({ request, says }) => {
    expect(() => narrowPlan(plan, request)).toThrow(expect.objectContaining({ code: 'UnknownAccount', message: says }));
  });
});
