/** An execution goes on with the machine that it began with, while the functions are new: they must take what the former machine sends. */
import { createRig, eventsOf } from './rig';

/** What travelled in the first version. Fields may be added; none of these may be dropped, or mean something else. */
const formerBaton = ['rolloutId', 'turn', 'word', 'wave', 'shards', 'until', 'crash'];
const formerShard = ['rolloutId', 'turn', 'shard'];

const only = (fields: readonly string[], value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => fields.includes(name)));

function asFormerly(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  if ('shard' in input) return only(formerShard, input);
  if ('baton' in input && 'token' in input && typeof input.baton === 'object' && input.baton !== null)
    return { baton: only(formerBaton, input.baton), token: input.token };
  return only(formerBaton, input);
}

test('a rollout completes with handlers that are given only what the first version sent', async () => {
  const rig = await createRig({ around: (invoke) => (input) => invoke(asFormerly(input)) });

  const { end, events } = await rig.rollOut();

  expect(end.status).toBe('SUCCEEDED');
  expect(eventsOf(events, 'rolloutFinished')[0]).toMatchObject({ outcome: 'completed' });
});
