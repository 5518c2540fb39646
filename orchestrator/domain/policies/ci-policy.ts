/**
 * The CI role's policies, in one place: the bootstrap deploys them and the checks compare with them. Functions of text only, so that
 * the text can also be a reference that CloudFormation resolves.
 */

import type { Catalog } from '../model/catalog';
import { type Lookups, lookupActions } from '../model/lookups';
import { alertsName } from '../model/resource-names';
import { ciReads, ciRoleWrites, ciStackActions, ciWrites, linkedServices } from './ci-actions';
import { administratorAccessArn } from './operator-policy';
import type { PolicyDocument } from './policy';

/** Path of the two boundaries, and of roles that a later release may create for a service. */
export const bootstrapPath = '/baseline/';
export const ciBoundaryName = 'BaselineCiBoundary';
export const serviceRoleBoundaryName = 'BaselineServiceRoleBoundary';

interface Place {
  readonly partition: string;
  readonly account: string;
}

/** Who may enter from the orchestrator's account. Roles are named with their path; all but the administration role may have wildcards. */
export interface CiCallers {
  readonly organization: string;
  readonly orchestratorAccount: string;
  readonly administrationRole: string;
  readonly orchestratorRole: string;
  /** Roles of people who verify and roll out themselves. */
  readonly people?: readonly string[];
  readonly externalId: string;
}

/** The roles of the functions that enter accounts; `orchestrator/infrastructure/functions.ts` makes them. */
export const orchestratorRoles = `${bootstrapPath.slice(1)}BaselineOrchestrator-*`;

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
  const { organization, orchestratorAccount, administrationRole, orchestratorRole, people = [] } = callers;
  const principal = { AWS: `arn:${partition}:iam::${orchestratorAccount}:root` };
  const role = (name: string) => `arn:${partition}:iam::${orchestratorAccount}:role/${name}`;
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
          ArnEquals: { 'aws:PrincipalArn': role(administrationRole) },
        },
      },
      entering('Orchestrator', partition, callers, role(orchestratorRole)),
      ...(people.length === 0 ? [] : [peopleTrust(partition, callers, people.map(role))]),
    ],
  } satisfies PolicyDocument;
};

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
  readonly operatorRole: string;
  /** What a visit calls to read the facts of the checks. */
  readonly factActions: readonly string[];
  /** The modules and lookups that exist; only tests have others than ours. */
  readonly catalog?: Catalog;
  readonly lookups?: Lookups;
}

/**
 * The most that the CI role can do, regardless of its attached policies. Not limited by it: it writes the operator role's trust policy and region deny policy, as it
 * must to deploy them; a change of those shows in the checks and in CloudTrail [controls 3.4].
 */
export const ciBoundary = (named: Named) =>
  ({ Version: '2012-10-17', Statement: [...ciGrants(named), ...ciLimits(named)] }) as const satisfies PolicyDocument;

const arnIn = ({ partition, account }: Place, name: string): string => `arn:${partition}:iam::${account}:${name}`;

function ciGrants(named: Named) {
  const serviceLinkedRoles = arnIn(named, 'role/aws-service-role/*');
  const roles = [arnIn(named, `role/${named.operatorRole}`), arnIn(named, `role${bootstrapPath}*`)];
  return [
    { Sid: 'Read', Effect: 'Allow', Action: ciReads(lookupActions(named.lookups), named.factActions), Resource: '*' },
    { Sid: 'Stacks', Effect: 'Allow', Action: ciStackActions, Resource: '*' },
    { Sid: 'Baseline', Effect: 'Allow', Action: ciWrites(named.catalog), Resource: '*' },
    { Sid: 'Roles', Effect: 'Allow', Action: ciRoleWrites, Resource: roles },
    { Sid: 'PassServiceLinkedRoles', Effect: 'Allow', Action: 'iam:PassRole', Resource: serviceLinkedRoles },
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
      Sid: 'TemplatesOfStackSets',
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:List*'],
      Resource: '*',
      Condition: { StringNotEquals: { 's3:ResourceAccount': named.account }, Null: { 's3:ResourceAccount': 'false' } },
    },
  ] as const;
}

/** Denied even if a grant above is widened one day. */
function ciLimits(named: Named) {
  const operatorRole = arnIn(named, `role/${named.operatorRole}`);
  const serviceLinkedRoles = arnIn(named, 'role/aws-service-role/*');
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
      Sid: 'OwnRoleAndBoundariesStay',
      Effect: 'Deny',
      Action: [
        ...ciRoleWrites,
        'iam:CreatePolicyVersion',
        'iam:DeletePolicy',
        'iam:DeletePolicyVersion',
        'iam:SetDefaultPolicyVersion',
      ],
      Resource: [arnIn(named, `role/${named.ciRole}`), arnIn(named, `policy${bootstrapPath}*`)],
    },
    {
      Sid: 'RolesItMakesAreBounded',
      Effect: 'Deny',
      Action: ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:PutRolePolicy'],
      NotResource: [operatorRole, serviceLinkedRoles],
      Condition: {
        StringNotEquals: {
          'iam:PermissionsBoundary': arnIn(named, `policy${bootstrapPath}${serviceRoleBoundaryName}`),
        },
      },
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
      Resource: operatorRole,
      Condition: { ArnNotEquals: { 'iam:PolicyARN': administratorAccessArn(named.partition) } },
    },
  ] as const;
}

/** What a role that the CI role makes for a service may ever do, like the role that forwards alerts. */
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
        'events:PutEvents',
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKey*',
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetBucketAcl',
        's3:PutObject',
      ],
      Resource: '*',
    },
  ],
} as const satisfies PolicyDocument;
