import { absent, unreadable } from '../../../../orchestrator/domain/health/facts';
import { statementsOf } from '../../../../orchestrator/domain/policies/policy';
import { edited, only, type Statement, withRole } from './edited';
import { account, facts, notPassing, resultOf, resultsOf, role } from './healthy';

describe('the role', () => {
  test.each([3600, 900])('passes with sessions of %i s', (maxSessionSeconds) => {
    expect(notPassing(withRole({ maxSessionSeconds }))).toEqual({});
  });

  test.each([3601, 43_200])('fails with sessions of %i s', (maxSessionSeconds) => {
    expect(resultOf('operator-role-limits-session-duration', withRole({ maxSessionSeconds }))).toMatchObject({
      outcome: 'fail',
      observed: `sessions of ${maxSessionSeconds} seconds`,
      expected: 'role InfraAdmin with sessions of at most 3600 seconds',
    });
  });

  test.each([
    { fact: absent, outcome: 'fail' },
    { fact: unreadable('denied'), outcome: 'unknown' },
  ])('$fact.kind is $outcome in every check of it', ({ fact, outcome }) => {
    const results = resultsOf({ ...facts, operatorRole: fact }).filter(
      ({ gate, module }) => gate === 'access-controlled' && module === 'operator-role',
    );

    expect(results.map((result) => result.outcome)).toEqual(Array(10).fill(outcome));
  });
});

describe('the grant', () => {
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

  test.each([
    { attached: [], observed: 'no attached policy' },
    { attached: ['arn:aws:iam::aws:policy/PowerUserAccess'], observed: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    { attached: [administrator, 'arn:aws:iam::aws:policy/x'], observed: `${administrator}, arn:aws:iam::aws:policy/x` },
    {
      attached: [`arn:aws:iam::${account}:policy/AdministratorAccess`],
      observed: `arn:aws:iam::${account}:policy/AdministratorAccess`,
    },
  ])('fails with $observed', ({ attached, observed }) => {
    const seen = withRole({ attached });

    expect(notPassing(seen)).toEqual({ 'operator-role-has-only-administrator-access': 'fail' });
    expect(resultOf('operator-role-has-only-administrator-access', seen).observed).toBe(observed);
  });
});

describe('self-protection', () => {
  const protecting = (edit: (statements: Statement[]) => void) =>
    withRole({ inline: { ...role.inline, 'self-protect': edited(role.inline['self-protect'], edit) } });

  const allMissing = statementsOf(role.inline['self-protect'] ?? {})
    .map(({ Sid }) => `${String(Sid)} missing`)
    .join('; ');

  test.each([
    { seen: protecting((s) => s.splice(0)), observed: allMissing },
    ...statementsOf(role.inline['self-protect'] ?? {}).map(({ Sid }, n) => ({
      seen: protecting((s) => s.splice(n, 1)),
      observed: `${String(Sid)} missing`,
    })),
    {
      seen: protecting((s) => (only(s.slice(0, 1))['Action'] as string[]).pop()),
      observed: 'CannotChangeOwnPermissions changed',
    },
    {
      seen: protecting((s) => (only(s.slice(0, 1))['Resource'] as string[]).pop()),
      observed: 'CannotChangeOwnPermissions changed',
    },
    {
      seen: withRole({ inline: { 'region-deny': role.inline['region-deny'] ?? {} } }),
      observed: 'no inline policy named self-protect',
    },
  ])('fails with $observed', ({ seen, observed }) => {
    expect(notPassing(seen)).toEqual({ 'operator-role-cannot-change-itself': 'fail' });
    expect(resultOf('operator-role-cannot-change-itself', seen).observed).toBe(observed);
  });
});
