/**
 * The marker is a StackSet without instances: whoever may roll out may make it, and all who roll out from one administration account
 * and home region find it. Its template carries what it says; AWS takes a name once, so of two who make it one is refused.
 */
import {
  type CloudFormationClient,
  CreateStackSetCommand,
  DeleteStackSetCommand,
  DescribeStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import type { ManagingState, StateMarker } from '../ports/ports';
import { finding } from './failures';

type Sends = Pick<CloudFormationClient, 'send'>;

export const markerName = 'strongroom-state';

export function createStateMarker(client: Sends): StateMarker {
  const read = async (): Promise<ManagingState | undefined> => {
    const found = await finding(`cloudformation:DescribeStackSet ${markerName}`, ['StackSetNotFound'], () =>
      client.send(new DescribeStackSetCommand({ StackSetName: markerName })),
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
        await finding(`cloudformation:DeleteStackSet ${markerName}`, ['StackSetNotFound'], () =>
          client.send(new DeleteStackSetCommand({ StackSetName: markerName })),
        );
      await create(client, mine);
      return read();
    },
  };
}

async function create(client: Sends, mine: ManagingState): Promise<void> {
  await finding(`cloudformation:CreateStackSet ${markerName}`, ['NameAlreadyExists'], () =>
    client.send(
      new CreateStackSetCommand({
        StackSetName: markerName,
        Description: `Says which state of Strongroom manages this organization: ${mine.state}. It has no instances.`,
        TemplateBody: JSON.stringify(templateOf(mine)),
        PermissionModel: 'SELF_MANAGED',
      }),
    ),
  );
}

/** A template needs a resource; this one costs nothing, and is never made. */
const templateOf = (mine: ManagingState) => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Metadata: { Strongroom: mine },
  Resources: { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
});

function markedIn(body: string): ManagingState {
  const marked = parsed(body);
  if (marked === undefined)
    throw errors.incompleteAnswer(`cloudformation:DescribeStackSet ${markerName}`, 'the name of a state');
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
