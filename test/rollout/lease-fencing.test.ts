/** The fence of the organization's lease. What executions for single accounts hold is in guests.test.ts and dead-execution.test.ts. */

import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import { byVersion, guard } from '../../orchestrator/ports/guard';
import { readLease, writeLease } from '../../orchestrator/records/leases';
import { functionName } from '../../orchestrator/tasks/table';
import { createRig, type Rig } from '../rig';

test.each([
  ['another rollout has', { holder: parseRolloutId('ro-another-one') }, 'ro-another-one'],
  ['it took again, with a newer fencing token,', { fencingToken: 99 }, /^ro-2026/],
] as const)(
  'a rollout is refused once the lease is one that %s, whatever its own record says',
  async (_what, changed, holder) => {
    let isMoved = false;
    const rig: Rig = await createRig({
      accounts: 40,
      around: (invoke, name) => async (input) => {
        const lease = await readLease(rig.ports);
        if (name === functionName('DeployStage') && !isMoved && lease !== undefined) {
          isMoved = true;
          await writeLease(guard(rig.ports, byVersion), { ...lease.value, ...changed }, lease.version);
        }
        return invoke(input);
      },
    });

    const { events } = await rig.rollOut();

    expect(events.at(-1)).toMatchObject({ outcome: 'failed', because: [expect.stringContaining('LeaseLost')] });
    // Its end releases only what is its own.
    const isOthers = 'holder' in changed;
    expect((await readLease(rig.ports))?.value).toMatchObject({
      holder: isOthers ? holder : expect.stringMatching(holder),
      released: !isOthers,
    });
    expect(rig.world.calls.counts.get('cloudformation:CreateStackInstances')).toBeUndefined();
  },
);
