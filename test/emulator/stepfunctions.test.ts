/** `--engine stepfunctions`: the command line starts rollouts on a state machine that is deployed, and follows them. */
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { createAwsWorld, type World } from '../../orchestrator/aws/world';
import { functionsOf } from '../../orchestrator/handlers';
import { baseline } from '../handlers/rig';
import { type CommandLine, startCommandLine } from './command-line';
import type { LambdaHandler } from './gateway';
import { emulatorEnv, motoAccount, motoClients, motoRegion, motoStartsWithinMs } from './moto';
import { sixAccounts, twoWaves } from './organization';

const runWithinMs = 120_000;
const [table, bucket] = ['strongroom-table', 'strongroom-bucket'];

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

/** What `npm run deploy` would leave behind, as far as the command line sees it. Returns the machine's ARN. */
async function deploy(): Promise<string> {
  const interpret = { method: 'POST', body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }) };
  await fetch(`${line.endpoint}/moto-api/config`, interpret);
  const clients = motoClients(line);
  await clients.in(S3Client, motoRegion).send(new CreateBucketCommand({ Bucket: bucket }));
  await clients.in(DynamoDBClient, motoRegion).send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  // moto starts nothing by an alias, so its machine is named itself.
  const { stateMachineArn = '' } = await clients.in(SFNClient, motoRegion).send(
    new CreateStateMachineCommand({
      name: 'strongroom-rollout',
      roleArn: `arn:aws:iam::${motoAccount}:role/StateMachine`,
      definition: JSON.stringify((await baseline()).definition),
    }),
  );
  const outputs = { TableName: table, BucketName: bucket, StateMachineAlias: stateMachineArn };
  const template = {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  };
  await clients
    .in(CloudFormationClient, motoRegion)
    .send(new CreateStackCommand({ StackName: 'StrongroomOrchestrator', TemplateBody: JSON.stringify(template) }));
  clients.destroy();

  const state = { kind: 'dynamodb', table, bucket } as const;
  const world = await createAwsWorld({ region: motoRegion, homeRegion: motoRegion, state });
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
      expect.stringMatching(/no stack StrongroomOrchestrator is deployed in us-east-1\nnext: name it with --stack/),
    ]);
  },
  runWithinMs,
);
