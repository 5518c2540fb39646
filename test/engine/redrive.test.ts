/** An execution that has failed continues in the state where it failed, as a redrive on Step Functions does. */
import { Named, rig, task, tokenTask } from './rig';

test('the state runs again with its input, and what came before does not', async () => {
  const it = rig(
    { First: task('first', { Next: 'Last' }), Last: task('last') },
    {
      first: () => ({ done: 1 }),
      last: (_input, call) => {
        if (call === 1) throw new Named('Odd');
        return { done: 2 };
      },
    },
  );
  const failed = await it.start();

  const end = await it.resume();

  expect(failed).toEqual({ status: 'FAILED', error: 'Odd', cause: 'it went wrong' });
  expect(end).toEqual({ status: 'SUCCEEDED', output: { done: 2 } });
  expect(it.calls.map(({ name, input }) => [name, input])).toEqual([
    ['first', {}],
    ['last', { done: 1 }],
    ['last', { done: 1 }],
  ]);
});

test('it has all of its retries again', async () => {
  const retry = { Retry: [{ ErrorEquals: ['Odd'], IntervalSeconds: 1, MaxAttempts: 2 }] };
  const it = rig(
    { Only: task('only', retry) },
    {
      only: (_input, call) => {
        if (call < 6) throw new Named('Odd');
        return {};
      },
    },
  );

  const ends = [await it.start(), await it.resume()];

  expect(ends.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  expect(it.calls).toHaveLength(6);
});

test('a state that waits for an answer waits under another token', async () => {
  const tokens: string[] = [];
  const it = rig(
    { Ask: tokenTask('ask') },
    {
      ask: async ({ token }: { token: string }, call) => {
        tokens.push(token);
        if (call === 1) throw new Named('Odd');
        await it.engine.callbacks.succeed(token, { yes: true });
      },
    },
  );

  const ends = [await it.start(), await it.resume()];

  expect(ends.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
  expect(new Set(tokens).size).toBe(2);
});

test('an execution that has succeeded does not run again', async () => {
  const it = rig({ Only: task('only') }, { only: () => ({}) });
  await it.start();

  expect(await it.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(it.calls).toHaveLength(1);
});
