/** What the CI role needs, as data. The boundary allows it, and the tests compare it with what templates and visits need. */
import { type Catalog, catalog } from '../model/catalog';
import { isLike } from './policy';

/**
 * What CloudFormation, settings and probes read; preflight's lookups and the facts of the checks bring their own. None of it gives away what the
 * account keeps: no objects, no parameters, no log lines.
 */
const baseReads = [
  'access-analyzer:Get*',
  'access-analyzer:List*',
  'cloudtrail:Describe*',
  'cloudtrail:Get*',
  'cloudtrail:List*',
  'cloudtrail:LookupEvents',
  'config:Describe*',
  'config:Get*',
  'config:List*',
  'ec2:GetEbsDefaultKmsKeyId',
  'ec2:GetEbsEncryptionByDefault',
  'ec2:GetInstanceMetadataDefaults',
  'ec2:GetSnapshotBlockPublicAccessState',
  'events:Describe*',
  'events:List*',
  'guardduty:Get*',
  'guardduty:List*',
  'iam:Get*',
  'iam:List*',
  'iam:SimulatePrincipalPolicy',
  'kms:Describe*',
  'kms:GetKey*',
  'kms:List*',
  's3:GetAccountPublicAccessBlock',
  'securityhub:Describe*',
  'securityhub:Get*',
  'securityhub:List*',
  'sts:GetCallerIdentity',
];

/** CloudFormation acts with the permissions of its caller, so these alone change nothing. */
export const ciStackActions = 'cloudformation:*';

const isCovered = (action: string): boolean =>
  [...baseReads, ciStackActions].some((pattern) => isLike(action, pattern));

/** @param visits the actions of preflight's lookups and of the facts; the least text that allows them, since the boundary has a limit. */
export const ciReads = (...visits: readonly (readonly string[])[]): readonly string[] =>
  [...new Set([...baseReads, ...visits.flat().filter((action) => !isCovered(action))])].sort();

/** What probes write. */
const probeWrites = ['guardduty:ArchiveFindings', 'guardduty:CreateSampleFindings'];

/** What CloudFormation calls for the resources of modules, and what settings and probes need. */
export const ciWrites = (of: Catalog = catalog): readonly string[] => {
  const ofModules = Object.values(of).flatMap(({ stackWrites, settingWrites = [] }) => [
    ...stackWrites,
    ...settingWrites,
  ]);
  return [...new Set([...ofModules, ...probeWrites])].sort();
};

/** Only for the operator role and for roles under the path of the bootstrap. */
export const ciRoleWrites = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:DeleteRole',
  'iam:DeleteRolePolicy',
  'iam:DetachRolePolicy',
  'iam:PutRolePolicy',
  'iam:TagRole',
  'iam:UntagRole',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateRole',
  'iam:UpdateRoleDescription',
];

/** Services for which the CI role may create service-linked roles. */
export const linkedServices = (of: Catalog = catalog): readonly string[] => {
  const services = Object.values(of).flatMap(({ linkedService, selfLinkingServices = [] }) => [
    ...(linkedService === undefined ? [] : [linkedService]),
    ...selfLinkingServices,
  ]);
  return [...new Set(services)].sort();
};
