/** The command line as a person runs it: a child process, over an organization that moto serves. */
import { type CommandLine, jsonLines, startCommandLine } from './command-line';
import { fillGaps } from './moto-gaps';
import { leftOut, sixAccounts, sixtyAccounts, threeWaves, twoWaves } from './organization';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine();
});
afterAll(() => line.stop());

test('plans and rolls out: stacks in each planned account and in no other, waves in order', async () => {
  const seeded = await line.anOrganization(sixtyAccounts, threeWaves);

  const planned = await line.run('plan', '--json');
  const rolled = await line.run('rollout', '--yes', '--json', '--engine', 'local');
  const stacks = await line.stacksByAccount(seeded);
  const stood = await line.run('status', '--json');

  const plan = JSON.parse(planned.out);
  const counts = plan.waves.map((wave: { name: string; accounts: unknown[] }) => [wave.name, wave.accounts.length]);
  expect(counts).toEqual([
    ['sandbox', 19],
    ['dev', 25],
    ['production', 12],
  ]);
  expect(plan.excluded.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
    'excluded',
    'excluded',
    'managementAccount',
    'suspended',
    'unplaced',
  ]);

  const events = jsonLines(rolled.out);
  expect({ status: rolled.status, err: rolled.err }).toEqual({
    status: 0,
    err: expect.stringContaining('has no email'),
  });
  expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed' });
  expect(events.filter(({ type }) => type === 'waveOpened').map(({ wave }) => wave)).toEqual([
    'sandbox',
    'dev',
    'production',
  ]);

  const untouched = ['stray', 'sandbox-20', 'leaver-1', 'leaver-2'];
  for (const [name, names] of Object.entries(stacks)) {
    const wave = name.startsWith('sandbox') ? 'sandbox' : name.startsWith('prod') ? 'production' : 'dev';
    const expected = [
      `us-east-1 StackSet:strongroom-${wave}-account-hardening`,
      `us-east-1 StackSet:strongroom-${wave}-alerts`,
      `us-east-1 StackSet:strongroom-${wave}-operator-role`,
      `us-west-2 StackSet:strongroom-${wave}-account-hardening`,
      `us-west-2 StackSet:strongroom-${wave}-alerts`,
    ];
    expect([name, names]).toEqual([name, untouched.includes(name) ? [] : expected]);
  }

  const states = JSON.parse(stood.out).filter(({ state }: { state: string }) => state === 'BASELINE_HEALTHY');
  expect(states.length).toBe(56);
});

test('holds before the next wave when a check fails in one account, and says where and what', async () => {
  let victim = '';
  const whole = fillGaps(leftOut);
  const bare = fillGaps({ ...leftOut, snapshotBlock: 'unblocked' });
  // In one account snapshots can be shared.
  const seeded = await line.anOrganization(sixAccounts, twoWaves, (call, onward) =>
    (call.account === victim ? bare : whole)(call, onward),
  );
  victim = seeded.accounts['sandbox-2'] ?? '';

  const { status, out } = await line.run('rollout', '--yes', '--json');
  const again = await line.run('rollout', '--yes');

  const events = jsonLines(out);
  expect(status).toBe(3);
  expect(events.at(-1)).toMatchObject({ type: 'rolloutFinished', outcome: 'held' });
  expect(events.filter(({ type }) => type === 'waveOpened').map(({ wave }) => wave)).toEqual(['sandbox']);
  expect(JSON.stringify(events.at(-1))).toMatch(
    new RegExp(`${victim}.*ebs-snapshot-public-access-is-blocked.*us-east-1`),
  );
  expect(
    Object.entries(await line.stacksByAccount(seeded)).filter(
      ([name, stacks]) => name.startsWith('dev') && stacks.length > 0,
    ),
  ).toEqual([]);
  expect(again.status).toBe(4);
  expect(again.err).toMatch(
    /rollout ro-\S+ is in progress, started by arn:aws:sts::123456789012:user\/moto \(noted as "jo"\) at 2/,
  );
});

test('verifies the live accounts without a deployment, and says what has changed in one of them', async () => {
  let victim = '';
  const whole = fillGaps(leftOut);
  const bare = fillGaps({ ...leftOut, snapshotBlock: 'unblocked' });
  const seeded = await line.anOrganization(sixAccounts, twoWaves, (call, onward) =>
    (call.account === victim ? bare : whole)(call, onward),
  );
  await line.run('rollout', '--yes');

  const healthy = await line.run('verify');
  victim = seeded.accounts['dev-1'] ?? '';
  const changed = await line.run('verify');

  expect([healthy.status, changed.status]).toEqual([0, 3]);
  expect(changed.out).toMatch(new RegExp(`${victim}[^]*ebs-snapshot-public-access-is-blocked`));
});
