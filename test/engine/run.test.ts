import { map, Named, rig, startedAt, task, tokenTask } from './rig';

const end = { Type: 'Succeed' };

describe('data', () => {
  test('a function gets what its template says, and a copy of its own', async () => {
    const input = { a: { b: [1, 2] }, keep: 'me' };
    const { start, calls } = rig(
      {
        A: task('f', {
          Parameters: {
            FunctionName: 'f',
            Payload: { 'deep.$': '$.a.b', list: [{ 'name.$': '$$.Execution.Name' }], 'id.$': '$$.Execution.Id', n: 1 },
          },
        }),
      },
      { f: () => ({ done: true }) },
    );
    expect(await start(input)).toEqual({ status: 'SUCCEEDED', output: { done: true } });
    expect(calls[0]?.input).toEqual({
      deep: [1, 2],
      list: [{ name: 'ro-1' }],
      id: expect.stringMatching(/^arn:aws:states:.*:ro-1$/),
      n: 1,
    });
  });

  test.each<[resultPath: string | null | undefined, output: unknown]>([
    [undefined, { ExecutedVersion: '$LATEST', Payload: 7, StatusCode: 200 }],
    [null, { in: 1 }],
    ['$.r', { in: 1, r: { ExecutedVersion: '$LATEST', Payload: 7, StatusCode: 200 } }],
    ['$.x.y', { in: 1, x: { y: { ExecutedVersion: '$LATEST', Payload: 7, StatusCode: 200 } } }],
  ])('ResultPath %p places the answer of lambda:invoke', async (ResultPath, output) => {
    const more = ResultPath === undefined ? { OutputPath: '$' } : { OutputPath: '$', ResultPath };
    const { start } = rig({ A: task('f', more) }, { f: () => 7 });
    expect(await start({ in: 1 })).toEqual({ status: 'SUCCEEDED', output });
  });

  test.each<[pass: object, output: unknown]>([
    [{}, { in: 1 }],
    [{ Result: { a: 1 } }, { a: 1 }],
    [{ Result: null }, null],
    [
      { Result: 2, ResultPath: '$.p' },
      { in: 1, p: 2 },
    ],
    [{ ResultPath: '$.p' }, { in: 1, p: { in: 1 } }],
  ])('a Pass with %j', async (pass, output) => {
    const { start } = rig({ A: { Type: 'Pass', End: true, ...pass } });
    expect(await start({ in: 1 })).toEqual({ status: 'SUCCEEDED', output });
  });

  test('what a function leaves undefined is null, as in JSON', async () => {
    const { start } = rig({ A: task('f') }, { f: () => undefined });
    expect(await start()).toEqual({ status: 'SUCCEEDED', output: null });
  });
});

