/** A second person whose clock is wrong must not end the rollout of the first. */
import { readRollout } from '../../orchestrator/records/rollouts';
import { createRig } from '../rig';

test.each([
  { offByMs: 7_200_000, how: 'behind' },
  { offByMs: -7_200_000, how: 'ahead of' },
])('a process whose clock is two hours $how that of AWS takes no lease, and says why', async ({ offByMs, how }) => {
  const rig = await createRig({
    accounts: 40,
    ports: (world) => ({ clock: { ...world.clock, offByMs: () => offByMs } }),
  });

  const { id } = await rig.rollOut();

  const { value } = await readRollout(rig.ports, id);
  expect(value.status).toMatchObject({
    outcome: 'failed',
    because: [expect.stringContaining(`the clock of this machine is 7200 seconds ${how} AWS`)],
  });
  expect(value.lease).toBeUndefined();
});
