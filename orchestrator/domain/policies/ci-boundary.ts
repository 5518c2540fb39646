/** What the CI role may do: its boundary, which grants and bounds, and a policy of its own, which only denies. */
import type { Catalog } from '../model/catalog';
import { stackSetPrefix } from '../model/module';
import { alertsName, rehearsalPrefix, resourcePrefix } from '../model/resource-names';
import {
  ciDirectWrites,
  ciReads,
  ciRehearsalWrites,
  ciRoleWrites,
  ciStackActions,
  ciStackWrites,
  linkedServices,
} from './ci-actions';
import { bootstrapPath, orchestratorPath, type Place, serviceRoleBoundaryName } from './ci-policy';
import { administratorAccessArn } from './operator-policy';
import type { PolicyDocument } from './policy';

interface Named extends Place {
  readonly ciRole: string;
  readonly readerRole: string;
  readonly operatorRole: string;
  /** The modules that exist; only tests have others than ours. */
  readonly catalog?: Catalog;
}

/**
 * The most that the CI role can do, regardless of its attached policies. What a template makes it writes only through CloudFormation, and
 * only by stacks of ours. Not limited by it: such a stack writes the operator role's policies, as it must to deploy them; a change of those
 * shows in the checks and in CloudTrail [controls 3.4].
 */
export const ciBoundary = (named: Named) =>
  ({ Version: '2012-10-17', Statement: [...ciGrants(named), ...ciBounds(named)] }) as const satisfies PolicyDocument;

/** Denied even if a grant of the boundary is widened one day; a policy of the role itself, since the boundary has a limit of length. */
export const ciLimits = (named: Named) =>
  ({ Version: '2012-10-17', Statement: limitsOf(named) }) as const satisfies PolicyDocument;

const arnIn = ({ partition, account }: Place, name: string): string => `arn:${partition}:iam::${account}:${name}`;

/** The calls that CloudFormation makes for a stack, with the permissions of its caller [doc:IAM/reference_policies_condition-keys]. */
const throughCloudFormation = {
  'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' },
} as const;
/** Also where the key is missing, as in a direct call. */
const pastCloudFormation = {
  'ForAllValues:StringNotEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' },
} as const;

/**
 * Services whose resources have a name that a template chooses, and all of ours begin with the prefix. A key has none, so that any key of
 * this account is meant, and no other; an action on a resource that does not exist yet has none either.
 */
const namesIn: Readonly<Record<string, readonly string[]>> = {
  'access-analyzer': [`analyzer/${resourcePrefix}*`],
  cloudtrail: [`trail/${resourcePrefix}*`],
  events: [`rule/${resourcePrefix}*`],
  kms: [`alias/${resourcePrefix}*`, 'key/*'],
};
const withoutName: readonly string[] = ['kms:CreateKey'];
const serviceOf = (action: string): string => action.split(':', 1)[0] ?? '';

/** One pattern for the two actions on tags: a boundary has at most 6,144 characters [bc:iam:CreatePolicy]. */
const inShort = (actions: readonly string[]): readonly string[] => {
  const isPaired = (service: string): boolean =>
    ['Tag', 'Untag'].every((verb) => actions.includes(`${service}:${verb}Resource`));
  return [
    ...new Set(
      actions.map((action) => {
        const service = serviceOf(action);
        return isPaired(service) ? action.replace(/:(Unt|T)agResource$/, ':*agResource') : action;
      }),
    ),
  ];
};

function stackWrites({ partition, account, catalog }: Named) {
  // What is allowed to direct calls needs no second grant.
  const direct = ciDirectWrites(catalog);
  const writes = ciStackWrites(catalog).filter((action) => !direct.includes(action));
  const isNamed = (action: string): boolean => serviceOf(action) in namesIn && !withoutName.includes(action);
  const services = [...new Set(writes.filter(isNamed).map(serviceOf))];
  return [
    {
      Sid: 'Named',
      Effect: 'Allow',
      Action: inShort(writes.filter(isNamed)),
      Resource: services.flatMap((service) =>
        (namesIn[service] ?? []).map((name) => `arn:${partition}:${service}:*:${account}:${name}`),
      ),
      Condition: throughCloudFormation,
    },
    {
      Sid: 'Unnamed',
      Effect: 'Allow',
      Action: inShort(writes.filter((action) => !isNamed(action))),
      Resource: '*',
      Condition: throughCloudFormation,
    },
  ] as const;
}

