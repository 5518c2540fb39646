/** Drift of a StackSet, detected and read from the administrator's account: the members need not be entered for it. */
import {
  type CloudFormationClient,
  DetectStackSetDriftCommand,
  ListStackInstanceResourceDriftsCommand,
  type StackInstanceResourceDriftsSummary,
} from '@aws-sdk/client-cloudformation';
import { errors } from '../domain/errors';
import type { ResourceDrift } from '../domain/model/drift';
import type { StackInstance } from '../ports/ports';
import { calling } from './failures';

const pageSize = 100;
/** A stack has 500 resources at most [doc:AWSCloudFormation/cloudformation-limits]. */
const pagesMax = 10;

/** The accounts that are looked into at once, per region: detection reads every resource of a stack, which services throttle. */
const accountsAtOnceMax = 25;

/** One stack that cannot be looked into says nothing of the others, so that nothing is cancelled for it. */
export async function detectDrift(
  client: CloudFormationClient,
  name: string,
  operationId: string,
): Promise<string | undefined> {
  const { OperationId: id } = await calling(`cloudformation:DetectStackSetDrift ${name}`, () =>
    client.send(
      new DetectStackSetDriftCommand({
        StackSetName: name,
        OperationId: operationId,
        OperationPreferences: {
          FailureTolerancePercentage: 100,
          MaxConcurrentCount: accountsAtOnceMax,
          ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
          RegionConcurrencyType: 'PARALLEL',
        },
      }),
    ),
  );
  return id;
}

/** The SDK has no paginator for this call. */
export async function listDrift(
  client: CloudFormationClient,
  name: string,
  operationId: string,
  { account, region }: Pick<StackInstance, 'account' | 'region'>,
): Promise<readonly ResourceDrift[]> {
  const call = `cloudformation:ListStackInstanceResourceDrifts ${name}`;
  const found: ResourceDrift[] = [];
  let next: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const { Summaries, NextToken } = await calling(call, () =>
      client.send(
        new ListStackInstanceResourceDriftsCommand({
          StackSetName: name,
          StackInstanceAccount: account,
          StackInstanceRegion: region,
          OperationId: operationId,
          StackInstanceResourceDriftStatuses: ['MODIFIED', 'DELETED'],
          MaxResults: pageSize,
          ...(next !== undefined && { NextToken: next }),
        }),
      ),
    );
    found.push(...(Summaries ?? []).map(driftOf));
    if (NextToken === undefined) return found;
    next = NextToken;
  }
  throw errors.limitExceeded(`what differs in ${account} ${region} of ${name}`, `${pagesMax * pageSize} resources`);
}

const driftOf = (summary: StackInstanceResourceDriftsSummary): ResourceDrift => ({
  resource: summary.LogicalResourceId ?? '',
  type: summary.ResourceType ?? '',
  change: summary.StackResourceDriftStatus === 'DELETED' ? 'deleted' : 'modified',
  differences: (summary.PropertyDifferences ?? []).map(({ PropertyPath, ExpectedValue, ActualValue }) => ({
    path: PropertyPath ?? '',
    expected: ExpectedValue ?? '',
    actual: ActualValue ?? '',
  })),
});
