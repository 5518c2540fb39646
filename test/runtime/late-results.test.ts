/** StackSets list the results of an operation late, partly or never: a rollout waits, asks the instances, and then a person. */
import { type AccountId, parseWaveName } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { resumeRollout } from '../../orchestrator/operations/pause';
import type { InstanceResult, OperationRequest, StackInstance, StackSets } from '../../orchestrator/ports/ports';
import { readAccount } from '../../orchestrator/records/accounts';
import { person } from '../actors';
import { anAccountIn, createRig, eventsOf, type Rig } from '../rig';

const [sandbox, dev] = [parseWaveName('sandbox'), parseWaveName('dev')];

/** What StackSets answer instead, for operations of one kind. */
interface Lists {
  kind: OperationRequest['kind'] | undefined;
  results: (real: readonly InstanceResult[], nowMs: number) => readonly InstanceResult[];
  instances: (real: readonly StackInstance[], set: string) => readonly StackInstance[];
}
const honest = (): Lists => ({ kind: undefined, results: (real) => real, instances: (real) => real });

async function listing(onFailure: DesiredState['onFailure'] = 'rollBack') {
  const lists = honest();
  const starts: OperationRequest[] = [];
  const under = (stackSets: StackSets, nowMs: () => number): StackSets => ({
    ...stackSets,
    start: async (request) => {
      starts.push(request);
      return stackSets.start(request);
    },
    results: async (name, id) => {
      const real = await stackSets.results(name, id);
      const kind = starts.find(({ operationId }) => operationId === id)?.kind;
      return kind === lists.kind ? lists.results(real, nowMs()) : real;
    },
    instances: async (name) => lists.instances(await stackSets.instances(name), name),
  });
  const rig = await createRig({
    accounts: 40,
    ports: (world) => ({ stackSets: under(world.stackSets, world.clock.nowMs) }),
  });
  const desiredState = { ...rig.desiredState, onFailure };
  return { rig, lists, starts, desiredState };
}

/** An account that both releases know has moved from the wave dev to the wave sandbox. */
async function moving() {
  const made = await listing();
  const { rig, desiredState } = made;
  const account = anAccountIn(rig, 'Workloads/Dev');
  await rig.rollOut({ waves: [sandbox, dev] });
  const waves = desiredState.waves.map((wave) => (wave.name === sandbox ? { ...wave, accounts: [account] } : wave));
  return { ...made, account, desiredState: { ...desiredState, waves }, stacks: stacksOf(rig, account) };
}

const stacksOf = (rig: Rig, account: AccountId): readonly string[] =>
  rig.world.contents
    .stacks(account)
    .map(({ stackSet, region }) => `${stackSet} ${region}`)
    .sort();

const recordOf = async (rig: Rig, account: AccountId) => (await readAccount(rig.ports, account))?.value;
const wavesOf = async (rig: Rig, account: AccountId): Promise<readonly string[]> => [
  ...new Set((await recordOf(rig, account))?.modules.map(({ wave }) => wave)),
];
const withoutLastOperation = (real: readonly StackInstance[]): readonly StackInstance[] =>
  real.map((instance) => ({ ...instance, lastOperation: undefined }));

describe.each(['detach', 'adopt', 'follow'] as const)('results of a stage that makes stacks %s', (kind) => {
  test('that never come are read from the instances', async () => {
    const { rig, lists, account, desiredState, stacks } = await moving();
    Object.assign(lists, { kind, results: () => [] });

    const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await wavesOf(rig, account)).toEqual([sandbox]);
    expect(stacksOf(rig, account)).toEqual(stacks);
  });

  test('that are said to run for ever are read from the instances', async () => {
    const { rig, lists, account, desiredState } = await moving();
    const running: Lists['results'] = (real) => real.map((result) => ({ ...result, outcome: 'RUNNING' }));
    Object.assign(lists, { kind, results: running });

    const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await wavesOf(rig, account)).toEqual([sandbox]);
  });

  test('that come within ten minutes are waited for, and no instance is asked', async () => {
    const { rig, lists, account, desiredState } = await moving();
    let since: number | undefined;
    const late: Lists['results'] = (real, nowMs) => {
      since ??= nowMs;
      return nowMs < since + 9 * 60_000 ? [] : real;
    };
    Object.assign(lists, { kind, results: late, instances: withoutLastOperation });

    const { events } = await rig.rollOut({ waves: [sandbox] }, desiredState);

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(await wavesOf(rig, account)).toEqual([sandbox]);
  });
});

