import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { Named, rig, secondsIn, task, tokenTask } from './rig';

type Asked = { readonly token: string };
const end = { Type: 'Succeed' };
const quiet = { f: () => ({}) };

const tokenOf = ({ calls }: { readonly calls: readonly { readonly input: unknown }[] }): string =>
  calls.map(({ input }) => (input as Asked).token)[0] ?? 'never asked';

describe('a token wait', () => {
  test('ends with the answer, at once when it comes', async () => {
    const it = rig({ A: tokenTask('f') }, quiet);
    it.clock.at(secondsIn(100), () => void it.engine.callbacks.succeed(tokenOf(it), { decision: 'go' }));
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: { decision: 'go' } });
    expect(it.secondNow()).toBe(100);
    expect(it.clock.pending()).toBe(0);
  });

  test('takes an answer that comes before the function returns', async () => {
    const it = rig({ A: tokenTask('f') }, { f: ({ token }: Asked) => it.engine.callbacks.succeed(token, 'early') });
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'early' });
    expect(it.secondNow()).toBe(0);
  });

  test('keeps an answer although the function then fails', async () => {
    const it = rig(
      { A: tokenTask('f') },
      {
        f: async ({ token }: Asked) => {
          await it.engine.callbacks.succeed(token, 'early');
          throw new Named('Broken');
        },
      },
    );
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'early' });
  });

  test('takes the first answer; the second, and one to a token that never was, are refused', async () => {
    const it = rig({ A: tokenTask('f') }, { f: ({ token }: Asked) => it.engine.callbacks.succeed(token, 1) });
    await it.start();
    const notWaiting = expect.objectContaining({ code: 'NotWaiting' });
    await expect(it.engine.callbacks.succeed(tokenOf(it), 2)).rejects.toEqual(notWaiting);
    await expect(it.engine.callbacks.succeed('ro-1/9.0/A', 2)).rejects.toEqual(notWaiting);
    await expect(it.engine.callbacks.succeed('nonsense', 2)).rejects.toEqual(notWaiting);
  });

  test('refuses an answer over 262,144 bytes, and goes on waiting', async () => {
    const it = rig(
      { A: tokenTask('f') },
      {
        f: async ({ token }: Asked) => {
          await expect(it.engine.callbacks.succeed(token, 'x'.repeat(262_143))).rejects.toMatchObject({
            code: 'LimitExceeded',
          });
          await it.engine.callbacks.succeed(token, 'short');
        },
      },
    );
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'short' });
  });

  test('that nobody answers ends with States.Timeout, and a late answer is refused', async () => {
    const it = rig(
      { A: tokenTask('f', { TimeoutSeconds: 300, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }] }), B: end },
      quiet,
    );
    expect(await it.start()).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
    expect(it.secondNow()).toBe(300);
    await expect(it.engine.callbacks.succeed(tokenOf(it), 1)).rejects.toMatchObject({ code: 'NotWaiting' });
  });

  test('waits as long as its input says, also after a crash', async () => {
    const it = rig(
      {
        Say: { Type: 'Pass', Result: { seconds: 90 }, Next: 'A' },
        A: tokenTask('f', {
          TimeoutSeconds: undefined,
          TimeoutSecondsPath: '$.seconds',
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }],
        }),
        B: end,
      },
      quiet,
    );
    expect(await it.start()).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
    expect(it.secondNow()).toBe(90);
  });

  test.each([0, -1, 1.5, '90', null])('cannot wait for %j seconds', async (seconds) => {
    const it = rig(
      {
        Say: { Type: 'Pass', Result: { seconds }, Next: 'A' },
        A: tokenTask('f', { TimeoutSeconds: undefined, TimeoutSecondsPath: '$.seconds' }),
      },
      quiet,
    );

    expect(await it.start()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('has a new token with each retry, and with each entry', async () => {
    const it = rig(
      {
        A: tokenTask('f', {
          TimeoutSeconds: 10,
          Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }],
        }),
        B: task('b', { Next: 'A' }),
      },
      {
        ...quiet,
        b: (_, call) => {
          if (call > 1) throw new Named('Enough');
          return {};
        },
      },
    );
    expect(await it.start()).toMatchObject({ error: 'Enough' });
    const tokens = it.calls.filter((c) => c.name === 'f').map((c) => (c.input as Asked).token);
    expect(tokens).toEqual(['ro-1/1.0/A', 'ro-1/1.1/A', 'ro-1/3.0/A', 'ro-1/3.1/A']);
    expect(it.calls.filter((c) => c.name === 'f').map((c) => c.second)).toEqual([0, 11, 21, 32]);
  });

  test('fails as a task does when the function fails at first', async () => {
    const it = rig(
      { A: tokenTask('f', { Retry: [{ ErrorEquals: ['Throttled'], MaxAttempts: 1 }] }) },
      {
        f: () => {
          throw new Named('Throttled');
        },
      },
    );
    expect(await it.start()).toMatchObject({ status: 'FAILED', error: 'Throttled' });
    expect(it.calls.map((c) => c.second)).toEqual([0, 1]);
  });
});

