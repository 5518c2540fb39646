/** What `npm run deploy` would leave behind in moto, as far as the command line sees it. */
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { baseline } from '../rig';
import { type Moto, motoAccount, motoClients, motoRegion } from './moto';

export const deployedRecords = { kind: 'dynamodb', table: 'strongroom-table', bucket: 'strongroom-bucket' } as const;

/** Turns moto's interpreter on, and gives the ARN of the machine. */
export async function deployOnMoto(moto: Pick<Moto, 'endpoint'>): Promise<string> {
  const interpret = { method: 'POST', body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }) };
  await fetch(`${moto.endpoint}/moto-api/config`, interpret);
  const clients = motoClients(moto);
  const { table: TableName, bucket: Bucket } = deployedRecords;
  await clients.in(SNSClient, motoRegion).send(new CreateTopicCommand({ Name: 'strongroom' }));
  await clients.in(S3Client, motoRegion).send(new CreateBucketCommand({ Bucket }));
  await clients.in(DynamoDBClient, motoRegion).send(
    new CreateTableCommand({
      TableName,
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
