/** The role that StackSets assumes in the orchestrator's account, and from which it enters other accounts through their CI role [controls 3.3]. */
import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { stackSetPrefix } from '../domain/model/module';
import { administrationRoleDefault } from '../domain/policies/ci-policy';
import { acknowledgeAdministration } from './acknowledged';

export function administrationRole(scope: Construct, ciRole: string, organization: string): Role {
  const { partition, account } = Stack.of(scope);
  const role = new Role(scope, 'AdministrationRole', {
    roleName: administrationRoleDefault,
    description: 'StackSets uses this role to enter accounts of the organization through their CI role',
    assumedBy: new ServicePrincipal('cloudformation.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudformation:*:${account}:stackset/${stackSetPrefix}*` },
      },
    }),
    inlinePolicies: {
      EnterAccounts: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'CiRoleOnly',
            actions: ['sts:AssumeRole'],
            resources: [`arn:${partition}:iam::*:role/${ciRole}`],
            conditions: { StringEquals: { 'aws:ResourceOrgID': organization } },
          }),
        ],
      }),
    },
  });
  acknowledgeAdministration(role);
  return role;
}
