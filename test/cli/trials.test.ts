import type { Host } from '../../orchestrator/cli/host';
import { createSimulatedWorld, type SimulatedWorld } from '../../orchestrator/simulated/world';
import { rig } from './rig';

test('simulate gives its figures, the same ones for the same seed', async () => {
  const figuresOf = async () => {
    const { world } = rig();
    const seen: unknown[] = [];
    const { aws } = rig({
      host: {
        openSimulated: async (options) => {
          seen.push(options);
          return world;
        },
      },
    });
    const { status, out } = await aws('simulate', '--accounts', '40', '--seed', '9', '--json');
    return { status, figures: JSON.parse(out.join('\n')), seen };
  };

  const [first, second] = [await figuresOf(), await figuresOf()];

  expect(first.status).toBe(0);
  expect(first.seen).toMatchObject([{ accounts: 40, seed: 9, weather: { throttled: expect.any(Number) } }]);
  expect(first.figures).toMatchObject({ outcome: 'completed', historyEvents: expect.any(Number) });
  expect(first.figures.apiCalls['organizations:ListAccounts']).toBeGreaterThan(0);
  expect(first.figures.largestStateInputBytes).toBeLessThan(4096);
  expect(second.figures).toEqual(first.figures);
});

describe('the demonstration', () => {
  /** Its own organization, in which something else goes wrong too. */
  const demo = (spoil: (world: SimulatedWorld) => void = () => {}) => {
    const openSimulated: Host['openSimulated'] = async (options) => {
      const world = createSimulatedWorld(options);
      spoil(world);
      return world;
    };
    return rig({ host: { openSimulated } }).aws('demo', '--once');
  };

  test('holds one wave for a failing check, fixes it, and goes on to the end', async () => {
    const { status, out, err } = await demo();

    const text = out.join('\n');
    expect([status, err]).toEqual([0, []]);
    expect(text).toContain('a simulated organization of 120 AWS accounts');
    expect(text).toMatch(
      /checkFailed +wave staging: account \d{12}: The operator role requires MFA .*operator-role-requires-mfa.*no condition on aws:MultiFactorAuthPresent/,
    );
    expect(text).toMatch(/strongroom resume ro-\S+ +after the fix/);
    expect(text).toMatch(/0 of the \d+ accounts in later waves were touched/);
    expect(text).toMatch(/wave staging: 15 accounts, 0 to change, attempt 2/);
    expect(text).toMatch(/rollout ro-\S+ completed/);
    expect(text.match(/wave staging: held \(gate\)/g)).toHaveLength(1);
  });

  test('says so, with status 1, if anything behind the held wave was touched', async () => {
    const { status, err } = await demo(({ calls, organization }) => {
      for (const { id } of organization.accountsIn('Workloads/Production'))
        calls.touched({ atMs: 0, account: id, what: 'entered', by: 'somebody' });
    });

    expect([status, err]).toEqual([1, [expect.stringMatching(/\d+ accounts of waves after staging were touched$/)]]);
  });

  test('says so, with status 1, if another wave is held', async () => {
    const { status, err } = await demo((world) => {
      const canaries = world.organization.accountsIn('PolicyStaging').map(({ id }) => id);
      world.faults.cannotEnter = (account) => (canaries.includes(account) ? 'the role is gone' : undefined);
    });

    expect(status).toBe(1);
    expect(err.join('\n')).toContain('wave canary was held, not staging');
  });
});

test('a simulated organization has a least size', async () => {
  const { aws } = rig({ host: { openSimulated: async (options) => createSimulatedWorld(options) } });

  const { status, err } = await aws('simulate', '--accounts', '3');

  expect([status, err[0]]).toEqual([2, 'error: a simulated organization of 3 accounts']);
});
