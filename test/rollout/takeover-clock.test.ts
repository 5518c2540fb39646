/** A second person whose clock is wrong must not end the rollout of the first. */
import { readRollout } from '../../orchestrator/records/rollouts';
import { createRig } from '../rig';

test('a process whose clock is two hours behind that of AWS takes no lease, and says why', async () => {
  const rig = await createRig({
    accounts: 40,
    ports: (world) => ({ clock: { ...world.clock, offByMs: () => 7_200_000 } }),
  });

  const { id } = await rig.rollOut();

  const { value } = await readRollout(rig.ports, id);
  expect(value.status).toMatchObject({
    outcome: 'failed',
    because: [expect.stringContaining('the clock of this machine is 7200 seconds behind AWS')],
  });
  expect(value.lease).toBeUndefined();
});
