/** Stacks that leave one StackSet and join another. */
import type { OperationRequest } from '../../orchestrator/ports/ports';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { topicTemplate } from '../contracts/stack-sets.contract';
import { home, longSeconds, play, requestFor, sandboxes, secondsLater, setName, smallWorld } from './small-world';

const [oldParameters, newParameters] = [{ Shown: 'of the old set' }, { Shown: 'of the new set' }];
const otherSet = (request: OperationRequest, change: Partial<OperationRequest['spec']> = {}): OperationRequest => ({
  ...request,
  spec: { ...request.spec, name: 'strongroom-other-topic', parameters: newParameters, ...change },
});

/** A stack that was made by one set and has been released from it. */
async function released() {
  const world = smallWorld();
  const accounts = sandboxes(world).slice(0, 1);
  const made = requestFor(accounts);
  await play(world, { ...made, spec: { ...made.spec, parameters: oldParameters } });
  const stackIds = (await instancesOf(world, setName)).map(({ stackId }) => stackId);
  await play(world, requestFor(accounts, { operationId: 'op-2', kind: 'detach' }));
  const adoption = otherSet(requestFor(accounts, { operationId: 'op-3', kind: 'adopt', stackIds }));
  return { world, accounts, stackIds, adoption };
}

const instancesOf = (world: SimulatedWorld, name: string) => world.clock.run(world.stackSets.instances(name));
const started = (world: SimulatedWorld, request: OperationRequest) =>
  world.clock.run(world.stackSets.start(request).then(() => secondsLater(world, longSeconds)));
const stacksIn = (world: SimulatedWorld, [account]: ReturnType<typeof sandboxes>) =>
  account === undefined ? [] : world.contents.stacks(account);

test('a released stack stays, and is in no set', async () => {
  const { world, accounts } = await released();

  expect(await instancesOf(world, setName)).toEqual([]);
  expect(stacksIn(world, accounts).map(({ stackSet }) => stackSet)).toEqual([setName]);
});

test('an adopted stack is the same stack, under the name that it has', async () => {
  const { world, accounts, stackIds, adoption } = await released();

  await started(world, adoption);

  expect((await instancesOf(world, adoption.spec.name)).map(({ stackId }) => stackId)).toEqual(stackIds);
  expect(stacksIn(world, accounts).map(({ stackSet }) => stackSet)).toEqual([setName]);
});

test('an adopted stack keeps its own parameters through updates of the set, until an operation makes it follow', async () => {
  const { world, accounts, adoption } = await released();
  await started(world, adoption);
  await started(world, otherSet(requestFor(accounts, { operationId: 'op-4', kind: 'update' }, topicTemplate('two'))));
  const updated = stacksIn(world, accounts).map(({ parameters }) => parameters);

  await started(world, otherSet(requestFor(accounts, { operationId: 'op-5', kind: 'follow' }, topicTemplate('two'))));

  expect(updated).toEqual([oldParameters]);
  expect(stacksIn(world, accounts).map(({ parameters }) => parameters)).toEqual([newParameters]);
});

test('a stack that belongs to a set is not adopted by another', async () => {
  const world = smallWorld();
  const accounts = sandboxes(world).slice(0, 1);
  await play(world, requestFor(accounts));
  const stackIds = (await instancesOf(world, setName)).map(({ stackId }) => stackId);

  const adopting = world.clock.run(
    world.stackSets.start(otherSet(requestFor(accounts, { operationId: 'op-2', kind: 'adopt', stackIds }))),
  );

  await expect(adopting).rejects.toMatchObject({ code: 'AwsRefused', retriable: false });
});

test('more than ten stacks at once are refused', async () => {
  const { world, adoption } = await released();
  const stackIds = Array.from({ length: 11 }, (_, i) => `arn:aws:cloudformation:${home}:111122223333:stack/${i}`);

  const adopting = world.clock.run(world.stackSets.start({ ...adoption, stackIds }));

  await expect(adopting).rejects.toMatchObject({
    code: 'AwsRefused',
    message: expect.stringContaining('11 stack ids'),
  });
});
