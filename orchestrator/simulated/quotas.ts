/** Resources that AWS limits to a few per region: the message of CloudFormation when a stack would create one more [aws-behavior 6]. */

import type { Protection } from './preexisting';
import type { Kind } from './resource-kinds';
import type { Stack } from './stack';

/** Trails that reach a region, including shadows of trails elsewhere [doc:awscloudtrail/WhatIsCloudTrail-Limits]. */
const trailsMax = 5;

const refusals = {
  recorders: (name) =>
    `Failed to put configuration recorder '${name}' because the maximum number of configuration recorders: 1 is reached. (Service: AmazonConfig; Status Code: 400; Error Code: MaxNumberOfConfigurationRecordersExceededException)`,
  channels: (name) =>
    `Failed to put delivery channel '${name}' because the maximum number of delivery channels: 1 is reached. (Service: AmazonConfig; Status Code: 400; Error Code: MaxNumberOfDeliveryChannelsExceededException)`,
  detectors: () =>
    'The request is rejected because a detector already exists for the current account. (Service: GuardDuty, Status Code: 400, BadRequestException)',
  hubs: () =>
    'Account is already subscribed to Security Hub (Service: SecurityHub, Status Code: 409, ResourceConflictException)',
  analyzers: () =>
    'You have reached the maximum number of analyzers with an account zone of trust. (Service: AccessAnalyzer, Status Code: 402, ServiceQuotaExceededException)',
} as const satisfies Partial<Record<Kind, (name: string) => string>>;

const takenBy: Readonly<Record<keyof typeof refusals, Protection['by']>> = {
  recorders: 'controlTower',
  channels: 'controlTower',
  detectors: 'guardDutyAdministrator',
  hubs: 'hubByHand',
  analyzers: 'analyzerByHand',
};

/** The message is ours; the failure is AWS's [doc:organizations/orgs_manage_policies_declarative]. */
const heldByPolicy =
  'This setting is managed by a declarative policy. (Service: Ec2, Status Code: 403, UnauthorizedOperation)';

/** Why there is no room for the stack's resources. */
export function quotaPassed(
  stack: Stack,
  others: readonly Stack[],
  protections: readonly Protection[],
): string | undefined {
  const here = others.filter(({ region }) => region === stack.region);
  for (const kind of Object.keys(refusals) as (keyof typeof refusals)[]) {
    const [name] = stack.content[kind].keys();
    const isTaken =
      protections.some(({ by }) => by === takenBy[kind]) || here.some(({ content }) => content[kind].size > 0);
    if (name !== undefined && isTaken) return refusals[kind](name);
  }
  const isHeld = protections.some(({ by }) => by === 'snapshotPolicy') && stack.content.snapshotBlocks.size > 0;
  return isHeld ? heldByPolicy : trailsPassed(stack, others, protections);
}

function trailsPassed({ content, region }: Stack, others: readonly Stack[], protections: readonly Protection[]) {
  if (content.trails.size === 0) return undefined;
  const reaching = others.flatMap((other) =>
    [...other.content.trails].filter(([, text]) => other.region === region || JSON.parse(text).multiRegion === true),
  );
  const count = reaching.length + protections.filter(({ by }) => by === 'organizationTrail').length;
  if (count + content.trails.size <= trailsMax) return undefined;
  return `User already has ${count} trails in ${region}. (Service: CloudTrail, Status Code: 400, MaximumNumberOfTrailsExceededException)`;
}
