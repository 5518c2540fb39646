/** How a walk came out, where it and the rollout's record say different things. */
import { conclusionOf } from '../../orchestrator/cli/conclusion';
import { prepareRollout } from '../../orchestrator/operations/start';
import { readRollout } from '../../orchestrator/records/rollouts';
import { person } from '../actors';
import { baseline, createRig } from '../rig';

async function begun() {
  const rig = await createRig({ accounts: 40 });
  const built = await baseline();
  const { rolloutId: id } = await rig.inTime(() =>
    prepareRollout(rig.ports, built, rig.desiredState, { by: person('jo') }),
  );
  return { ports: rig.ports, id };
}

test('a rollout that was seen to want a person, and was answered since, has not failed', async () => {
  const { ports, id } = await begun();
  const { value: record } = await readRollout(ports, id);

  const { outcome, because } = await conclusionOf(ports, id, { status: 'PARKED', state: 'AskOperator' });

  expect([record.status.kind, outcome]).toEqual(['running', 'held']);
  expect(because).toEqual(['a decision was just made; watch the rollout again']);
});

test('an execution that failed while the rollout runs on in its record is shown as failed, with the error', async () => {
  const { ports, id } = await begun();

  const { outcome, because } = await conclusionOf(ports, id, {
    status: 'FAILED',
    error: 'StaleWrite',
    cause: 'somebody wrote it in between',
  });

  expect([outcome, because]).toEqual(['failed', ['StaleWrite: somebody wrote it in between']]);
});
