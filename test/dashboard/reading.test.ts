/** What the API returns for reads. */

import type { AccountDetail, Board } from '../../orchestrator/dashboard/api/contract';
import { parseRegion, parseReleaseId, parseWaveName } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readAccount, writeAccount } from '../../orchestrator/records/accounts';
import { recordSubscription } from '../../orchestrator/records/subscription';
import { person } from '../actors';
import { type ApiRig, accountOf, createApiRig, operator, recorded, viewer } from './rig';

const release = parseReleaseId('r-0123456789ab');
const dev = parseWaveName('dev');
const region = parseRegion('us-east-1');

const some = [
  accountOf('100000000001', {
    name: 'beta',
    wave: dev,
    release,
    gates: { bootstrapped: 'pass', 'access-controlled': 'fail' },
    state: 'UNHEALTHY',
  }),
  accountOf('100000000002', {
    name: 'alpha',
    wave: dev,
    ou: 'Workloads/Dev/Deep',
    gates: { bootstrapped: 'pass', 'access-controlled': 'unknown' },
  }),
  accountOf('100000000013', { name: 'gamma', ou: 'Workloads/Development', state: 'UNPLACED' }),
  accountOf('100000000004', {
    name: 'delta',
    ou: 'Security',
    checkedAt: '2026-11-22T08:30:00.000Z',
    modules: [{ module: 'alerts', region, wave: dev, version: 'v', status: 'failed' }],
    adopted: [{ module: 'aws-config', region, because: 'theirs' }],
  }),
];

async function rigWith(accounts = some): Promise<ApiRig> {
  const rig = await createApiRig();
  await recorded(rig, accounts);
  return rig;
}

