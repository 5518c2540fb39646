/** Who may enter by the CI role: the template's two ways in and its third, and everything that is nearly one of them. */

import type { AccountFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { read } from '../../../../orchestrator/domain/health/facts';
import { gitHubTrust } from '../../../../orchestrator/domain/policies/ci-policy';
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
  [
    'for the role that a person lends, by its full name',
    condition(orchestrator, 'ArnLike', 'aws:PrincipalArn', {
      value: 'arn:aws:iam::777788889999:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Platform_0a1b',
    }),
  ],
  ['with the workflow of one branch', (s) => s.push(gitHub())],
  [
    'with the workflow bound to its repository by number besides',
    (s) => {
      const workflow = JSON.parse(JSON.stringify(gitHub()));
      workflow.Condition.StringEquals[`${issuer}:repository_id`] = '1296269';
      s.push(workflow);
    },
  ],
])('the trust of the bootstrap passes %s', (_what, edit) => {
  expect(notPassing(trusting(edit))).toEqual({});
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
  ...['role/*', 'role/base*line', '*', 'user/jo'].map((name): [string, Edit, string] => [
    `the orchestrator as ${name}`,
    condition(orchestrator, 'ArnLike', 'aws:PrincipalArn', { value: `arn:aws:iam::777788889999:${name}` }),
    nobody,
  ]),
  [
    'the orchestrator as a role of another account than is trusted',
    condition(orchestrator, 'ArnLike', 'aws:PrincipalArn', { value: 'arn:aws:iam::444455556666:role/x' }),
    'StackSets changed; Orchestrator changed',
  ],
  ['NotPrincipal', (s) => Object.assign(at(s, orchestrator), { NotPrincipal: { AWS: '1' } }), 'Orchestrator changed'],
  ['an action more', (s) => Object.assign(at(s, stackSets), { Action: 'sts:*' }), 'StackSets changed'],
  ...['repo:acme/*', 'repo:acme/baseline:pull_request', 'repo:acme/baseline:ref:refs/heads/?'].map(
    (of): [string, Edit, string] => [`the workflow ${of}`, (s) => s.push(gitHub(of)), 'GitHub added'],
  ),
  [
    'the workflow of any audience',
    (s) => {
      const workflow = JSON.parse(JSON.stringify(gitHub()));
      delete workflow.Condition.StringEquals[`${issuer}:aud`];
      s.push(workflow);
    },
    'GitHub changed',
  ],
  [
    "another account's identity provider",
    (s) => s.push(gitHubTrust({ partition: 'aws', account: '444455556666' }, subject)),
    'GitHub changed',
  ],
  ['two workflows', (s) => s.push(gitHub(), gitHub('repo:acme/other:ref:refs/heads/main')), 'GitHub added'],
])('%s fails, and the statement is named', (_what, edit, observed) => {
  expect(notPassing(trusting(edit))).toEqual({ 'ci-role-trust-matches-bootstrap': 'fail' });
  expect(observedOf(edit)).toBe(observed);
});

describe('where the config names the administration role', () => {
  const named = (account: string) =>
    buildRelease(
      {
        ...desiredState,
        organization: {
          ...desiredState.organization,
          administrationRoleArn: `arn:aws:iam::${account}:role/baseline/BaselineStackSetAdministration`,
        },
      },
      templateHashes,
    );
  const ours = trusting(
    condition(stackSets, 'ArnEquals', 'aws:PrincipalArn', {
      value: 'arn:aws:iam::777788889999:role/baseline/BaselineStackSetAdministration',
    }),
  );

  test('it is the one that is let in, with its path', () => {
    expect(resultOf('ci-role-trust-matches-bootstrap', ours, named('777788889999')).outcome).toBe('pass');
    expect(resultOf('ci-role-trust-matches-bootstrap', facts, named('777788889999'))).toMatchObject({
      observed: 'StackSets changed',
    });
  });

  test('its account is the only one that may enter', () => {
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
