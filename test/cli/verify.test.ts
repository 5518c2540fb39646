import { existsSync } from 'node:fs';
import { breakPasswordPolicy, parsedLines, rig } from './rig';

type Entry = Record<string, unknown>;
const entriesOf = (out: readonly string[]): readonly Entry[] => JSON.parse(out.join('\n'));

async function rolledOut(options?: Parameters<typeof rig>[0]) {
  const made = rig(options);
  await made.simulated('rollout', '--json', '--wave', 'canary', 'sandbox');
  return made;
}

describe('verify', () => {
  test('of accounts where everything holds says so, with status 0', async () => {
    const { simulated } = await rolledOut();

    const { status, out } = await simulated('verify');

    expect(status).toBe(0);
    expect(out.at(-1)).toMatch(/^(\d+) accounts verified: \1 healthy, 0 failed, 0 unknown; \1 READY_FOR_KEYS$/);
    expect(out.join('\n')).not.toContain('failing checks');
  });

  test('names what fails by check and by account, with status 3', async () => {
    const { world, simulated } = await rolledOut();
    const { id } = breakPasswordPolicy(world, 'Sandbox');

    const { status, out } = await simulated('verify');

    const text = out.join('\n');
    expect(status).toBe(3);
    expect(text).toMatch(
      new RegExp(`failing checks\n  .* \\(critical, hardened.*\\) failed in 1 account: ${id}\n    → \\S+`),
    );
    expect(text).toMatch(
      new RegExp(
        `accounts with failing checks\n  ${id} sandbox-\\S+ \\(wave sandbox\\): KEYS_AT_RISK\n    global: .*observed absent, expected `,
      ),
    );
    expect(text).toContain('1 failed');
  });

  test('as JSON has an entry of status for each account, with what the visit concluded', async () => {
    const { world, simulated } = await rolledOut();
    const { id } = breakPasswordPolicy(world, 'Sandbox');

    const { status, out } = await simulated('verify', '--json');

    const entries = entriesOf(out);
    expect(status).toBe(3);
    expect(entries.find(({ accountId }) => accountId === id)).toMatchObject({
      wave: 'sandbox',
      state: 'KEYS_AT_RISK',
      readyForKeys: false,
      verdict: 'failed',
      recorded: true,
      because: null,
      failing: [{ gate: 'hardened', region: 'global', observed: 'absent' }],
    });
    expect(entries.filter(({ verdict }) => verdict === 'healthy')).toHaveLength(
      entries.filter(({ recorded }) => recorded).length - 1,
    );
  });

  test('visits only what is asked for', async () => {
    const { world, simulated } = await rolledOut();
    const [one] = world.organization.accountsIn('Sandbox');
    const before = world.calls.touches.length;

    const [byId, byWave] = [
      await simulated('verify', '--json', '--account', `${one?.id}`),
      await simulated('verify', '--json', '--wave', 'canary'),
    ];

    expect([byId.status, byWave.status]).toEqual([0, 0]);
    expect(entriesOf(byId.out).map(({ accountId }) => accountId)).toEqual([one?.id]);
    expect(new Set(entriesOf(byWave.out).map(({ wave }) => wave))).toEqual(new Set(['canary']));
    expect(world.calls.touches.slice(before).every(({ what }) => what === 'entered' || what === 'read')).toBe(true);
  });

  test('does not say that an account is well of which nothing is known', async () => {
    const { world, simulated } = rig();
    await simulated('rollout', '--json', '--wave', 'canary');
    const [known, unknown] = [world.organization.accountsIn('PolicyStaging'), world.organization.accountsIn('Sandbox')];

    const [all, named] = [
      await simulated('verify'),
      await simulated('verify', '--account', `${known[0]?.id}`, `${unknown[0]?.id}`),
    ];

    expect([all.status, named.status]).toEqual([0, 3]);
    expect(named.out.join('\n')).toMatch(/not verified\n {2}1 account +nothing was rolled out to it yet +\d{12}/);
  });

  test('where nothing was rolled out has nothing to verify, and leaves no folder behind', async () => {
    const { aws, config, world } = rig();
    const folder = `${config()}.state`;

    const { status, out } = await aws('verify', '--config', config(), '--state', folder);

    expect([status, out.at(-1)]).toEqual([3, 'no accounts verified']);
    expect([existsSync(folder), world.calls.touches]).toEqual([false, []]);
  });

  test('shows on a terminal how far it is, in one line that is redrawn', async () => {
    const { simulated } = await rolledOut({ isTerminal: true });

    const { written } = await simulated('verify');

    expect(written).toMatch(
      /verified 1 of (\d+) accounts, 0 with findings[\s\S]*verified \1 of \1 accounts, 0 with findings/,
    );
  });
});

describe('evidence', () => {
  test('is one line of JSON for each visit, of rollouts and of sweeps', async () => {
    const { world, simulated } = await rolledOut();
    const [one] = world.organization.accountsIn('Sandbox');
    await simulated('verify', '--account', `${one?.id}`);

    const { status, out } = await simulated('evidence', '--since', '2026-11-22', '--account', `${one?.id}`);

    expect(status).toBe(0);
    const lines = parsedLines(out);
    expect(lines.every(({ accountId, facts }) => accountId === one?.id && typeof facts === 'object')).toBe(true);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.map((line) => ('sweep' in line ? 'sweep' : 'rollout')).lastIndexOf('rollout')).toBe(lines.length - 2);
  });

  test('begins where it is asked to', async () => {
    const { world, simulated } = await rolledOut();
    await world.clock.run(world.clock.sleepUntil(new Date('2026-11-25T00:00:00.000Z')));

    const [all, none] = [
      await simulated('evidence', '--since', '2026-11-22T08:00Z'),
      await simulated('evidence', '--since', '2026-11-24'),
    ];

    expect(all.out.length).toBeGreaterThan(10);
    expect([none.status, none.out]).toEqual([0, []]);
  });
});
