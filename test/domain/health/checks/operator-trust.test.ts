import { edited, only, type Statement, withRole } from './edited';
import { account, notPassing, resultOf, role } from './healthy';

describe('the trust', () => {
  const trusting = (edit: (statements: Statement[]) => void) => withRole({ trust: edited(role.trust, edit) });
  const present = 'aws:MultiFactorAuthPresent';
  const age = 'aws:MultiFactorAuthAge';
  const condition = (value: unknown) => trusting((s) => Object.assign(only(s), { Condition: value }));
  const another = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };

  test.each([
    { seen: trusting((s) => Object.assign(only(s), { Sid: 'x', Action: ['STS:AssumeRole'] })) },
    { seen: trusting((s) => Object.assign(only(s), { Principal: { AWS: account } })) },
    { seen: condition({ Bool: { [present.toLowerCase()]: true }, NumericLessThan: { [age]: 3600 } }) },
  ])('passes in another spelling of the same', ({ seen }) => {
    expect(notPassing(seen)).toEqual({});
  });

  test.each([
    {
      fails: 'operator-role-requires-mfa',
      seen: condition({ BoolIfExists: { [present]: 'true' }, NumericLessThan: { [age]: '3600' } }),
      observed: `BoolIfExists true on ${present}`,
      expected: `Bool true on ${present}`,
    },
    {
      fails: 'operator-role-requires-mfa',
      seen: condition({ Bool: { [present]: 'false' }, NumericLessThan: { [age]: '3600' } }),
      observed: `Bool false on ${present}`,
      expected: `Bool true on ${present}`,
    },
    {
      fails: 'operator-role-requires-mfa',
      seen: condition({ Bool: { [present]: ['true', 'false'] }, NumericLessThan: { [age]: '3600' } }),
      observed: `Bool false, true on ${present}`,
      expected: `Bool true on ${present}`,
    },
    {
      fails: 'operator-role-requires-mfa',
      seen: condition({
        Bool: { [present]: 'true' },
        Null: { [present]: 'false' },
        NumericLessThan: { [age]: '3600' },
      }),
      observed: `Bool true and Null false on ${present}`,
      expected: `Bool true on ${present}`,
    },
    {
      fails: 'operator-role-requires-mfa',
      seen: condition({ NumericLessThan: { [age]: '3600' } }),
      observed: `no condition on ${present}`,
      expected: `Bool true on ${present}`,
    },
    {
      fails: 'operator-role-requires-recent-mfa',
      seen: condition({ Bool: { [present]: 'true' }, NumericLessThanIfExists: { [age]: '3600' } }),
      observed: `NumericLessThanIfExists 3600 on ${age}`,
      expected: `NumericLessThan 3600 on ${age}`,
    },
    {
      fails: 'operator-role-requires-recent-mfa',
      seen: condition({ Bool: { [present]: 'true' }, NumericLessThanEquals: { [age]: '3600' } }),
      observed: `NumericLessThanEquals 3600 on ${age}`,
      expected: `NumericLessThan 3600 on ${age}`,
    },
    {
      fails: 'operator-role-requires-recent-mfa',
      seen: condition({ Bool: { [present]: 'true' }, NumericLessThan: { [age]: '43200' } }),
      observed: `NumericLessThan 43200 on ${age}`,
      expected: `NumericLessThan 3600 on ${age}`,
    },
    {
      fails: 'operator-role-requires-recent-mfa',
      seen: condition({ Bool: { [present]: 'true' } }),
      observed: `no condition on ${age}`,
      expected: `NumericLessThan 3600 on ${age}`,
    },
    {
      fails: 'operator-role-trusts-only-own-account',
      seen: condition({
        Bool: { [present]: 'true', 'aws:ViaAWSService': 'false' },
        NumericLessThan: { [age]: '3600' },
      }),
      observed: 'HumansOfThisAccountWithFreshMfa changed',
      expected: 'one statement, for the root principal of this account',
    },
    {
      fails: 'operator-role-trusts-only-own-account',
      seen: trusting((s) => Object.assign(only(s), { Principal: { AWS: 'arn:aws:iam::111122223334:root' } })),
      observed: 'HumansOfThisAccountWithFreshMfa changed',
      expected: 'one statement, for the root principal of this account',
    },
    {
      fails: 'operator-role-trusts-only-own-account',
      seen: trusting((s) => s.push({ ...only(s), Sid: 'Ci', Principal: { AWS: `arn:aws:iam::${account}:role/x` } })),
      observed: 'Ci added',
      expected: 'one statement, for the root principal of this account',
    },
  ])('fails $fails, and nothing else, with $observed', ({ fails, seen, observed, expected }) => {
    expect(notPassing(seen)).toEqual({ [fails]: 'fail' });
    expect(resultOf(fails, seen)).toMatchObject({ observed, expected });
  });

  test('fails in every respect with a second way in that asks for nothing', () => {
    const seen = trusting((s) => s.push(another));

    expect(notPassing(seen)).toEqual({
      'operator-role-trusts-only-own-account': 'fail',
      'operator-role-requires-mfa': 'fail',
      'operator-role-requires-recent-mfa': 'fail',
    });
  });

  test('fails in every respect without any way in: there is no condition on MFA either', () => {
    const seen = trusting((s) => s.splice(0));

    expect(notPassing(seen)).toEqual({
      'operator-role-trusts-only-own-account': 'fail',
      'operator-role-requires-mfa': 'fail',
      'operator-role-requires-recent-mfa': 'fail',
    });
  });

  test('fails with a second way in that is the first without MFA', () => {
    const seen = trusting((s) => s.push({ ...only(s), Condition: {} }));

    expect(notPassing(seen)).toEqual({
      'operator-role-requires-mfa': 'fail',
      'operator-role-requires-recent-mfa': 'fail',
    });
  });
});
