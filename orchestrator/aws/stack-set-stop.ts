/** Stopping what runs on a StackSet: for one who may stop and not start. */
import {
  CloudFormationClient,
  DescribeStackSetOperationCommand,
  StopStackSetOperationCommand,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import { type OperationStatus, operationEnded, type StackSets } from '../ports/ports';
import type { Clients } from './clients';
import { calling, finding } from './failures';

export interface StackSetHome {
  readonly clients: Clients;
  readonly home: string;
}

export function createStackSetStop({ clients, home }: StackSetHome): Pick<StackSets, 'status' | 'stop'> {
  const client = clients.in(CloudFormationClient, home);
  const status = async (name: string, operationId: string): Promise<OperationStatus> => {
    const { StackSetOperation: operation } = await calling(`cloudformation:DescribeStackSetOperation ${name}`, () =>
      client.send(new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: operationId })),
    );
    if (operation?.Status === undefined) throw errors.internal(`operation ${operationId} of ${name} has no status`);
    return operation.Status;
  };
  return {
    status,
    stop: async (name, operationId) => {
      const operation = await described(client, name, operationId);
      if (operation?.Status === undefined || operationEnded(operation.Status)) return;
      try {
        await calling(`cloudformation:StopStackSetOperation ${name}`, () =>
          client.send(new StopStackSetOperationCommand({ StackSetName: name, OperationId: operationId })),
        );
      } catch (error) {
        // It may have ended in between; then there is nothing left to stop.
        if (!operationEnded(await status(name, operationId))) throw error;
      }
    },
  };
}

/** undefined if the set, or the operation, is not there. An emulator says ValidationError for that. */
export async function described(client: CloudFormationClient, name: string, operationId: string) {
  const absent = ['OperationNotFound', 'StackSetNotFound', 'ValidationError'];
  const found = await finding(`cloudformation:DescribeStackSetOperation ${name}`, absent, () =>
    client.send(new DescribeStackSetOperationCommand({ StackSetName: name, OperationId: operationId })),
  );
  return found?.StackSetOperation;
}