describe('branches and waits', () => {
  const choice = {
    Which: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.decision', StringEquals: 'go', Next: 'Go' },
        { Variable: '$.decision', StringEquals: 'stop', Next: 'Stop' },
      ],
    },
    Go: { Type: 'Pass', Result: 'went', End: true },
    Stop: { Type: 'Fail', Error: 'Stopped', Cause: 'as asked' },
  };
  test.each<[input: unknown, states: Record<string, object>, end: object]>([
    [{ decision: 'go' }, choice, { status: 'SUCCEEDED', output: 'went' }],
    [{ decision: 'stop' }, choice, { status: 'FAILED', error: 'Stopped', cause: 'as asked' }],
    [{ decision: 'what' }, choice, { status: 'FAILED', error: 'States.NoChoiceMatched' }],
    [
      { decision: 7 },
      { ...choice, Which: { ...choice.Which, Default: 'Go' } },
      { status: 'SUCCEEDED', output: 'went' },
    ],
    [{}, { ...choice, Which: { ...choice.Which, Default: 'Go' } }, { status: 'FAILED', error: 'States.Runtime' }],
  ])('the input %j decides', async (input, states, expected) => {
    expect(await rig(states).start(input)).toMatchObject(expected);
  });

  test.each<[wait: object, until: string, second: number]>([
    [{ Seconds: 90 }, '', 90],
    [{ TimestampPath: '$.until' }, '2026-11-22T13:00:00.000Z', 3600],
    [{ TimestampPath: '$.until' }, '2020-01-01T00:00:00.000Z', 0],
  ])('a Wait with %j passes on its input', async (wait, until, second) => {
    const { start, secondNow } = rig({ A: { Type: 'Wait', End: true, ...wait } });
    expect(await start({ until })).toEqual({ status: 'SUCCEEDED', output: { until } });
    expect(secondNow()).toBe(second);
  });

  test('a time that is none ends the execution', async () => {
    const { start } = rig({ A: { Type: 'Wait', TimestampPath: '$.until', End: true } });
    expect(await start({ until: 'soon' })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('each stored transition is reported, in order, with its time', async () => {
    const told: unknown[] = [];
    const { start } = rig(
      { A: { Type: 'Wait', Seconds: 1, Next: 'B' }, B: end },
      {},
      { onTransition: (t) => told.push(t) },
    );
    await start();
    expect(told).toEqual([
      { state: 'A', at: startedAt.toISOString() },
      { state: 'B', at: '2026-11-22T12:00:01.000Z' },
    ]);
  });
});

describe('figures and limits', () => {
  const failing = {
    f: () => {
      throw new Named('Broken');
    },
  };
  const ok = { f: () => ({}) };
  test.each<
    [what: string, states: Record<string, object>, functions: object, historyEvents: number, transitions: number]
  >([
    // Started, 2 for the state, Succeeded.
    ['Pass', { A: { Type: 'Pass', End: true } }, {}, 4, 1],
    ['Wait and Succeed', { A: { Type: 'Wait', Seconds: 1, Next: 'B' }, B: end }, {}, 6, 2],
    [
      'Choice',
      { A: { Type: 'Choice', Choices: [{ Variable: '$.w', StringEquals: 'x', Next: 'B' }] }, B: end },
      {},
      6,
      2,
    ],
    // Entered, no Exited.
    ['Fail', { A: { Type: 'Fail' } }, {}, 3, 1],
    ['Task', { A: task('f') }, ok, 7, 1],
    ['a failed Task', { A: task('f') }, failing, 6, 1],
    ['a caught Task', { A: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: end }, failing, 9, 2],
    ['a Task retried once', { A: task('f', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }] }) }, failing, 9, 2],
    ['a token wait that times out', { A: tokenTask('f', { TimeoutSeconds: 5 }) }, ok, 7, 1],
    // Map: entered, started, 3 x (started, 5 of the task, succeeded), succeeded, exited.
    ['Map', { A: map('f') }, ok, 2 + 4 + 3 * 7, 4],
  ])('%s', async (_what, states, functions, historyEvents, transitions) => {
    const { start, engine } = rig(states, functions as Record<string, () => unknown>);
    await start({ w: 'x', items: [1, 2, 3] });
    expect(await engine.figures('ro-1')).toMatchObject({ historyEvents, transitions });
  });

  test('an answered token wait has one event more than a task', async () => {
    const { start, engine } = rig(
      { A: tokenTask('f') },
      { f: ({ token }: { token: string }) => engine.callbacks.succeed(token, {}) },
    );
    await start();
    expect(await engine.figures('ro-1')).toMatchObject({ historyEvents: 8 });
  });

  test('the largest payload is measured in bytes, of functions too', async () => {
    const { start, engine } = rig(
      { A: task('f', { ResultPath: null, OutputPath: '$' }) },
      { f: () => 'é'.repeat(500) },
    );
    await start();
    expect((await engine.figures('ro-1')).largestPayloadBytes).toBe(1002);
  });

  test.each<[name: string, end: object]>([
    ['States.ALL', { status: 'FAILED', error: 'States.DataLimitExceeded' }],
    ['States.TaskFailed', { status: 'FAILED', error: 'States.DataLimitExceeded' }],
    ['States.DataLimitExceeded', { status: 'SUCCEEDED' }],
  ])('a payload over 262,144 bytes is an error that %s meets', async (name, expected) => {
    const { start } = rig(
      { A: task('f', { Catch: [{ ErrorEquals: [name], Next: 'B' }] }), B: end },
      { f: () => 'x'.repeat(262_143) },
    );
    expect(await start()).toMatchObject(expected);
  });

  test("a Map's outputs count together, although ResultPath drops them", async () => {
    const { start } = rig({ A: map('f') }, { f: () => 'x'.repeat(150_000) });
    expect(await start({ items: [1] })).toMatchObject({ status: 'SUCCEEDED' });
    expect(await start({ items: [1, 2] }, 'ro-2')).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  test('262,144 bytes pass', async () => {
    const output = 'x'.repeat(262_142);
    const { start } = rig({ A: task('f', { ResultPath: null, OutputPath: '$' }) }, { f: () => output });
    expect(await start()).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('an execution that reaches 25,000 events fails there, and nothing catches it', async () => {
    const again = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }], Next: 'A' };
    const { start, engine } = rig({ A: task('f', again) }, ok);
    expect(await start()).toMatchObject({ status: 'FAILED', error: 'States.Runtime', cause: /25000/ });
    expect(await engine.figures('ro-1')).toMatchObject({ historyEvents: 25_000 });
  });
});
