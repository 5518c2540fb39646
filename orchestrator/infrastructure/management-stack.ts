/**
 * In the management account, in us-east-1: what only that account can give. Organizations says what happens there and nowhere else
 * [aws-behavior 3.4], and gives the orchestrator's account the right to read it.
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

/** Known on both sides, so that neither stack waits for the other. */
export const directoryRoleName = 'strongroom-directory';

export class ManagementStack extends Stack {
  /** @param bootstrap the folder with the template of the CI role. */
  constructor(scope: Construct, id: string, bootstrap: string) {
    super(scope, id, { env: { region: 'us-east-1' } });
    const organization = organizationParameter(this);
    const orchestrator = orchestratorAccountParameter(this);

    forwardEvents(this, 'OrganizationEvents', orchestrator);
    letRead(this, organization, orchestrator);
    ciRoleEverywhere(this, join(bootstrap, 'ci-role.json'), {
      OrganizationId: organization,
      OrchestratorAccountId: orchestrator,
      CiRoleName: ciRoleParameter(this),
      ExternalId: externalIdParameter(this),
    });
  }
}

/** The one way of the orchestrator into this account: it lists, and changes nothing. */
function letRead(scope: Construct, organization: string, orchestrator: string): void {
  const { partition } = Stack.of(scope);
  const role = new Role(scope, 'DirectoryRole', {
    roleName: directoryRoleName,
    description: 'The orchestrator lists the organization with it',
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
              // Tags of accounts, in bulk: this account is where they are [doc:resourcegroupstagging/API_GetResources].
              'tag:GetResources',
            ],
            // None of these knows a resource that a list could be bound to.
            resources: ['*'],
          }),
        ],
      }),
    },
  });
  acknowledgeDirectory(role);
}

/** Service-managed, so that it needs nothing in the accounts, and an account that joins gets the role without anybody's doing. */
function ciRoleEverywhere(scope: Construct, template: string, parameters: Readonly<Record<string, string>>): void {
  new CfnStackSet(scope, 'CiRole', {
    stackSetName: bootstrapStackSet,
    description: 'Strongroom: the role by which every account is entered',
    permissionModel: 'SERVICE_MANAGED',
    // An account that leaves keeps its role, and with it the way to be looked at.
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
        // The role is global, and one Region makes it [doc:AWSCloudFormation/stacksets-bestpractices].
        regions: ['us-east-1'],
        deploymentTargets: { organizationalUnitIds: [...rootIdsParameter(scope)] },
      },
    ],
  });
}
