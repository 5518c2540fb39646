/** Ctrl-C, as the signal that it is, to the built program over moto: it says how to go on, and has the status of the interrupted. */
import { type CommandLine, startCommandLine } from './command-line';
import { fillGaps } from './moto-gaps';
import { leftOut, sixAccounts, twoWaves } from './organization';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine();
});
afterAll(() => line.stop());

function later(): { readonly wait: Promise<void>; readonly come: () => void } {
  let come = (): void => {};
  const wait = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { wait, come: () => come() };
}

const lastOf = ({ err }: { readonly err: string }): readonly string[] => err.trim().split('\n').slice(-2);

test('a rollout that is interrupted names what resumes it, which does; a watch goes on being possible meanwhile', async () => {
  await line.anOrganization(sixAccounts, twoWaves);

  const rollout = await line.interruptAt(/"stageStarted"/, 'rollout', '--yes', '--json');
  const [, id = ''] = /"rolloutId":"(ro-[^"]+)"/.exec(rollout.out) ?? [];
  const watch = await line.interruptAt(/"stageStarted"/, 'watch', id, '--json');
  const resumed = await line.run('resume', id, '--json');

  expect([rollout.status, lastOf(rollout)]).toEqual([
    130,
    [
      `interrupted; rollout ${id} is stopped, operations that AWS has begun continue`,
      `to continue: strongroom resume ${id}`,
    ],
  ]);
  expect([watch.status, lastOf(watch)]).toEqual([
    130,
    [`stopped watching; rollout ${id} continues`, `to watch it again: strongroom watch ${id}`],
  ]);
  expect(resumed.status).toBe(0);
});

test('a verification that is interrupted keeps what it has seen, and says how to look again', async () => {
  const [looking, ended] = [later(), later()];
  const whole = fillGaps(leftOut);
  await line.anOrganization(sixAccounts, twoWaves, async (call, onward) => {
    if (call.action !== 'ListAccounts') return whole(call, onward);
    looking.come();
    await ended.wait;
    return whole(call, onward);
  });

  const stopped = await line.interruptWhen(looking.wait, 'verify', '--wave', 'sandbox');
  ended.come();

  expect(stopped).toMatchObject({
    status: 130,
    err: expect.stringMatching(
      /interrupted; results so far are recorded, and no account was changed\nto verify again: strongroom verify --wave sandbox\n$/,
    ),
  });
});

test('a dashboard that is closed says how to open it again', async () => {
  await line.anOrganization(sixAccounts, twoWaves);

  const closed = await line.interruptAt(/Press Ctrl-C to close it/, 'dashboard');

  expect([closed.status, lastOf(closed).at(-1)]).toEqual([0, 'closed. To open it again: strongroom dashboard']);
});
