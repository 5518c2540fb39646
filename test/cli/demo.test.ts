import { createSimulatedWorld, type WorldOptions } from '../../orchestrator/simulated/world';
import { rig } from './rig';

test('the demonstration holds one wave for a broken lock, mends it, and goes on to the end', async () => {
  const { aws } = rig({ host: { openSimulated: async (options) => createSimulatedWorld(options) } });

  const { status, out, err } = await aws('demo', '--once');

  const text = out.join('\n');
  expect([status, err]).toEqual([0, []]);
  expect(text).toContain('an organization of 120 AWS accounts');
  expect(text).toMatch(
    /checkFailed +wave staging: \d{12} check 000-15 .*observed no condition on aws:MultiFactorAuthPresent/,
  );
  expect(text).toMatch(/strongroom resume ro-\S+ +when it is mended/);
  expect(text).toMatch(/0 of the \d+ accounts behind this wave were touched/);
  expect(text).toMatch(/wave staging: 15 accounts, 0 to change, attempt 2/);
  expect(text).toMatch(/rollout ro-\S+ completed/);
  expect(text.match(/waits for a person/g)).toHaveLength(1);
});

test.each([
  {
    what: 'nothing is held',
    spoil: (world: ReturnType<typeof createSimulatedWorld>) => {
      world.estate.byHand = () => {};
    },
    says: 'the rollout was not held, it is completed',
  },
  {
    what: 'another wave is held',
    spoil: (world: ReturnType<typeof createSimulatedWorld>) => {
      const canaries = world.organization.accountsIn('PolicyStaging').map(({ id }) => id);
      world.faults.cannotEnter = (account) => (canaries.includes(account) ? 'the role is gone' : undefined);
    },
    says: 'wave canary was held, and not staging',
  },
])('it says so, with status 1, if $what', async ({ spoil, says }) => {
  const openSimulated = async (options: WorldOptions) => {
    const world = createSimulatedWorld(options);
    spoil(world);
    return world;
  };
  const { aws } = rig({ host: { openSimulated } });

  const { status, err } = await aws('demo');

  expect(status).toBe(1);
  expect(err.join('\n')).toContain(says);
});
