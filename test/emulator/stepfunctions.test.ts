/** `--engine stepfunctions`: the command line starts rollouts on a state machine that is deployed, and follows them. */
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { type CommandLine, jsonLines } from './command-line';
import { type Deployment, startDeployment } from './deployed';
import { motoClients, motoRegion } from './moto';
import { sixAccounts, twoWaves } from './organization';

let line: CommandLine;
let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  line = deployment.line;
});
afterAll(() => deployment.stop());

async function executionNames(stateMachineArn: string): Promise<readonly (string | undefined)[]> {
  const clients = motoClients(line);
  const { executions = [] } = await clients
    .in(SFNClient, motoRegion)
    .send(new ListExecutionsCommand({ stateMachineArn }));
  clients.destroy();
  return executions.map(({ name }) => name);
}

const oneApproved = ['name: sandbox, ous: [Sandbox], approval: manual'];
const deployed = ['--engine', 'stepfunctions'] as const;

test('a rollout is started by its own name, waits for its approval, and is followed to its end', async () => {
  await line.anOrganization(sixAccounts, oneApproved);
  const machine = await deployment.deploy();

  const asked = await line.run('rollout', '--yes', '--json', ...deployed);
  const id = String(jsonLines(asked.out)[0]?.['rolloutId']);
  const watched = await line.run('watch', id, '--json', ...deployed);
  const finished = await line.run('approve', id, '--reason', 'looks well', '--json', ...deployed);
  const stood = await line.run('status', '--json', ...deployed);

  expect([asked.status, asked.err]).toEqual([3, expect.not.stringContaining('error')]);
  // The last line of both is about how the walk came out, each with its own time.
  expect([watched.status, jsonLines(watched.out).slice(0, -1)]).toEqual([3, jsonLines(asked.out).slice(0, -1)]);
  expect([finished.status, jsonLines(finished.out).at(-1)]).toEqual([
    0,
    expect.objectContaining({ type: 'rolloutFinished', outcome: 'completed' }),
  ]);
  expect(await executionNames(machine)).toEqual([id]);
  const states = JSON.parse(stood.out).map(({ state }: { state: string }) => state);
  expect(states.filter((state: string) => state === 'BASELINE_HEALTHY').length).toBeGreaterThan(0);
});

test('where nothing is deployed, it says so and what to do', async () => {
  await line.anOrganization(sixAccounts, twoWaves);

  const refused = await line.run('rollout', '--yes', ...deployed);

  expect([refused.status, refused.out, refused.err]).toEqual([
    2,
    '',
    expect.stringMatching(
      /no stack StrongroomOrchestrator is deployed in us-east-1\nnext: name the stack with --stack/,
    ),
  ]);
});
