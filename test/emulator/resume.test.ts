/** A process that is killed without a warning: what it had accepted goes on in the next one, and nothing is done twice. */
import { type CommandLine, jsonLines, startCommandLine } from './command-line';
import { sixAccounts, twoWaves } from './organization';

let line: CommandLine;
beforeAll(async () => {
  line = await startCommandLine();
});
afterAll(() => line.stop());

test.each(['planned', 'stageStarted', 'stageLanded', 'waveJudged'])(
  'a rollout that is killed after %s is resumed to its end',
  async (type) => {
    const seeded = await line.anOrganization(sixAccounts, twoWaves);
    const id = await line.killAt(type, 'rollout', '--yes', '--json');

    const second = await line.run('rollout', '--yes');
    const resumed = await line.run('resume', id, '--json');

    const stacks = await line.stacksByAccount(seeded);
    const last = jsonLines(resumed.out).at(-1);
    expect(second.err).toMatch(
      new RegExp(`rollout ${id} is in progress, started by arn:\\S+:user/moto \\(noted as "jo"\\)`),
    );
    expect({ status: resumed.status, outcome: last?.['outcome'] }).toEqual({ status: 0, outcome: 'completed' });
    expect(Object.values(stacks).map((names) => names.length)).toEqual([0, 5, 5, 5, 5, 5]);
  },
);
