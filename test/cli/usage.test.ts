import { existsSync } from 'node:fs';
import { parsedLines, rig } from './rig';

describe('what was written wrongly is refused with status 2 and a way out', () => {
  test.each([
    { decisions: ['rollut'], says: "unknown command 'rollut' (Did you mean rollout?)", next: 'strongroom --help' },
    {
      decisions: ['plan', '--ful'],
      says: "unknown option '--ful' (Did you mean --full?)",
      next: 'strongroom plan --help',
    },
    {
      decisions: ['approve', 'ro-20261122-080000-none'],
      says: "required option '--reason <text>'",
      next: 'approve --help',
    },
    {
      decisions: ['abort', 'ro-20261122-080000-none', '--reason', ' \u200b'],
      says: '--reason is empty',
      next: 'enter a reason',
    },
    {
      decisions: ['plan', '--wave', 'prodd'],
      says: 'no wave is named "prodd"',
      next: 'the waves are canary, sandbox, dev',
    },
    {
      decisions: ['plan', '--account', '1234 5678 9012'],
      says: 'got "1234 5678 9012"',
      next: '12 digits without spaces',
    },
    { decisions: ['plan', '--account', '999999999999'], says: 'is not in the organization', next: 'strongroom plan' },
    { decisions: ['account', '12'], says: 'account id must be 12 digits, got "12"', next: 'without spaces' },
    { decisions: ['account', '999999999999'], says: 'is not recorded yet', next: 'strongroom plan' },
    { decisions: ['verify', '--account', '999999999999'], says: 'is not in the organization', next: 'strongroom plan' },
    { decisions: ['verify', '--wave', 'prodd'], says: 'no wave is named "prodd"', next: 'the waves are' },
    { decisions: ['evidence'], says: "required option '--since <date>'", next: 'evidence --help' },
    { decisions: ['evidence', '--since', 'monday'], says: 'got "monday"', next: '--since 2026-11-22' },
    { decisions: ['evidence', '--since', '2026-02-30'], says: 'got "2026-02-30"', next: '--since 2026-11-22' },
    { decisions: ['evidence', '--since', '2999-01-01'], says: 'is in the future', next: 'a day that has begun' },
    {
      decisions: ['evidence', '--since', '2026-11-01', '--account', '999999999999'],
      says: 'is not recorded yet',
      next: 'strongroom plan',
    },
    { decisions: ['resume', 'last'], says: 'rollout id must be like', next: 'strongroom status' },
    {
      decisions: ['rollout', '--engine', 'stepfunctions'],
      says: 'does not support a simulated organization',
      next: 'remove --engine and --stack, or --world',
    },
    { decisions: ['plan', '--engine', 'airflow'], says: 'unknown engine "airflow"', next: '--engine stepfunctions' },
    {
      decisions: ['plan', '--engine', 'local', '--stack', 'Mine'],
      says: '--stack Mine has no effect',
      next: 'remove --engine or --stack',
    },
    {
      decisions: ['status', '--state', 'UNHEALTY'],
      says: 'unknown readiness state UNHEALTY',
      next: 'UNHEALTHY',
    },
    { decisions: ['plan', '--state', 'here'], says: 'keeps no state', next: 'remove --state' },
    {
      decisions: ['simulate', '--accounts', 'many'],
      says: 'must be a whole number, got "many"',
      next: '--accounts 120',
    },
  ])('$words', async ({ decisions, says, next }) => {
    const { simulated } = rig();

    const { status, out, err } = await simulated(...decisions);

    expect([status, out]).toEqual([2, []]);
    expect(err.at(-2)).toContain(says);
    expect(err.at(-1)).toMatch(/^next: /);
    expect(err.at(-1)).toContain(next);
  });

  test('a world that there is not', async () => {
    const { aws } = rig();

    expect(await aws('plan', '--world', 'azure')).toMatchObject({
      status: 2,
      err: ['error: unknown world "azure"', 'next: use `--world aws`, `simulated` or `simulated:FILE`'],
    });
  });

  test('every problem of a config at once, and no world is opened', async () => {
    const { aws, config, opened } = rig();
    const file = config((text) =>
      text.replace('name: canary', 'nam: canary').replace('soakMinutes: 15', 'soakMinutes: -1'),
    );

    const { status, err } = await aws('rollout', '--yes', '--config', file);

    expect(status).toBe(2);
    expect(err.join('\n')).toMatch(
      /:\d+:7 waves\[0\]\.nam: .*did you mean "name"[\s\S]*:\d+:\d+ waves\[1\]\.soakMinutes/,
    );
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

const commandsIn = (help: readonly string[]): readonly string[] =>
  [...(help.join('\n').split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)/gm)].flatMap(([, name = '']) => name);

test('the help of every command has examples, of itself, with options that it has', async () => {
  const { aws } = rig();
  const commands = commandsIn((await aws('--help')).out).filter((name) => name !== 'help' && name !== 'strongroom');

  const helps = await Promise.all(
    commands.map(async (name) => ({ name, help: (await aws(name, '--help')).out.join('\n') })),
  );

  expect(commands).toEqual(expect.arrayContaining(['init', 'rollout', 'dashboard', 'verify', 'completion']));
  for (const { name, help } of helps) {
    const [options = '', examples = ''] = help.split('Examples:');
    const lines = examples.trim().split('\n');
    const unknown = (examples.match(/(?<= )--[a-z-]+/g) ?? []).filter((option) => !options.includes(option));
    expect([name, lines.filter((line) => !line.trim().startsWith(`strongroom ${name}`)), unknown]).toEqual([
      name,
      [],
      [],
    ]);
  }
});

test('help and version are answers, and no command is a mistake', async () => {
  const { aws } = rig();

  const [help, version, nothing] = [await aws('rollout', '--help'), await aws('--version'), await aws()];

  expect([help.status, help.out.join('\n')]).toEqual([0, expect.stringContaining('--retry-failed')]);
  expect(help.out.join('\n')).toContain('--config <file>');
  expect([version.status, version.out]).toEqual([0, ['1.2.3']]);
  expect([nothing.status, nothing.err.join('\n')]).toEqual([2, expect.stringContaining('Usage: strongroom')]);
});
