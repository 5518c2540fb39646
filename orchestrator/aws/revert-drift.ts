/**
 * A drift-aware change set restores a stack's resources to its template: it resets changed resources and recreates deleted ones. An
 * ordinary update without a change does nothing
 * [doc:AWSCloudFormation/drift-aware-change-sets], [bc:cloudformation:CreateChangeSet.DeploymentMode].
 */
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  ExecuteChangeSetCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import type { StackPlace } from '../ports/ports';
import { setOfStack } from './facts/cloudformation';
import { calling, finding } from './failures';
import { everyItem } from './pages';
import type { Session } from './sessions';

/** Performs one step and reports what remains. The name of the change set is the key, so a repeated call finds earlier work. */
export async function revertDrift(session: Session, place: StackPlace, key: string): Promise<'underway' | 'done'> {
  const client = session.clients.in(CloudFormationClient, place.region);
  const stack = await findStack(client, session, place);
  const names = { StackName: stack.StackId ?? stack.StackName, ChangeSetName: key };
  const about = `${place.stackSet} in ${session.account} ${place.region}`;
  const changeSet = await finding(`cloudformation:DescribeChangeSet ${about}`, ['ChangeSetNotFound'], () =>
    client.send(new DescribeChangeSetCommand(names)),
  );
  if (changeSet === undefined) {
    await finding(`cloudformation:CreateChangeSet ${about}`, ['AlreadyExists'], () =>
      client.send(new CreateChangeSetCommand({ ...names, ...unchanged(stack), DeploymentMode: 'REVERT_DRIFT' })),
    );
    return 'underway';
  }
  switch (progressOf(changeSet)) {
    case 'executable':
      await calling(`cloudformation:ExecuteChangeSet ${about}`, () =>
        client.send(new ExecuteChangeSetCommand({ ...names, ClientRequestToken: key })),
      );
      return 'underway';
    case 'underway':
      return 'underway';
    case 'done':
      return 'done';
    case 'failed':
      throw errors.awsRefused(
        `cloudformation:ExecuteChangeSet ${about}`,
        changeSet.ExecutionStatus ?? changeSet.Status ?? 'FAILED',
        changeSet.StatusReason ?? stack.StackStatusReason ?? 'the events of the stack say why',
      );
  }
}

/** The message of CloudFormation for an empty change set: the drift is already gone. */
const nothingToDo = /didn't contain changes|No updates are to be performed/;

function progressOf({ Status, StatusReason, ExecutionStatus }: DescribeChangeSetCommandOutput) {
  if (Status === 'CREATE_PENDING' || Status === 'CREATE_IN_PROGRESS') return 'underway';
  if (Status === 'FAILED') return nothingToDo.test(StatusReason ?? '') ? 'done' : 'failed';
  if (ExecutionStatus === 'EXECUTE_COMPLETE') return 'done';
  if (ExecutionStatus === 'AVAILABLE') return 'executable';
  return ExecutionStatus === 'EXECUTE_IN_PROGRESS' || ExecutionStatus === 'UNAVAILABLE' ? 'underway' : 'failed';
}

/** Keeps all parameters, because an omitted one could fall back to its default. */
const unchanged = ({ Parameters = [] }: Stack) =>
  ({
    ChangeSetType: 'UPDATE',
    UsePreviousTemplate: true,
    Parameters: Parameters.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true })),
    Capabilities: ['CAPABILITY_NAMED_IAM'],
  }) satisfies Partial<CreateChangeSetCommandInput>;

async function findStack(client: CloudFormationClient, session: Session, place: StackPlace): Promise<Stack> {
  const stacks = await everyItem(
    `cloudformation:DescribeStacks in ${place.region}`,
    paginateDescribeStacks({ client }, {}),
    (page) => page.Stacks,
  );
  const stack = stacks.find(({ StackName = '' }) => setOfStack(StackName) === place.stackSet);
  if (stack !== undefined) return stack;
  throw errors.awsRefused(
    'cloudformation:CreateChangeSet',
    'ValidationError',
    `account ${session.account} has no stack of ${place.stackSet} in ${place.region}`,
  );
}
