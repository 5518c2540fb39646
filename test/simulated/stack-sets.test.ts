import type { AccountId, Region } from '../../orchestrator/domain/brand';
import { type InstanceOutcome, type OperationRequest, operationEnded } from '../../orchestrator/ports/ports';
import type { Weather } from '../../orchestrator/simulated/rates';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { topicTemplate } from '../contracts/stack-sets.contract';
import {
  home,
  longSeconds,
  other,
  requestFor,
  sandboxes,
  secondsLater,
  setName,
  smallWorld,
  start,
} from './small-world';

const failing =
  (...accounts: readonly (AccountId | undefined)[]) =>
  ({ account }: { account: AccountId }) =>
    accounts.includes(account) ? 'Resource handler returned message: no' : undefined;

/** Starts an operation, lets it end, and gives its outcomes by account in the order of the request. */
async function play(world: SimulatedWorld, request: OperationRequest): Promise<readonly InstanceOutcome[]> {
  return world.clock.run(
    (async () => {
      await world.stackSets.start(request);
      await secondsLater(world, longSeconds);
      return outcomes(world, request);
    })(),
  );
}
const outcomes = async (world: SimulatedWorld, request: OperationRequest): Promise<readonly InstanceOutcome[]> =>
  (await world.stackSets.results(setName, request.operationId)).map(({ outcome }) => outcome);
const statusOf = (world: SimulatedWorld, operationId = 'op-1') =>
  world.clock.run(world.stackSets.status(setName, operationId));
const count = (all: readonly InstanceOutcome[], outcome: InstanceOutcome): number =>
  all.filter((one) => one === outcome).length;

describe('an operation', () => {
  test('takes time: it runs, then it has succeeded', () => {
    const world = smallWorld();
    const request = requestFor(sandboxes(world));

    return world.clock.run(
      (async () => {
        await world.stackSets.start(request);
        await secondsLater(world, 5);
        expect(await world.stackSets.status(setName, 'op-1')).toBe('RUNNING');
        expect(new Set(await outcomes(world, request))).toEqual(new Set(['RUNNING']));

        await secondsLater(world, 90);
        expect(await world.stackSets.status(setName, 'op-1')).toBe('SUCCEEDED');
      })(),
    );
  });

  test('works on so many accounts at once as it may, and no more', () => {
    const world = smallWorld();
    const request = requestFor(sandboxes(world), { maxConcurrent: 2 });
    const inFlight: number[] = [];

    return world.clock.run(
      (async () => {
        await world.stackSets.start(request);
        for (let minute = 0; minute < 10; minute++) {
          await secondsLater(world, 17);
          inFlight.push(count(await outcomes(world, request), 'RUNNING'));
        }

        expect(Math.max(...inFlight)).toBe(2);
      })(),
    );
  });

  test('shows results a little late: it has ended before all of them have', () => {
    const world = smallWorld({ seed: 3 });
    const request = requestFor(sandboxes(world));

    return world.clock.run(
      (async () => {
        await world.stackSets.start(request);
        const seen = new Set<string>();
        for (let tenth = 0; tenth < 1200; tenth++) {
          await secondsLater(world, 0.1);
          const ended = operationEnded(await world.stackSets.status(setName, 'op-1'));
          if (ended) seen.add(`${count(await outcomes(world, request), 'RUNNING') > 0 ? 'before' : 'after'}`);
        }

        expect([...seen]).toEqual(['before', 'after']);
      })(),
    );
  });

  test('sent again under its id has no second effect, even if the rest differs', async () => {
    const world = smallWorld();
    const [first, second] = sandboxes(world);
    if (first === undefined || second === undefined) throw new Error('too small');

    await play(world, requestFor([first]));
    const again = await play(world, requestFor([second]));

    expect(again).toEqual(['SUCCEEDED']);
    expect(await world.clock.run(world.stackSets.instances(setName))).toEqual([
      { account: first, region: home, status: 'CURRENT' },
    ]);
  });

  test('runs in its regions side by side', async () => {
    const world = smallWorld();
    const [account] = sandboxes(world);
    if (account === undefined) throw new Error('too small');

    await play(world, requestFor([account], { regions: [home, other] }));

    const touched = world.calls.touches.filter(({ what }) => what === 'stackTouched');
    expect(touched.map(({ region, atMs }) => [region, atMs])).toEqual([
      [home, touched[0]?.atMs],
      [other, touched[0]?.atMs],
    ]);
  });
});

