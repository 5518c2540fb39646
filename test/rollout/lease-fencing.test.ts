/** The fence of the organization's lease. What executions for single accounts hold is in guests.test.ts and dead-execution.test.ts. */

import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readLease, writeLease } from '../../orchestrator/records/leases';
import { functionName } from '../../orchestrator/tasks/table';
import { createRig, type Rig } from '../rig';

test('a rollout with another fence than the lease has is refused, whatever its own record says', async () => {
  let isMoved = false;
  const rig: Rig = await createRig({
    accounts: 40,
    around: (invoke, name) => async (input) => {
      const lease = await readLease(rig.ports);
      if (name === functionName('DeployStage') && !isMoved && lease !== undefined) {
        isMoved = true;
        await writeLease(
          guard(rig.ports, byVersion),
          { ...lease.value, holder: parseRolloutId('ro-another-one') },
          lease.version,
        );
      }
      return invoke(input);
    },
  });

  const { events } = await rig.rollOut();

  expect(events.at(-1)).toMatchObject({ outcome: 'failed', because: [expect.stringContaining('LeaseLost')] });
  // Its end released what is its own, and that is nothing.
  expect((await readLease(rig.ports))?.value).toMatchObject({ holder: 'ro-another-one', released: false });
  expect(rig.world.calls.counts.get('cloudformation:CreateStackInstances')).toBeUndefined();
});
