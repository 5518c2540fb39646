/** The assumptions on which the policies of the CI role and the operator role rest. */
import { type Assumption, row } from './assumption';

export const assumptionsOfRoles: readonly Assumption[] = [
  row(
    'A52',
    'every call that CloudFormation makes for a resource of a stack has `aws:CalledVia` with cloudformation.amazonaws.com, also when StackSets made the stack',
    'deploy every module, and read AccessDenied',
    'every stack fails; the condition in `ci-boundary.ts` goes',
  ),
  row(
    'A53',
    'StackSets needs of CloudFormation, as the execution role, only calls on its own stacks, DescribeStacks, GetTemplateSummary and ValidateTemplate',
    'deploy, update and delete a stack with it, and read AccessDenied',
    'every stack fails; the reads in `ci-actions.ts` grow',
  ),
  row(
    'A54',
    'the calls that the region deny exempts in us-east-1 only are all that people need there to configure CloudFront, billing alarms, rules on global events and quotas',
    'configure each with the operator role where us-east-1 is not governed',
    'one of them is denied until the config exempts it',
  ),
];
