/** What a person says to a rollout that is there: each command with its exit status, its events and what it proposes next. */
import { person } from '../actors';
import { parsedLines, type Ran, rig, rolloutIdIn } from './rig';

const told = ({ out }: Ran): readonly unknown[] => parsedLines(out).map(({ type }) => type);
const outcome = ({ out }: Ran): unknown => parsedLines(out).at(-1)?.['outcome'];

/** A rollout that waits for the approval of its wave dev. */
async function waiting() {
  const { simulated, config, world } = rig();
  const file = config((text) => text.replace('{ name: dev,', '{ name: dev, approval: manual,'));
  const run = (...decisions: readonly string[]) => simulated(...decisions, '--config', file);
  const id = rolloutIdIn((await run('rollout', '--json')).out);
  return { run, id, world };
}

describe('pause', () => {
  test('takes effect at once, and the rollout waits before the next wave until it is resumed', async () => {
    const { run, id } = await waiting();

    const paused = await run('pause', id, '--reason', 'an outage', '--json');
    const approved = await run('approve', id, '--reason', 'go');
    const resumed = await run('resume', id, '--reason', 'it is over', '--json');

    expect([paused.status, parsedLines(paused.out)]).toEqual([
      0,
      [expect.objectContaining({ type: 'paused', by: person('ada'), reason: 'an outage', rolloutId: id })],
    ]);
    expect([approved.status, approved.out.join('\n')]).toEqual([
      3,
      expect.stringMatching(/wave dev: paused: ada paused .*: an outage/),
    ]);
    expect(told(resumed).slice(0, 3)).toEqual(['resumed', 'answered', 'waveOpened']);
    expect([resumed.status, outcome(resumed)]).toEqual([0, 'completed']);
  });

  test('that is taken back before it was noticed costs nothing', async () => {
    const { run, id } = await waiting();
    await run('pause', id, '--reason', 'an outage');

    const resumed = await run('resume', id, '--json');
    const approved = await run('approve', id, '--reason', 'go', '--json');

    expect([resumed.status, told(resumed)]).toEqual([3, ['resumed', 'rolloutFinished']]);
    expect([approved.status, outcome(approved)]).toEqual([0, 'completed']);
  });

  test('wants a reason, and a rollout that has not ended', async () => {
    const { run, id } = await waiting();
    await run('abort', id, '--reason', 'wrong config');

    const [unsaid, late] = [await run('pause', id), await run('pause', id, '--reason', 'an outage')];

    expect([unsaid.status, unsaid.err.join()]).toEqual([2, expect.stringContaining("'--reason <text>'")]);
    expect([late.status, late.err.join()]).toEqual([4, expect.stringContaining('has ended: aborted')]);
  });
});

test('abort called twice is done once', async () => {
  const { run, id } = await waiting();

  const first = await run('abort', id, '--reason', 'wrong config', '--json');
  const second = await run('abort', id, '--reason', 'once more', '--json');

  expect([first.status, told(first)]).toEqual([0, ['answered', 'rolloutFinished']]);
  expect([second.status, told(second)]).toEqual([0, []]);
});
