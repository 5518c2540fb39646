import { existsSync } from 'node:fs';
import { breakPasswordPolicy, fileOf, parsedLines, rig, rolloutIdIn } from './rig';

describe('plan', () => {
  test('as JSON has the shape that the README promises, and nothing is written', async () => {
    const { world, simulated } = rig();

    const { status, out } = await simulated('plan', '--json');

    const plan = JSON.parse(out.join('\n'));
    expect(status).toBe(0);
    expect(Object.keys(plan)).toEqual(['release', 'waves', 'excluded']);
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
    const { world, simulated, config } = rig();
    const { simulated: described } = rig({
      host: {
        openSimulated: async (options) => {
          seen.push(options);
          return world;
        },
      },
    });
    const file = fileOf('world.json', '{"seed": 7, "accounts": 60}');

    await described('plan', '--config', config(), '--world', `simulated:${file}`);
    await simulated('plan');

    expect(seen).toMatchObject([{ seed: 7, accounts: 60 }]);
  });
});

describe('what was written wrongly is refused with status 2 and a way out', () => {
  test.each([
    { words: ['rollut'], says: "unknown command 'rollut' (Did you mean rollout?)", next: 'strongroom --help' },
    { words: ['plan', '--ful'], says: "unknown option '--ful' (Did you mean --full?)", next: 'strongroom plan --help' },
    {
      words: ['approve', 'ro-20261122-080000-none'],
      says: "required option '--reason <text>'",
      next: 'approve --help',
    },
    {
      words: ['plan', '--wave', 'prodd'],
      says: 'no wave is named "prodd"',
      next: 'the waves are canary, sandbox, dev',
    },
    { words: ['plan', '--account', '1234 5678 9012'], says: 'got "1234 5678 9012"', next: '12 digits without spaces' },
    { words: ['plan', '--account', '999999999999'], says: 'is not in the organization', next: 'strongroom plan' },
    { words: ['account', '12'], says: 'account id must be 12 digits, got "12"', next: 'without spaces' },
    { words: ['account', '999999999999'], says: 'is not recorded yet', next: 'strongroom plan' },
    { words: ['resume', 'last'], says: 'rollout id must be like', next: 'strongroom status' },
    { words: ['rollout', '--engine', 'stepfunctions'], says: 'in this process only', next: '--engine local' },
    { words: ['status', '--state', 'UNHEALTY'], says: 'no state of readiness is named UNHEALTY', next: 'UNHEALTHY' },
    { words: ['plan', '--state', 'here'], says: 'keeps nothing', next: 'leave --state out' },
    { words: ['simulate', '--accounts', 'many'], says: 'must be a whole number, got "many"', next: '--accounts 120' },
    { words: ['simulate', '--accounts', '3'], says: 'organization of 3 accounts', next: 'from 40 to' },
  ])('$words', async ({ words, says, next }) => {
    const { simulated } = rig();

    const { status, out, err } = await simulated(...words);

    expect([status, out]).toEqual([2, []]);
    expect(err.at(-2)).toContain(says);
    expect(err.at(-1)).toMatch(/^next: /);
    expect(err.at(-1)).toContain(next);
  });

  test('a world that there is not', async () => {
    const { aws } = rig();

    expect(await aws('plan', '--world', 'azure')).toMatchObject({
      status: 2,
      err: ['error: there is no world "azure"', 'next: write `--world aws`, `simulated` or `simulated:FILE`'],
    });
  });

  test('every problem of a config at once, and no world is opened', async () => {
    const { aws, config, opened } = rig();
    const file = config((text) =>
      text.replace('name: canary', 'nam: canary').replace('soakMinutes: 15', 'soakMinutes: -1'),
    );

    const { status, err } = await aws('rollout', '--yes', '--config', file);

    expect(status).toBe(2);
    expect(err.join('\n')).toMatch(/:14:\d+ .*nam.*did you mean "name"[\s\S]*:15:\d+ .*soakMinutes/);
    expect(opened).toEqual([]);
  });

  test('a wave that there is not, before a state folder is made', async () => {
    const { aws, config, opened } = rig();
    const folder = `${config()}.state`;

    const { status } = await aws('rollout', '--yes', '--wave', 'prodd', '--config', config(), '--state', folder);

    expect([status, existsSync(folder)]).toEqual([2, false]);
    expect(opened).toMatchObject([{ state: { kind: 'memory' } }]);
  });

  test('a table without the bucket that goes with it', async () => {
    const { aws, config } = rig();

    const { status, err } = await aws('status', '--config', config(), '--state', 'dynamodb:strongroom');

    expect([status, err.at(-1)]).toEqual([2, expect.stringContaining('STRONGROOM_BUCKET')]);
  });

  test('as JSON on the side of errors', async () => {
    const { aws } = rig();

    const { out, err } = await aws('plan', '--json', '--ful');

    expect(out).toEqual([]);
    expect(parsedLines(err)).toEqual([
      { error: { code: 'InvalidInput', message: expect.stringContaining('--ful'), next: expect.any(String) } },
    ]);
  });
});

