/** Who is recorded: the caller that AWS confirms. A name that somebody types is a note beside it, and without a caller nothing is done. */
import { errors } from '../../orchestrator/domain/errors';
import { parseRolloutId } from '../../orchestrator/domain/model/brand';
import { readEvents } from '../../orchestrator/records/rollout-events';
import { listRollouts } from '../../orchestrator/records/rollouts';
import { awsActor, callerNamed } from '../actors';
import { parsedLines, rig, rolloutIdIn } from './rig';

const manual = (text: string): string => text.replace('{ name: sandbox,', '{ name: sandbox, approval: manual,');
const saying = (name: string) => ({ env: (variable: string) => (variable === 'STRONGROOM_USER' ? name : undefined) });
const noAnswer = async () => {
  throw errors.unknownCaller('sts:GetCallerIdentity was throttled', 'wait a minute');
};

/** A rollout of Ana that waits for an approval, and what the next person runs on it. */
async function waiting(next: Parameters<typeof rig>[0]) {
  const ana = rig({ caller: async () => callerNamed('ana') });
  const file = ana.config(manual);
  const { out } = await ana.aws('rollout', '--yes', '--json', '--wave', 'sandbox', '--config', file);
  const id = rolloutIdIn(out);
  const { aws } = rig({ ...next, world: ana.world });
  return { id, world: ana.world, run: (...words: readonly string[]) => aws(...words, '--config', file) };
}

test('a rollout is recorded with the ARN and the unique id of its caller', async () => {
  const { world } = await waiting({});

  const [rollout] = await listRollouts(world);

  expect(rollout?.request.by).toEqual({
    kind: 'aws',
    arn: 'arn:aws:sts::111122223333:assumed-role/Platform/ana',
    userId: 'AROAEXAMPLEPLATFORM01:ana',
  });
});

test('a typed name is only a note beside the caller, on the screen too', async () => {
  const { id, run, world } = await waiting({ caller: async () => callerNamed('bob'), host: saying('cto') });

  const approved = await run('approve', id, '--reason', 'reviewed');

  const by = 'Platform/bob (noted as "cto")';
  expect(approved.out.join('\n')).toContain(`${by} approved: reviewed`);
  expect((await listRollouts(world))[0]?.answers).toMatchObject([{ decision: 'approve', by: awsActor('bob', 'cto') }]);
});

test.each(['', '  ', '\u202e'])('a note of no visible characters is none: %j', async (name) => {
  const { id, run, world } = await waiting({ caller: async () => callerNamed('bob'), host: saying(name) });

  await run('approve', id, '--reason', 'reviewed');

  expect((await listRollouts(world))[0]?.answers[0]?.by).toEqual(awsActor('bob'));
});

test('a very long note of control characters is cut, and nothing of it is obeyed', async () => {
  const host = saying(`\u001b[2J${'x'.repeat(100_000)}`);
  const { id, run, world } = await waiting({ caller: async () => callerNamed('bob'), host });

  const approved = await run('approve', id, '--reason', 'reviewed');

  const note = `\ufffd[2J${'x'.repeat(60)}`;
  expect((await listRollouts(world))[0]?.answers[0]?.by).toEqual(awsActor('bob', note));
  expect(approved.out.join('\n')).not.toContain('\u001b');
});

describe('when AWS does not confirm the caller', () => {
  test.each([
    ['approve', '--reason', 'x'],
    ['reject', '--reason', 'x'],
    ['pause', '--reason', 'x'],
    ['abort', '--reason', 'x'],
    ['resume'],
  ])('%s is refused, and nothing is recorded', async (command, ...more) => {
    const { id, run, world } = await waiting({ caller: noAnswer });
    const before = await readEvents(world, parseRolloutId(id), -1);

    const ran = await run(command, id, ...more);

    expect([ran.status, ran.err]).toEqual([
      4,
      [
        'error: AWS did not confirm who you are: sts:GetCallerIdentity was throttled',
        'next: wait a minute; nothing was recorded or changed',
      ],
    ]);
    expect(await readEvents(world, parseRolloutId(id), -1)).toEqual(before);
  });

  test('a rollout does not start', async () => {
    const { aws, config, world } = rig({ caller: noAnswer });

    const ran = await aws('rollout', '--yes', '--config', config());

    expect([ran.status, await listRollouts(world)]).toEqual([4, []]);
  });

  test('plan and status need no caller', async () => {
    const { aws, config } = rig({ caller: noAnswer });
    const file = config();

    const [plan, status] = [await aws('plan', '--config', file), await aws('status', '--config', file)];

    expect([plan.status, status.status]).toEqual([0, 0]);
  });
});

test('the evidence of verify names who ran it, and that of a rollout who started it', async () => {
  const { id, run, world } = await waiting({ caller: async () => callerNamed('bob') });
  await run('approve', id, '--reason', 'reviewed');
  const [account = ''] = world.organization.accountsIn('Sandbox').map(({ id }) => id);

  await run('verify', '--account', account);
  const { out } = await run('evidence', '--since', '2026-11-22');
  const seen = await run('account', account);

  const visits = parsedLines(out).filter(({ accountId }) => accountId === account);
  expect(visits.at(0)).toMatchObject({ rollout: id, by: awsActor('ana') });
  expect(visits.at(-1)).toMatchObject({ sweep: expect.stringMatching(/^sw-/), by: awsActor('bob') });
  expect(seen.out.join('\n')).toMatch(/sweep sw-\S+ by Platform\/bob/);
});
