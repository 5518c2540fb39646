/** `verify --drift`: what people have changed in the stacks, as a person and a machine read it. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { SimulatedWorld } from '../../orchestrator/simulated/world';
import { rig } from './rig';

async function rolledOut(options?: Parameters<typeof rig>[0]) {
  const made = rig(options);
  await made.simulated('rollout', '--json', '--wave', 'canary', 'sandbox');
  return made;
}

function disarm(world: SimulatedWorld): AccountId {
  const [one] = world.organization.accountsIn('Sandbox');
  if (one === undefined) throw new Error('there is no account in Sandbox');
  const region = parseRegion('us-east-1');
  world.contents.byHand(one.id, {
    kind: 'change',
    of: 'rules',
    region,
    name: 'strongroom-root-user',
    to: { state: 'DISABLED' },
  });
  return one.id;
}

describe('verify --drift', () => {
  test('of stacks as they were deployed says so, with status 0, and enters no account', async () => {
    const { world, simulated } = await rolledOut();
    const before = world.calls.touches.length;

    const { status, out } = await simulated('verify', '--drift');

    expect(status).toBe(0);
    expect(out.at(-1)).toMatch(/^\d+ stack sets checked, \d+ stacks: 0 drifted, 0 unknown$/);
    expect(world.calls.touches.length).toBe(before);
  });

  test('names what differs by account, module, region, resource and property, and what to do, with status 3', async () => {
    const { world, simulated } = await rolledOut();
    const id = disarm(world);

    const { status, out } = await simulated('verify', '--drift');

    const text = out.join('\n');
    expect(status).toBe(3);
    expect(text).toMatch(
      new RegExp(`${id} +sandbox-\\S+ +alerts +us-east-1 +strongroom-root-user +/state +\\S+ +\\S+`),
    );
    expect(text).toContain('→ strongroom rollout --retry-failed --include-drifted');
    expect(out.at(-1)).toMatch(/: 1 drifted, 0 unknown$/);
  });

  test('as JSON has each stack set and each drifted stack', async () => {
    const { world, simulated } = await rolledOut();
    const id = disarm(world);

    const { status, out } = await simulated('verify', '--drift', '--json', '--wave', 'sandbox');

    const document = JSON.parse(out.join('\n'));
    expect(status).toBe(3);
    expect(new Set(document.stackSets.map(({ wave }: { wave: string }) => wave))).toEqual(new Set(['sandbox']));
    expect(document.notChecked).toEqual([]);
    expect(document.drifted).toMatchObject([
      {
        accountId: id,
        wave: 'sandbox',
        module: 'alerts',
        region: 'us-east-1',
        outcome: 'drifted',
        resources: [
          {
            differences: [
              { path: '/state', expected: '"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"', actual: '"DISABLED"' },
            ],
          },
        ],
      },
    ]);
  });

  test('is kept: account shows what differs, status the state', async () => {
    const { world, simulated } = await rolledOut();
    const id = disarm(world);
    await simulated('verify', '--drift');

    const [account, status] = [
      await simulated('account', id),
      await simulated('status', '--json', '--state', 'KEYS_AT_RISK'),
    ];

    const text = account.out.join('\n');
    expect(text).toMatch(/strongroom-root-user \(AWS::Events::Rule\) \/state: expected \S+, actual \S*DISABLED/);
    expect(JSON.parse(status.out.join('\n'))).toMatchObject([
      {
        accountId: id,
        gates: { undrifted: 'fail' },
        failing: [{ check: 'alerts-stack-has-no-drift', region: 'us-east-1' }],
      },
    ]);
  });

  test('is brought back by the rollout that it names', async () => {
    const { world, simulated } = await rolledOut();
    const id = disarm(world);
    await simulated('verify', '--drift');

    const rollout = await simulated('rollout', '--json', '--retry-failed', '--include-drifted');
    const again = await simulated('verify', '--drift');

    expect([rollout.status, again.status]).toEqual([0, 0]);
    expect(
      world.contents.drift(id, { stackSet: 'strongroom-sandbox-alerts', region: parseRegion('us-east-1') }),
    ).toEqual([]);
  });

  test('where nothing was rolled out has nothing to look into', async () => {
    const { simulated } = rig();

    const { status, out } = await simulated('verify', '--drift');

    expect([status, out.at(-1)]).toEqual([3, '0 stack sets checked, 0 stacks: 0 drifted, 0 unknown']);
  });

  test('of a single account is refused, with what to do instead', async () => {
    const { simulated } = rig();

    const { status, err } = await simulated('verify', '--drift', '--account', '111122223333');

    expect(status).toBe(2);
    expect(err.join('\n')).toContain('remove --account');
  });

  test('shows on a terminal how far it is', async () => {
    const { simulated } = await rolledOut({ isTerminal: true });

    const { written } = await simulated('verify', '--drift');

    expect(written).toMatch(
      /checked 0 of (\d+) stack sets, 0 stacks drifted; checking strongroom-canary-[\s\S]*checked \1 of \1/,
    );
  });
});
