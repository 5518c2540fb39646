import { CloudFormationClient, ListExportsCommand, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import type { StackFacts } from '../../domain/health/facts';
import { regionCall } from '../../domain/model/lookups';
import { calling } from '../failures';
import { everyItem } from '../pages';
import type { Session } from '../sessions';

/** A StackSet names its stacks `StackSet-`, its own name, and a UUID [doc:AWSCloudFormation/stacksets-concepts]. */
const ourStack = /^StackSet-(strongroom-.+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const setOfStack = (stackName: string): string | undefined => ourStack.exec(stackName)?.[1];

/** DescribeStacks takes no prefix, so all stacks of the region are listed: one call for as many as fit a page. */
export async function readStacks({ clients }: Session, region: string): Promise<readonly StackFacts[]> {
  const stacks = await everyItem(
    `cloudformation:DescribeStacks in ${region}`,
    paginateDescribeStacks({ client: clients.in(CloudFormationClient, region) }, {}),
    (page) => page.Stacks,
  );
  return stacks.flatMap((stack) => {
    const {
      StackName: name = '',
      StackStatus: status = '',
      Parameters: parameters = [],
      Outputs: outputs = [],
    } = stack;
    const stackSet = setOfStack(name);
    if (stackSet === undefined) return [];
    const values = parameters.map(({ ParameterKey: key = '', ParameterValue: value = '' }) => [key, value] as const);
    const given = outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value] as const);
    return [
      {
        stackSet,
        status,
        parameters: Object.fromEntries(values),
        ...(given.length > 0 && { outputs: Object.fromEntries(given) }),
      },
    ];
  });
}

/** A small answer from the service that every module with stacks needs in the region. */
export async function tryRegion({ clients }: Session, region: string): Promise<void> {
  await calling(`${regionCall} in ${region}`, () =>
    clients.in(CloudFormationClient, region).send(new ListExportsCommand({})),
  );
}
