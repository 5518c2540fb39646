/** Where the deployed orchestrator keeps its records and what it runs, as its own stack tells. */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import { calling, isAws } from './failures';

export interface Deployment {
  readonly table: string;
  readonly bucket: string;
  /** The alias that new rollouts run. */
  readonly stateMachine: string;
}

/** Names of the stack's outputs. */
const outputs = { table: 'TableName', bucket: 'BucketName', stateMachine: 'StateMachineAlias' } as const;

/** @throws InvalidInput if there is no such stack, or if it is another than Strongroom's. */
export async function findDeployment(
  client: Pick<CloudFormationClient, 'send'>,
  stack: string,
  region: string,
): Promise<Deployment> {
  const found = await calling(`cloudformation:DescribeStacks ${stack}`, () =>
    client.send(new DescribeStacksCommand({ StackName: stack })),
  ).catch((error: unknown) => {
    // A stack that is not there is a validation error by its message only [bc:cloudformation:DescribeStacks].
    if (isAws(error, 'ValidationError')) throw errors.notDeployed(stack, region, error);
    throw error;
  });
  const told = new Map(found.Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const output = (name: string): string => {
    const value = told.get(name);
    if (value === undefined || value === '') throw errors.strangeDeployment(stack, name);
    return value;
  };
  return {
    table: output(outputs.table),
    bucket: output(outputs.bucket),
    stateMachine: output(outputs.stateMachine),
  };
}
