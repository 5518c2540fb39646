/** What the CI role needs, as data. The boundary allows it, and the tests compare it with what templates and visits need. */
import { type Catalog, catalog } from '../model/catalog';

/**
 * What CloudFormation, settings, probes and rehearsals read; facts and preflight have the reader role. Patterns, since the boundary has
 * a limit of length: the tests hold each to what it is needed for. None of it gives away what the account keeps: no objects, no log lines.
 */
export const ciReads: readonly string[] = [
  'access-analyzer:GetAnalyzer',
  'access-analyzer:ListA*',
  // All stacks are listed to find ours, and StackSets asks about a template before there is a stack.
  'cloudformation:DescribeStacks',
  'cloudformation:GetTemplateSummary',
  'cloudformation:ValidateTemplate',
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEvent*',
  'cloudtrail:GetInsightSelectors',
  'cloudtrail:GetTrail*',
  'cloudtrail:ListT*',
  'config:DescribeConfigurationRecorder*',
  'config:DescribeDeliveryChannel*',
  'ec2:GetEbs*',
  'ec2:GetInstanceMetadataDefaults',
  'ec2:GetSnapshotBlockPublicAccessState',
  'events:DescribeRule',
  'events:List*',
  'guardduty:GetDetector',
  'guardduty:GetFindings',
  'guardduty:List*',
  'iam:GetAccountPasswordPolicy',
  'iam:GetRole*',
  'iam:List*Role*',
  'iam:SimulatePrincipalPolicy',
  'kms:DescribeKey',
  'kms:GetKey*',
  'kms:List*',
  's3:GetAccountPublicAccessBlock',
  'securityhub:Describe*',
  'securityhub:GetEnabledStandards',
  'securityhub:ListTagsForResource',
];

/** Only for our stacks: CloudFormation uses the role that was associated with a stack before, also for a caller that may not pass it. */
export const ciStackActions = 'cloudformation:*';

const once = (actions: readonly string[]): readonly string[] => [...new Set(actions)].sort();

/** What CloudFormation calls for the resources of modules; nobody else may, not even with this role. */
export const ciStackWrites = (of: Catalog = catalog): readonly string[] =>
  once(Object.values(of).flatMap(({ stackWrites }) => stackWrites));

/** What settings and probes write. They belong to the account and its only detector, so there is no resource to name. */
export const ciDirectWrites = (of: Catalog = catalog): readonly string[] =>
  once([
    ...Object.values(of).flatMap(({ settingWrites = [] }) => settingWrites),
    'guardduty:ArchiveFindings',
    'guardduty:CreateSampleFindings',
  ]);

/** What a rehearsal tries outside its stacks; its StackSets and its rules have a prefix. */
export const ciRehearsalWrites = [
  'cloudformation:CreateStackSet',
  'cloudformation:DeleteStackSet',
  'events:DisableRule',
];

/** Only for the operator role and for roles under the path of the bootstrap, and only through CloudFormation. */
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
