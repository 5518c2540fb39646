/** The role that StackSets assumes in the orchestrator's account, and from which it enters other accounts through their CI role [controls 3.3]. */
import { Stack } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { stackSetPrefix } from '../domain/model/module';
import { acknowledgeAdministration } from './acknowledged';
import { administrationRoleParameter, stackSetServicesParameter } from './parameters';

/** Returns its ARN. */
export function administrationRole(scope: Construct, ciRole: string, organization: string): string {
  const { partition, account } = Stack.of(scope);
  const role = new CfnRole(scope, 'StackSetsRole', {
    roleName: administrationRoleParameter(scope),
    description: 'StackSets uses this role to enter accounts of the organization through their CI role',
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'StackSets',
          Effect: 'Allow',
          // In a Region that accounts must enable, StackSets acts as that Region's own principal [doc:AWSCloudFormation/stacksets-prereqs-self-managed].
          Principal: { Service: stackSetServicesParameter(scope) },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'aws:SourceAccount': account },
            ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudformation:*:${account}:stackset/${stackSetPrefix}*` },
          },
        },
      ],
    },
    policies: [
      {
        policyName: 'EnterAccounts',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'CiRoleOnly',
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Resource: `arn:${partition}:iam::*:role/${ciRole}`,
              Condition: { StringEquals: { 'aws:ResourceOrgID': organization } },
            },
          ],
        },
      },
    ],
  });
  acknowledgeAdministration(role);
  return role.attrArn;
}
