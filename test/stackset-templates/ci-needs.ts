/**
 * What CloudFormation calls, in the CI role's name, to make, change, read and delete a resource of each type: the `handlers` of its schema
 * in the CloudFormation registry, copied to test/fixtures with their date.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Published {
  readonly types: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
const published: Published = JSON.parse(
  readFileSync(join(__dirname, '..', 'fixtures', 'cloudformation-permissions.json'), 'utf8'),
);

/** Types that are older than the registry have no schema of handlers; these are the calls of the service for such a resource. */
export const withoutSchema: Readonly<Record<string, readonly string[]>> = {
  'AWS::Config::ConfigurationRecorder': [
    'config:DeleteConfigurationRecorder',
    'config:DescribeConfigurationRecorderStatus',
    'config:DescribeConfigurationRecorders',
    'config:PutConfigurationRecorder',
    'config:StartConfigurationRecorder',
    'config:StopConfigurationRecorder',
    // The recorder is given its service-linked role.
    'iam:PassRole',
  ],
  'AWS::Config::DeliveryChannel': [
    'config:DeleteDeliveryChannel',
    'config:DescribeDeliveryChannelStatus',
    'config:DescribeDeliveryChannels',
    'config:PutDeliveryChannel',
  ],
};

/** Actions of the schemas for parts of a resource that no template of ours has, by type; everything else is needed. */
export const unused: Readonly<Record<string, readonly string[]>> = {
  // Analyzers of an organization, and archive rules.
  'AWS::AccessAnalyzer::Analyzer': [
    'access-analyzer:CreateArchiveRule',
    'access-analyzer:DeleteArchiveRule',
    'access-analyzer:UpdateArchiveRule',
    'organizations:ListAWSServiceAccessForOrganization',
    'organizations:ListDelegatedAdministrators',
  ],
  // Trails of an organization, and delivery to CloudWatch Logs by a role.
  'AWS::CloudTrail::Trail': [
    'iam:PassRole',
    'organizations:DescribeOrganization',
    'organizations:ListAWSServiceAccessForOrganization',
  ],
  // Boundaries of roles are set when the role is made, and stay on.
  'AWS::IAM::Role': ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
};

/** Service prefixes are not case-sensitive, and the schemas spell some with capitals. */
const spelled = (action: string): string => action.replace(/^[^:]+/, (service) => service.toLowerCase());

export const publishedTypes = Object.keys(published.types);

export const handlersOf = (type: string): readonly string[] => [
  ...new Set(Object.values(published.types[type] ?? {}).flatMap((actions) => actions.map(spelled))),
];

export const actionsOfType = (type: string): readonly string[] =>
  [...handlersOf(type), ...(withoutSchema[type] ?? [])].filter((action) => !unused[type]?.includes(action));
