/** Stacks that AWS refuses to import: what the refusal rules out is not started, also if the process dies among the operations. */
import { errors } from '../../orchestrator/domain/errors';
import { type AccountId, parseRegion, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import { readAccount } from '../../orchestrator/records/accounts';
import { readRollout } from '../../orchestrator/records/rollouts';
import { anAccountIn, createRig, eventsOf, type Rig } from '../rig';

const [sandbox, dev] = [parseWaveName('sandbox'), parseWaveName('dev')];

/** Two accounts have moved from dev to sandbox, and somebody has deleted a stack of the first. */
async function arriving(tolerated: number) {
  const rig = await createRig({ accounts: 120 });
  const accounts = [anAccountIn(rig, 'Workloads/Dev', 0), anAccountIn(rig, 'Workloads/Dev', 1)] as const;
  await rig.rollOut({ waves: [sandbox, dev] });
  rig.world.contents.byHand(accounts[0], {
    kind: 'deleteStack',
    region: parseRegion('us-east-1'),
    stackSet: 'strongroom-dev-account-hardening',
  });
  return { rig, accounts, desiredState: inSandbox(rig.desiredState, accounts, tolerated) };
}

const inSandbox = (desiredState: DesiredState, accounts: readonly AccountId[], count: number): DesiredState => ({
  ...desiredState,
  waves: desiredState.waves.map((wave) =>
    wave.name === sandbox ? { ...wave, accounts, failureTolerance: { kind: 'count', count } } : wave,
  ),
});

interface Sent {
  readonly request: OperationRequest;
  isRefused: boolean;
}

/** The imports that are sent, in order. */
function watchImports(rig: Rig, before: (request: OperationRequest, sent: readonly Sent[]) => void = () => {}) {
  const sent: Sent[] = [];
  const start = rig.world.stackSets.start;
  jest.spyOn(rig.ports.stackSets, 'start').mockImplementation(async (request) => {
    if (request.kind !== 'adopt') return start(request);
    before(request, sent);
    const one = { request, isRefused: true };
    sent.push(one);
    const id = await start(request);
    one.isRefused = false;
    return id;
  });
  return sent;
}

/** The accounts of the imports that were sent after the first stack was refused by itself. */
const afterRefusal = (sent: readonly Sent[], account: AccountId): readonly AccountId[] => {
  const first = sent.findIndex(({ request, isRefused }) => isRefused && request.accounts.join() === account);
  return sent.slice(first + 1).flatMap(({ request }) => request.accounts);
};

test('past the tolerance nothing more is started, in no account', async () => {
  const { rig, accounts, desiredState } = await arriving(0);
  const sent = watchImports(rig);

  const { end, events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(end.status).toBe('PARKED');
  expect(eventsOf(events, 'accountFailed')).toMatchObject([{ account: accounts[0], module: 'account-hardening' }]);
  expect(afterRefusal(sent, accounts[0])).toEqual([]);
  expect((await readAccount(rig.ports, accounts[1]))?.value.state).not.toBe('DEPLOYING');
});

test('within the tolerance the other account moves, and nothing more is started in the one that failed', async () => {
  const { rig, accounts, desiredState } = await arriving(1);
  const sent = watchImports(rig);

  const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
  expect(new Set(afterRefusal(sent, accounts[0]))).toEqual(new Set([accounts[1]]));
  const waves = (await readAccount(rig.ports, accounts[1]))?.value.modules.map(({ wave }) => wave);
  expect(new Set(waves)).toEqual(new Set([sandbox]));
});

test('credentials that expire among the imports park the rollout, and fail no account', async () => {
  const { rig, accounts, desiredState } = await arriving(1);
  let refusals = 0;
  watchImports(rig, () => {
    refusals += 1;
    throw errors.noCredentials('ExpiredToken');
  });

  const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(refusals).toBe(1);
  expect(eventsOf(events, 'approvalRequested')).toMatchObject([{ about: 'outage' }]);
  for (const account of accounts)
    expect((await readAccount(rig.ports, account))?.value.work?.failures ?? []).toEqual([]);
});

test('a process that dies among several refusals asks for none of them again', async () => {
  const { rig, accounts, desiredState } = await arriving(2);
  rig.world.contents.byHand(accounts[1], {
    kind: 'deleteStack',
    region: parseRegion('us-east-1'),
    stackSet: 'strongroom-dev-account-hardening',
  });
  const sent = watchImports(rig);
  const refusedAlone = () => sent.filter(({ request, isRefused }) => isRefused && request.accounts.length === 1);
  let deaths = 0;
  const put = rig.world.store.put;
  jest.spyOn(rig.ports.store, 'put').mockImplementation(async (key, value, version) => {
    if (deaths === 0 && key.sk === accounts[1] && refusedAlone().length === 2) {
      deaths += 1;
      throw Object.assign(new Error('the power is gone'), { name: 'Runtime.ExitError' });
    }
    return put(key, value, version);
  });

  await rig.rollOut({ waves: [sandbox] }, desiredState);

  expect(deaths).toBe(1);
  expect(refusedAlone().map(({ request }) => request.accounts)).toEqual([[accounts[0]], [accounts[1]]]);
});

test('a stack that cannot be imported is still there', async () => {
  const { rig, accounts, desiredState } = await arriving(1);
  watchImports(rig, ({ accounts: [account] }) => {
    if (account === accounts[1])
      throw errors.awsRefused('cloudformation:ImportStacksToStackSet', 'ValidationError', 'the template differs');
  });

  await rig.rollOut({ waves: [sandbox] }, desiredState);

  const [gone, refused] = await Promise.all(accounts.map((account) => readAccount(rig.ports, account)));
  const regionsOf = (item: typeof gone): number =>
    item?.value.modules.filter(({ module }) => module === 'account-hardening').length ?? 0;
  expect(regionsOf(refused)).toBeGreaterThan(regionsOf(gone));
});

test.each([
  { dies: 'before the accounts are marked', tolerated: 0 },
  { dies: 'before the accounts are marked', tolerated: 1 },
  { dies: 'after the next import', tolerated: 1 },
])(
  'a process that dies $dies starts no place twice, and forgets no failure (tolerance $tolerated)',
  async ({ dies, tolerated }) => {
    const { rig, accounts, desiredState } = await arriving(tolerated);
    let deaths = 0;
    const die = (): never => {
      deaths += 1;
      throw Object.assign(new Error('the power is gone'), { name: 'Runtime.ExitError' });
    };
    const hasRefused = (): boolean => sent.some(({ request, isRefused }) => isRefused && request.accounts.length === 1);
    const sent = watchImports(rig, () => {
      if (dies === 'after the next import' && hasRefused() && sent.length > 6 && deaths === 0) die();
    });
    const put = rig.world.store.put;
    jest.spyOn(rig.ports.store, 'put').mockImplementation(async (key, value, version) => {
      if (dies === 'before the accounts are marked' && key.sk === accounts[0] && hasRefused() && deaths === 0) die();
      return put(key, value, version);
    });

    const { id } = await rig.rollOut({ waves: [sandbox] }, desiredState);

    const places = new Map<string, Set<string>>();
    for (const { request, isRefused } of sent)
      for (const account of isRefused ? [] : request.accounts) {
        const place = `${request.spec.name} ${request.regions.join()} ${account}`;
        places.set(place, (places.get(place) ?? new Set()).add(request.operationId));
      }
    expect(deaths).toBe(1);
    expect([...places].filter(([, operations]) => operations.size > 1)).toEqual([]);
    expect(afterRefusal(sent, accounts[0])).not.toContain(accounts[0]);
    expect((await readRollout(rig.ports, id)).value.waves.find(({ name }) => name === sandbox)?.lost).toBe(1);
  },
);
