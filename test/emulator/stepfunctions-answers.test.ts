/**
 * `--engine stepfunctions`: a person pauses, resumes and aborts an execution that moto walks. moto takes StopExecution and goes on walking,
 * so that the execution has ended is not shown here: what is shown is that it was asked, and that nothing happens any more.
 */
import { type CommandLine, jsonLines } from './command-line';
import { type Deployment, startDeployment } from './deployed';
import { sixAccounts } from './organization';

let line: CommandLine;
let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  line = deployment.line;
});
afterAll(() => deployment.stop());

const deployed = ['--json', '--engine', 'stepfunctions'] as const;
const bothApproved = [
  'name: sandbox, ous: [Sandbox], approval: manual',
  'name: dev, ous: [Workloads/Dev], approval: manual',
];

test('paused, it starts nothing; resumed, it goes on; aborted, its execution is stopped and its operations are not begun', async () => {
  const seeded = await line.anOrganization(sixAccounts, bothApproved);
  const machine = await deployment.deploy();
  const asked = await line.run('rollout', '--yes', ...deployed);
  const id = String(jsonLines(asked.out)[0]?.['rolloutId']);

  const paused = await line.run('pause', id, '--reason', 'lunch', ...deployed);
  const approved = await line.run('approve', id, '--reason', 'looks well', ...deployed);
  const whilePaused = await line.stacksByAccount(seeded);
  const resumed = await line.run('resume', id, '--reason', 'back', ...deployed);
  const aborted = await line.run('abort', id, '--reason', 'enough', ...deployed);
  const watched = await line.run('watch', id, ...deployed);
  const stacks = await line.stacksByAccount(seeded);

  expect([asked.status, paused.status, approved.status, resumed.status]).toEqual([3, 0, 3, 3]);
  expect(Object.values(whilePaused).flat()).toEqual([]);
  expect(aborted.status).toBe(0);
  const stops = line.calls.filter(({ action }) => action === 'StopExecution').map(({ body }) => JSON.parse(body));
  expect(stops).toEqual([
    {
      executionArn: machine.replace('stateMachine', 'execution').concat(`:${id}`),
      error: 'Aborted',
      cause: 'arn:aws:sts::123456789012:user/moto (noted as "jo") aborted it: enough',
    },
  ]);
  expect([watched.status, jsonLines(watched.out).at(-1)]).toEqual([
    3,
    expect.objectContaining({ type: 'rolloutFinished', outcome: 'aborted' }),
  ]);
  expect(stacks['sandbox-1']?.length).toBeGreaterThan(0);
  expect(stacks['dev-1']).toEqual([]);
});
