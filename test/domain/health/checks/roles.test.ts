/** Whom the roles of an account let in: what is no finding, and what nearly is none. */
import type { AccountFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { type ListedRole, read } from '../../../../orchestrator/domain/health/facts';
import { adoptedAtHome, facts, managedByOrganization, notPassing, release, resultOf, roles } from './healthy';

const saml = 'arn:aws:iam::111122223333:saml-provider/idp';
const statement = (principal: unknown, condition?: object) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...(condition && { Condition: condition }),
});
const roleOf = (trusted: unknown, change: Partial<ListedRole> = {}): ListedRole => ({
  name: 'one',
  path: '/',
  trust: { Version: '2012-10-17', Statement: trusted },
  ...change,
});
const withRoles = (...more: readonly ListedRole[]): AccountFacts => ({ ...facts, roles: read([...roles, ...more]) });

const account = { AWS: 'arn:aws:iam::444455556666:root' };
const byId = { StringEquals: { 'sts:ExternalId': 'acme' } };

test.each<[string, ListedRole]>([
  ['a service', roleOf([statement({ Service: ['ec2.amazonaws.com', 'ssm.amazonaws.com'] })])],
  ['one role', roleOf([statement({ AWS: 'arn:aws:iam::444455556666:role/ci/deploy' })])],
  [
    'one user of another partition, not in a list',
    roleOf(statement({ AWS: ['arn:aws-cn:iam::444455556666:user/jo'] })),
  ],
  ['one session', roleOf([statement({ AWS: 'arn:aws:sts::444455556666:assumed-role/deploy/jo' })])],
  ['a role that is gone', roleOf([statement({ AWS: 'AROAEXAMPLEIDOFAROLE1' })])],
  ['an account, on a condition', roleOf([statement(account, byId)])],
  ['everybody, on a condition', roleOf([statement('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcde12345' } })])],
  ['a federation, on a condition', roleOf([statement({ Federated: saml }, { StringEquals: { 'SAML:aud': 'x' } })])],
  ['people of Identity Center', roleOf([statement({ Federated: saml })], { path: '/aws-reserved/sso.amazonaws.com/' })],
  ['a service by its own role', roleOf([statement('*')], { path: '/aws-service-role/ec2.amazonaws.com/' })],
  ['the management account by its own role', roleOf([statement(account)], { name: 'OrganizationAccountAccessRole' })],
  ['Control Tower', roleOf([statement({ AWS: '444455556666' })], { name: 'AWSControlTowerExecution' })],
  ['nobody: a denial', roleOf([{ ...statement('*'), Effect: 'Deny' }])],
  ['nobody', roleOf([])],
])('%s may be let in', (_whom, role) => {
  expect(notPassing(withRoles(role))).toEqual({});
});

test.each<[string, ListedRole]>([
  ['everybody', roleOf([statement('*')])],
  ['every AWS principal', roleOf([statement({ AWS: ['*'] })])],
  ['an account by its ARN', roleOf([statement(account)])],
  ['an account by its number', roleOf([statement({ AWS: '444455556666' })])],
  ['its own account', roleOf([statement({ AWS: 'arn:aws:iam::111122223333:root' })])],
  ['an account beside a service', roleOf([statement({ Service: 'ec2.amazonaws.com', ...account })])],
  ['an account beside a role', roleOf([statement({ AWS: ['arn:aws:iam::444455556666:role/x', '444455556666'] })])],
  ['an account, in the second statement', roleOf([statement(account, byId), statement(account)])],
  ['an account, with an empty condition', roleOf([statement(account, {})])],
  [
    'an account, by an id if there is one',
    roleOf([statement(account, { StringEqualsIfExists: { 'sts:ExternalId': 'x' } })]),
  ],
  [
    'an account, by all of no tags',
    roleOf([statement(account, { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'x' } })]),
  ],
  ['an account, but not one role', roleOf([statement(account, { ArnNotEquals: { 'aws:PrincipalArn': 'arn:x' } })])],
  ['an account, by any name', roleOf([statement(account, { ArnLike: { 'aws:PrincipalArn': '*' } })])],
  ['a federation', roleOf([statement({ Federated: saml })])],
  ['all but one', roleOf([{ Effect: 'Allow', NotPrincipal: account, Action: 'sts:AssumeRole', Condition: byId }])],
  ['everybody, by the role of the organization', roleOf([statement('*')], { name: 'OrganizationAccountAccessRole' })],
  [
    'two accounts, by the role of the organization',
    roleOf([statement({ AWS: ['444455556666', '777788889999'] })], { name: 'OrganizationAccountAccessRole' }),
  ],
  ['an account, by a path that looks like the one of AWS', roleOf([statement(account)], { path: '/x/aws-reserved/' })],
])('%s is not to be let in, and the role is named', (_whom, role) => {
  expect(notPassing(withRoles(role))).toEqual({ 'iam-roles-restrict-trust': 'fail' });
  expect(resultOf('iam-roles-restrict-trust', withRoles(role))).toMatchObject({
    severity: 'advisory',
    observed: role.name,
  });
});

test('the CI role and the operator role are judged by rows of their own, where there are such', () => {
  const seen = withRoles(...['BaselineCi', 'InfraAdmin'].map((name) => roleOf([statement(account)], { name })));
  const enabled = release.expectations.enabled.filter((module) => module !== 'operator-role');
  const withoutOperator = { ...release, expectations: { ...release.expectations, enabled } };

  expect(resultOf('iam-roles-restrict-trust', seen).outcome).toBe('pass');
  expect(resultOf('iam-roles-restrict-trust', seen, withoutOperator)).toMatchObject({
    outcome: 'fail',
    observed: 'InfraAdmin',
  });
});

test('of many roles a few are named', () => {
  const many = ['e', 'd', 'c', 'b', 'a'].map((name) => roleOf([statement(account)], { name }));

  expect(resultOf('iam-roles-restrict-trust', withRoles(...many)).observed).toBe('a, b, c and 2 more');
});

describe('the roles that services have for themselves', () => {
  const noLinkedRoles: AccountFacts = { ...facts, roles: read(roles.slice(0, 2)) };

  test('are needed by the modules that name them', () => {
    expect(notPassing(noLinkedRoles)).toEqual({
      'aws-config-service-linked-role-exists': 'fail',
      'kms-default-service-linked-role-exists': 'fail',
    });
  });

  test.each([
    [
      'the organization runs',
      resultOf('aws-config-service-linked-role-exists', noLinkedRoles, managedByOrganization('aws-config')),
    ],
    [
      'others run',
      resultOf('aws-config-service-linked-role-exists', noLinkedRoles, release, adoptedAtHome('aws-config')),
    ],
  ])('are not needed where %s the module', (_who, { outcome }) => {
    expect(outcome).toBe('notApplicable');
  });
});
