import { breakPasswordPolicy, fileOf, rig, rolloutIdIn } from './rig';

describe('plan', () => {
  test('as JSON has the shape that the README promises, and nothing is written', async () => {
    const { world, simulated } = rig();

    const { status, out } = await simulated('plan', '--json');

    const plan = JSON.parse(out.join('\n'));
    expect(status).toBe(0);
    expect(Object.keys(plan)).toEqual(['release', 'waves', 'excluded', 'cost']);
    expect(plan.release).toMatch(/^r-[0-9a-f]{12}$/);
    expect(plan.waves[1]).toEqual({ name: 'sandbox', accounts: expect.any(Array) });
    expect(plan.waves[1].accounts[0]).toEqual({
      id: expect.stringMatching(/^\d{12}$/),
      name: expect.stringMatching(/^sandbox-/),
      ou: 'Sandbox',
      because: 'OU Sandbox',
      change: 'create',
    });
    expect(plan.excluded).toContainEqual({
      id: world.organization.managementAccountId,
      name: 'acme-management',
      ou: '',
      reason: 'managementAccount',
      because: 'the management account is never a target',
    });
    expect((await world.store.list('rollouts')).items).toEqual([]);
    expect(world.calls.touches).toEqual([]);
  });

  test('for people counts each wave, and names every account only with --full', async () => {
    const { world, simulated } = rig();
    const [first] = world.organization.accountsIn('Sandbox');

    const [short, full] = [await simulated('plan'), await simulated('plan', '--full')];

    expect(short.out).toContainEqual(expect.stringMatching(/^wave 2 {2}sandbox {2}\d+ accounts$/));
    expect(short.out.join('\n')).not.toContain(`${first?.id}`);
    expect(full.out).toContainEqual(expect.stringMatching(new RegExp(`^  ${first?.id} +${first?.name} +Sandbox +new`)));
  });

  test('reads the organization that a file describes', async () => {
    const seen: unknown[] = [];
    const { world, config } = rig();
    const { aws } = rig({
      host: {
        openSimulated: async (options) => {
          seen.push(options);
          return world;
        },
      },
    });
    const file = fileOf('world.json', '{"seed": 7, "accounts": 60}');

    const { status } = await aws('plan', '--config', config(), '--world', `simulated:${file}`);

    expect(status).toBe(0);
    expect(seen).toMatchObject([{ seed: 7, accounts: 60 }]);
  });
});

