/** The store may fail at any write of a start. */
import { errors } from '../../orchestrator/domain/errors';
import { prepareRollout } from '../../orchestrator/operations/start';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { listRollouts } from '../../orchestrator/records/rollouts';
import { person } from '../actors';
import { baseline, createRig, type Rig } from '../rig';

/** Starts a rollout while the write of this number fails. @returns whether it was started, and the log of each rollout that is recorded. */
async function startedWhile(failing: number) {
  const rig = await createRig();
  const { store } = rig.ports;
  let writes = 0;
  const put: Rig['ports']['store']['put'] = async (key, value, version) => {
    writes += 1;
    if (writes === failing) throw errors.throttled('dynamodb:PutItem');
    return store.put(key, value, version);
  };
  const built = await baseline();
  const starting = rig.inTime(() =>
    prepareRollout({ ...rig.ports, store: { ...store, put } }, built, rig.desiredState, { by: person('jo') }),
  );
  const isStarted = await starting.then(
    () => true,
    () => false,
  );
  const known = await listRollouts(rig.ports);
  return { isStarted, logs: await Promise.all(known.map(({ id }) => readEvents(rig.ports, id, -1))) };
}

test('no rollout is recorded without the event that says who started it, whichever write fails', async () => {
  const all = [];
  do all.push(await startedWhile(all.length + 1));
  while (all.at(-1)?.isStarted === false);

  expect(all.length).toBeGreaterThan(2);
  for (const log of all.flatMap(({ logs }) => logs))
    expect(log).toMatchObject([{ type: 'rolloutStarted', by: person('jo') }]);
});