describe('failures', () => {
  test.each([
    { tolerance: 0, failed: 1, status: 'FAILED' },
    { tolerance: 1, failed: 1, status: 'SUCCEEDED' },
    { tolerance: 1, failed: 2, status: 'FAILED' },
  ])('$failed within a tolerance of $tolerance: the operation has $status', async ({ tolerance, failed, status }) => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 4);
    world.faults.failInstance = failing(...accounts.slice(0, failed));

    const all = await play(world, requestFor(accounts, { maxConcurrent: 1, failureTolerance: tolerance }));

    expect(await statusOf(world)).toBe(status);
    expect(count(all, 'FAILED')).toBe(failed);
    expect(count(all, 'CANCELLED')).toBe(status === 'FAILED' ? 4 - failed : 0);
  });

  test('past the tolerance stop their region and no other', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 4);
    world.faults.failInstance = ({ region, account }) =>
      region === home && account === accounts[0] ? 'no' : undefined;

    const all = await play(world, requestFor(accounts, { regions: [home, other], maxConcurrent: 1 }));

    expect(all).toEqual([
      ...['FAILED', 'CANCELLED', 'CANCELLED', 'CANCELLED'],
      ...['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'],
    ]);
    expect(await statusOf(world)).toBe('FAILED');
  });

  test.each([
    { strict: true, atMost: 2, why: 'strictly, no more than the tolerance and one can fail' },
    { strict: false, atMost: 4, why: 'softly, what is in flight goes on' },
  ])('$why', async ({ strict, atMost }) => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 4);
    world.faults.failInstance = () => 'no';

    const all = await play(world, requestFor(accounts, { maxConcurrent: 4, failureTolerance: 1, strict }));

    expect(count(all, 'FAILED')).toBe(atMost);
    expect(count(all, 'CANCELLED')).toBe(4 - atMost);
  });

  test('say why, and leave the instance outdated', async () => {
    const world = smallWorld();
    const [account] = sandboxes(world);
    if (account === undefined) throw new Error('too small');
    world.faults.failInstance = failing(account);

    await play(world, requestFor([account]));

    const [result] = await world.clock.run(world.stackSets.results(setName, 'op-1'));
    expect(result).toEqual({
      account,
      region: home,
      outcome: 'FAILED',
      reason: 'Resource handler returned message: no',
    });
    expect(await world.clock.run(world.stackSets.instances(setName))).toMatchObject([{ status: 'OUTDATED' }]);
    expect(world.estate.stacks(account)).toEqual([]);
  });

  test('a suspended account is skipped, which is no failure', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 2);
    const [first] = accounts;
    if (first !== undefined) world.organization.setState(first, 'SUSPENDED');

    expect(await play(world, requestFor(accounts))).toEqual(['SKIPPED', 'SUCCEEDED']);
    expect(await statusOf(world)).toBe('SUCCEEDED');
  });

  test('an account without the execution role fails with the words of AWS', async () => {
    const world = smallWorld();
    const fresh = world.organization.addAccount('newcomer', 'Sandbox', start.getTime());

    await play(world, requestFor([fresh.id]));

    const [result] = await world.clock.run(world.stackSets.results(setName, 'op-1'));
    expect(result?.reason).toBe(
      `Account ${fresh.id} should have 'BaselineCi' role with trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'.`,
    );
  });

  test('a name that another stack has taken fails the instance', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 1);
    await play(world, requestFor(accounts));

    const request = requestFor(accounts);
    const reason = await world.clock.run(
      (async () => {
        await world.stackSets.start({ ...request, spec: { ...request.spec, name: 'strongroom-other-topic' } });
        await secondsLater(world, longSeconds);
        return (await world.stackSets.results('strongroom-other-topic', 'op-1'))[0]?.reason;
      })(),
    );

    expect(reason).toContain(`already exists in stack StackSet-${setName}`);
  });
});

describe('an update', () => {
  const update = (accounts: readonly AccountId[], change: Partial<OperationRequest> = {}) =>
    requestFor(accounts, { operationId: 'op-2', kind: 'update', ...change }, topicTemplate('two'));
  const statuses = async (world: SimulatedWorld) =>
    (await world.clock.run(world.stackSets.instances(setName))).map(({ status }) => status);

  test('that changes the template marks every instance outdated, and brings up to date those that it names', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 3);
    await play(world, requestFor(accounts));

    await play(world, update(accounts.slice(0, 1)));

    expect(await statuses(world)).toEqual(['CURRENT', 'OUTDATED', 'OUTDATED']);
  });

  test('that changes nothing leaves the others as they are', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 3);
    await play(world, requestFor(accounts));

    await play(world, requestFor(accounts.slice(0, 1), { operationId: 'op-2', kind: 'update' }));

    expect(await statuses(world)).toEqual(['CURRENT', 'CURRENT', 'CURRENT']);
  });

  test('that fails leaves the new template in the set', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 1);
    await play(world, requestFor(accounts));
    world.faults.failInstance = () => 'no';

    const request = update(accounts);
    await play(world, request);

    expect(await statusOf(world, 'op-2')).toBe('FAILED');
    expect((await world.clock.run(world.stackSets.describe(setName)))?.template).toBe(request.spec.template);
    expect(await statuses(world)).toEqual(['OUTDATED']);
  });

  test('of an account that the set has no instance in is refused', async () => {
    const world = smallWorld();
    const [first, second] = sandboxes(world);
    if (first === undefined || second === undefined) throw new Error('too small');
    await play(world, requestFor([first]));

    await expect(play(world, update([second]))).rejects.toMatchObject({
      code: 'AwsRefused',
      message: expect.stringContaining('StackInstanceNotFoundException'),
    });
  });
});

