/**
 * What a visit may do at most, per purpose: its role could do more, the session cannot. Plaintext is limited to 2,048 characters
 * [bc:sts:AssumeRole]. Each list except that of revertDrift is exactly what its purpose calls, and the tests hold it to that.
 */

import { type FactSources, factActions, factSources } from '../domain/health/fact-sources';
import { type Catalog, catalog } from '../domain/model/catalog';
import { type Lookups, lookupActions } from '../domain/model/lookups';
import { rehearsalPrefix } from '../domain/model/resource-names';
import { ciRoleWrites } from '../domain/policies/ci-actions';
import { linkedServiceOf } from '../domain/policies/linked-roles';
import type { Purpose } from '../ports/purposes';

const identity = ['sts:GetCallerIdentity'];

const actions: Readonly<Record<Exclude<Purpose, 'revertDrift' | 'facts' | 'preflight'>, readonly string[]>> = {
  linkedRoles: [...identity, 'iam:ListRoles'],
  settings: [
    ...identity,
    'ec2:DisableEbsEncryptionByDefault',
    'ec2:EnableEbsEncryptionByDefault',
    'ec2:GetEbsDefaultKmsKeyId',
    'ec2:GetEbsEncryptionByDefault',
    'ec2:GetInstanceMetadataDefaults',
    'ec2:ModifyEbsDefaultKmsKeyId',
    'ec2:ModifyInstanceMetadataDefaults',
    'ec2:ResetEbsDefaultKmsKeyId',
    'iam:DeleteAccountPasswordPolicy',
    'iam:GetAccountPasswordPolicy',
    'iam:UpdateAccountPasswordPolicy',
    'kms:DescribeKey',
    's3:GetAccountPublicAccessBlock',
    // Also what DeletePublicAccessBlock needs for an account.
    's3:PutAccountPublicAccessBlock',
  ],
  probe: [
    ...identity,
    'cloudtrail:DescribeTrails',
    'cloudtrail:GetTrailStatus',
    'guardduty:ArchiveFindings',
    'guardduty:CreateSampleFindings',
    'guardduty:GetFindings',
    'guardduty:ListDetectors',
    'guardduty:ListFindings',
    'iam:GetRole',
    'iam:SimulatePrincipalPolicy',
  ],
  rehearsal: [...identity, 'cloudformation:DescribeStacks'],
};

/** Actions that are limited to some resources. */
const bound: Readonly<Partial<Record<Purpose, readonly object[]>>> = {
  linkedRoles: [
    {
      Effect: 'Allow',
      Action: ['iam:CreateServiceLinkedRole'],
      Resource: 'arn:*:iam::*:role/aws-service-role/*',
      Condition: { StringEquals: { 'iam:AWSServiceName': Object.values(linkedServiceOf) } },
    },
  ],
  rehearsal: [
    // As the functions are granted their StackSets: a rehearsal asks whether AWS takes it.
    {
      Effect: 'Allow',
      Action: ['cloudformation:CreateStackSet', 'cloudformation:DeleteStackSet'],
      Resource: [`arn:*:cloudformation:*:*:stackset/${rehearsalPrefix}*:*`, 'arn:*:cloudformation:*::type/resource/*'],
    },
    {
      Effect: 'Allow',
      Action: ['cloudformation:DeleteStack'],
      Resource: `arn:*:cloudformation:*:*:stack/StackSet-${rehearsalPrefix}*`,
    },
    // CloudFormation deletes the rule with the permissions of the caller.
    {
      Effect: 'Allow',
      Action: ['events:DeleteRule', 'events:DescribeRule', 'events:DisableRule', 'events:RemoveTargets'],
      Resource: `arn:*:events:*:*:rule/${rehearsalPrefix}*`,
    },
  ],
};

/** Services with resources in the templates. */
const templateServices = (of: Catalog): readonly string[] =>
  [
    ...new Set(
      [...Object.values(of).flatMap(({ stackWrites }) => stackWrites), ...ciRoleWrites].map(
        (action) => `${action.split(':', 1)[0]}:*`,
      ),
    ),
  ].sort();

/**
 * CloudFormation changes a stack's resources with the permissions of the caller, so the session needs what the templates need. A list
 * of the actions would be twice as long as a session policy may be; the boundary of the CI role still lists each of them.
 */
const reverting = (of: Catalog): readonly Statement[] => [
  { Effect: 'Allow', Action: [...identity, 'cloudformation:DescribeStacks'], Resource: '*' },
  {
    Effect: 'Allow',
    Action: ['cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:ExecuteChangeSet'],
    Resource: 'arn:*:cloudformation:*:*:stack/StackSet-strongroom-*',
  },
  { Effect: 'Allow', Action: templateServices(of), Resource: '*' },
];

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** What exists to be read and deployed; only tests have other things than ours. */
interface Known {
  readonly sources?: FactSources;
  readonly modules?: Catalog;
  readonly lookups?: Lookups;
}

const statementsFor = (
  purpose: Purpose,
  { sources = factSources, modules = catalog, lookups }: Known,
): readonly object[] => {
  switch (purpose) {
    case 'revertDrift':
      return reverting(modules);
    case 'preflight':
      return [{ Effect: 'Allow', Action: [...identity, ...lookupActions(lookups)], Resource: '*' }];
    case 'facts':
      return [{ Effect: 'Allow', Action: [...identity, ...factActions(sources)], Resource: '*' }];
    default:
      return [{ Effect: 'Allow', Action: actions[purpose], Resource: '*' }, ...(bound[purpose] ?? [])];
  }
};

export const sessionPolicy = (purpose: Purpose, known: Known = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statementsFor(purpose, known) });