describe('accounts', () => {
  test.each([
    { query: '', names: ['beta', 'alpha', 'delta', 'gamma'] },
    { query: 'sort=name', names: ['alpha', 'beta', 'delta', 'gamma'] },
    { query: 'sort=name&descending=true', names: ['gamma', 'delta', 'beta', 'alpha'] },
    { query: 'sort=name&offset=1&limit=2', names: ['beta', 'delta'], total: 4 },
    { query: 'q=ALPH', names: ['alpha'] },
    { query: 'q=000013', names: ['gamma'] },
    { query: 'ou=Workloads/Dev', names: ['beta', 'alpha'] },
    { query: 'wave=dev&gate=access-controlled', names: ['beta', 'alpha'] },
    { query: 'gate=bootstrapped', names: [] },
    { query: 'state=UNHEALTHY&state=UNPLACED', names: ['beta', 'gamma'] },
    { query: `release=${release}`, names: ['beta'] },
    { query: 'sort=checkedAt&descending=true&limit=1', names: ['delta'], total: 4 },
  ])('asked for "$query" are $names', async ({ query, names, total = names.length }) => {
    const rig = await rigWith();

    const page = await rig.read('/accounts', query);

    expect(page).toMatchObject({ total, items: names.map((name) => ({ name })) });
  });

  test('as CSV have no cell that a spreadsheet would run, and no control characters', async () => {
    const rig = await rigWith([
      accountOf('100000000001', { name: '=HYPERLINK("http://evil","x")' }),
      accountOf('100000000002', { name: 'ab\u202Ecd\u200B', ou: '@SUM(A1)' }),
    ]);

    const { headers, body } = await rig.ask('/accounts.csv');

    expect(headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' });
    expect(body.split('\r\n').slice(1)).toEqual([
      `100000000001,"'=HYPERLINK(""http://evil"",""x"")",Workloads/Dev,,READY_FOR_KEYS,true,,,`,
      "100000000002,ab\u{fffd}cd\u{fffd},'@SUM(A1),,READY_FOR_KEYS,true,,,",
      '',
    ]);
  });
});

test('the board has the condition of every account in columns', async () => {
  const rig = await rigWith();

  const board = await rig.read('/board');

  expect(board).toMatchObject({
    ous: ['Security', 'Workloads/Dev', 'Workloads/Dev/Deep', 'Workloads/Development'],
    waves: [{ name: 'dev' }],
    releases: [release],
    regions: ['us-east-1'],
    accounts: {
      ids: ['100000000001', '100000000002', '100000000004', '100000000013'],
      ous: [1, 2, 0, 3],
      waves: [0, 0, -1, -1],
      releases: [0, -1, -1, -1],
      gates: ['p--f--', 'p--u--', '------', '------'],
      checkedMinutesAgo: [-1, -1, 30, -1],
      stateSinceHoursAgo: [1, 1, 1, 1],
    },
  });
  const { modules, accounts } = board as Board;
  expect([...(accounts.modules[2] ?? '')].map((character, index) => [modules[index], character])).toEqual(
    modules.map((module) => [module, module === 'alerts' ? 'f' : module === 'aws-config' ? 'a' : '-']),
  );
});

test('after a rollout the board has its waves in order, each with its completed release', async () => {
  const rig = await createApiRig({ accounts: 60 });
  const { id } = await rig.rollOut();

  const board = await rig.read('/board');
  const [row] = (await rig.read('/rollouts')) as { release: string }[];

  expect(row).toMatchObject({ id, by: person('jo'), status: 'finished', outcome: 'completed' });
  expect(board).toMatchObject({
    waves: rig.desiredState.waves.map(({ name }) => ({ name, release: row?.release })),
  });
});

test('an account has the evidence of its last check, the counts of the others, and the next steps', async () => {
  const rig = await createApiRig();
  const { id } = await rig.rollOut();
  const [account] = rig.world.organization.accountsIn('Workloads/Dev');

  const seen = (await rig.read(`/accounts/${account?.id}`)) as AccountDetail;

  expect(seen).toMatchObject({
    account: { id: account?.id, state: 'READY_FOR_KEYS', firstSeenAt: expect.stringMatching(/^2026-11-22T09/) },
    evidence: { rollout: id, facts: { account: account?.id } },
    nextSteps: ['none: every sweep checks this account again'],
  });
  expect(seen.history[0]).toMatchObject({ run: id, by: person('jo'), at: seen.evidence?.at, failed: 0, unknown: 0 });
  expect(seen.history.map(({ at }) => at)).toEqual(
    seen.history
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
});

test('an account has its readiness history: state, time, event, release and rollout', async () => {
  const rig = await createApiRig();
  const { id } = await rig.rollOut();
  const [account] = rig.world.organization.accountsIn('Workloads/Dev');

  const { account: seen } = (await rig.read(`/accounts/${account?.id}`)) as AccountDetail;

  const [first, second, ...others] = seen.states ?? [];
  expect([first, second]).toMatchObject([
    { state: 'DISCOVERED', at: seen.firstSeenAt },
    { state: 'BOOTSTRAPPED', event: 'entered', rollout: id },
  ]);
  expect(others.map(({ state, event }) => `${state} ${event}`)).toEqual(
    expect.arrayContaining(['DEPLOYING deployStarted', 'DEPLOYED deployLanded']),
  );
  expect(others.slice(-2)).toMatchObject([
    { state: 'BASELINE_HEALTHY', event: 'passed', release: seen.release, rollout: id },
    { state: 'READY_FOR_KEYS', event: 'passedAgain', release: seen.release, rollout: id, at: seen.stateSince },
  ]);
});

test('the overview has new accounts and action items', async () => {
  const rig = await createApiRig();
  await recorded(rig, [accountOf('100000000001', { state: 'KEYS_AT_RISK', firstSeenAt: '2026-11-22T08:00:00.000Z' })]);

  const overview = await rig.read('/overview');

  expect(overview).toMatchObject({
    actionItems: [{ title: '1 account with keys at risk', kind: 'keysAtRisk', count: 1, state: 'KEYS_AT_RISK' }],
    newAccounts: [{ id: '100000000001', since: '2026-11-22T08:00:00.000Z' }],
  });
});

test.each([
  ['pending', 'security@example.com has not confirmed the subscription of the alerts since 2026-11-20'],
  ['absent', 'Nobody receives the alerts since 2026-11-20'],
] as const)(
  'a subscription that is %s is an action item of the installation, and no account fails',
  async (state, title) => {
    const rig = await createApiRig();
    await recorded(rig, [accountOf('100000000001', { state: 'READY_FOR_KEYS' })]);
    const seen = { email: 'security@example.com', state };
    await recordSubscription(guard(rig.ports, byVersion), seen, new Date('2026-11-20T08:00:00Z'));

    const overview = await rig.read('/overview');

    expect(overview).toMatchObject({ actionItems: [{ kind: 'alerts', title, count: 1 }] });
  },
);

test('events come in pages, each beginning after the last', async () => {
  const rig = await createApiRig();
  const { id, events } = await rig.rollOut();

  const [all, rest, none] = await Promise.all([
    rig.read(`/rollouts/${id}/events`),
    rig.read(`/rollouts/${id}/events`, 'after=3'),
    rig.read(`/rollouts/${id}/events`, `after=${events.length - 1}`),
  ]);

  expect(all).toEqual({ events: JSON.parse(JSON.stringify(events)), last: events.length - 1 });
  expect(rest).toMatchObject({ events: { length: events.length - 4 }, last: events.length - 1 });
  expect(none).toEqual({ events: [], last: events.length - 1 });
});

describe('what has not changed', () => {
  test.each(['/board', '/accounts', '/accounts.csv', '/overview', '/rollouts', '/me'])(
    'of %s is not sent again',
    async (path) => {
      const rig = await rigWith();
      const { headers } = await rig.ask(path);
      const etag = headers['etag'] ?? '';

      const [same, weak, other] = await Promise.all(
        [etag, `W/${etag}`, '"other"'].map((tag) => rig.ask(path, { headers: { 'if-none-match': tag } })),
      );

      expect([same?.status, same?.body, weak?.status, other?.status]).toEqual([304, '', 304, 200]);
    },
  );

  test('is distinguished from what has: a record was written', async () => {
    const rig = await rigWith();
    const { headers: before } = await rig.ask('/board');
    const [{ id }] = some as [(typeof some)[number]];
    const item = await readAccount(rig.ports, id);
    await writeAccount(guard(rig.ports, byVersion), { ...accountOf(id), name: 'renamed' }, item?.version ?? 0);
    rig.pass(20_000);

    const after = await rig.ask('/board', { headers: { 'if-none-match': before['etag'] ?? '' } });

    expect([after.status, after.body.includes('renamed')]).toEqual([200, true]);
  });
});

describe('the store', () => {
  /** Counts readings of the accounts, which begin with the first partition. */
  async function counted() {
    let readings = 0;
    const rig = await createApiRig({}, (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        list: (pk, options) => {
          if (pk === 'accounts#0') readings++;
          return ports.store.list(pk, options);
        },
      },
    }));
    await recorded(rig, some);
    return { rig, readings: () => readings };
  }

  test('is read once for simultaneous requests, and not again while the snapshot is fresh', async () => {
    const { rig, readings } = await counted();

    await Promise.all(['/board', '/overview', '/accounts', '/rollouts'].map((path) => rig.ask(path)));
    rig.pass(1_900);
    await rig.ask('/board');

    expect(readings()).toBe(1);
  });

  test('is read in the background once the snapshot is not fresh, and before the response once it is old', async () => {
    const { rig, readings } = await counted();
    const versionOf = async () => ((await rig.read('/board')) as Board).accounts.ids.length;
    await versionOf();
    await recorded(rig, [accountOf('100000000099')]);

    rig.pass(2_100);
    const beside = await versionOf();
    rig.pass(20_000);
    const before = await versionOf();

    expect([beside, before, readings()]).toEqual([4, 5, 2]);
  });
});

test('each user gets their name, the identity that is recorded, and their role', async () => {
  const rig = await rigWith();

  const told = await Promise.all([operator, viewer].map((who) => rig.ask('/me', { who })));

  expect(told.map(({ body }) => JSON.parse(body))).toEqual([
    { name: 'ada', recordedAs: 'ada', role: 'operator' },
    { name: 'vic', recordedAs: 'vic', role: 'viewer' },
  ]);
});
