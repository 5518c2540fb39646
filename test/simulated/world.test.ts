import { createCalls } from '../../orchestrator/simulated/calls';
import { createRandom } from '../../orchestrator/simulated/random';
import { calm, createRates, drizzle } from '../../orchestrator/simulated/rates';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { everyLookup } from '../lookups';
import { home, requestFor, sandboxes, secondsLater, smallWorld, start, visitTo } from './small-world';

const ratesIn = (weather = calm) => {
  const clock = createVirtualClock(start);
  const calls = createCalls();
  return { clock, calls, rates: createRates({ clock, random: createRandom(1), calls, weather }) };
};

describe('API rates', () => {
  test('a burst is answered, the next call is throttled, and a second later the rate has refilled it', async () => {
    const { clock, rates } = ratesIn();
    const api = 'organizations:ListAccounts';

    for (let call = 0; call < 12; call++) rates.take(api);
    expect(() => rates.take(api)).toThrow('organizations:ListAccounts was throttled');
    await clock.run(clock.sleepUntil(new Date(start.getTime() + 1000)));
    for (let call = 0; call < 8; call++) rates.take(api);

    expect(() => rates.take(api)).toThrow(expect.objectContaining({ code: 'Throttled', retriable: true }));
  });

  test('a client that paces itself keeps to the rate and is never throttled', async () => {
    const { clock, calls, rates } = ratesIn();
    const many = async () => {
      for (let call = 0; call < 52; call++) await rates.paced('organizations:ListAccounts');
    };

    await clock.run(many());

    // 12 at once, then 40 at 8 a second.
    expect(clock.nowMs() - start.getTime()).toBe(5000);
    expect(calls.counts.get('organizations:ListAccounts')).toBe(52);
  });

  test('a call without a documented rate is throttled only by the weather', () => {
    const dry = ratesIn();
    const wet = ratesIn({ ...calm, throttled: 1 });

    for (let call = 0; call < 10_000; call++) dry.rates.take('iam:GetRole');

    expect(() => wet.rates.take('iam:GetRole')).toThrow('iam:GetRole was throttled');
  });
});

describe('a simulated world', () => {
  test('goes the same way twice from one seed', async () => {
    const history = async (seed: number) => {
      const world = smallWorld({ seed, weather: drizzle });
      await world.clock.run(
        (async () => {
          await world.directory.accounts();
          await world.stackSets.start(requestFor(sandboxes(world), { maxConcurrent: 3 }));
          const [account = world.organization.managementAccountId] = sandboxes(world);
          await world.accounts.preflight(visitTo(account), everyLookup(home));
          await secondsLater(world, 600);
        })(),
      );
      return { touches: world.calls.touches, counts: [...world.calls.counts], next: world.random() };
    };

    expect(await history(4)).toEqual(await history(4));
    expect(await history(4)).not.toEqual(await history(5));
  });

  test('keeps one notice of each key', async () => {
    const world = smallWorld();

    await world.notifier.notify({ key: 'a', subject: 'first', text: '' });
    await world.notifier.notify({ key: 'a', subject: 'again', text: '' });
    await world.notifier.notify({ key: 'b', subject: 'second', text: '' });

    expect(world.notices.map(({ subject }) => subject)).toEqual(['first', 'second']);
  });

  test('hands task tokens to the engine that was connected, and says so if there is none', async () => {
    const world = smallWorld();
    const completed: unknown[] = [];

    await expect(world.callbacks.succeed('token', 1)).rejects.toMatchObject({ code: 'Internal' });
    world.connect({ succeed: async (token, output) => void completed.push([token, output]) });
    await world.callbacks.succeed('token', 2);

    expect(completed).toEqual([['token', 2]]);
  });
});
