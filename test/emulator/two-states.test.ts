/** Two state folders over one organization: the second is refused, until a person takes over. */
import { type CommandLine, startCommandLine } from './command-line';
import { sixAccounts, twoWaves } from './organization';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine();
});
afterAll(() => line.stop());

test('the second state folder is refused with who and since when, takes over with a reason, and then the first is refused', async () => {
  await line.anOrganization(sixAccounts, twoWaves);
  const rollout = (state: string, ...more: readonly string[]) =>
    line.run('rollout', '--yes', '--json', '--wave', 'sandbox', '--state', state, ...more);

  const first = await rollout('one');
  const refused = await rollout('two');
  const taken = await rollout('two', '--take-over-state', '--reason', 'one is lost');
  const former = await rollout('one');

  const error = (ran: { readonly err: string }) => JSON.parse(ran.err.trim().split('\n').at(-1) ?? '').error;
  expect([first.status, refused.status, former.status]).toEqual([0, 4, 4]);
  expect([refused, former].map(error)).toMatchObject([
    {
      code: 'StateElsewhere',
      message: expect.stringMatching(
        /^another state, st-\w+, manages .* since \S+ by arn:aws:sts::\d+:user\/moto \(noted as "jo"\)$/,
      ),
    },
    { code: 'StateElsewhere' },
  ]);
  expect(taken.out).toContain('"type":"stateTakenOver"');
});

test('where both start at once, one manages the organization and the other is refused', async () => {
  await line.anOrganization(sixAccounts, twoWaves);

  const both = await Promise.all(
    ['one', 'two'].map((state) => line.run('rollout', '--yes', '--json', '--wave', 'sandbox', '--state', state)),
  );

  const refused = both.filter(({ out, err }) => /another state, st-\w+, manages this organization/.test(out + err));
  expect(refused).toHaveLength(1);
  expect(both.filter(({ status }) => status === 0)).toHaveLength(1);
});

test('status, pause and a backup work beside a rollout that another process runs', async () => {
  await line.anOrganization(sixAccounts, twoWaves);
  const child = line.spawn('rollout', '--yes', '--json');
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let id: string | undefined;
  while (id === undefined) id = /ro-[a-z0-9-]+/.exec((await line.run('status')).out)?.[0];

  const paused = await line.run('pause', id, '--reason', 'lunch');
  const backedUp = await line.run('state', 'backup', 'beside.db');
  await ended;
  const resumed = await line.run('resume', id, '--json');

  expect([paused.status, backedUp.status, resumed.status]).toEqual([0, 0, 0]);
  expect((await line.run('state', 'restore', 'beside.db', '--state', 'restored')).status).toBe(0);
});