describe('status', () => {
  async function rolledOut() {
    const { world, simulated } = rig();
    const broken = breakPasswordPolicy(world, 'Sandbox');
    await simulated('rollout', '--json');
    return { world, simulated, broken };
  }

  test('as JSON has the shape that the README promises, one entry per account', async () => {
    const { world, simulated, broken } = await rolledOut();

    const { status, out } = await simulated('status', '--json');

    const entries: Record<string, unknown>[] = JSON.parse(out.join('\n'));
    expect([status, entries.length]).toEqual([0, world.organization.accounts.size]);
    expect(entries.find(({ accountId }) => accountId === broken.id)).toEqual({
      accountId: broken.id,
      name: expect.stringMatching(/^sandbox-/),
      ou: 'Sandbox',
      wave: 'sandbox',
      state: 'UNHEALTHY',
      readyForKeys: false,
      skipped: [],
      release: expect.stringMatching(/^r-/),
      gates: expect.objectContaining({
        bootstrapped: 'pass',
        watched: 'pass',
        'access-controlled': 'pass',
        hardened: 'fail',
      }),
      failing: [
        {
          check: expect.any(String),
          control: expect.any(String),
          title: expect.any(String),
          gate: 'hardened',
          severity: 'critical',
          region: 'global',
          observed: 'absent',
          expected: expect.any(String),
        },
      ],
      checkedAt: expect.stringMatching(/^2026-/),
    });
    expect(entries.find(({ state }) => state === 'OUT_OF_SCOPE')).toMatchObject({ wave: null, release: null });
  });

  test.each([
    { decisions: ['--wave', 'canary'], shows: ['canary', 'canary'] },
    { decisions: ['--state', 'UNHEALTHY'], shows: ['sandbox'] },
    { decisions: ['--state', 'UNHEALTHY', '--wave', 'canary'], shows: [] },
  ])('shows only what is asked for: $words', async ({ decisions, shows }) => {
    const { simulated } = await rolledOut();

    const { out } = await simulated('status', '--json', ...decisions);

    expect(JSON.parse(out.join('\n')).map(({ wave }: { wave: string }) => wave)).toEqual(shows);
  });

  test('for people is a table, and the last rollouts', async () => {
    const { simulated, broken } = await rolledOut();

    const { out } = await simulated('status');

    expect(out[0]).toMatch(/^account +name +OU +wave +state +keys +release +failing +checked$/);
    expect(out).toContainEqual(expect.stringMatching(new RegExp(`^${broken.id} .* UNHEALTHY +- +r-\\w+ +1 `)));
    expect(out.at(-1)).toMatch(/^ {2}ro-\S+ +2026-11-22 08:00 UTC +by ada +r-\w+ +held \(gate\) at wave sandbox$/);
  });

  test('says so where nothing is recorded yet', async () => {
    const { simulated } = rig();

    expect((await simulated('status')).out).toEqual(['no accounts recorded yet; run `strongroom rollout` first']);
  });

  test('hostile names do nothing to a terminal or a spreadsheet', async () => {
    const { world, simulated } = rig();
    const escapeCharacter = String.fromCharCode(27);
    world.organization.addAccount(`=HYPERLINK("evil")${escapeCharacter}[2J`, 'Sandbox', 0);
    await simulated('rollout', '--wave', 'canary');

    const [people, sheet, plan] = [
      await simulated('status'),
      await simulated('status', '--csv'),
      await simulated('plan', '--full'),
    ];

    expect([...people.out, ...sheet.out, ...plan.out].join('')).not.toContain(escapeCharacter);
    expect(people.out.join('\n')).toContain('=HYPERLINK("evil")\u{fffd}[2J');
    expect(sheet.out.join('\n')).toContain(`,"'=HYPERLINK(""evil"")\u{fffd}[2J",Sandbox,`);
  });
});

test('account shows everything about one: where, why, modules, gates, what fails and what to do, and the evidence', async () => {
  const { world, simulated } = rig();
  const broken = breakPasswordPolicy(world, 'Sandbox');
  const id = rolloutIdIn((await simulated('rollout', '--json')).out);

  const [people, machine] = [await simulated('account', broken.id), await simulated('account', broken.id, '--json')];

  const text = people.out.join('\n');
  expect(text).toMatch(/state +UNHEALTHY since 2026-11-22 /);
  expect(text).toMatch(/wave +sandbox: OU Sandbox/);
  expect(text).toMatch(/operator-role +us-east-1 +[0-9a-f]{12} +current/);
  expect(text).toMatch(
    / {2}hardened: fail\n( {4}.*\n)* {4}fail {2}.*, hardened.*, global\n {10}observed absent, expected \S+/,
  );
  expect(text).toMatch(/ {2}access.controlled: pass\n {4}pass {2}.*\n {10}observed \S+/);
  expect(text).toMatch(/global: .* \(critical, hardened.*\) failed: observed absent, expected .*\n {4}→ \S+/);
  expect(text).toContain(`by rollout ${id}`);
  expect(text).toMatch(
    new RegExp(
      `readiness over time\n  2026-11-22 .* UTC  UNHEALTHY +until now +a critical check failed, rollout ${id}\n( .*\n)*` +
        `  2026-11-22 .* UTC  DISCOVERED +.* +discovered\n`,
    ),
  );
  expect(text).toMatch(/visits\n( {2}2026-11-22 .* rollout .* checks passed, 1 failed, 0 unknown\n)+/);
  expect(text).toContain(`→ strongroom verify --account ${broken.id} --world simulated`);
  expect(JSON.parse(machine.out.join('\n'))).toMatchObject({
    id: broken.id,
    holder: { rollout: id },
    evidence: { rollout: id, facts: { account: broken.id } },
    history: expect.arrayContaining([
      expect.objectContaining({ run: id, by: { kind: 'simulated', name: 'ada' }, failed: 1 }),
    ]),
  });
});
