/** What `strongroom install` would leave behind in moto, as far as the command line sees it. */
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { createTable } from '../../orchestrator/aws/store';
import { createAwsWorld, type World } from '../../orchestrator/aws/world';
import { functionsOf } from '../../orchestrator/runtime/handlers';
import { createSigns } from '../../orchestrator/runtime/signs';
import { baseline } from '../rig';
import { type CommandLine, startCommandLine } from './command-line';
import type { LambdaHandler } from './gateway';
import { emulatorEnv, interpretStateMachines, type Moto, motoAccount, motoClients, motoRegion } from './moto';

export const deployedRecords = { kind: 'dynamodb', table: 'strongroom-table', bucket: 'strongroom-bucket' } as const;

/** Turns moto's interpreter on, and gives the ARN of the machine. */
export async function deployOnMoto(moto: Pick<Moto, 'endpoint'>): Promise<string> {
  await interpretStateMachines(moto);
  const clients = motoClients(moto);
  const { table: TableName, bucket: Bucket } = deployedRecords;
  await clients.in(SNSClient, motoRegion).send(new CreateTopicCommand({ Name: 'strongroom' }));
  await clients.in(S3Client, motoRegion).send(new CreateBucketCommand({ Bucket }));
  await createTable(clients.in(DynamoDBClient, motoRegion), TableName);
  // moto starts nothing by an alias, so its machine is named itself.
  const { stateMachineArn = '' } = await clients.in(SFNClient, motoRegion).send(
    new CreateStateMachineCommand({
      name: 'strongroom-rollout',
      roleArn: `arn:aws:iam::${motoAccount}:role/StateMachine`,
      definition: JSON.stringify((await baseline()).definition),
    }),
  );
  const outputs = { TableName, BucketName: Bucket, StateMachineAlias: stateMachineArn };
  const template = {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  };
  await clients
    .in(CloudFormationClient, motoRegion)
    .send(new CreateStackCommand({ StackName: 'StrongroomOrchestrator', TemplateBody: JSON.stringify(template) }));
  clients.destroy();
  return stateMachineArn;
}

export interface Deployment {
  readonly line: CommandLine;
  /** Deploys into the present organization, and gives the machine's ARN; its functions run in this process. */
  readonly deploy: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** A command line for rollouts that a deployed state machine runs. */
export async function startDeployment(): Promise<Deployment> {
  const functions: Record<string, LambdaHandler> = {};
  const worlds: World[] = [];
  const line = await startCommandLine(functions);
  Object.assign(process.env, emulatorEnv(line.endpoint));
  return {
    line,
    deploy: async () => {
      const stateMachineArn = await deployOnMoto(line);
      const world = await createAwsWorld({ region: motoRegion, homeRegion: motoRegion, state: deployedRecords });
      worlds.push(world);
      Object.assign(functions, functionsOf({ ...world, signs: createSigns(world, {}) }));
      return stateMachineArn;
    },
    stop: async () => {
      for (const world of worlds) await world.close();
      await line.stop();
    },
  };
}
