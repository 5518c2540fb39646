/** `--engine stepfunctions`: the command line starts rollouts on a state machine that is deployed, and follows them. */
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createAwsWorld, type World } from '../../orchestrator/aws/world';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { type CommandLine, startCommandLine } from './command-line';
import { deployedRecords, deployOnMoto } from './deployed';
import type { LambdaHandler } from './gateway';
import { emulatorEnv, motoClients, motoRegion, motoStartsWithinMs } from './moto';
import { sixAccounts, twoWaves } from './organization';

const runWithinMs = 120_000;

let line: CommandLine;
const functions: Record<string, LambdaHandler> = {};
const worlds: World[] = [];
beforeAll(async () => {
  line = await startCommandLine(functions);
  Object.assign(process.env, emulatorEnv(line.endpoint));
}, motoStartsWithinMs);
afterAll(async () => {
  for (const world of worlds) await world.close();
  await line.stop();
});

/** The machine's ARN; its functions run in this process. */
async function deploy(): Promise<string> {
  const stateMachineArn = await deployOnMoto(line);
  const world = await createAwsWorld({ region: motoRegion, homeRegion: motoRegion, state: deployedRecords });
  worlds.push(world);
  Object.assign(functions, functionsOf(world));
  return stateMachineArn;
}

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
const jsonLines = (out: string): readonly Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));

test(
  'a rollout is started by its own name, waits for its approval, and is followed to its end',
  async () => {
    await line.anOrganization(sixAccounts, oneApproved);
    const machine = await deploy();

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
  },
  runWithinMs,
);

test(
  'where nothing is deployed, it says so and what to do',
  async () => {
    await line.anOrganization(sixAccounts, twoWaves);

    const refused = await line.run('rollout', '--yes', ...deployed);

    expect([refused.status, refused.out, refused.err]).toEqual([
      2,
      '',
      expect.stringMatching(
        /no stack StrongroomOrchestrator is deployed in us-east-1\nnext: name the stack with --stack/,
      ),
    ]);
  },
  runWithinMs,
);