describe('nudges', () => {
  test('ask again with the same token after growing pauses, the last of which repeats', async () => {
    const it = rig(
      { A: tokenTask('f') },
      { f: ({ token }: Asked, call) => (call === 6 ? it.engine.callbacks.succeed(token, 'landed') : undefined) },
      { nudgeSeconds: [1, 2, 4] },
    );
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'landed' });
    expect(it.calls.map((c) => c.second)).toEqual([0, 1, 3, 7, 11, 15]);
    expect(new Set(it.calls.map((c) => (c.input as Asked).token)).size).toBe(1);
    expect(it.clock.pending()).toBe(0);
  });

  test('do not go past the timeout', async () => {
    const it = rig({ A: tokenTask('f', { TimeoutSeconds: 5 }) }, quiet, { nudgeSeconds: [2] });
    expect(await it.start()).toMatchObject({ error: 'States.Timeout' });
    expect(it.calls.map((c) => c.second)).toEqual([0, 2, 4]);
    expect(it.secondNow()).toBe(5);
  });

  test.each<[error: string, calls: number, end: object]>([
    ['Throttled', 4, { status: 'SUCCEEDED' }],
    ['AccessDenied', 3, { status: 'FAILED', error: 'AccessDenied' }],
  ])('that fail with %s: retriable ones are only missed, others fail the task', async (error, calls, expected) => {
    const it = rig(
      { A: tokenTask('f', { Retry: [{ ErrorEquals: ['Throttled'], MaxAttempts: 0 }] }) },
      {
        f: ({ token }: Asked, call) => {
          if (call === 3) throw new Named(error);
          return call === 4 ? it.engine.callbacks.succeed(token, 1) : undefined;
        },
      },
      { nudgeSeconds: [1] },
    );
    expect(await it.start()).toMatchObject(expected);
    expect(it.calls).toHaveLength(calls);
  });

  test('see an answer that another process wrote', async () => {
    const store = createMemoryStore();
    const it = rig({ A: tokenTask('f') }, quiet, { store, nudgeSeconds: [7] });
    const other = rig({ A: tokenTask('f') }, quiet, { store });
    it.clock.at(secondsIn(10), () => void other.engine.callbacks.succeed(tokenOf(it), 'from afar'));
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'from afar' });
    expect(it.secondNow()).toBe(14);
  });
});

describe('parking', () => {
  const states = { A: tokenTask('f', { TimeoutSeconds: 3600, Next: 'B' }), B: end };
  const parked = { parkAt: new Set(['A']) };

  test('returns once the question is asked, and resume goes on with the answer', async () => {
    const it = rig(states, quiet, parked);
    expect(await it.start()).toEqual({ status: 'PARKED', state: 'A' });
    expect(await it.resume()).toEqual({ status: 'PARKED', state: 'A' });
    await it.engine.callbacks.succeed(tokenOf(it), 'yes');
    expect(await it.resume()).toEqual({ status: 'SUCCEEDED', output: 'yes' });
    expect(it.calls).toHaveLength(2);
    expect(it.secondNow()).toBe(0);
  });

  test('does not park when the answer is there already', async () => {
    const it = rig(states, { f: ({ token }: Asked) => it.engine.callbacks.succeed(token, 'yes') }, parked);
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'yes' });
  });

  test('nor when another process has answered', async () => {
    const store = createMemoryStore();
    const other = rig(states, quiet, { store });
    const it = rig(
      states,
      { f: ({ token }: Asked) => other.engine.callbacks.succeed(token, 'yes') },
      { ...parked, store },
    );
    expect(await it.start()).toEqual({ status: 'SUCCEEDED', output: 'yes' });
  });

  test('does not stop the timeout', async () => {
    const it = rig(states, quiet, parked);
    await it.start();
    await it.clock.run(it.clock.sleepUntil(new Date(secondsIn(3600))));
    expect(await it.resume()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });
});
