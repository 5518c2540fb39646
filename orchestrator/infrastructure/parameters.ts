/** What a deployment has to be told; everything else it knows. Names and bounds are those of the bootstrap templates. */
import { CfnParameter, type CfnParameterProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bucketName, organizationId, roleName } from '../../stackset-templates/parameters';

const accountId = { allowedPattern: '[0-9]{12}', constraintDescription: 'an account id has 12 digits' };

export const organizationParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OrganizationId', { ...organizationId, description: 'The organization' }).valueAsString;

export const ciRoleParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'CiRoleName', {
    ...roleName,
    default: 'BaselineCi',
    description: 'Role in every account by which it is entered; organization.ciRole in strongroom.yaml',
  }).valueAsString;

export const externalIdParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'ExternalId', {
    allowedPattern: '[\\w+=,.@:/-]+',
    minLength: 2,
    maxLength: 1224,
    default: 'strongroom',
    description: 'External id that the CI role asks for; organization.externalId in strongroom.yaml',
  }).valueAsString;

export const managementAccountParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'ManagementAccountId', { ...accountId, description: 'The management account' }).valueAsString;

export const orchestratorAccountParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OrchestratorAccountId', {
    ...accountId,
    description: 'Account of the stack StrongroomOrchestrator',
  }).valueAsString;

export const orchestratorRegionParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'OrchestratorRegion', {
    allowedPattern: '[a-z]{2}(-[a-z]+)+-[0-9]',
    description: 'Region of the stack StrongroomOrchestrator; regions.home in strongroom.yaml',
  }).valueAsString;

/** Of the people: those of IAM Identity Center have roles under a path and with an ending that only AWS knows, so it may hold wildcards. */
export const directoryReaderParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'DirectoryReaderRole', {
    allowedPattern: '[\\w+=,.@/*-]*[\\w+=,.@-]{4}[\\w+=,.@/*-]*',
    maxLength: 512,
    default: 'StrongroomOperator',
    description:
      "Role of the orchestrator's account, with its path, by which people use the command line, like aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*",
  }).valueAsString;

export const logArchiveParameter = (scope: Construct): string =>
  new CfnParameter(scope, 'BucketName', {
    ...bucketName,
    description: 'Name of the bucket; modules.audit-logging.logArchiveBucket in strongroom.yaml',
  }).valueAsString;

export const rootIdsParameter = (scope: Construct): readonly string[] =>
  new CfnParameter(scope, 'TargetIds', {
    type: 'CommaDelimitedList',
    allowedPattern: 'r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}',
    description: 'Root (r-…) or OUs (ou-…) whose accounts get the CI role, also those that join later',
  }).valueAsList;

export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly tokenOrigin: string;
  readonly scope: string;
  readonly roleClaim: string;
  readonly operatorValue: string;
  readonly viewerValue: string;
  readonly nameClaim: string;
}

/** Written into a header and into JSON, so none of them may have a quote or a semicolon. */
const plain = { allowedPattern: '[A-Za-z0-9_.:/@+=-]+', maxLength: 256 };

/** How people sign in to the dashboard, and what the claims of their tokens mean. */
export function signInParameters(scope: Construct): SignIn {
  const parameter = (id: string, props: CfnParameterProps): string => new CfnParameter(scope, id, props).valueAsString;
  return {
    issuer: parameter('Issuer', {
      allowedPattern: 'https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9_.~/-]*)?',
      maxLength: 512,
      constraintDescription: 'an address that begins with https://',
      description: 'Issuer of the OIDC provider, as its tokens say it (iss)',
    }),
    clientId: parameter('ClientId', {
      ...plain,
      description: 'The dashboard at the provider: a public client (PKCE, no secret)',
    }),
    tokenOrigin: parameter('TokenOrigin', {
      allowedPattern: '(https://[A-Za-z0-9.-]+(:[0-9]+)?)?',
      maxLength: 256,
      default: '',
      description:
        'Where the token endpoint is, if that is another host than the issuer (Cognito: https://NAME.auth.REGION.amazoncognito.com)',
    }),
    scope: parameter('Scope', {
      allowedPattern: '[A-Za-z0-9_.:/ -]+',
      maxLength: 256,
      default: 'openid email profile',
      description: 'What the page asks the provider for; openid is needed',
    }),
    roleClaim: parameter('RoleClaim', {
      ...plain,
      default: 'groups',
      description: 'Claim of the ID token that says the role: a text or a list of texts (Cognito: cognito:groups)',
    }),
    operatorValue: parameter('OperatorValue', {
      ...plain,
      default: 'strongroom-operators',
      description: 'Whoever has this value acts on rollouts',
    }),
    viewerValue: parameter('ViewerValue', {
      ...plain,
      default: 'strongroom-viewers',
      description: 'Whoever has this value looks, and does not act',
    }),
    nameClaim: parameter('NameClaim', {
      ...plain,
      default: 'email',
      description: 'Claim that names the person in the log of a rollout; one that people cannot change themselves',
    }),
  };
}
