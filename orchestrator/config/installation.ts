/** The section `installation` of strongroom.yaml: accounts, names of roles, and people. */
import { externalIdLengthMax, installationDefaults, peopleMax } from '../domain/model/installation';
import { gitHubSubject, peopleRole } from '../domain/policies/ci-policy';
import { accountId, listOf, map, region, roleName, text } from './fields';

const roleArn = text('the ARN of an IAM role', /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/);
const target = text('a root like r-a1b2 or an OU id', /^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/);
const targetsMax = 100;

const account = (what: string) =>
  map('of account, and profile or role', {
    account: accountId.describe('Account id, in quotes.'),
    profile: text('the name of an AWS profile', /^\S{1,128}$/)
      .optional()
      .describe('AWS profile of the person who installs.'),
    role: roleArn.optional().describe('Role that the person who installs can assume.'),
  })
    .optional()
    .describe(what);

const plain = (what: string) => text(what, /^[A-Za-z0-9_.:/@+=-]{1,256}$/);

const dashboard = map('of issuer and clientId', {
  issuer: text('a URL that starts with https://', /^https:\/\/[A-Za-z0-9.-]+(?::\d+)?(?:\/[\w.~/-]*)?$/).describe(
    'Issuer URL of the OpenID Connect provider, equal to the iss claim of its tokens.',
  ),
  clientId: plain('a client id').describe('Client id of the dashboard: a public client (PKCE, no secret).'),
  tokenOrigin: text('an origin like https://example.com, or empty', /^(?:https:\/\/[A-Za-z0-9.-]+(?::\d+)?)?$/)
    .prefault('')
    .describe('Origin of the token endpoint, if its host differs from the issuer.'),
  scope: text('scopes with spaces between them', /^[\w.:/ -]{1,256}$/)
    .prefault('openid email profile')
    .describe('Scopes that the page requests; openid is required.'),
  roleClaim: plain('a claim').prefault('groups').describe('Claim of the ID token that determines the role.'),
  operatorValue: plain('a value')
    .prefault('strongroom-operators')
    .describe('Value of the role claim that allows a person to act on rollouts.'),
  viewerValue: plain('a value')
    .prefault('strongroom-viewers')
    .describe('Value of the role claim that gives a person read-only access.'),
  nameClaim: plain('a claim')
    .prefault('email')
    .describe('Claim that identifies a person in the log; choose one that people cannot change themselves.'),
});

export const installation = map('of accounts and names', {
  management: account('Management account: account events, listing, and the roles of every account.'),
  deployments: account('Account of the orchestrator and its StackSets.'),
  logArchive: account('Account of the log archive; without it, its stack is not deployed.'),
  security: account('Delegated administrator of the security services.'),
  ciRole: roleName
    .prefault(installationDefaults.ciRole)
    .describe(
      'Role that the bootstrap creates in every account, and that Strongroom deploys and applies settings with.',
    ),
  readerRole: roleName
    .prefault(installationDefaults.readerRole)
    .describe('Role that the bootstrap creates in every account, and that Strongroom looks with; it can only read.'),
  externalId: text(
    `2 to ${externalIdLengthMax} letters, digits or any of +=,.@:/-_`,
    new RegExp(`^[\\w+=,.@:/-]{2,${externalIdLengthMax}}$`),
  )
    .prefault(installationDefaults.externalId)
    .describe('External id that the trust policies of both roles require.'),
  administrationRole: roleName
    .prefault(installationDefaults.administrationRole)
    .describe('Role in the Deployments account that StackSets uses to enter the accounts.'),
  operatorRole: roleName
    .prefault(installationDefaults.operatorRole)
    .describe('Role of each account that its operators assume with MFA; the module operator-role deploys it.'),
  people: listOf(
    text(
      'a role name with its path; a wildcard only beside four other characters',
      new RegExp(`^(?=.{1,128}$)${peopleRole}$`),
    ),
    peopleMax,
    'roles',
  )
    .prefault([])
    .describe(
      'Roles of the Deployments account by which people verify and roll out, with their path, like aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*. Both roles of an account let them in.',
    ),
  targets: listOf(target, targetsMax, 'targets')
    .prefault([])
    .describe('Root or OUs whose accounts get both roles. Default: the root.'),
  controlTowerRegion: region.optional().describe('Home region of Control Tower, if the organization uses it.'),
  gitHubSubject: text(
    'the subject of one branch or environment, like repo:acme/baseline:ref:refs/heads/main',
    new RegExp(gitHubSubject),
  )
    .optional()
    .describe('GitHub workflow that may enter the accounts, by the subject of its token.'),
  dashboard: dashboard
    .optional()
    .describe('Identity provider of the deployed dashboard; without it, it is not deployed.'),
})
  .prefault({})
  .meta({ title: 'Installation', description: 'Accounts of the installation, and names of its roles.' });
