import { matches, retryFor } from '../../orchestrator/engine/failure';
import { map, Named, rig, task } from './rig';

const end = { Type: 'Succeed' };

describe('names of errors', () => {
  test.each<[rule: string, error: string, matched: boolean]>([
    ['Throttled', 'Throttled', true],
    ['Throttled', 'AccessDenied', false],
    ['States.ALL', 'AccessDenied', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.TaskFailed', 'AccessDenied', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.DataLimitExceeded', false],
    ['States.Timeout', 'States.Timeout', true],
    ['States.Timeout', 'AccessDenied', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
  ])('%s against %s: %p', (rule, error, matched) => {
    expect(matches({ ErrorEquals: [rule] }, error)).toBe(matched);
  });
});

describe('Retry', () => {
  const failing = {
    f: () => {
      throw new Named('Throttled', 'slow down');
    },
  };
  const seconds = async (Retry: object[], random = 0.5): Promise<readonly number[]> => {
    const { start, calls } = rig({ A: task('f', { Retry }) }, failing, { random: () => random });
    expect(await start()).toEqual({ status: 'FAILED', error: 'Throttled', cause: 'slow down' });
    return calls.map((c) => c.second);
  };

  test.each<[what: string, retrier: object, seconds: readonly number[]]>([
    ['1, 2 and 4 seconds where nothing is said', {}, [0, 1, 3, 7]],
    ['a growing pause', { IntervalSeconds: 2, BackoffRate: 1.5, MaxAttempts: 3 }, [0, 2, 5, 9.5]],
    [
      'a pause with a ceiling',
      { IntervalSeconds: 2, BackoffRate: 10, MaxAttempts: 3, MaxDelaySeconds: 5 },
      [0, 2, 7, 12],
    ],
    ['jitter, here half of the pause', { IntervalSeconds: 4, MaxAttempts: 2, JitterStrategy: 'FULL' }, [0, 2, 6]],
    ['no attempt', { MaxAttempts: 0 }, [0]],
  ])('%s', async (_what, retrier, expected) => {
    expect(await seconds([{ ErrorEquals: ['Throttled'], ...retrier }])).toEqual(expected);
  });

  test.each([0, 0.999])('full jitter stays between nothing and the ceiling, at chance %p', (chance) => {
    const retrier = {
      ErrorEquals: ['X'],
      ...{ IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 9, MaxDelaySeconds: 30, JitterStrategy: 'FULL' as const },
    };
    expect(retryFor([retrier], [5], 'X', () => chance)?.delaySeconds).toBeCloseTo(30 * chance);
  });

  test('each retrier counts for itself, and an exhausted one is not replaced by a later one', async () => {
    const names = ['A', 'B', 'A', 'B', 'A'];
    const { start, calls } = rig(
      {
        T: task('f', {
          Retry: [
            { ErrorEquals: ['A'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 },
            { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 9 },
          ],
        }),
      },
      {
        f: (_, call) => {
          throw new Named(names[call - 1] ?? 'none');
        },
      },
    );
    expect(await start()).toMatchObject({ status: 'FAILED', error: 'A' });
    expect(calls.map((c) => c.second)).toEqual([0, 1, 11, 12, 22]);
  });

  test('a state entered again has its retries back', async () => {
    const { start, calls } = rig(
      {
        A: task('f', {
          Retry: [{ ErrorEquals: ['Throttled'], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }],
        }),
      },
      {
        f: (_, call) => {
          throw new Named(call < 4 ? 'Throttled' : 'States.Runtime');
        },
      },
    );
    await start();
    expect(calls.map((c) => c.second)).toEqual([0, 1, 1, 2]);
  });

  test('a missing parameter can be caught, as States.ParameterPathFailure', async () => {
    const { start } = rig(
      {
        A: task('f', {
          Parameters: { FunctionName: 'f', 'Payload.$': '$.none' },
          Catch: [{ ErrorEquals: ['States.ParameterPathFailure'], Next: 'B' }],
        }),
        B: end,
      },
      { f: () => ({}) },
    );
    expect(await start()).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.ParameterPathFailure' } });
  });
});

describe('Catch', () => {
  const failing = {
    f: () => {
      throw new Named('AccessDenied', 'not you');
    },
  };
  const error = { Error: 'AccessDenied', Cause: 'not you' };
  test.each<[what: string, catchers: object[], end: object]>([
    [
      'the first that matches decides',
      [
        { ErrorEquals: ['Other'], Next: 'C' },
        { ErrorEquals: ['AccessDenied'], Next: 'B' },
        { ErrorEquals: ['States.ALL'], Next: 'C' },
      ],
      { output: { at: 'B', saw: error } },
    ],
    [
      'States.ALL is the net',
      [
        { ErrorEquals: ['Other'], Next: 'B' },
        { ErrorEquals: ['States.ALL'], Next: 'C' },
      ],
      { output: { at: 'C', saw: error } },
    ],
    [
      'ResultPath keeps the input',
      [{ ErrorEquals: ['States.ALL'], Next: 'B', ResultPath: '$.error' }],
      { output: { at: 'B', saw: { in: 1, error } } },
    ],
    [
      'ResultPath null drops the error',
      [{ ErrorEquals: ['States.ALL'], Next: 'B', ResultPath: null }],
      { output: { at: 'B', saw: { in: 1 } } },
    ],
    [
      'none matches',
      [{ ErrorEquals: ['Other'], Next: 'B' }],
      { status: 'FAILED', error: 'AccessDenied', cause: 'not you' },
    ],
  ])('%s', async (_what, Catch, expected) => {
    const { start } = rig(
      { A: task('f', { Catch }), B: task('b'), C: task('c') },
      { ...failing, b: (saw) => ({ at: 'B', saw }), c: (saw) => ({ at: 'C', saw }) },
    );
    expect(await start({ in: 1 })).toMatchObject(expected);
  });

  test('comes after the retries', async () => {
    const { start, calls } = rig(
      {
        A: task('f', {
          Retry: [{ ErrorEquals: ['AccessDenied'], MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
        }),
        B: end,
      },
      failing,
    );
    expect(await start()).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls).toHaveLength(3);
  });

  test('what a function throws that is no error has a name all the same, and a cause has a limit', async () => {
    const { start } = rig(
      { A: task('f') },
      {
        f: () => {
          throw 'x'.repeat(40_000);
        },
      },
    );
    expect(await start()).toEqual({ status: 'FAILED', error: 'Error', cause: 'x'.repeat(32_768) });
  });
});

describe('Map', () => {
  const items = [1, 2, 3, 4, 5, 6];
  const sleeper = (seconds: number) => {
    const running = { now: 0, most: 0 };
    return {
      running,
      visit: async (clock: { readonly now: () => Date; readonly sleepUntil: (until: Date) => Promise<void> }) => {
        running.most = Math.max(running.most, ++running.now);
        await clock.sleepUntil(new Date(clock.now().getTime() + seconds * 1000));
        running.now--;
        return {};
      },
    };
  };

  test.each<[maxConcurrency: number | undefined, count: number, most: number]>([
    [2, 6, 2],
    [1, 6, 1],
    [0, 50, 40],
    [undefined, 50, 40],
    [45, 50, 40],
  ])('with MaxConcurrency %p, of %p items, %p run at a time', async (MaxConcurrency, count, most) => {
    const { running, visit } = sleeper(10);
    const { start, clock, calls } = rig(
      { A: map('f', MaxConcurrency === undefined ? {} : { MaxConcurrency }) },
      { f: () => visit(clock) },
    );
    const input = { items: Array.from({ length: count }, (_, i) => i) };
    expect(await start(input)).toEqual({ status: 'SUCCEEDED', output: input });
    expect(running.most).toBe(most);
    expect(calls.map((c) => c.input)).toEqual(input.items.map((item) => ({ item })));
  });

  test('without ItemSelector an iteration gets the item itself, and an empty Map is done', async () => {
    const { start, calls } = rig({ A: map('f', { ItemSelector: undefined, Next: 'B' }), B: end }, { f: () => ({}) });
    await start({ items: ['x'] });
    await start({ items: [] }, 'ro-2');
    expect(calls.map((c) => c.input)).toEqual(['x']);
  });

  test('the first failure fails the Map: nothing more starts, and what runs is let finish', async () => {
    const finished: number[] = [];
    const { start, clock, calls } = rig(
      {
        A: map('f', { MaxConcurrency: 3, Catch: [{ ErrorEquals: ['Second'], Next: 'B', ResultPath: '$.error' }] }),
        B: end,
      },
      {
        f: async ({ item }: { item: number }) => {
          await clock.sleepUntil(new Date(clock.now().getTime() + item * 1000));
          if (item === 2) throw new Named('Second');
          if (item === 3) throw new Named('Third');
          finished.push(item);
          return {};
        },
      },
    );
    expect(await start({ items })).toEqual({
      status: 'SUCCEEDED',
      output: { items, error: { Error: 'Second', Cause: 'it went wrong' } },
    });
    expect(calls.map((c) => c.input)).toEqual([{ item: 1 }, { item: 2 }, { item: 3 }, { item: 4 }]);
    expect(finished).toEqual([1, 4]);
  });

  test('a Retry on the Map runs all iterations again; one inside runs its own', async () => {
    const inside = {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'E',
      States: { E: task('f', { Retry: [{ ErrorEquals: ['Inner'] }] }) },
    };
    const { start, calls } = rig(
      {
        A: map('f', {
          ItemProcessor: inside,
          MaxConcurrency: 1,
          Retry: [{ ErrorEquals: ['Outer'], IntervalSeconds: 10 }],
        }),
      },
      {
        f: (_, call) => {
          if (call === 1) throw new Named('Inner');
          if (call === 3) throw new Named('Outer');
          return {};
        },
      },
    );
    expect(await start({ items: ['a', 'b'] })).toMatchObject({ status: 'SUCCEEDED' });
    expect(calls.map((c) => [(c.input as { item: string }).item, c.second])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 1],
      ['a', 11],
      ['b', 11],
    ]);
  });

  test('a Fail state fails its iteration; items that are none end the execution', async () => {
    const inside = {
      ProcessorConfig: { Mode: 'INLINE' },
      StartAt: 'E',
      States: { E: { Type: 'Fail', Error: 'Mine', Cause: 'c' } },
    };
    const { start } = rig({ A: map('f', { ItemProcessor: inside }) }, { f: () => ({}) });
    expect(await start({ items })).toEqual({ status: 'FAILED', error: 'Mine', cause: 'c' });
    expect(await start({ items: 'none' }, 'ro-2')).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});
