/** Moves stacks from one StackSet to another: detach, adopt, follow. Nothing is deleted. */
import {
  type CloudFormationClient,
  DeleteStackInstancesCommand,
  ImportStacksToStackSetCommand,
  UpdateStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import type { Rehoming } from '../domain/model/plan';
import type { OperationRequest } from '../ports/ports';
import { calling, isAws } from './failures';
import { startedAs, targets } from './operations';

type Move = (client: CloudFormationClient, request: OperationRequest) => Promise<string>;

export const moves: Readonly<Record<Rehoming, Move>> = {
  detach: async (client, request) => {
    const { name } = request.spec;
    const { OperationId: id } = await calling(`cloudformation:DeleteStackInstances ${name}`, () =>
      client.send(new DeleteStackInstancesCommand({ StackSetName: name, ...targets(request), RetainStacks: true })),
    );
    return startedAs(name, id);
  },
  adopt: async (client, request) => {
    const { name } = request.spec;
    const { OperationId, OperationPreferences } = targets(request);
    const stackIds = [...(request.stackIds ?? [])];
    const input = { StackSetName: name, StackIds: stackIds, OperationId, OperationPreferences };
    try {
      const { OperationId: id } = await calling(`cloudformation:ImportStacksToStackSet ${name}`, () =>
        client.send(new ImportStacksToStackSetCommand(input)),
      );
      return startedAs(name, id);
    } catch (error) {
      // One missing stack fails the whole import [bc:cloudformation:ImportStacksToStackSet].
      if (isAws(error, 'StackNotFoundException')) throw errors.stackGone(name, stackIds, error);
      throw error;
    }
  },
  // An empty list resets the parameters of an adopted stack, which are overrides, to those of the set [bc:cloudformation:UpdateStackInstances].
  follow: async (client, request) => {
    const { name } = request.spec;
    const { OperationId: id } = await calling(`cloudformation:UpdateStackInstances ${name}`, () =>
      client.send(new UpdateStackInstancesCommand({ StackSetName: name, ...targets(request), ParameterOverrides: [] })),
    );
    return startedAs(name, id);
  },
};
