import { person } from '../actors';
import { breakPasswordPolicy, parsedLines, type Ran, rig, rolloutIdIn } from './rig';

const types = ({ out }: Ran): readonly unknown[] => parsedLines(out).map(({ type }) => type);
const last = ({ out }: Ran): Record<string, unknown> => parsedLines(out).at(-1) ?? {};
/** A wave without accounts is passed, and said to be. */
const wavesReached = ({ out }: Ran): readonly unknown[] =>
  parsedLines(out)
    .filter(({ type }) => type === 'waveOpened' || type === 'waveSkipped')
    .map(({ wave }) => wave);
const allWaves = ['canary', 'sandbox', 'dev', 'staging', 'infrastructure', 'security', 'prod-canary', 'prod'];

/** A rollout that waits for a person, since a check fails in an account of the sandbox. */
async function held() {
  const { world, simulated } = rig();
  // Otherwise the first delivery of a trail may be pending when the broken check counts.
  world.faults.slowness = () => 0.1;
  const broken = breakPasswordPolicy(world, 'Sandbox');
  const ran = await simulated('rollout', '--json');
  return { world, simulated, broken, ran, id: rolloutIdIn(ran.out) };
}

test('a rollout goes through every wave in order and ends with status 0; the last line says how', async () => {
  const { simulated } = rig();

  const ran = await simulated('rollout', '--json', '--reason', 'first');

  expect(ran.status).toBe(0);
  expect(parsedLines(ran.out)[0]).toMatchObject({ type: 'rolloutStarted', by: person('ada'), reason: 'first' });
  expect(wavesReached(ran)).toEqual(allWaves);
  expect(last(ran)).toMatchObject({ type: 'rolloutFinished', outcome: 'completed', rolloutId: rolloutIdIn(ran.out) });
  expect(types(ran).filter((type) => type === 'rolloutFinished')).toHaveLength(1);
});

test('only the waves that are named', async () => {
  const { simulated } = rig();

  const ran = await simulated('rollout', '--json', '--wave', 'sandbox', 'canary');

  expect([ran.status, wavesReached(ran)]).toEqual([0, ['canary', 'sandbox']]);
});

test('only the account that is named', async () => {
  const { world, simulated } = rig();
  const [first] = world.organization.accountsIn('Sandbox');

  await simulated('rollout', '--json', '--account', `${first?.id}`);

  expect([...new Set(world.calls.touches.map(({ account }) => account))]).toEqual([first?.id]);
});

describe('a wave with a failing check', () => {
  test('holds the rollout with status 3, names account, check and region, and opens nothing behind it', async () => {
    const { ran, broken, id } = await held();

    expect(ran.status).toBe(3);
    expect(wavesReached(ran)).toEqual(['canary', 'sandbox']);
    expect(parsedLines(ran.out).find(({ type }) => type === 'checkFailed')).toMatchObject({
      account: broken.id,
      region: 'global',
      observed: 'absent',
    });
    expect(last(ran)).toMatchObject({ type: 'rolloutFinished', outcome: 'held', rolloutId: id });
  });

  test('is tried again by resume, and the rollout goes on to its end', async () => {
    const { simulated, broken, id } = await held();
    broken.repair();

    const ran = await simulated('resume', id, '--json');

    expect(ran.status).toBe(0);
    expect(parsedLines(ran.out)[0]).toMatchObject({ type: 'answered', decision: 'retry', by: person('ada') });
    expect(wavesReached(ran)).toEqual(allWaves.slice(1));
  });

  test('is held again if nobody has fixed it', async () => {
    const { simulated, id } = await held();

    const ran = await simulated('resume', id, '--json');

    expect([ran.status, last(ran)['outcome']]).toEqual([3, 'held']);
  });

  test('is passed over by approve, under a name and with a reason', async () => {
    const { simulated, id } = await held();

    const ran = await simulated('approve', id, '--reason', 'known, and harmless', '--json');

    expect(ran.status).toBe(0);
    expect(parsedLines(ran.out)[0]).toMatchObject({
      decision: 'approve',
      by: person('ada'),
      reason: 'known, and harmless',
    });
    expect(wavesReached(ran)).toEqual(allWaves.slice(2));
  });

  test.each(['reject', 'abort'])('ends by %s, which has then done its work', async (command) => {
    const { simulated, id } = await held();

    const ran = await simulated(command, id, '--reason', 'not today', '--json');
    const after = await simulated('resume', id);

    expect(ran.status).toBe(0);
    expect(last(ran)).toMatchObject({ outcome: command === 'reject' ? 'held' : 'aborted' });
    expect([after.status, after.err.join()]).toEqual([4, expect.stringContaining('has ended')]);
  });

  test('is the only target of --retry-failed once it is fixed', async () => {
    const { world, simulated, broken, id } = await held();
    await simulated('reject', id, '--reason', 'fixed tomorrow');
    broken.repair();
    const touchesBefore = world.calls.touches.length;

    const ran = await simulated('rollout', '--retry-failed', '--json');

    const touched = world.calls.touches.slice(touchesBefore).map(({ account }) => account);
    expect([ran.status, [...new Set(touched)]]).toEqual([0, [broken.id]]);
  });

  test('refuses a second rollout with status 4, and says who holds the organization and since when', async () => {
    const { simulated, id } = await held();

    const ran = await simulated('rollout', '--json');

    const { error } = JSON.parse(ran.err.join('\n').split('\n').at(-1) ?? '');
    expect(ran.status).toBe(4);
    expect(error).toMatchObject({ code: 'RolloutBusy', next: expect.stringContaining(id) });
    expect(error.message).toMatch(/started by ada at 2026-11-22T/);
    expect(ran.out).toEqual([]);
  });
});