function ciGrants(named: Named) {
  const { partition, account } = named;
  const serviceLinkedRoles = arnIn(named, 'role/aws-service-role/*');
  const here = (service: string, name: string): string => `arn:${partition}:${service}:*:${account}:${name}`;
  const roles = [arnIn(named, `role/${named.operatorRole}`), arnIn(named, `role${bootstrapPath}*`)];
  return [
    { Sid: 'Read', Effect: 'Allow', Action: ciReads, Resource: '*' },
    {
      Sid: 'Stacks',
      Effect: 'Allow',
      Action: ciStackActions,
      Resource: here('cloudformation', `stack/StackSet-${stackSetPrefix}*`),
      // A stack changes what it made, so nothing that existed before may be imported into it.
      Condition: { Null: { 'cloudformation:ImportResourceTypes': 'true' } },
    },
    ...stackWrites(named),
    { Sid: 'Direct', Effect: 'Allow', Action: ciDirectWrites(named.catalog), Resource: '*' },
    {
      Sid: 'Rehearsal',
      Effect: 'Allow',
      Action: ciRehearsalWrites,
      Resource: [
        here('cloudformation', `stackset/${rehearsalPrefix}*`),
        `arn:${partition}:cloudformation:*::type/resource/*`,
        here('events', `rule/${rehearsalPrefix}*`),
      ],
    },
    { Sid: 'Roles', Effect: 'Allow', Action: ciRoleWrites, Resource: roles, Condition: throughCloudFormation },
    {
      Sid: 'PassConfigRole',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      // AWS decides whom this role trusts: only Config itself.
      Resource: arnIn(named, 'role/aws-service-role/config.amazonaws.com/*'),
    },
    {
      Sid: 'PassAlertRole',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: arnIn(named, `role${bootstrapPath}${alertsName}-*`),
      Condition: { StringEquals: { 'iam:PassedToService': 'events.amazonaws.com' } },
    },
    {
      Sid: 'TurnServicesOn',
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: serviceLinkedRoles,
      Condition: { StringEquals: { 'iam:AWSServiceName': linkedServices(named.catalog) } },
    },
    {
      // AWS documents all of S3 as the minimum of an execution role [doc:AWSCloudFormation/stacksets-prereqs-self-managed], and StackSets
      // passes templates in a bucket of AWS. Reading is allowed in any bucket but those of the account; what a request does not name is none.
      Sid: 'Templates',
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:List*'],
      Resource: '*',
      Condition: { StringNotEquals: { 's3:ResourceAccount': account }, Null: { 's3:ResourceAccount': 'false' } },
    },
  ] as const;
}

/** What the grants leave open. */
function ciBounds(named: Named) {
  const operatorRole = arnIn(named, `role/${named.operatorRole}`);
  return [
    {
      Sid: 'MadeRolesBounded',
      Effect: 'Deny',
      Action: ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:PutRolePolicy'],
      NotResource: operatorRole,
      Condition: {
        StringNotEquals: {
          // Compared whole, so without a wildcard.
          'iam:PermissionsBoundary': `arn:${named.partition}:iam::${named.account}:policy${bootstrapPath}${serviceRoleBoundaryName}`,
        },
      },
    },
  ] as const;
}

function limitsOf(named: Named) {
  return [
    {
      Sid: 'NoHumansNoKeys',
      Effect: 'Deny',
      Action: [
        'iam:CreateAccessKey',
        'iam:CreateLoginProfile',
        'iam:CreateServiceSpecificCredential',
        'iam:CreateUser',
        'iam:UploadSigningCertificate',
        'sts:AssumeRole',
      ],
      Resource: '*',
    },
    {
      // The orchestrator's roles are in the Deployments account only.
      Sid: 'OwnRolesAndBoundariesStay',
      Effect: 'Deny',
      NotAction: ['iam:Get*', 'iam:List*'],
      Resource: [
        arnIn(named, `role/${named.ciRole}`),
        arnIn(named, `role/${named.readerRole}`),
        arnIn(named, `role${orchestratorPath}*`),
        arnIn(named, `policy${bootstrapPath}*`),
      ],
    },
    {
      Sid: 'RolesOnlyThroughStacks',
      Effect: 'Deny',
      NotAction: ['iam:CreateServiceLinkedRole', 'iam:Get*', 'iam:List*', 'iam:SimulatePrincipalPolicy'],
      Resource: arnIn(named, 'role/*'),
      Condition: pastCloudFormation,
    },
    {
      Sid: 'BoundariesStayOn',
      Effect: 'Deny',
      Action: ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary'],
      Resource: '*',
    },
    {
      Sid: 'OperatorRoleGetsItsGrantOnly',
      Effect: 'Deny',
      Action: 'iam:AttachRolePolicy',
      Resource: arnIn(named, `role/${named.operatorRole}`),
      Condition: { ArnNotEquals: { 'iam:PolicyARN': administratorAccessArn(named.partition) } },
    },
  ] as const;
}
