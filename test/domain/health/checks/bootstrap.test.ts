import { absent, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import { ciRole, facts, resultOf } from './healthy';

const other = { account: '111122223334', arn: 'arn:aws:sts::111122223334:assumed-role/BaselineCi/strongroom' };

test.each([
  { seen: 'the account itself', identity: facts.identity, outcome: 'pass', observed: 'account 111122223333' },
  { seen: 'another account', identity: read(other), outcome: 'fail', observed: 'account 111122223334' },
  { seen: 'no identity', identity: absent, outcome: 'fail', observed: 'absent' },
  { seen: 'nothing', identity: unreadable('no route'), outcome: 'unknown', observed: 'no route' },
])('the identity check says $outcome of $seen', ({ identity, outcome, observed }) => {
  expect(resultOf('ci-role-gives-access', { ...facts, identity })).toMatchObject({
    gate: 'bootstrapped',
    outcome,
    observed,
    expected: 'account 111122223333',
  });
});

describe('the permission boundary of the CI role', () => {
  const judge = (boundaryArn: string | undefined) =>
    resultOf('ci-role-has-permissions-boundary', { ...facts, ciRole: read({ trust: ciRole.trust, boundaryArn }) });
  const own = 'arn:aws:iam::111122223333:policy/baseline/BaselineCiBoundary';

  test('passes when it is the one that the bootstrap made', () => {
    expect(judge(own)).toMatchObject({ gate: 'bootstrapped', outcome: 'pass', observed: own });
  });

  test.each([
    undefined,
    'arn:aws:iam::aws:policy/AdministratorAccess',
    'arn:aws:iam::111122223333:policy/BaselineCiBoundary',
    'arn:aws:iam::111122223333:policy/baseline/BaselineServiceRoleBoundary',
    'arn:aws:iam::111122223334:policy/baseline/BaselineCiBoundary',
  ])('fails when it is %s', (boundaryArn) => {
    expect(judge(boundaryArn)).toMatchObject({
      outcome: 'fail',
      observed: boundaryArn ?? 'no boundary',
      expected: own,
    });
  });

  test('fails without the role, and is unknown when the role cannot be read', () => {
    expect(resultOf('ci-role-has-permissions-boundary', { ...facts, ciRole: absent }).outcome).toBe('fail');
    expect(resultOf('ci-role-has-permissions-boundary', { ...facts, ciRole: unreadable('denied') }).outcome).toBe(
      'unknown',
    );
  });
});

describe('the root user', () => {
  const without = { accessKeys: false, password: false, mfa: false };
  const judge = (check: string, changed: Partial<typeof without>) =>
    resultOf(check, { ...facts, root: read({ ...without, ...changed }) });

  test.each([
    { accessKeys: false, outcome: 'pass', observed: 'no access key' },
    { accessKeys: true, outcome: 'fail', observed: 'an access key' },
  ])('with $observed: $outcome', ({ accessKeys, outcome, observed }) => {
    expect(judge('root-user-has-no-access-key', { accessKeys, password: true, mfa: true })).toMatchObject({
      gate: 'access-controlled',
      outcome,
      observed,
    });
  });

  test.each([
    { password: false, mfa: false, outcome: 'pass', observed: 'no password' },
    { password: false, mfa: true, outcome: 'pass', observed: 'no password' },
    { password: true, mfa: true, outcome: 'pass', observed: 'a password with MFA' },
    { password: true, mfa: false, outcome: 'fail', observed: 'a password without MFA' },
  ])('with password $password and MFA $mfa: $outcome', ({ password, mfa, outcome, observed }) => {
    expect(judge('root-user-requires-mfa', { password, mfa })).toMatchObject({
      gate: 'access-controlled',
      outcome,
      observed,
    });
  });

  test.each(['root-user-has-no-access-key', 'root-user-requires-mfa'])(
    '%s is unknown when the root user cannot be read',
    (check) => {
      expect(resultOf(check, { ...facts, root: unreadable('denied') }).outcome).toBe('unknown');
    },
  );
});
