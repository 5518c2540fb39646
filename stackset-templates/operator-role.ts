/** The human way into an account: an administrator who must show fresh MFA and cannot act outside the governed regions. */
import { Aws, CfnParameter, type Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import {
  administratorAccessArn,
  mfaMaxAgeSecondsBounds,
  operatorSessionSecondsMax,
  operatorTrust,
  regionDenyName,
  regionDenyOf,
  selfProtectName,
} from '../orchestrator/domain/policies/operator-policy';
import { selfProtect } from '../orchestrator/domain/policies/self-protect';
import { action, region, roleName } from './parameters';

export function template(stack: Stack): void {
  stack.templateOptions.description =
    'Strongroom: the operator role, entered with fresh MFA and fenced to the governed regions';

  const role = new CfnParameter(stack, 'RoleName', {
    ...roleName,
    description: 'Name of the role that people assume',
  });
  const ciRole = new CfnParameter(stack, 'CiRoleName', {
    ...roleName,
    description: 'Name of the CI role, which the operator role may not change',
  });
  const regions = new CfnParameter(stack, 'AllowedRegions', {
    type: 'CommaDelimitedList',
    // Matched against each value of the list [doc:AWSCloudFormation/parameters-section-structure].
    ...region,
    description: 'Regions in which the role may act; global services are reached all the same',
  });
  const exempt = new CfnParameter(stack, 'ExemptActions', {
    type: 'CommaDelimitedList',
    ...action,
    description: 'Actions that are not denied outside the allowed regions, including those for us-east-1 only',
  });
  const onlyInUsEast1 = new CfnParameter(stack, 'ExemptActionsInUsEast1', {
    type: 'CommaDelimitedList',
    ...action,
    description: 'Which of the exempt actions are exempt in us-east-1 only',
  });
  const mfaMaxAge = new CfnParameter(stack, 'MfaMaxAgeSeconds', {
    type: 'Number',
    minValue: mfaMaxAgeSecondsBounds.min,
    maxValue: mfaMaxAgeSecondsBounds.max,
    description: 'Seconds after their MFA within which people may enter',
  });

  const here = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID };
  new CfnRole(stack, 'OperatorRole', {
    roleName: role.valueAsString,
    description: 'Administrator of this account within the governed regions, entered with fresh MFA',
    maxSessionDuration: operatorSessionSecondsMax,
    // A Number is text wherever it is used, as a policy wants it [doc:AWSCloudFormation/parameters-section-structure].
    assumeRolePolicyDocument: operatorTrust({ ...here, mfaMaxAgeSeconds: mfaMaxAge.valueAsString }),
    managedPolicyArns: [administratorAccessArn(Aws.PARTITION)],
    policies: [
      {
        policyName: regionDenyName,
        policyDocument: regionDenyOf({
          allowedRegions: regions.valueAsList,
          exempt: exempt.valueAsList,
          onlyInUsEast1: onlyInUsEast1.valueAsList,
        }),
      },
      {
        policyName: selfProtectName,
        policyDocument: selfProtect({ ...here, roles: [role.valueAsString, ciRole.valueAsString] }),
      },
    ],
  });
}