describe('a wave that wants approval', () => {
  const wantsApproval = (text: string): string => text.replace('{ name: dev,', '{ name: dev, approval: manual,');

  test('waits with status 3, whatever resume says, until somebody approves it', async () => {
    const { simulated, config } = rig();
    const file = config(wantsApproval);

    const asked = await simulated('rollout', '--json', '--config', file);
    const id = rolloutIdIn(asked.out);
    const resumed = await simulated('resume', id, '--json', '--config', file);
    const approved = await simulated('approve', id, '--reason', 'looked at it', '--json', '--config', file);

    expect([asked.status, resumed.status, approved.status]).toEqual([3, 3, 0]);
    expect(resumed.out).toHaveLength(1);
    expect([asked, resumed, approved].map(wavesReached)).toEqual([allWaves.slice(0, 2), [], allWaves.slice(2)]);
  });
});

test('an answer to a rollout that does not ask is refused', async () => {
  const { simulated } = rig();

  const ran = await simulated('approve', 'ro-20261122-080000-none', '--reason', 'x');

  expect([ran.status, ran.err[1]]).toEqual([2, 'error: rollout "ro-20261122-080000-none" does not exist']);
});

describe('for people', () => {
  test('every event is a plain line with its time and type', async () => {
    const { simulated } = rig();

    const { out } = await simulated('rollout', '--wave', 'canary');

    expect(out).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d waveOpened {9}wave canary: 2 accounts, 2 to change$/),
    );
    expect(out.join('\n')).toMatch(/rollout ro-\S+ completed after \d+ min/);
  });

  test('on a terminal one block is redrawn in place, and gone at the end', async () => {
    const { simulated } = rig({ isTerminal: true });

    const { written, out } = await simulated('rollout', '--wave', 'canary');

    expect(written).toMatch(/wave 1 of 1 {2}canary {2}stage 1 of \d+/);
    expect(written).toMatch(/soaking until \d\d:\d\d:\d\d UTC/);
    expect(written.lastIndexOf('\u001b[4A\u001b[J')).toBeGreaterThan(written.lastIndexOf('accounts done'));
    expect(out.join('\n')).not.toContain('of 2 accounts done');
  });

  test('the summary of a held rollout names the account, and what to type next with the options of this one', async () => {
    const { world, aws, config } = rig();
    const broken = breakPasswordPolicy(world, 'Sandbox');
    const file = config();

    const { status, out } = await aws('rollout', '--yes', '--config', file, '--state', 'my state');

    const text = out.join('\n');
    const id = rolloutIdIn(out);
    expect(status).toBe(3);
    expect(text).toMatch(
      new RegExp(`${broken.id} \\S+ \\(wave sandbox\\)\n    global: .*\\(critical, hardened.*observed absent`),
    );
    expect(text).toContain(`strongroom resume ${id} --config ${file} --state 'my state'`);
    expect(text).toContain(`strongroom account ${broken.id} `);
    expect(text).toMatch(/prod {10,}\d+ accounts {2}not started/);
  });
});

describe('where something real would change', () => {
  test('nothing begins without a yes', async () => {
    const { world, aws, config } = rig({ host: { confirm: async () => false } });

    const ran = await aws('rollout', '--config', config());

    expect([ran.status, ran.err]).toEqual([0, ['cancelled; nothing was started']]);
    expect(world.calls.touches).toEqual([]);
  });

  test.each([{ decisions: ['--json'] }, { decisions: [], host: { confirm: undefined } }])(
    'a yes must be on the command line where nobody can be asked: $words',
    async ({ decisions, host }) => {
      const { aws, config, opened } = rig(host === undefined ? {} : { host });

      const ran = await aws('rollout', '--config', config(), ...decisions);

      expect([ran.status, ran.err.join()]).toEqual([2, expect.stringContaining('--yes')]);
      expect(opened).toEqual([]);
    },
  );

  test('an interruption says how to go on, and resume does', async () => {
    let interrupt = (): void => {};
    const onInterrupt = (stop: () => void) => {
      interrupt = stop;
      return () => {};
    };
    const { world, aws, config } = rig({ host: { onInterrupt } });
    const file = config();
    world.clock.at(world.clock.nowMs() + 120_000, () => interrupt());

    const ran = await aws('rollout', '--yes', '--config', file);
    const id = rolloutIdIn(ran.err);
    const resumed = await aws('resume', id, '--json', '--config', file);

    expect([ran.status, ran.err.at(-1)]).toEqual([130, `to continue: strongroom resume ${id} --config ${file}`]);
    expect([resumed.status, last(resumed)['outcome']]).toEqual([0, 'completed']);
  });
});
