/**
 * Deployed to the management account in the Region of Organizations: forwards the events that Organizations sends only there
 * [aws-behavior 3.4], lets the orchestrator list the organization, and creates the CI role in every account.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, CfnCondition, CfnMapping, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnStackSet } from 'aws-cdk-lib/aws-cloudformation';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { bootstrapStackSet } from '../domain/health/doctor';
import { directoryRoleName } from '../domain/installation/installation';
import type { CiRoleParameters } from '../domain/installation/stack-parameters';
import { partitions } from '../domain/model/partition';
import { acknowledgeDirectory } from './acknowledged';
import { forwardEvents } from './forwarding';
import { directoryCallers, rolePath } from './functions';
import {
  administrationRoleParameter,
  ciRoleParameter,
  externalIdParameter,
  gitHubSubjectParameter,
  operatorRoleParameter,
  orchestratorAccountParameter,
  organizationParameter,
  peopleParameter,
  readerRoleParameter,
  rootIdsParameter,
} from './parameters';

export class ManagementStack extends Stack {
  /** @param props with the folder that contains the template of the CI role. */
  constructor(scope: Construct, id: string, { bootstrap, ...props }: StackProps & { readonly bootstrap: string }) {
    super(scope, id, {
      ...props,
      description: 'Strongroom: account events, listing, and the CI role of every account',
    });
    const organization = organizationParameter(this);
    const orchestrator = orchestratorAccountParameter(this);
    const people = peopleParameter(this);

    forwardEvents(this, 'OrganizationEvents', orchestrator);
    directoryRole(this, organization, orchestrator, people);
    ciRoleStackSet(this, join(bootstrap, 'ci-role.json'), {
      OrganizationId: organization,
      OrchestratorAccountId: orchestrator,
      CiRoleName: ciRoleParameter(this),
      ReaderRoleName: readerRoleParameter(this),
      OperatorRoleName: operatorRoleParameter(this),
      AdministrationRole: administrationRoleParameter(this),
      ExternalId: externalIdParameter(this),
      PeopleRoleArns: Fn.join(',', [...people]),
      GitHubSubject: gitHubSubjectParameter(this),
    });
  }
}

/** The only access of the orchestrator to this account. It is read-only. */
function directoryRole(scope: Construct, organization: string, orchestrator: string, people: readonly string[]): void {
  const { partition } = Stack.of(scope);
  const hasPeople = new CfnCondition(scope, 'HasPeople', {
    expression: Fn.conditionNot(Fn.conditionEquals(Fn.join('', [...people]), '')),
  });
  const lists = (sid: string, arns: readonly string[]) => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${orchestrator}:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'aws:PrincipalOrgID': organization }, ArnLike: { 'aws:PrincipalArn': arns } },
  });
  const role = new CfnRole(scope, 'DirectoryRole', {
    roleName: directoryRoleName,
    description: 'The orchestrator uses this role to list the organization',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        lists(
          'Functions',
          directoryCallers.map((name) => `arn:${partition}:iam::${orchestrator}:role${rolePath}${name}`),
        ),
        Fn.conditionIf(hasPeople.logicalId, lists('People', people), Aws.NO_VALUE),
      ],
    },
    policies: [
      {
        policyName: 'Read',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'ListTheOrganization',
              Effect: 'Allow',
              Action: [
                'organizations:DescribeOrganization',
                'organizations:ListAccounts',
                'organizations:ListAccountsForParent',
                'organizations:ListOrganizationalUnitsForParent',
                'organizations:ListRoots',
                // Returns the tags of accounts in bulk, in this account only [doc:resourcegroupstagging/API_GetResources].
                'tag:GetResources',
              ],
              // None of these actions supports a resource that would narrow the list.
              Resource: '*',
            },
          ],
        },
      },
    ],
  });
  acknowledgeDirectory(role);
}

/** Service-managed, so that it needs no role in the accounts, and new accounts get the CI role automatically. */
function ciRoleStackSet(scope: Construct, template: string, parameters: CiRoleParameters): void {
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
      // One account that refuses must not roll back the roles of all others, and this stack. doctor and preflight name those without a role.
      failureTolerancePercentage: 100,
      regionConcurrencyType: 'PARALLEL',
    },
    stackInstancesGroup: [
      {
        // The role is global, so one Region creates it [doc:AWSCloudFormation/stacksets-bestpractices].
        regions: [organizationsRegionHere(scope)],
        deploymentTargets: { organizationalUnitIds: [...rootIdsParameter(scope)] },
      },
    ],
  });
}

/** In any other Region, the lookup fails, and so does the deployment: the events would never arrive there. */
const organizationsRegionHere = (scope: Construct): string =>
  new CfnMapping(scope, 'OrganizationsRegions', {
    mapping: Object.fromEntries(
      Object.values(partitions).map(({ organizationsRegion }) => [organizationsRegion, { Name: organizationsRegion }]),
    ),
  }).findInMap(Aws.REGION, 'Name');
