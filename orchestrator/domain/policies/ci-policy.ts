/**
 * The CI role's policies, in one place: the bootstrap deploys them and the checks compare with them. Functions of text only, so that
 * the text can also be a reference that CloudFormation resolves.
 */

import type { Catalog } from '../model/catalog';
import { stackSetPrefix } from '../model/module';
import type { OrchestratorRoles } from '../model/release';
import { alertTopicName, probePrefix, rehearsalPrefix, resourcePrefix } from '../model/resource-names';
import {
  ciDirectWrites,
  ciProbeWrites,
  ciReads,
  ciRehearsalWrites,
  ciRoleWrites,
  ciStackActions,
  ciStackWrites,
  ciTopicWrites,
  linkedServices,
} from './ci-actions';
import { administratorAccessArn } from './operator-policy';
import type { PolicyDocument } from './policy';

/** Path of the boundaries, and of roles that a later release may create for a service. */
export const bootstrapPath = '/baseline/';
/** Path of the orchestrator's own roles, which no role of an account may change. */
export const orchestratorPath = '/strongroom/';
export const ciBoundaryName = 'BaselineCiBoundary';
export const ciLimitsName = 'limits';
export const serviceRoleBoundaryName = 'BaselineServiceRoleBoundary';

interface Place {
  readonly partition: string;
  readonly account: string;
}

/** Who may enter from the orchestrator's account. Roles are named with their path; only those of people may have wildcards. */
export interface CiCallers {
  readonly organization: string;
  readonly orchestratorAccount: string;
  readonly administrationRole: string;
  readonly orchestratorRoles: OrchestratorRoles;
  /** Roles of people who verify and roll out themselves. */
  readonly people?: readonly string[];
  readonly externalId: string;
}

const functionRoles = (...functions: readonly string[]): readonly string[] =>
  functions.map((name) => `${orchestratorPath.slice(1)}Strongroom-${name}`);

/** As `orchestrator/infrastructure/functions.ts` makes them; the tests compare it with what the functions declare. */
export const orchestratorRoles: OrchestratorRoles = {
  reader: functionRoles('HealthShard', 'PreflightShard', 'SettingsShard', 'Sweep'),
  ci: functionRoles('LinkedRolesShard', 'SettingsShard'),
};

/**
 * Patterns of what the template takes. IAM Identity Center adds a path and a suffix to a role that only AWS knows, so a role of people may
 * have wildcards, around at least four characters. A workflow may have none.
 */
export const peopleRole = '[\\w+=,.@/*-]*[\\w+=,.@-]{4}[\\w+=,.@/*-]*';
/** No pull request either: its author, also from a fork, chooses what the workflow runs [controls 3.1]. */
export const gitHubSubject = '^repo:(?!.*:pull_request$)[^*?\\s]+$';

/**
 * Two ways in, since StackSets sends no external id and no source identity. The orchestrator's account with the role in a condition,
 * and not the role as the principal: IAM would refuse a role that is not there yet, and would bind to the one that is, by an id that
 * its successor does not have [controls 3.2].
 */
export const ciTrust = (partition: string, callers: CiCallers) => {
  const { organization, orchestratorAccount, administrationRole } = callers;
  const principal = { AWS: `arn:${partition}:iam::${orchestratorAccount}:root` };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'StackSets',
        Effect: 'Allow',
        Principal: principal,
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': organization },
          ArnEquals: { 'aws:PrincipalArn': `arn:${partition}:iam::${orchestratorAccount}:role/${administrationRole}` },
        },
      },
      ...visitors(partition, callers, callers.orchestratorRoles.ci),
    ],
  } satisfies PolicyDocument;
};

/** Nothing deploys with the reader role, so StackSets is not among its callers. */
export const readerTrust = (partition: string, callers: CiCallers) =>
  ({
    Version: '2012-10-17',
    Statement: visitors(partition, callers, callers.orchestratorRoles.reader),
  }) satisfies PolicyDocument;

function visitors(partition: string, callers: CiCallers, functions: readonly string[]) {
  const { orchestratorAccount, people = [] } = callers;
  const arn = (name: string) => `arn:${partition}:iam::${orchestratorAccount}:role/${name}`;
  return [
    entering('Orchestrator', partition, callers, functions.map(arn)),
    ...(people.length === 0 ? [] : [peopleTrust(partition, callers, people.map(arn))]),
  ];
}

/** People enter as the functions do; the template has this statement only where their roles are named. */
export const peopleTrust = (partition: string, callers: Omit<CiCallers, 'people'>, arns: readonly string[]) =>
  entering('People', partition, callers, arns);

const entering = (
  sid: string,
  partition: string,
  {
    organization,
    orchestratorAccount,
    externalId,
  }: Pick<CiCallers, 'organization' | 'orchestratorAccount' | 'externalId'>,
  arns: string | readonly string[],
) => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { AWS: `arn:${partition}:iam::${orchestratorAccount}:root` },
  Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  Condition: {
    StringEquals: { 'aws:PrincipalOrgID': organization, 'sts:ExternalId': externalId },
    ArnLike: { 'aws:PrincipalArn': arns },
    // CloudTrail ties every call of the session to the rollout, and to the person.
    StringLike: { 'sts:SourceIdentity': 'baseline-*' },
  },
});

/** A workflow of one repository and one branch or environment: an exact subject, since a pattern would let in forks and pull requests. */
export const gitHubTrust = ({ partition, account }: Place, subject: string) =>
  ({
    Sid: 'GitHub',
    Effect: 'Allow',
    Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/token.actions.githubusercontent.com` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': subject,
      },
    },
  }) as const;

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
 * Services whose resources have a name that a template chooses, and all of ours begin with the prefix. A key has none, but those of
 * other accounts are left out; an action on a resource that does not exist yet has none either.
 */
const namesIn: Readonly<Record<string, readonly string[]>> = {
  'access-analyzer': [`analyzer/${resourcePrefix}*`],
  cloudtrail: [`trail/${resourcePrefix}*`],
  events: [`rule/${resourcePrefix}*`],
  kms: [`alias/${resourcePrefix}*`, 'key/*'],
  sns: [`${resourcePrefix}*`],
};
const withoutName: readonly string[] = ['kms:CreateKey', 'sns:SetSubscriptionAttributes', 'sns:Unsubscribe'];
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
      // A stack changes what it made, so nothing that somebody else made may be imported into it.
      Condition: { Null: { 'cloudformation:ImportResourceTypes': 'true' } },
    },
    ...stackWrites(named),
    { Sid: 'Direct', Effect: 'Allow', Action: ciDirectWrites(named.catalog), Resource: '*' },
    { Sid: 'ProbeQueues', Effect: 'Allow', Action: ciProbeWrites, Resource: here('sqs', `${probePrefix}*`) },
    {
      Sid: 'ProbeTopic',
      Effect: 'Allow',
      Action: ciTopicWrites,
      Resource: here('sns', alertTopicName),
      Condition: {
        StringEquals: { 'sns:Protocol': 'sqs' },
        StringLike: { 'sns:Endpoint': here('sqs', `${probePrefix}*`) },
      },
    },
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

/** What a role that the CI role makes for a service may ever do. The baseline makes none yet; one that is added later finds the boundary there. */
export const serviceRoleBoundary = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ServicesOfTheBaseline',
      Effect: 'Allow',
      Action: [
        'config:BatchGet*',
        'config:Describe*',
        'config:Get*',
        'config:List*',
        'config:Put*',
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKey*',
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetBucketAcl',
        's3:PutObject',
        'sns:Publish',
      ],
      Resource: '*',
    },
  ],
} as const satisfies PolicyDocument;
