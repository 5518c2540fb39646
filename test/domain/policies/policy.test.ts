import {
  conditionsOf,
  isLike,
  type PolicyDocument,
  policyDifferences,
  samePolicy,
  withoutConditionsOn,
} from '../../../orchestrator/domain/policies/policy';

const statement = {
  Sid: 'Fence',
  Effect: 'Deny',
  Action: ['acm:*', 'kms:DescribeKey'],
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'us-west-2'] } },
};
const grant = {
  Sid: 'Grant',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'sts:AssumeRole',
};
const policy = (...statements: readonly unknown[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
const changed = (change: Readonly<Record<string, unknown>>): PolicyDocument =>
  policy({ ...statement, ...change }, grant);
const released = policy(statement, grant);

describe('policies that mean the same', () => {
  test.each([
    { difference: 'nothing', other: policy(statement, grant) },
    { difference: 'the order of statements', other: policy(grant, statement) },
    { difference: 'a statement said twice', other: policy(statement, grant, statement) },
    { difference: 'an Id', other: { ...released, Id: 'x' } },
    { difference: 'a Sid', other: changed({ Sid: 'Other' }) },
    { difference: 'the order of actions', other: changed({ Action: ['kms:DescribeKey', 'acm:*'] }) },
    { difference: 'the case of actions', other: changed({ Action: ['ACM:*', 'kms:describekey'] }) },
    { difference: 'a list of one', other: changed({ Resource: ['*'] }) },
    {
      difference: 'the case of a condition key, and the order of its values',
      other: changed({ Condition: { StringNotEquals: { 'AWS:requestedregion': ['us-west-2', 'us-east-1'] } } }),
    },
    {
      difference: 'an account id for its root',
      other: policy(statement, { ...grant, Principal: { AWS: ['111122223333'] } }),
    },
  ])('$difference makes no difference', ({ other }) => {
    expect(policyDifferences(other, released)).toEqual([]);
    expect(policyDifferences(released, other)).toEqual([]);
  });

  test('a single statement needs no list', () => {
    expect(samePolicy({ Version: '2012-10-17', Statement: grant }, policy(grant))).toBe(true);
  });

  test('a number and a boolean are their text', () => {
    const as = (present: unknown, age: unknown) =>
      policy({ ...grant, Condition: { Bool: { p: present }, NumericLessThan: { a: age } } });

    expect(samePolicy(as(true, 3600), as('true', '3600'))).toBe(true);
  });

  test('anybody is anybody, in either form', () => {
    expect(samePolicy(policy({ ...grant, Principal: '*' }), policy({ ...grant, Principal: { AWS: '*' } }))).toBe(true);
  });
});

describe('policies that do not mean the same', () => {
  test.each([
    { other: policy(grant), said: ['Fence missing'] },
    { other: policy(statement, grant, { ...grant, Sid: 'More', Action: 's3:*' }), said: ['More added'] },
    { other: changed({ Effect: 'Allow' }), said: ['Fence changed'] },
    { other: changed({ Action: ['acm:*'] }), said: ['Fence changed'] },
    { other: changed({ Resource: 'arn:aws:s3:::A' }), said: ['Fence changed'] },
    { other: changed({ Condition: {} }), said: ['Fence changed'] },
    { other: changed({ Condition: 'none' }), said: ['Fence changed'] },
    // Not the same as no condition: nobody knows what it asks.
    { other: policy(statement, { ...grant, Condition: 'none' }), said: ['Grant changed'] },
    {
      other: changed({ Condition: { StringNotEqualsIfExists: statement.Condition.StringNotEquals } }),
      said: ['Fence changed'],
    },
    {
      other: changed({
        Condition: { StringNotEquals: { ...statement.Condition.StringNotEquals, 'aws:requestedregion': 'us-east-1' } },
      }),
      said: ['Fence changed'],
    },
    { other: changed({ Action: undefined, NotAction: statement.Action }), said: ['Fence changed'] },
    { other: changed({ Sid: undefined, Action: 'acm:*' }), said: ['Fence missing', 'Deny Action acm:* added'] },
    {
      other: policy(statement, { ...grant, Principal: { AWS: 'arn:aws:iam::111122223333:role/x' } }),
      said: ['Grant changed'],
    },
    { other: policy(statement, { ...grant, Principal: { Service: '111122223333' } }), said: ['Grant changed'] },
    { other: { ...released, Version: '2008-10-17' }, said: ['version 2008-10-17'] },
    { other: { Statement: released['Statement'] }, said: ['version 2008-10-17'] },
    { other: { Version: '2012-10-17' }, said: ['Fence missing', 'Grant missing'] },
    { other: policy(statement, grant, 'nonsense'), said: ['undefined Action of nothing added'] },
    { other: changed({ Action: [['acm:*', 'kms:DescribeKey']] }), said: ['Fence changed'] },
  ])('are described as $said', ({ other, said }) => {
    expect(policyDifferences(other, released)).toEqual(said);
  });

  test('resources keep their case: buckets and roles do not forget it', () => {
    expect(
      samePolicy(changed({ Resource: 'arn:aws:iam::1:role/a' }), changed({ Resource: 'arn:aws:iam::1:role/A' })),
    ).toBe(false);
  });
});

test('conditions are read one by one, as they are written', () => {
  const conditions = conditionsOf({ Condition: { Bool: { 'aws:A': true }, StringLike: { b: ['y', 'x'] } } });

  expect(conditions).toEqual([
    { operator: 'Bool', key: 'aws:A', values: ['true'] },
    { operator: 'StringLike', key: 'b', values: ['x', 'y'] },
  ]);
});

test('a policy without the conditions on some keys keeps all else', () => {
  const full = policy({ ...grant, Condition: { Bool: { 'AWS:A': 'true', b: 'true' }, Null: { 'aws:a': 'false' } } });

  const rest = withoutConditionsOn(['aws:A'], full);

  expect(samePolicy(rest, policy({ ...grant, Condition: { Bool: { b: 'true' } } }))).toBe(true);
});

describe('a pattern of IAM', () => {
  test.each([
    ['iam:listroles', 'iam:listroles', true],
    ['iam:listroles', 'iam:*', true],
    ['iam:listroles', '*', true],
    ['iam:listroles', 'iam:list*s', true],
    ['iam:listroles', '*:*roles', true],
    ['iam:listroles', 'iam:listrole?', true],
    ['iam:listroles', 'iam:listroles*', true],
    ['iam:listroles', 'iam:listrole', false],
    ['iam:listroles', 'iam:listroles?', false],
    ['iam:listroles', 'iam.listroles', false],
    ['iam:listroles', 's3:*', false],
    ['iam:listroles', '*rolesx', false],
    ['iam:listroles', '', false],
    ['iampasses:all', 'iam:*', false],
  ])('%s fits %s: %s', (text, pattern, fits) => {
    expect(isLike(text, pattern)).toBe(fits);
  });

  test('of many stars takes no longer than its length', () => {
    expect(isLike(`${'a'.repeat(2_000)}b`, `${'*a'.repeat(1_000)}c`)).toBe(false);
  });
});
