/** Who may enter by the CI role: the template's two ways in and its third, and everything that is nearly one of them. */

import type { AccountFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { read } from '../../../../orchestrator/domain/health/facts';
import { parseAccountId } from '../../../../orchestrator/domain/model/brand';
import type { InstallationSpec } from '../../../../orchestrator/domain/model/installation';
import { gitHubTrust, orchestratorRoles, peopleTrust } from '../../../../orchestrator/domain/policies/ci-policy';
import { buildRelease } from '../../../../stackset-templates/release';
import { desiredState, templateHashes } from '../../../stackset-templates/sample-desired-state';
import { edited, type Statement } from './edited';
import { account, ciRole, facts, notPassing, release, resultOf } from './healthy';

type Edit = (statements: Statement[]) => void;
const trusting = (edit: Edit): AccountFacts => ({
  ...facts,
  ciRole: read({ ...ciRole, trust: edited(ciRole.trust, edit) }),
});
const observedOf = (edit: Edit) => resultOf('ci-role-trust-matches-bootstrap', trusting(edit)).observed;

const at = (statements: Statement[], index: number): Statement => statements[index] ?? {};
/** One condition of a statement, with another operator, value, or neither. */
const condition =
  (index: number, operator: string, key: string, change: { operator?: string; value?: unknown }): Edit =>
  (statements) => {
    const block = at(statements, index)['Condition'] as Record<string, Record<string, unknown>>;
    const { [key]: was, ...others } = block[operator] ?? {};
    const { operator: instead = operator, value = was } = change;
    block[operator] = others;
    if (value !== undefined) block[instead] = { ...block[instead], [key]: value };
  };
const without = (index: number, operator: string, key: string): Edit => {
  const remove = condition(index, operator, key, {});
  return (statements) => {
    remove(statements);
    const block = at(statements, index)['Condition'] as Record<string, Record<string, unknown>>;
    delete block[operator]?.[key];
  };
};
const [stackSets, orchestrator] = [0, 1];
const subject = 'repo:acme/baseline:ref:refs/heads/main';
const gitHub = (of = subject): Statement => gitHubTrust({ partition: 'aws', account }, of);
const issuer = 'token.actions.githubusercontent.com';

test.each<[string, Edit]>([
  ['in another order', (s) => s.reverse()],
  ['under other names', (s) => s.splice(0, 2, { ...at(s, 0), Sid: 'One' }, { ...at(s, 1), Sid: '' })],
  ['with the account as a number', (s) => Object.assign(at(s, stackSets), { Principal: { AWS: ['777788889999'] } })],
])('the trust of the bootstrap passes %s', (_what, edit) => {
  expect(notPassing(trusting(edit))).toEqual({});
});

const identityCenter = 'aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*';
/** The statement that lets people in by these roles. */
const byPeople = (...roles: readonly string[]): Statement => {
  const callers = { organization: 'o-abcde12345', orchestratorAccount: '777788889999', externalId: 'strongroom' };
  return peopleTrust(
    'aws',
    { ...callers, administrationRole: '', orchestratorRoles },
    roles.map((role) => `arn:aws:iam::777788889999:role/${role}`),
  );
};
/** A release from a config that says more of the installation. */
const saying = (more: Partial<InstallationSpec>) =>
  buildRelease({ ...desiredState, installation: { ...desiredState.installation, ...more } }, templateHashes);
const withIssuer = (key: string, value: string | undefined): Statement => {
  const workflow = JSON.parse(JSON.stringify(gitHub()));
  workflow.Condition.StringEquals[`${issuer}:${key}`] = value;
  return workflow;
};

test.each<[string, Partial<InstallationSpec>, Statement]>([
  ['people', { people: [identityCenter, 'Platform'] }, byPeople('Platform', identityCenter)],
  ['a workflow', { gitHubSubject: subject }, gitHub()],
  ['a workflow, with its repository by number', { gitHubSubject: subject }, withIssuer('repository_id', '1296269')],
])('%s named in the config may enter, and must be in the trust policy', (_what, more, statement) => {
  const named = saying(more);
  const judged = (seen: AccountFacts) => resultOf('ci-role-trust-matches-bootstrap', seen, named);

  expect(judged(trusting((s) => s.push(statement))).outcome).toBe('pass');
  expect(judged(facts)).toMatchObject({ outcome: 'fail', observed: expect.stringContaining('missing') });
});

const nobody = 'no statement that names roles of one account and one organization';
test.each<[string, Edit, observed: string]>([
  ['a statement for everybody', (s) => s.push({ ...at(s, orchestrator), Principal: '*' }), 'Orchestrator added'],
  ['another account', (s) => s.push({ ...at(s, stackSets), Sid: 'More', Principal: { AWS: '1' } }), 'More added'],
  [
    'an unconditioned way in for the same account',
    (s) => s.push({ ...at(s, stackSets), Sid: 'Mine', Condition: {} }),
    'Mine added',
  ],
  [
    'a service',
    (s) => s.push({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    'Allow Action sts:assumerole added',
  ],
  ['StackSets missing', (s) => s.splice(stackSets, 1), 'StackSets missing'],
  ['StackSets, from any organization', without(stackSets, 'StringEquals', 'aws:PrincipalOrgID'), 'StackSets changed'],
  ['StackSets, for any role', without(stackSets, 'ArnEquals', 'aws:PrincipalArn'), 'StackSets changed'],
  [
    'StackSets, for another role',
    condition(stackSets, 'ArnEquals', 'aws:PrincipalArn', { value: 'arn:aws:iam::777788889999:role/Other' }),
    'StackSets changed',
  ],
  [
    'StackSets, from another organization than the orchestrator',
    condition(stackSets, 'StringEquals', 'aws:PrincipalOrgID', { value: 'o-zzzzz99999' }),
    'StackSets changed',
  ],
  [
    'another external id',
    condition(orchestrator, 'StringEquals', 'sts:ExternalId', { value: 'other' }),
    'Orchestrator changed',
  ],
  [
    'one of two external ids',
    condition(orchestrator, 'StringEquals', 'sts:ExternalId', { value: ['strongroom', 'other'] }),
    nobody,
  ],
  [
    'the external id only if there is one',
    condition(orchestrator, 'StringEquals', 'sts:ExternalId', { operator: 'StringEqualsIfExists' }),
    'Orchestrator changed',
  ],
  ['no external id', without(orchestrator, 'StringEquals', 'sts:ExternalId'), nobody],
  ['no source identity', without(orchestrator, 'StringLike', 'sts:SourceIdentity'), 'Orchestrator changed'],
  ['the orchestrator from anywhere', without(orchestrator, 'StringEquals', 'aws:PrincipalOrgID'), nobody],
  [
    'a pattern of organizations',
    condition(orchestrator, 'StringEquals', 'aws:PrincipalOrgID', { operator: 'StringLike', value: 'o-*' }),
    nobody,
  ],
  ['the orchestrator as any role', without(orchestrator, 'ArnLike', 'aws:PrincipalArn'), nobody],
  ...['*', 'user/jo'].map((name): [string, Edit, string] => [
    `the orchestrator as ${name}`,
    condition(orchestrator, 'ArnLike', 'aws:PrincipalArn', { value: `arn:aws:iam::777788889999:${name}` }),
    nobody,
  ]),
  ...['role/*', 'role/base*line', 'role/baseline/Other'].map((name): [string, Edit, string] => [
    `the orchestrator as ${name}`,
    condition(orchestrator, 'ArnLike', 'aws:PrincipalArn', { value: `arn:aws:iam::777788889999:${name}` }),
    'Orchestrator changed',
  ]),
  ['people that the config does not name', (s) => s.push(byPeople('Admin')), 'People added'],
  ['a workflow that the config does not name', (s) => s.push(gitHub()), 'GitHub added'],
  [
    'the orchestrator as a role of another account than is trusted',
    condition(orchestrator, 'ArnLike', 'aws:PrincipalArn', { value: 'arn:aws:iam::444455556666:role/x' }),
    'StackSets changed; Orchestrator changed',
  ],
  ['NotPrincipal', (s) => Object.assign(at(s, orchestrator), { NotPrincipal: { AWS: '1' } }), 'Orchestrator changed'],
  ['an action more', (s) => Object.assign(at(s, stackSets), { Action: 'sts:*' }), 'StackSets changed'],
])('%s fails, and the statement is named', (_what, edit, observed) => {
  expect(notPassing(trusting(edit))).toEqual({ 'ci-role-trust-matches-bootstrap': 'fail' });
  expect(observedOf(edit)).toBe(observed);
});

test.each<[string, Statement, string]>([
  ...['repo:acme/*', 'repo:acme/other:ref:refs/heads/main'].map((of): [string, Statement, string] => [
    `the workflow ${of}`,
    gitHub(of),
    'GitHub changed',
  ]),
  ['any audience', withIssuer('aud', undefined), 'GitHub changed'],
  [
    "another account's identity provider",
    gitHubTrust({ partition: 'aws', account: '444455556666' }, subject),
    'GitHub changed',
  ],
])('where the config names a workflow, %s fails', (_what, statement, observed) => {
  const seen = trusting((s) => s.push(statement));

  expect(resultOf('ci-role-trust-matches-bootstrap', seen, saying({ gitHubSubject: subject }))).toMatchObject({
    outcome: 'fail',
    observed,
  });
});

describe('where the config names the administration role', () => {
  const named = (id: string) =>
    saying({ administrationRole: 'StackSetsOfPlatform', deployments: { account: parseAccountId(id) } });
  const ours = trusting(
    condition(stackSets, 'ArnEquals', 'aws:PrincipalArn', {
      value: 'arn:aws:iam::777788889999:role/StackSetsOfPlatform',
    }),
  );

  test('only this role is let in', () => {
    expect(resultOf('ci-role-trust-matches-bootstrap', ours, named('777788889999')).outcome).toBe('pass');
    expect(resultOf('ci-role-trust-matches-bootstrap', facts, named('777788889999'))).toMatchObject({
      observed: 'StackSets changed',
    });
  });

  test('only the Deployments account of the config may enter', () => {
    expect(resultOf('ci-role-trust-matches-bootstrap', ours, named('444455556666'))).toMatchObject({
      outcome: 'fail',
      observed: 'StackSets changed; Orchestrator changed',
    });
  });
});

test('a release that was made before it said who enters has nothing to compare with', () => {
  const { entry: _before, ...expectations } = release.expectations;

  expect(resultOf('ci-role-trust-matches-bootstrap', facts, { ...release, expectations })).toMatchObject({
    outcome: 'notApplicable',
    expected: 'the trust policy of the bootstrap, with all its conditions',
  });
});
