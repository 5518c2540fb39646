/** The parameters of the stacks. Names and constraints are those of the bootstrap templates. */
import { CfnParameter, type CfnParameterProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { organizationId, roleName } from '../../stackset-templates/parameters';
import { externalIdLengthMax, installationDefaults, type SignIn } from '../domain/model/installation';
import { gitHubSubject, peopleRole } from '../domain/policies/ci-policy';

const accountId = { allowedPattern: '[0-9]{12}', constraintDescription: 'must be an account id of 12 digits' };

export const organizationParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OrganizationId', { ...organizationId, description: 'Id of the organization' }).valueAsString;

export const ciRoleParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'CiRoleName', {
    ...roleName,
    default: installationDefaults.ciRole,
    description: 'Name of the role in every account that Strongroom assumes; installation.ciRole in strongroom.yaml',
  }).valueAsString;

export const readerRoleParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'ReaderRoleName', {
    ...roleName,
    default: installationDefaults.readerRole,
    description:
      'Name of the role in every account by which Strongroom looks; installation.readerRole in strongroom.yaml',
  }).valueAsString;

export const externalIdParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'ExternalId', {
    allowedPattern: '[\\w+=,.@:/-]+',
    minLength: 2,
    maxLength: externalIdLengthMax,
    default: installationDefaults.externalId,
    description: 'External id that the CI role requires; installation.externalId in strongroom.yaml',
  }).valueAsString;

export const managementAccountParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'ManagementAccountId', { ...accountId, description: 'Id of the management account' })
    .valueAsString;

export const securityAccountParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'SecurityAccountId', {
    allowedPattern: '^$|[0-9]{12}',
    default: '',
    description: 'Id of the account with the stack StrongroomSecurity; empty without alerts',
  }).valueAsString;

export const orchestratorAccountParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OrchestratorAccountId', {
    ...accountId,
    description: 'Id of the account with the stack StrongroomOrchestrator',
  }).valueAsString;

export const orchestratorRegionParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OrchestratorRegion', {
    allowedPattern: '[a-z]{2}(-[a-z]+)+-[0-9]',
    description: 'Region with the stack StrongroomOrchestrator; regions.home in strongroom.yaml',
  }).valueAsString;

export const administrationRoleParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'AdministrationRole', {
    ...roleName,
    default: installationDefaults.administrationRole,
    description:
      'Name of the role that StackSets uses in the account of the orchestrator; installation.administrationRole in strongroom.yaml',
  }).valueAsString;

export const operatorRoleParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OperatorRoleName', {
    ...roleName,
    default: installationDefaults.operatorRole,
    description: 'Name of the role for people in every account; installation.operatorRole in strongroom.yaml',
  }).valueAsString;

/** IAM Identity Center adds a path and a suffix that only AWS knows, so an ARN may contain wildcards. */
export const peopleParameter = (scope: Construct): readonly string[] =>
  new CfnParameter(scope, 'PeopleRoleArns', {
    type: 'CommaDelimitedList',
    allowedPattern: `^$|arn:aws[a-z-]*:iam::[0-9]{12}:role/${peopleRole}`,
    default: '',
    description:
      "ARNs of roles in the orchestrator's account that people use for the command line; installation.people in strongroom.yaml",
  }).valueAsList;

export const gitHubSubjectParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'GitHubSubject', {
    allowedPattern: `^$|${gitHubSubject}`,
    maxLength: 512,
    default: '',
    description:
      'Subject of the GitHub workflow that may enter accounts; installation.gitHubSubject in strongroom.yaml',
  }).valueAsString;

export const stackSetServicesParameter = (scope: Construct): readonly string[] =>
  new CfnParameter(scope, 'StackSetServices', {
    type: 'CommaDelimitedList',
    allowedPattern: 'cloudformation(\\.[a-z0-9-]+)?\\.amazonaws\\.com',
    default: 'cloudformation.amazonaws.com',
    description:
      'Service principals of StackSets: cloudformation.amazonaws.com, and cloudformation.REGION.amazonaws.com for each governed Region that accounts must enable',
  }).valueAsList;

export const rootIdsParameter = (scope: Construct): readonly string[] =>
  new CfnParameter(scope, 'TargetIds', {
    type: 'CommaDelimitedList',
    allowedPattern: 'r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}',
    description: 'Root (r-…) or OUs (ou-…) whose current and future accounts get the CI role',
  }).valueAsList;

/** Values end up in a header and in JSON, so they must not contain quotes or semicolons. */
const plain = { allowedPattern: '[A-Za-z0-9_.:/@+=-]+', maxLength: 256 };

/** How people sign in to the dashboard, and which claims of their tokens give them a role. */
export function signInParameters(scope: Construct): SignIn {
  const parameter = (id: string, props: CfnParameterProps): string => new CfnParameter(scope, id, props).valueAsString;
  return {
    issuer: parameter('Issuer', {
      allowedPattern: 'https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9_.~/-]*)?',
      maxLength: 512,
      constraintDescription: 'must be a URL that starts with https://',
      description: 'Issuer URL of the OIDC provider, equal to the iss claim of its tokens',
    }),
    clientId: parameter('ClientId', {
      ...plain,
      description: 'Client id of the dashboard at the OIDC provider: a public client (PKCE, no secret)',
    }),
    tokenOrigin: parameter('TokenOrigin', {
      allowedPattern: '(https://[A-Za-z0-9.-]+(:[0-9]+)?)?',
      maxLength: 256,
      default: '',
      description:
        'Origin of the token endpoint, if its host differs from the issuer (Cognito: https://NAME.auth.REGION.amazoncognito.com)',
    }),
    scope: parameter('Scope', {
      allowedPattern: '[A-Za-z0-9_.:/ -]+',
      maxLength: 256,
      default: 'openid email profile',
      description: 'Scopes that the page requests; openid is required',
    }),
    roleClaim: parameter('RoleClaim', {
      ...plain,
      default: 'groups',
      description:
        'Claim of the ID token that determines the role: a string or a list of strings (Cognito: cognito:groups)',
    }),
    operatorValue: parameter('OperatorValue', {
      ...plain,
      default: 'strongroom-operators',
      description: 'Value of the role claim that allows a person to act on rollouts',
    }),
    viewerValue: parameter('ViewerValue', {
      ...plain,
      default: 'strongroom-viewers',
      description: 'Value of the role claim that gives a person read-only access',
    }),
    nameClaim: parameter('NameClaim', {
      ...plain,
      default: 'email',
      description:
        'Claim that identifies a person in the events of a rollout; choose one that people cannot change themselves',
    }),
  };
}
