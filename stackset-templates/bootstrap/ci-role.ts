/**
 * The ways in for automation: the CI role, which StackSets deploys with, and the reader role, by which the orchestrator looks. Meant for a
 * service-managed StackSet with automatic deployment, so that every new account has both.
 */
import { Aws, CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { factActions } from '../../orchestrator/domain/health/fact-sources';
import { externalIdLengthMax, installationDefaults } from '../../orchestrator/domain/model/installation';
import { ciBoundary, ciLimits } from '../../orchestrator/domain/policies/ci-boundary';
import {
  bootstrapPath,
  ciBoundaryName,
  ciLimitsName,
  ciTrust,
  gitHubSubject,
  gitHubTrust,
  orchestratorRoles,
  peopleRole,
  peopleTrust,
  readerTrust,
  serviceRoleBoundary,
  serviceRoleBoundaryName,
} from '../../orchestrator/domain/policies/ci-policy';
import { administratorAccessArn } from '../../orchestrator/domain/policies/operator-policy';
import { readerPolicy, readerPolicyName } from '../../orchestrator/domain/policies/reader-policy';
import { organizationId, roleName } from '../parameters';

const here = { partition: Aws.PARTITION, account: Aws.ACCOUNT_ID };

export function ciRole(stack: Stack): void {
  stack.templateOptions.description =
    'Strongroom: the roles by which it deploys to this account and looks at it, and their boundaries';

  const name = new CfnParameter(stack, 'CiRoleName', {
    ...roleName,
    default: installationDefaults.ciRole,
    description: 'Name of the role; installation.ciRole in strongroom.yaml',
  });
  const reader = new CfnParameter(stack, 'ReaderRoleName', {
    ...roleName,
    default: installationDefaults.readerRole,
    description: 'Name of the role that can only read; installation.readerRole in strongroom.yaml',
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
  const named = {
    ...here,
    ciRole: name.valueAsString,
    readerRole: reader.valueAsString,
    operatorRole: operatorRole.valueAsString,
  };
  const boundary = new CfnManagedPolicy(stack, 'CiBoundary', {
    managedPolicyName: ciBoundaryName,
    path: bootstrapPath,
    description: 'What the CI role may do at most',
    policyDocument: ciBoundary(named),
  });
  const trusts = trustsIn(stack);
  const reads = new CfnManagedPolicy(stack, 'ReaderPolicy', {
    managedPolicyName: readerPolicyName,
    path: bootstrapPath,
    description: 'What the reader role may do',
    policyDocument: readerPolicy({ factActions: factActions() }),
  });
  new CfnRole(stack, 'ReaderRole', {
    roleName: reader.valueAsString,
    description: 'Looks at the account, and changes nothing',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: trusts.reader,
    // The same policy twice: what else somebody attaches gives the role nothing more.
    managedPolicyArns: [reads.ref],
    permissionsBoundary: reads.ref,
  });
  new CfnRole(stack, 'CiRole', {
    roleName: name.valueAsString,
    description: 'Deploys the baseline',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: trusts.ci,
    // The boundary is what grants: an update of it takes effect at once, and cannot fall behind a second list.
    managedPolicyArns: [administratorAccessArn(Aws.PARTITION)],
    permissionsBoundary: boundary.ref,
    policies: [{ policyName: ciLimitsName, policyDocument: ciLimits(named) }],
  });
}

function trustsIn(stack: Stack) {
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
  const ci = ciTrust(Aws.PARTITION, callers);
  const readers = readerTrust(Aws.PARTITION, callers);
  const byPeople = Fn.conditionIf(
    hasPeople.logicalId,
    peopleTrust(Aws.PARTITION, callers, people.valueAsList),
    Aws.NO_VALUE,
  );
  const gitHub = Fn.conditionIf(hasGitHub.logicalId, gitHubTrust(here, subject.valueAsString), Aws.NO_VALUE);
  return {
    ci: { ...ci, Statement: [...ci.Statement, byPeople, gitHub] },
    reader: { ...readers, Statement: [...readers.Statement, byPeople] },
  };
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
    maxLength: externalIdLengthMax,
    default: installationDefaults.externalId,
    description: 'External id that the orchestrator must give; installation.externalId in strongroom.yaml',
  });
  return {
    organization: organization.valueAsString,
    orchestratorAccount: orchestratorAccount.valueAsString,
    administrationRole: administrationRole.valueAsString,
    orchestratorRoles,
    externalId: externalId.valueAsString,
  };
}