describe('operations on one set', () => {
  /** Starts a second operation beside the first and gives its status right then, a little later, and at the end. */
  const beside = async (world: SimulatedWorld, first: OperationRequest, second: OperationRequest) =>
    world.clock.run(
      (async () => {
        await world.stackSets.start(first);
        await world.stackSets.start(second);
        const at = [await world.stackSets.status(setName, 'op-2')];
        await secondsLater(world, 5);
        at.push(await world.stackSets.status(setName, 'op-2'));
        await secondsLater(world, longSeconds);
        at.push(await world.stackSets.status(setName, 'op-2'));
        return at;
      })(),
    );

  test('that do not conflict run together, after a moment in the queue', async () => {
    const world = smallWorld();
    const [a, b] = sandboxes(world);
    if (a === undefined || b === undefined) throw new Error('too small');

    const seen = await beside(world, requestFor([a]), requestFor([b], { operationId: 'op-2' }));

    expect(seen).toEqual(['QUEUED', 'RUNNING', 'SUCCEEDED']);
  });

  test('that share an instance run one after the other', async () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 1);

    const seen = await beside(world, requestFor(accounts), requestFor(accounts, { operationId: 'op-2' }));

    expect(seen).toEqual(['QUEUED', 'QUEUED', 'SUCCEEDED']);
  });
});

describe('a stop', () => {
  test('cancels what has not begun, and waits for what has', () => {
    const world = smallWorld();
    const request = requestFor(sandboxes(world).slice(0, 4), { maxConcurrent: 1 });

    return world.clock.run(
      (async () => {
        await world.stackSets.start(request);
        await secondsLater(world, 5);
        await world.stackSets.stop(setName, 'op-1');
        expect(await world.stackSets.status(setName, 'op-1')).toBe('STOPPING');

        await secondsLater(world, longSeconds);
        expect(await world.stackSets.status(setName, 'op-1')).toBe('STOPPED');
        expect(await outcomes(world, request)).toEqual(['SUCCEEDED', 'CANCELLED', 'CANCELLED', 'CANCELLED']);
      })(),
    );
  });

  test('of a queued operation ends it before it touches anything', () => {
    const world = smallWorld();
    const accounts = sandboxes(world).slice(0, 1);

    return world.clock.run(
      (async () => {
        await world.stackSets.start(requestFor(accounts));
        await world.stackSets.start(requestFor(accounts, { operationId: 'op-2' }));
        await world.stackSets.stop(setName, 'op-2');
        await secondsLater(world, longSeconds);

        expect(await world.stackSets.status(setName, 'op-2')).toBe('STOPPED');
        expect(world.calls.touches).toHaveLength(1);
      })(),
    );
  });
});

describe('the end of an operation is told', () => {
  const toldIn = async (weather: Weather | undefined): Promise<readonly string[]> => {
    const world = smallWorld({ weather });
    const told: string[] = [];
    world.onOperationEnded((stackSet, operationId) => told.push(`${stackSet} ${operationId}`));
    await play(world, requestFor(sandboxes(world).slice(0, 1)));
    return told;
  };
  const once = `${setName} op-1`;

  test.each([
    { how: 'once', weather: undefined, told: [once] },
    { how: 'never, if the event is lost', weather: { throttled: 0, eventLost: 1, eventTwice: 0 }, told: [] },
    {
      how: 'twice, if it is delivered twice',
      weather: { throttled: 0, eventLost: 0, eventTwice: 1 },
      told: [once, once],
    },
  ])('$how', async ({ weather, told }) => {
    expect(await toldIn(weather)).toEqual(told);
  });
});

describe('a request that CloudFormation would refuse', () => {
  test.each<[string, Partial<OperationRequest>]>([
    ['without accounts', { accounts: [] }],
    ['without regions', { regions: [] as Region[] }],
    ['with nothing at once', { maxConcurrent: 0 }],
    ['with an id that is not one', { operationId: 'op 1' }],
  ])('%s is refused', async (_, change) => {
    const world = smallWorld();

    const starting = play(world, requestFor(sandboxes(world), change));

    await expect(starting).rejects.toMatchObject({ code: 'AwsRefused' });
    expect(await world.clock.run(world.stackSets.describe(setName))).toBeUndefined();
  });

  test('with a template that does not resolve is refused with the template error', async () => {
    const world = smallWorld();
    const body = JSON.stringify({ Resources: { A: { Type: 'Test::A', Properties: { B: { Ref: 'Nobody' } } } } });

    const starting = play(world, requestFor(sandboxes(world), {}, body));

    await expect(starting).rejects.toMatchObject({ message: expect.stringContaining('[Nobody]') });
  });
});
