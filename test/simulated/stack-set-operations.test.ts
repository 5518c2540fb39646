/** How operations on one StackSet follow each other, are stopped, told of, and refused. */
import type { AccountId, Region } from '../../orchestrator/domain/model/brand';
import type { OperationRequest } from '../../orchestrator/ports/ports';
import type { Weather } from '../../orchestrator/simulated/rates';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { topicTemplate } from '../contracts/stack-sets.contract';
import {
  longSeconds,
  outcomes,
  play,
  requestFor,
  sandboxes,
  secondsLater,
  setName,
  smallWorld,
  statusOf,
} from './small-world';

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

test('updates of one set to different templates do not run together, whatever accounts they name', async () => {
  const world = smallWorld();
  const [a, b] = sandboxes(world);
  if (a === undefined || b === undefined) throw new Error('too small');
  await play(world, requestFor([a, b]));

  const second = await world.clock.run(
    (async () => {
      await world.stackSets.start(requestFor([a], { operationId: 'op-2', kind: 'update' }, topicTemplate('two')));
      await world.stackSets.start(requestFor([b], { operationId: 'op-3', kind: 'update' }, topicTemplate('three')));
      await secondsLater(world, 5);
      return world.stackSets.status(setName, 'op-3');
    })(),
  );

  expect(second).toBe('QUEUED');
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

describe('the end of an operation is reported', () => {
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
