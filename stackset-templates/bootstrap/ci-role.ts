/**
 * The way in for automation: the role that StackSets deploys with and that the orchestrator enters an account by. Meant for a
 * service-managed StackSet with automatic deployment, so that every new account has it.
 */
import { Aws, CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { factActions } from '../../orchestrator/domain/health/fact-sources';
import { installationDefaults } from '../../orchestrator/domain/model/installation';
import {
  bootstrapPath,
  ciBoundary,
  ciBoundaryName,
  ciTrust,
  gitHubSubject,
  gitHubTrust,
  orchestratorRoles,
  peopleRole,
  peopleTrust,
  serviceRoleBoundary,
  serviceRoleBoundaryName,
} from '../../orchestrator/domain/policies/ci-policy';
import { administratorAccessArn } from '../../orchestrator/domain/policies/operator-policy';
import { organizationId, roleName } from '../parameters';

const here = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID };

export function ciRole(stack: Stack): void {
  stack.templateOptions.description = 'Strongroom: the CI role, its boundary, and the boundary of roles that it makes';

  const name = new CfnParameter(stack, 'CiRoleName', {
    ...roleName,
    default: installationDefaults.ciRole,
    description: 'Name of the role; installation.ciRole in strongroom.yaml',
  });
  const operatorRole = new CfnParameter(stack, 'OperatorRoleName', {
    ...roleName,
    default: installationDefaults.operatorRole,
    description: 'Role for people that the CI role may make; installation.operatorRole in strongroom.yaml',
  });
  new CfnManagedPolicy(stack, 'ServiceRoleBoundary', {
    managedPolicyName: serviceRoleBoundaryName,
    path: bootstrapPath,
    description: 'What roles that the CI role makes for services may do at most',
    policyDocument: serviceRoleBoundary,
  });
  const boundary = new CfnManagedPolicy(stack, 'CiBoundary', {
    managedPolicyName: ciBoundaryName,
    path: bootstrapPath,
    description: 'What the CI role may do at most',
    policyDocument: ciBoundary({
      ...here,
      ciRole: name.valueAsString,
      operatorRole: operatorRole.valueAsString,
      factActions: factActions(),
    }),
  });
  new CfnRole(stack, 'CiRole', {
    roleName: name.valueAsString,
    description: 'Deploys the baseline and checks it',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: trust(stack),
    // The boundary is what grants: an update of it takes effect at once, and cannot fall behind a second list.
    managedPolicyArns: [administratorAccessArn(Aws.PARTITION)],
    permissionsBoundary: boundary.ref,
  });
}

function trust(stack: Stack) {
  const callers = parametersOfCallers(stack);
  const subject = new CfnParameter(stack, 'GitHubSubject', {
    // No wildcard: it would be compared as text, and let nobody in.
    allowedPattern: `^$|${gitHubSubject}`,
    maxLength: 512,
    default: '',
    description:
      'Subject of the GitHub workflow that may enter, like repo:OWNER/REPO:ref:refs/heads/main, or ' +
      'repo:OWNER@OWNERID/REPO@REPOID:ref:refs/heads/main for repositories made since July 2026; empty for none. ' +
      'The account must have the identity provider already',
  });
  const hasGitHub = new CfnCondition(stack, 'HasGitHubSubject', {
    expression: Fn.conditionNot(Fn.conditionEquals(subject.valueAsString, '')),
  });
  const people = new CfnParameter(stack, 'PeopleRoleArns', {
    type: 'CommaDelimitedList',
    // Matched against each value of the list [doc:AWSCloudFormation/parameters-section-structure].
    allowedPattern: `^$|arn:aws[a-z-]*:iam::[0-9]{12}:role/${peopleRole}`,
    default: '',
    description:
      'ARNs of roles of people who may enter, which may contain wildcards; installation.people in strongroom.yaml',
  });
  const hasPeople = new CfnCondition(stack, 'HasPeople', {
    expression: Fn.conditionNot(Fn.conditionEquals(Fn.join('', people.valueAsList), '')),
  });
  const { Version, Statement } = ciTrust(Aws.PARTITION, callers);
  const byPeople = Fn.conditionIf(
    hasPeople.logicalId,
    peopleTrust(Aws.PARTITION, callers, people.valueAsList),
    Aws.NO_VALUE,
  );
  const gitHub = Fn.conditionIf(hasGitHub.logicalId, gitHubTrust(here, subject.valueAsString), Aws.NO_VALUE);
  return { Version, Statement: [...Statement, byPeople, gitHub] };
}

function parametersOfCallers(stack: Stack) {
  const organization = new CfnParameter(stack, 'OrganizationId', {
    ...organizationId,
    description: 'Organization that callers must belong to',
  });
  const orchestratorAccount = new CfnParameter(stack, 'OrchestratorAccountId', {
    allowedPattern: '[0-9]{12}',
    description: 'Account that the orchestrator and its StackSets live in',
  });
  const administrationRole = new CfnParameter(stack, 'AdministrationRole', {
    ...roleName,
    default: installationDefaults.administrationRole,
    description:
      'Role that StackSets uses in the account of the orchestrator; installation.administrationRole in strongroom.yaml',
  });
  const externalId = new CfnParameter(stack, 'ExternalId', {
    allowedPattern: '[\\w+=,.@:/-]+',
    minLength: 2,
    maxLength: 1224,
    default: installationDefaults.externalId,
    description: 'External id that the orchestrator must give; installation.externalId in strongroom.yaml',
  });
  return {
    organization: organization.valueAsString,
    orchestratorAccount: orchestratorAccount.valueAsString,
    administrationRole: administrationRole.valueAsString,
    orchestratorRole: orchestratorRoles,
    externalId: externalId.valueAsString,
  };
}
