import { createEngine } from '../../orchestrator/engine/engine';
import type { Store } from '../../orchestrator/ports/ports';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { createVirtualClock, type VirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { map, Named, rig, startedAt, task, tokenTask } from './rig';

/** Everything that is stored, retried, waited for and branched on. */
const story = {
  Stock: task('organizationSnapshot', { Next: 'Try' }),
  Try: task('flaky', { Retry: [{ ErrorEquals: ['Throttled'], IntervalSeconds: 60, BackoffRate: 1 }], Next: 'Rest' }),
  Rest: { Type: 'Wait', TimestampPath: '$.until', Next: 'Each' },
  Each: map('shard', {
    ItemSelector: { 'item.$': '$$.Map.Item.Value', 'round.$': '$.round' },
    MaxConcurrency: 2,
    Next: 'Ask',
  }),
  Ask: tokenTask('ask', {
    TimeoutSeconds: 600,
    Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token', 'round.$': '$.round' } },
    Next: 'Which',
  }),
  Which: {
    Type: 'Choice',
    Choices: [{ Variable: '$.decision', StringEquals: 'again', Next: 'Stock' }],
    Default: 'Pause',
  },
  Pause: { Type: 'Wait', Seconds: 30, Next: 'Break' },
  Break: task('broken', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }] }),
  Done: { Type: 'Succeed' },
};

/** Handlers whose effects are named by a natural key: delivered twice, they happen once. */
function world(clock: VirtualClock) {
  const effects: string[] = [];
  const once = (key: string): void => {
    if (!effects.includes(key)) effects.push(key);
  };
  const functions = (succeed: (token: string, output: unknown) => Promise<void>) => ({
    organizationSnapshot: ({ round = 1 }: { round?: number }) => {
      once(`stock ${round}`);
      return { round, items: [1, 2, 3], until: '2026-11-22T13:00:00.000Z' };
    },
    flaky: (input: { round: number }) => {
      // Throttled in the first minute of each hour.
      if (clock.now().getUTCMinutes() === 0) throw new Named('Throttled');
      once(`tried ${input.round}`);
      return input;
    },
    shard: ({ item, round }: { item: number; round: number }) => once(`shard ${round}.${item}`),
    ask: async ({ token, round }: { token: string; round: number }) => {
      once(`asked ${token}`);
      const answer = round === 1 ? { decision: 'again', round: 2 } : { decision: 'go', round };
      await succeed(token, answer);
    },
    broken: () => {
      throw new Named('Broken');
    },
  });
  return { effects, functions };
}

/** A store whose process is killed at its n-th write, before or after the write: nothing of it goes on. */
function dyingStore(store: Store, at: number, written: 'lost' | 'kept') {
  let writes = 0;
  let kill: (reason: Error) => void = () => {};
  const killed = new Promise<never>((_, reject) => {
    kill = reject;
  });
  const dying: Store = {
    ...store,
    put: async (key, value, version) => {
      writes++;
      if (writes < at) return store.put(key, value, version);
      if (written === 'kept') await store.put(key, value, version);
      kill(new Error('the process was killed'));
      return new Promise(() => {});
    },
  };
  return { dying, killed, writes: () => writes };
}

async function lived(at: number, written: 'lost' | 'kept') {
  const clock = createVirtualClock(startedAt);
  const { effects, functions } = world(clock);
  const store = createMemoryStore();
  const { dying, killed, writes } = dyingStore(store, at, written);
  const runner = (its: Store) => {
    const it = rig(
      story,
      functions((token, output) => it.engine.callbacks.succeed(token, output)),
      { store: its, clock },
    );
    return it;
  };
  const first = runner(dying);
  const end = await clock
    .run(Promise.race([first.engine.start('ro-1', {}), killed]))
    // The same start again: it goes on, or begins if nothing was stored; an ended execution says so, and resume has its end.
    .catch(() => runner(store).start())
    .catch(() => runner(store).resume());
  const figures = await first.engine.figures('ro-1');
  return { end, effects, figures, second: first.secondNow(), writes: writes() };
}

/** Leaves an execution as a process does that is killed when it leaves its first state. */
async function leftBehind(states: Record<string, object>, store: Store, functions = {}): Promise<void> {
  const { dying, killed } = dyingStore(store, 2, 'lost');
  const { engine, clock } = rig(states, functions, { store: dying });
  await expect(clock.run(Promise.race([engine.start('ro-1', {}), killed]))).rejects.toThrow('killed');
}

describe('killed at any write and gone on with', () => {
  test.each(['lost', 'kept'] as const)(
    'an execution ends the same, its effects once (the write was %s)',
    async (written) => {
      const whole = await lived(Number.POSITIVE_INFINITY, written);
      expect(whole.end).toMatchObject({ status: 'SUCCEEDED', output: { decision: 'go', error: { Error: 'Broken' } } });
      expect(whole).toMatchObject({ second: 3690, writes: 22 });
      for (let at = 1; at <= whole.writes; at++)
        expect({ at, ...(await lived(at, written)) }).toEqual({ ...whole, at, writes: at });
    },
  );

  test('a Wait ends when it would have ended, however late it is gone on with', async () => {
    const store = createMemoryStore();
    const clock = createVirtualClock(startedAt);
    const states = { A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: { Type: 'Succeed' } };
    await leftBehind(states, store);
    await clock.run(clock.sleepUntil(new Date(startedAt.getTime() + 70_000)));
    const it = rig(states, {}, { store, clock });
    await it.resume();
    expect(it.secondNow()).toBe(100);
  });
});

