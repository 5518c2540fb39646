/** What of the account's own defaults CloudFormation has a type for. The rest are settings, applied through the CI role. */
import type { Stack } from 'aws-cdk-lib';
import { CfnSnapshotBlockPublicAccess } from 'aws-cdk-lib/aws-ec2';

export function template(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: no EBS snapshot can be shared with everybody';

  // Also those that are public already: a baseline that leaves them would call a leak safe.
  new CfnSnapshotBlockPublicAccess(stack, 'SnapshotBlockPublicAccess', { state: 'block-all-sharing' });
}
