/** `strongroom watch`: the log of a rollout that runs in another process, until it ends or waits for a person. */
import { parsedLines, type Ran, rig, rolloutIdIn } from './rig';

const told = ({ out }: Ran): readonly unknown[] => parsedLines(out).map(({ type }) => type);

/** A rollout that waits for the approval of its wave dev. */
async function waiting(options: Parameters<typeof rig>[0] = {}) {
  const { aws, simulated, config } = rig(options);
  const file = config((text) => text.replace('{ name: dev,', '{ name: dev, approval: manual,'));
  const run = (...decisions: readonly string[]) => simulated(...decisions, '--config', file);
  const started = await run('rollout', '--json');
  return {
    aws: (...decisions: readonly string[]) => aws(...decisions, '--config', file),
    run,
    started,
    id: rolloutIdIn(started.out),
  };
}

test('a rollout that waits for a person is shown from its first event, and ends the watch with status 3', async () => {
  const { run, started, id } = await waiting();

  const watched = await run('watch', id, '--json');

  expect([watched.status, watched.out]).toEqual([3, started.out]);
});

test('a rollout that runs in another process is followed to its end', async () => {
  const { run, id } = await waiting();

  const approving = run('approve', id, '--reason', 'go', '--json');
  let watched = await run('watch', id, '--json');
  // Until the answer is written, the rollout still waits for a person.
  for (let again = 0; watched.status === 3 && again < 100; again++) watched = await run('watch', id, '--json');
  const approved = await approving;

  expect([approved.status, watched.status]).toEqual([0, 0]);
  expect(told(watched).slice(-told(approved).length)).toEqual(told(approved));
});

test('one that was rejected ends the watch with status 3', async () => {
  const { run, id } = await waiting();
  await run('reject', id, '--reason', 'not now');

  const watched = await run('watch', id);

  expect([watched.status, watched.out.join('\n')]).toEqual([3, expect.stringContaining('not now')]);
});

test('an interruption ends the watch and nothing else, and says how to watch again', async () => {
  let isImpatient = false;
  const onInterrupt = (stop: () => void) => {
    if (isImpatient) stop();
    return () => {};
  };
  const { aws, run, id, started } = await waiting({ host: { onInterrupt } });

  isImpatient = true;
  const watched = await aws('watch', id);
  isImpatient = false;

  expect([watched.status, watched.err.slice(-2)]).toEqual([
    130,
    [`stopped watching; rollout ${id} continues`, expect.stringContaining(`strongroom watch ${id}`)],
  ]);
  expect((await run('watch', id, '--json')).out).toEqual(started.out);
});

test('a rollout that is not there is a mistake in the command', async () => {
  const { run } = await waiting();

  const watched = await run('watch', 'ro-20261122-080000-zzzz');

  expect([watched.status, watched.err.join()]).toEqual([2, expect.stringContaining('does not exist')]);
});