describe('no source that says how an operation has ended', () => {
  /** As long as the list of instances is behind too. */
  async function unknownIn(kind: 'detach' | 'adopt') {
    const made = await moving();
    const { rig, lists, desiredState } = made;
    const before = new Map<string, readonly StackInstance[]>();
    const stale: Lists['instances'] = (real, set) => {
      // A StackSet lists what it held when it was first asked.
      if (!before.has(set)) before.set(set, real);
      return withoutLastOperation(before.get(set) ?? []);
    };
    Object.assign(lists, { kind, results: () => [], instances: stale });
    const parked = await rig.rollOut({ waves: [sandbox] }, desiredState);
    Object.assign(lists, honest());
    return { ...made, parked };
  }

  test.each(['detach', 'adopt'] as const)('after %s asks a person, and says since when', async (kind) => {
    const { rig, account, parked } = await unknownIn(kind);

    const [asked] = eventsOf(parked.events, 'approvalRequested');
    expect(parked.end).toMatchObject({ status: 'PARKED', state: 'AskOperator' });
    expect(asked).toMatchObject({ about: 'stage' });
    expect(asked?.because[0]).toMatch(
      /^StackSets has listed no result for 1 account of the operation on strongroom-\S+ since 2026-11-\S+Z$/,
    );
    expect(eventsOf(parked.events, 'accountFailed')).toEqual([]);
    expect(eventsOf(parked.events, 'rollingBack')).toEqual([]);
    expect((await recordOf(rig, account))?.state).toBe('READY_FOR_KEYS');
  });

  test.each(['detach', 'adopt'] as const)('after %s is looked up again on resume, which completes it', async (kind) => {
    const { rig, starts, account, stacks, parked } = await unknownIn(kind);

    await resumeRollout(rig.ports, parked.id, { by: person('kim'), reason: 'StackSets is back' });
    const { events } = await rig.resume(parked.id);

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(eventsOf(events, 'accountFailed')).toEqual([]);
    expect(await wavesOf(rig, account)).toEqual([sandbox]);
    expect(stacksOf(rig, account)).toEqual(stacks);
    const moved = starts.filter((request) => request.kind === kind).flatMap(({ stackIds }) => stackIds ?? []);
    expect(moved.length).toBe(new Set(moved).size);
  });
});

describe('results of an update', () => {
  const stricter = ({ modules, ...desiredState }: DesiredState): DesiredState => ({
    ...desiredState,
    modules: { ...modules, 'operator-role': { ...modules['operator-role'], mfaMaxAgeSeconds: 900 } },
  });

  async function updating() {
    const made = await listing();
    await made.rig.rollOut({ waves: [sandbox] });
    return made;
  }

  test('that come for some accounts only are completed by the instances', async () => {
    const { rig, lists, desiredState } = await updating();
    const some: Lists['results'] = (real) => real.slice(0, Math.floor(real.length / 2));
    Object.assign(lists, { kind: 'update', results: some });

    const { events } = await rig.rollOut({ waves: [sandbox] }, stricter(desiredState));

    expect(events.at(-1)).toMatchObject({ outcome: 'completed' });
    expect(eventsOf(events, 'accountFailed')).toEqual([]);
  });

  test('that never come leave a failure to the instance, with its reason', async () => {
    const { rig, lists, desiredState } = await updating();
    const account = anAccountIn(rig, 'Sandbox');
    rig.world.faults.failInstance = (attempt) => (attempt.account === account ? 'the role is denied' : undefined);
    Object.assign(lists, { kind: 'update', results: () => [] });

    const { events } = await rig.rollOut({ waves: [sandbox] }, stricter({ ...desiredState, onFailure: 'hold' }));

    expect(eventsOf(events, 'accountFailed')).toContainEqual(
      expect.objectContaining({ account, reason: 'the role is denied' }),
    );
  });

  test('of which nothing is known are never rolled back', async () => {
    const { rig, lists, desiredState } = await updating();
    Object.assign(lists, { kind: 'update', results: () => [], instances: withoutLastOperation });

    const { end, events } = await rig.rollOut({ waves: [sandbox] }, stricter(desiredState));

    expect(end).toMatchObject({ status: 'PARKED' });
    expect(eventsOf(events, 'rollingBack')).toEqual([]);
    expect(eventsOf(events, 'accountFailed')).toEqual([]);
  });
});
