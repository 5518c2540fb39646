/** `strongroom rehearse` on the command line, over a simulated organization. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, rig } from './rig';

const started = (host: Parameters<typeof rig>[0] = {}) => {
  const line = rig(host);
  const config = line.config();
  const account = line.world.organization.accountsIn('Sandbox')[0]?.id ?? '';
  const rehearse = (...words: readonly string[]) =>
    line.aws('rehearse', '--config', config, '--account', account, '--state', join(config, '..', 'state'), ...words);
  return { ...line, account, rehearse };
};
const spare = ['--in-wave', 'sandbox'];

test('shows what it creates, asks, and answers every question', async () => {
  const prompts: string[] = [];
  const confirm = async (prompt: string) => prompts.push(prompt) > 0;
  const { rehearse, account } = started({ host: { confirm } });

  const { status, out } = await rehearse(...spare);

  expect(prompts).toEqual(['Start this rehearsal?']);
  expect(out[0]).toBe(
    `creates in account ${account}, us-east-1: up to four stacks, each with one event rule that matches nothing`,
  );
  expect(out).toContainEqual(
    expect.stringMatching(/^confirmed {2}StackSets creates a stack with the CI role: the stack was created/),
  );
  expect(out).toContain('nothing of a rehearsal remains');
  // The account has no baseline, so questions about it have no answer.
  expect(status).toBe(5);
});

test.each([
  ['rehearsal.md', /\| A4 \|.*\| confirmed \|/],
  ['rehearsal.json', /"id": "A4"/],
])('writes a report to %s', async (name, content) => {
  const { simulated, config, account } = started();
  const report = fileOf(name, '');

  await simulated('rehearse', '--config', config(), '--account', account, ...spare, '--report', report);

  expect(readFileSync(report, 'utf8')).toMatch(content);
});

test('as JSON it prints the report and nothing else', async () => {
  const { rehearse } = started();

  const { status, out } = await rehearse(...spare, '--yes', '--json');

  expect(status).toBe(5);
  expect(JSON.parse(out.join('\n'))).toMatchObject({ remains: [], findings: expect.any(Array) });
});

test('a refusal of the person starts nothing', async () => {
  const { rehearse, world } = started({ host: { confirm: async () => false } });

  const { status, err } = await rehearse(...spare);

  expect([status, err]).toEqual([0, ['cancelled; nothing was changed']]);
  expect(await (await world.openRehearsal()).listeners()).toEqual([]);
});

test.each([
  [['--yes'], 4, 'wave sandbox selects account'],
  [['--yes', '--in-wave', 'nowhere'], 2, 'no wave is named "nowhere"'],
  [[...spare, '--json'], 2, 'the rehearsal cannot be confirmed here'],
  [[...spare, '--yes', '--opt-in-region', 'Milan'], 2, 'Milan'],
  [[...spare, '--yes', '--report', '/nowhere/at/all.md'], 2, 'cannot write /nowhere/at/all.md'],
] as const)('%j ends with status %i', async (words, status, message) => {
  const { rehearse } = started();

  const ran = await rehearse(...words);

  expect([ran.status, ran.err.join('\n')]).toEqual([status, expect.stringContaining(message)]);
});

test('an account that is not one is refused', async () => {
  const { aws, config } = started();

  const { status, err } = await aws('rehearse', '--config', config(), '--account', '12', '--yes');

  expect([status, err.join('\n')]).toEqual([2, expect.stringContaining('use 12 digits')]);
});

test('an interruption removes everything before the command ends', async () => {
  let stop = (): void => {};
  const onInterrupt = (interrupt: () => void) => {
    stop = interrupt;
    return () => {};
  };
  const line = started({ host: { onInterrupt } });
  const { world } = line;
  world.clock.at(world.clock.nowMs() + 120_000, () => stop());

  const { status, out, err } = await line.rehearse(...spare, '--yes');

  expect(status).toBe(130);
  expect(err.join('\n')).toMatch(/interrupted; removing[\s\S]*rehearse --account \d+ --cleanup/);
  expect(out).toContain('ended early: it was interrupted');
  expect(out).toContain('nothing of a rehearsal remains');
  expect(await world.clock.run((await world.openRehearsal()).stackSets())).toEqual([]);
});

test('--cleanup removes what is left, and asks nothing of AWS besides', async () => {
  const { rehearse, world } = started();
  const rehearsal = await world.openRehearsal();
  await world.clock.run(rehearsal.listen('strongroom-rehearsal-left'));

  const { status, out } = await rehearse('--cleanup', '--yes');

  expect([status, out.at(-1)]).toEqual([0, 'nothing of a rehearsal remains']);
  expect(await rehearsal.listeners()).toEqual([]);
});
