/**
 * In the management account, in us-east-1: what only that account can give. Organizations says what happens there and nowhere else
 * [aws-control-plane 3.4], and gives the orchestrator's account the right to read it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { CfnStackSet } from 'aws-cdk-lib/aws-cloudformation';
import { EventBus, type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import {
  AccountPrincipal,
  PolicyDocument,
  PolicyStatement,
  PrincipalWithConditions,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { bootstrapStackSet } from '../domain/doctor';
import { acknowledgeDirectory, acknowledgeQueue } from './acknowledged';
import { fromThisAccount } from './confused-deputy';
import { directoryCallers, rolePath } from './functions';
import {
  ciRoleParameter,
  externalIdParameter,
  orchestratorAccountParameter,
  orchestratorRegionParameter,
  organizationParameter,
  rootIdsParameter,
} from './parameters';
import { accountEventPatterns, eventBusName } from './triggers';

/** Known on both sides, so that neither stack waits for the other. */
export const directoryRoleName = 'strongroom-directory';

export class ManagementStack extends Stack {
  /** @param bootstrap the folder with the template of the CI role. */
  constructor(scope: Construct, id: string, bootstrap: string) {
    super(scope, id, { env: { region: 'us-east-1' } });
    const organization = organizationParameter(this);
    const orchestrator = orchestratorAccountParameter(this);
    const region = orchestratorRegionParameter(this);

    forwardEvents(
      this,
      Fn.sub(`arn:\${AWS::Partition}:events:\${Region}:\${Account}:event-bus/${eventBusName}`, {
        Region: region,
        Account: orchestrator,
      }),
    );
    letRead(this, organization, orchestrator);
    ciRoleEverywhere(this, join(bootstrap, 'ci-role.json'), {
      OrganizationId: organization,
      OrchestratorAccountId: orchestrator,
      CiRoleName: ciRoleParameter(this),
      ExternalId: externalIdParameter(this),
    });
  }
}

/** What could not be forwarded within a day is kept for two weeks: the sweep finds the account by itself, a person finds out why. */
function forwardEvents(scope: Construct, busArn: string): void {
  const undelivered = new Queue(scope, 'Undelivered', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledgeQueue(undelivered);
  const bus: IEventBus = EventBus.fromEventBusArn(scope, 'OrchestratorBus', busArn);
  const role = new Role(scope, 'ForwarderRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: fromThisAccount(scope) }),
    description: 'Forwards what happens to accounts to the orchestrator',
    inlinePolicies: {
      Forward: new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: [busArn] })],
      }),
    },
  });
  for (const [name, eventPattern] of Object.entries(accountEventPatterns)) {
    new Rule(scope, name, {
      description: 'Strongroom: forwards what happens to accounts to the orchestrator',
      eventPattern,
      targets: [new EventBusTarget(bus, { role, deadLetterQueue: undelivered })],
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
        'aws:PrincipalArn': directoryCallers.map(
          (name) => `arn:${partition}:iam::${orchestrator}:role${rolePath}${name}`,
        ),
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
              // Tags of accounts, in bulk: this account is where they are [doc:resourcegroupstagging GetResources].
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
        // The role is global, and one Region makes it [doc:AWSCloudFormation/latest/UserGuide/stacksets-bestpractices].
        regions: ['us-east-1'],
        deploymentTargets: { organizationalUnitIds: [...rootIdsParameter(scope)] },
      },
    ],
  });
}
