/** Detects and reads drift of a StackSet from the administrator account, without entering the member accounts. */
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
/** A stack has at most 500 resources [doc:AWSCloudFormation/cloudformation-limits]. */
const pagesMax = 10;

/** Accounts checked at once per region. Detection reads every resource of a stack, and services throttle that. */
const accountsAtOnceMax = 25;

/** A stack that cannot be checked does not cancel the detection in others. */
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
  throw errors.limitExceeded(`the drift of ${name} in ${account} ${region}`, `${pagesMax * pageSize} resources`);
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
