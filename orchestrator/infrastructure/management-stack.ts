/**
 * Deployed to the management account in us-east-1: forwards the events that Organizations sends only there [aws-behavior 3.4], lets the
 * orchestrator list the organization, and creates the CI role in every account.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { CfnStackSet } from 'aws-cdk-lib/aws-cloudformation';
import { AccountPrincipal, PolicyDocument, PolicyStatement, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { bootstrapStackSet } from '../domain/health/doctor';
import { acknowledgeDirectory } from './acknowledged';
import { forwardEvents } from './forwarding';
import { directoryCallers, rolePath } from './functions';
import {
  ciRoleParameter,
  directoryReaderParameter,
  externalIdParameter,
  orchestratorAccountParameter,
  organizationParameter,
  rootIdsParameter,
} from './parameters';

/** A fixed name, so that neither stack depends on the other. */
export const directoryRoleName = 'strongroom-directory';

export class ManagementStack extends Stack {
  /** @param bootstrap the folder that contains the template of the CI role. */
  constructor(scope: Construct, id: string, bootstrap: string) {
    super(scope, id, { env: { region: 'us-east-1' } });
    const organization = organizationParameter(this);
    const orchestrator = orchestratorAccountParameter(this);

    forwardEvents(this, 'OrganizationEvents', orchestrator);
    directoryRole(this, organization, orchestrator);
    ciRoleStackSet(this, join(bootstrap, 'ci-role.json'), {
      OrganizationId: organization,
      OrchestratorAccountId: orchestrator,
      CiRoleName: ciRoleParameter(this),
      ExternalId: externalIdParameter(this),
    });
  }
}

/** The only access of the orchestrator to this account. It is read-only. */
function directoryRole(scope: Construct, organization: string, orchestrator: string): void {
  const { partition } = Stack.of(scope);
  const role = new Role(scope, 'DirectoryRole', {
    roleName: directoryRoleName,
    description: 'The orchestrator uses this role to list the organization',
    assumedBy: new PrincipalWithConditions(new AccountPrincipal(orchestrator), {
      StringEquals: { 'aws:PrincipalOrgID': organization },
      ArnLike: {
        'aws:PrincipalArn': [
          ...directoryCallers.map((name) => `arn:${partition}:iam::${orchestrator}:role${rolePath}${name}`),
          `arn:${partition}:iam::${orchestrator}:role/${directoryReaderParameter(scope)}`,
        ],
      },
    }),
    maxSessionDuration: Duration.hours(1),
    inlinePolicies: {
      Read: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'ListTheOrganization',
            actions: [
              'organizations:DescribeOrganization',
              'organizations:ListAccounts',
              'organizations:ListAccountsForParent',
              'organizations:ListOrganizationalUnitsForParent',
              'organizations:ListRoots',
              // Returns the tags of accounts in bulk, in this account only [doc:resourcegroupstagging/API_GetResources].
              'tag:GetResources',
            ],
            // None of these actions supports a resource that would narrow the list.
            resources: ['*'],
          }),
        ],
      }),
    },
  });
  acknowledgeDirectory(role);
}

/** Service-managed, so that it needs no role in the accounts, and new accounts get the CI role automatically. */
function ciRoleStackSet(scope: Construct, template: string, parameters: Readonly<Record<string, string>>): void {
  new CfnStackSet(scope, 'CiRole', {
    stackSetName: bootstrapStackSet,
    description: 'Strongroom: the role that enters every account',
    permissionModel: 'SERVICE_MANAGED',
    // An account that leaves the OU keeps its role, so that it can still be checked.
    autoDeployment: { enabled: true, retainStacksOnAccountRemoval: true },
    managedExecution: { Active: true },
    capabilities: ['CAPABILITY_NAMED_IAM'],
    templateBody: readFileSync(template, 'utf8'),
    parameters: Object.entries(parameters).map(([parameterKey, parameterValue]) => ({ parameterKey, parameterValue })),
    operationPreferences: {
      maxConcurrentPercentage: 100,
      failureTolerancePercentage: 10,
      regionConcurrencyType: 'PARALLEL',
    },
    stackInstancesGroup: [
      {
        // The role is global, so one Region creates it [doc:AWSCloudFormation/stacksets-bestpractices].
        regions: ['us-east-1'],
        deploymentTargets: { organizationalUnitIds: [...rootIdsParameter(scope)] },
      },
    ],
  });
}
