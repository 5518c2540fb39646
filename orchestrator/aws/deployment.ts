/** Finds the table, bucket and state machine of the deployed orchestrator in the outputs of its stack. */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import { calling, isAws } from './failures';

export interface Deployment {
  readonly table: string;
  readonly bucket: string;
  /** The state machine alias for new rollouts. */
  readonly stateMachine: string;
}

/** Names of the stack outputs. */
const outputs = { table: 'TableName', bucket: 'BucketName', stateMachine: 'StateMachineAlias' } as const;

/** Undefined if the stack does not exist. @throws InvalidInput if it is not Strongroom's. */
export async function findDeployment(
  client: Pick<CloudFormationClient, 'send'>,
  stack: string,
): Promise<Deployment | undefined> {
  const found = await calling(`cloudformation:DescribeStacks ${stack}`, () =>
    client.send(new DescribeStacksCommand({ StackName: stack })),
  ).catch((error: unknown) => {
    // A missing stack is a validation error, recognizable only by its message [bc:cloudformation:DescribeStacks].
    if (isAws(error, 'ValidationError')) return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
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