describe('start and resume', () => {
  const states = { A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: { Type: 'Succeed' } };

  test('the same name and input joins the running execution; another input is refused', async () => {
    const { engine, clock, transitions } = rig(states);
    const first = engine.start('ro-1', { a: 1, b: 2 });
    const [one, two, three] = await clock.run(
      Promise.all([
        first,
        engine.start('ro-1', { b: 2, a: 1 }),
        engine.start('ro-1', { a: 2 }).catch((e: unknown) => e),
      ]),
    );
    expect([one, two]).toEqual([one, one]);
    expect(three).toMatchObject({ code: 'InvalidInput', message: expect.stringContaining('with another input') });
    expect(transitions).toEqual(['A', 'B']);
  });

  test('two resumes in one engine are one execution', async () => {
    const store = createMemoryStore();
    await leftBehind(states, store);
    const { engine, clock, transitions } = rig(states, {}, { store });
    await clock.run(Promise.all([engine.resume('ro-1'), engine.resume('ro-1')]));
    expect(transitions).toEqual(['B']);
  });

  test('an ended execution is not started again, and resume returns its end', async () => {
    const { start, resume } = rig({ A: { Type: 'Fail', Error: 'X', Cause: 'y' } });
    await start();
    expect(await resume()).toEqual({ status: 'FAILED', error: 'X', cause: 'y' });
    await expect(start()).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringContaining('has ended'),
    });
  });

  test('what was never started cannot be resumed or measured', async () => {
    const { engine } = rig(states);
    await expect(engine.resume('ro-9')).rejects.toMatchObject({ code: 'UnknownRollout' });
    await expect(engine.figures('ro-9')).rejects.toMatchObject({ code: 'UnknownRollout' });
  });

  test.each(['', 'a b', 'a/b', 'x'.repeat(81)])('the name %p is refused', async (name) => {
    await expect(rig(states).engine.start(name, {})).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  test('an input over 262,144 bytes is refused', async () => {
    const { engine } = rig(states);
    await expect(engine.start('ro-1', 'x'.repeat(262_143))).rejects.toMatchObject({ code: 'LimitExceeded' });
    await expect(engine.figures('ro-1')).rejects.toMatchObject({ code: 'UnknownRollout' });
  });

  test('a machine that has lost the current state of the execution does not run it', async () => {
    const store = createMemoryStore();
    await leftBehind(states, store);
    const { resume } = rig({ Other: { Type: 'Succeed' } }, {}, { store });
    await expect(resume()).rejects.toMatchObject({
      code: 'InvalidInput',
      message: expect.stringContaining('state "A"'),
    });
  });
});

describe('two engines on one execution', () => {
  test('resumed at once: one goes on, the other stops with a clear error', async () => {
    const store = createMemoryStore();
    const states = { A: task('f', { Next: 'B' }), B: { Type: 'Succeed' } };
    const quiet = { f: () => ({}) };
    await leftBehind(states, store, quiet);
    const clock = createVirtualClock(startedAt);
    const [one, two] = [rig(states, quiet, { store, clock }), rig(states, quiet, { store, clock })];
    const ends = await clock.run(Promise.allSettled([one.engine.resume('ro-1'), two.engine.resume('ro-1')]));
    expect(ends).toEqual([
      { status: 'fulfilled', value: { status: 'SUCCEEDED', output: {} } },
      {
        status: 'rejected',
        reason: expect.objectContaining({
          code: 'RolloutBusy',
          message: expect.stringContaining('another process also runs execution'),
        }),
      },
    ]);
    expect([...one.calls, ...two.calls]).toHaveLength(1);
  });

  test('the later one takes over: the earlier stops at its next write', async () => {
    const store = createMemoryStore();
    const states = { A: { Type: 'Wait', Seconds: 100, Next: 'B' }, B: task('f') };
    const clock = createVirtualClock(startedAt);
    const [one, two] = [
      rig(states, { f: () => ({}) }, { store, clock }),
      rig(states, { f: () => ({}) }, { store, clock }),
    ];
    const early = one.engine.start('ro-1', {});
    const late = clock.sleepUntil(new Date(startedAt.getTime() + 50_000)).then(() => two.engine.resume('ro-1'));
    const ends = await clock.run(Promise.allSettled([early, late]));
    expect(ends.map((e) => e.status)).toEqual(['rejected', 'fulfilled']);
    expect([...one.calls, ...two.calls]).toHaveLength(1);
  });
});

test('a transition costs the same after 2,000 others: no more writes, and none much larger', async () => {
  const clock = createVirtualClock(startedAt);
  const store = createMemoryStore();
  const sizes: number[] = [];
  let left = 400;
  const engine = createEngine({
    definition: {
      StartAt: 'A',
      States: {
        A: task('a', { Next: 'M' }),
        M: map('f', { Next: 'C' }),
        C: { Type: 'Choice', Choices: [{ Variable: '$.decision', StringEquals: 'end', Next: 'D' }], Default: 'A' },
        D: { Type: 'Succeed' },
      },
    },
    functions: { a: async () => ({ decision: --left > 0 ? 'on' : 'end', items: [1, 2] }), f: async () => ({}) },
    store: {
      ...store,
      put: (key, value, version) => {
        sizes.push(JSON.stringify(value).length);
        return store.put(key, value, version);
      },
    },
    clock,
    random: () => 0,
  });

  await clock.run(engine.start('ro-1', {}));

  const { transitions } = await engine.figures('ro-1');
  const [early, late] = [sizes.slice(0, 100), sizes.slice(-100)];
  expect(transitions).toBe(2001);
  expect(sizes.length).toBeLessThan(2 * transitions);
  // What it counts has more digits in the end.
  expect(Math.max(...late)).toBeLessThan(2 * Math.max(...early));
});
