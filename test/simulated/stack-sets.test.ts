/** How one StackSet operation goes, instance by instance. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { type InstanceOutcome, operationEnded } from '../../orchestrator/ports/ports';
import {
  home,
  longSeconds,
  other,
  outcomes,
  play,
  requestFor,
  sandboxes,
  secondsLater,
  setName,
  smallWorld,
  start,
  statusOf,
} from './small-world';

const failing =
  (...accounts: readonly (AccountId | undefined)[]) =>
  ({ account }: { account: AccountId }) =>
    accounts.includes(account) ? 'Resource handler returned message: no' : undefined;

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
      expect.objectContaining({ account: first, region: home, status: 'CURRENT' }),
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
    expect(world.contents.stacks(account)).toEqual([]);
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
      `Account ${fresh.id} should have 'BaselineCi' role with trust relationship to Role 'StrongroomStackSetAdministration'.`,
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
