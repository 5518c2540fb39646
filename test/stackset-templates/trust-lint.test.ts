import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { account, allTemplates, deployedRole, deployedRoles, type Template } from './deployed';
import { brokenRules } from './trust-lint';

const trust = (Principal: unknown, Condition: unknown = {}, more: object = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition, ...more }],
});
const root = { AWS: `arn:aws:iam::${account}:root` };
const other = { AWS: 'arn:aws:iam::999999999999:role/x' };
const oidc = { Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` };
const saml = { Federated: `arn:aws:iam::${account}:saml-provider/idp` };
const aud = 'token.actions.githubusercontent.com:aud';
const sub = 'token.actions.githubusercontent.com:sub';
const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } };

test.each([
  { rules: ['T1'], policy: trust('*') },
  { rules: ['T1'], policy: trust({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': 'x' } }) },
  { rules: ['T2'], policy: trust(root) },
  { rules: ['T2'], policy: trust(account) },
  { rules: ['T2'], policy: trust(root, { Bool: mfa.Bool }) },
  { rules: ['T3'], policy: trust(other) },
  { rules: ['T4'], policy: trust(oidc, { StringEquals: { [aud]: 'sts.amazonaws.com' } }) },
  { rules: ['T4'], policy: trust(oidc, { StringEquals: { [aud]: 'x' }, StringLike: { [sub]: 'repo:o/r:*' } }) },
  { rules: ['T5'], policy: trust(saml) },
  { rules: ['T6'], policy: trust({ Service: 'cloudformation.amazonaws.com' }) },
  { rules: ['T7'], policy: trust(root, { ...mfa, Bool: undefined, BoolIfExists: mfa.Bool }) },
  { rules: ['T8'], policy: trust(undefined, {}, { NotPrincipal: root }) },
])('a trust that breaks $rules is found', ({ rules, policy }) => {
  expect(brokenRules(JSON.parse(JSON.stringify(policy)))).toEqual(rules);
});

test.each([
  trust('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
  trust(root, mfa),
  trust(other, { StringEquals: { 'sts:ExternalId': 'x' } }),
  trust(oidc, { StringEquals: { [aud]: 'sts.amazonaws.com', [sub]: 'repo:o/r:ref:refs/heads/main' } }),
  trust({ Service: 'lambda.amazonaws.com' }),
])('a trust that names whom and on what condition is let pass: %j', (policy) => {
  expect(brokenRules(policy)).toEqual([]);
});

describe('the roles of the templates', () => {
  const roles = allTemplates.flatMap(({ name, body }) =>
    Object.values((JSON.parse(body) as Template).Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .map(() => name),
  );
  const operator = { RoleName: 'R', CiRoleName: 'C', AllowedRegions: 'eu-west-1', MfaMaxAgeSeconds: '3600' };
  const ci = { OrganizationId: 'o-exampleorgid', OrchestratorAccountId: '999988887777' };

  test('are the operator role, the role that forwards alerts, and those of the bootstrap', () => {
    expect(roles).toEqual(['alerts', 'operator-role', 'ci-role', 'ci-role']);
  });

  test.each([
    { role: deployedRole(operator) },
    ...deployedRoles(ci, 'ci-role').map((role) => ({ role })),
    ...deployedRoles({ ...ci, GitHubSubject: 'repo:acme/baseline:ref:refs/heads/main' }, 'ci-role').map((role) => ({
      role,
    })),
  ])('break no rule: $role.RoleName', ({ role }) => {
    expect(brokenRules(role.AssumeRolePolicyDocument)).toEqual([]);
  });
});
