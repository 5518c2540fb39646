/**
 * Who enters the roles of the bootstrap, in one place: the bootstrap deploys these policies and the checks compare with them. Functions of
 * text only, so that the text can also be a reference that CloudFormation resolves.
 */

import type { OrchestratorRoles } from '../model/release';
import type { PolicyDocument } from './policy';

/** Path of the boundaries, and of roles that a later release may create for a service. */
export const bootstrapPath = '/baseline/';
/** Path of the orchestrator's own roles, which no role of an account may change. */
export const orchestratorPath = '/strongroom/';
export const ciBoundaryName = 'BaselineCiBoundary';
export const ciLimitsName = 'limits';
export const serviceRoleBoundaryName = 'BaselineServiceRoleBoundary';

export interface Place {
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
