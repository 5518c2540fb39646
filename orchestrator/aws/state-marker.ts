/**
 * The marker is a StackSet without instances. Every user who can roll out can create it, and every rollout from the same administration
 * account and home region finds it. The metadata of its template holds the content. The name of a StackSet is unique, so of two users
 * who create it one is refused [bc:cloudformation:CreateStackSet].
 */
import {
  type CloudFormationClient,
  CreateStackSetCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import type { ManagingState } from '../domain/managing-state';
import { stateMarkerName } from '../domain/model/module';
import type { StateMarker } from '../ports/ports';
import type { AdministrationRole } from './administration-role';
import { finding } from './failures';

type Sends = Pick<CloudFormationClient, 'send'>;

export function createStateMarker(client: Sends, administration: AdministrationRole): StateMarker {
  const read = async (): Promise<ManagingState | undefined> => {
    const found = await finding(`cloudformation:DescribeStackSet ${stateMarkerName}`, ['StackSetNotFound'], () =>
      client.send(new DescribeStackSetCommand({ StackSetName: stateMarkerName })),
    );
    const body = found?.StackSet?.TemplateBody;
    return body === undefined ? undefined : markedIn(body);
  };
  return {
    read,
    put: async (mine, instead) => {
      const there = await read();
      if (there !== undefined && there.state !== instead?.state) return there;
      if (there !== undefined)
        await finding(`cloudformation:DeleteStackSet ${stateMarkerName}`, ['StackSetNotFound'], () =>
          client.send(new DeleteStackSetCommand({ StackSetName: stateMarkerName })),
        );
      await create(client, mine, await administration());
      return read();
    },
  };
}

async function create(client: Sends, mine: ManagingState, administrationRole: string): Promise<void> {
  await finding(`cloudformation:CreateStackSet ${stateMarkerName}`, ['NameAlreadyExists'], () =>
    client.send(
      new CreateStackSetCommand({
        StackSetName: stateMarkerName,
        Description: `Names the Strongroom state that manages this organization: ${mine.state}. It has no instances.`,
        TemplateBody: JSON.stringify(templateOf(mine)),
        PermissionModel: 'SELF_MANAGED',
        // Without it, CloudFormation passes the role of AWS's default name, which the caller may not pass.
        AdministrationRoleARN: administrationRole,
      }),
    ),
  );
}

/** A template needs at least one resource. This one costs nothing, and without instances it is never created. */
const templateOf = (mine: ManagingState) => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Metadata: { Strongroom: mine },
  Resources: { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
});

function markedIn(body: string): ManagingState {
  const marked = parsed(body);
  if (marked === undefined)
    throw errors.incompleteAnswer(`cloudformation:DescribeStackSet ${stateMarkerName}`, 'the name of a state');
  return marked;
}

function parsed(body: string): ManagingState | undefined {
  try {
    const { Metadata: { Strongroom: found = undefined } = {} } = JSON.parse(body);
    const isWhole = [found?.state, found?.by, found?.since].every((part) => typeof part === 'string');
    return isWhole ? found : undefined;
  } catch {
    return undefined;
  }
}
