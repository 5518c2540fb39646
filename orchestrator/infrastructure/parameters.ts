/** What a deployment has to be told; everything else it knows. Names and bounds are those of the bootstrap templates. */
import { CfnParameter } from 'aws-cdk-lib';
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