test('what Strongroom did not expect has status 1, and a stack trace only for who debugs', async () => {
  const host = {
    readBaseline: async () => {
      throw new TypeError('the build is gone');
    },
  };
  const [plain, debugged] = [rig({ host }), rig({ host: { ...host, env: () => '1' } })];

  const [{ status, err }, traced] = [await plain.simulated('plan'), await debugged.simulated('plan')];

  expect([status, err.slice(1)]).toEqual([
    1,
    ['error: the build is gone', expect.stringContaining('STRONGROOM_DEBUG=1')],
  ]);
  expect(traced.err.at(-1)).toContain('at ');
});

test('help and version are answers, and no command is a mistake', async () => {
  const { aws } = rig();

  const [help, version, nothing] = [await aws('rollout', '--help'), await aws('--version'), await aws()];

  expect([help.status, help.out.join('\n')]).toEqual([0, expect.stringContaining('--retry-failed')]);
  expect(help.out.join('\n')).toContain('--config <file>');
  expect([version.status, version.out]).toEqual([0, ['1.2.3']]);
  expect([nothing.status, nothing.err.join('\n')]).toEqual([2, expect.stringContaining('Usage: strongroom')]);
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
      release: expect.stringMatching(/^r-/),
      gates: { G0: 'pass', G2: 'pass', G3: 'pass', G4: 'fail' },
      failing: [
        {
          check: expect.any(String),
          gate: 'G4',
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
    { words: ['--wave', 'canary'], shows: ['canary', 'canary'] },
    { words: ['--state', 'UNHEALTHY'], shows: ['sandbox'] },
    { words: ['--state', 'UNHEALTHY', '--wave', 'canary'], shows: [] },
  ])('shows only what is asked for: $words', async ({ words, shows }) => {
    const { simulated } = await rolledOut();

    const { out } = await simulated('status', '--json', ...words);

    expect(JSON.parse(out.join('\n')).map(({ wave }: { wave: string }) => wave)).toEqual(shows);
  });

  test('for people is a table, and the last rollouts', async () => {
    const { simulated, broken } = await rolledOut();

    const { out } = await simulated('status');

    expect(out[0]).toMatch(/^account +name +OU +wave +state +keys +release +failing +checked$/);
    expect(out).toContainEqual(expect.stringMatching(new RegExp(`^${broken.id} .* UNHEALTHY +- +r-\\w+ +1 `)));
    expect(out.at(-1)).toMatch(
      /^ {2}ro-\S+ +2026-11-22 08:00 UTC +by ada +r-\w+ +waits for a person: wave sandbox, gate$/,
    );
  });

  test('says so where nothing is recorded yet', async () => {
    const { simulated } = rig();

    expect((await simulated('status')).out).toEqual(['no account is recorded yet; `strongroom rollout` records them']);
  });

  test('hostile names do nothing to a terminal or a spreadsheet', async () => {
    const { world, simulated } = rig();
    const escape = String.fromCharCode(27);
    world.organization.addAccount(`=HYPERLINK("evil")${escape}[2J`, 'Sandbox', 0);
    await simulated('rollout', '--wave', 'canary');

    const [people, sheet, plan] = [
      await simulated('status'),
      await simulated('status', '--csv'),
      await simulated('plan', '--full'),
    ];

    expect([...people.out, ...sheet.out, ...plan.out].join('')).not.toContain(escape);
    expect(people.out.join('\n')).toContain('=HYPERLINK("evil")\u{fffd}[2J');
    expect(sheet.out.join('\n')).toContain(`,"'=HYPERLINK(""evil"")\u{fffd}[2J",Sandbox,`);
  });
});

test('account tells everything about one: where, why, modules, gates, what fails and what to do, and the evidence', async () => {
  const { world, simulated } = rig();
  const broken = breakPasswordPolicy(world, 'Sandbox');
  const id = rolloutIdIn((await simulated('rollout', '--json')).out);

  const [people, machine] = [await simulated('account', broken.id), await simulated('account', broken.id, '--json')];

  const text = people.out.join('\n');
  expect(text).toMatch(/state +UNHEALTHY since 2026-11-22 /);
  expect(text).toMatch(/wave +sandbox: OU Sandbox/);
  expect(text).toMatch(/operator-role +us-east-1 +[0-9a-f]{12} +current/);
  expect(text).toMatch(/G4 +hardened +fail/);
  expect(text).toMatch(/global: check .* \(hardened\) failed: observed absent, expected .*\n {4}→ \S+/);
  expect(text).toContain(`by rollout ${id}`);
  expect(JSON.parse(machine.out.join('\n'))).toMatchObject({
    id: broken.id,
    holder: { rollout: id },
    evidence: { rollout: id, facts: { account: broken.id } },
  });
});

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
