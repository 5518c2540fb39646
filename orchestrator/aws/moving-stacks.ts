/** How stacks move from one StackSet to another: they are released, adopted, and made to follow. Nothing is deleted. */
import {
  type CloudFormationClient,
  DeleteStackInstancesCommand,
  ImportStacksToStackSetCommand,
  UpdateStackInstancesCommand,
} from '@aws-sdk/client-cloudformation';
import type { Rehoming } from '../domain/plan';
import type { OperationRequest } from '../ports/ports';
import { calling } from './failures';
import { startedAs, targets } from './operations';

type Move = (client: CloudFormationClient, request: OperationRequest) => Promise<string>;

export const moves: Readonly<Record<Rehoming, Move>> = {
  release: async (client, request) => {
    const { name } = request.spec;
    const { OperationId: id } = await calling(`cloudformation:DeleteStackInstances ${name}`, () =>
      client.send(new DeleteStackInstancesCommand({ StackSetName: name, ...targets(request), RetainStacks: true })),
    );
    return startedAs(name, id);
  },
  adopt: async (client, request) => {
    const { name } = request.spec;
    const { OperationId, OperationPreferences } = targets(request);
    const { OperationId: id } = await calling(`cloudformation:ImportStacksToStackSet ${name}`, () =>
      client.send(
        new ImportStacksToStackSetCommand({
          StackSetName: name,
          StackIds: [...(request.stackIds ?? [])],
          OperationId,
          OperationPreferences,
        }),
      ),
    );
    return startedAs(name, id);
  },
  // An empty list takes the parameters of an adopted stack, which are overrides, back to those of the set [bc:cloudformation:UpdateStackInstances].
  follow: async (client, request) => {
    const { name } = request.spec;
    const { OperationId: id } = await calling(`cloudformation:UpdateStackInstances ${name}`, () =>
      client.send(new UpdateStackInstancesCommand({ StackSetName: name, ...targets(request), ParameterOverrides: [] })),
    );
    return startedAs(name, id);
  },
};
