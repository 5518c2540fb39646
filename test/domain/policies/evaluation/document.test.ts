import { type PolicyType, readPolicy } from '../../../../orchestrator/domain/policies/evaluation/document';

const statement = { Effect: 'Deny', Action: 's3:*', Resource: '*' };
const of = (fields: object, version = '2012-10-17') => ({ Version: version, Statement: [{ ...statement, ...fields }] });
const said = (type: PolicyType, document: unknown) =>
  readPolicy(type, 'any', document).problems.map(({ place, problem }) => `${place}: ${problem}`);

describe('a document is refused, with the place', () => {
  test.each<{ what: string; type?: PolicyType; document: unknown; problem: string }>([
    { what: 'no JSON', document: '{"Version":', problem: 'the document: is not JSON' },
    { what: 'an empty text', document: '', problem: 'the document: is not JSON' },
    { what: 'nothing', document: undefined, problem: 'the document: there is none' },
    { what: 'null', document: null, problem: 'the document: null is not a policy' },
    { what: 'a list', document: [], problem: 'the document: a list is not a policy' },
    { what: 'a number as JSON', document: '7', problem: 'the document: a number is not a policy' },
    { what: 'no statement', document: { Version: '2012-10-17' }, problem: 'the document: has no Statement' },
    {
      what: 'a version of its own',
      document: of({}, '2024-01-01'),
      problem: 'Version: is neither 2012-10-17 nor 2008-10-17',
    },
    {
      what: 'an element that is misspelled',
      document: { ...of({}), version: 1 },
      problem: 'version: no such element; it is spelled Version',
    },
    {
      what: 'a statement that is a text',
      document: { Statement: ['Allow'] },
      problem: 'Statement[0]: a string is not a statement',
    },
    {
      what: 'a condition that is misspelled',
      document: of({ Conditions: {} }),
      problem: 'Statement[0].Conditions: no such element',
    },
    {
      what: 'an effect in lower case',
      document: of({ Effect: 'deny' }),
      problem: 'Statement[0].Effect: is neither Allow nor Deny',
    },
    {
      what: 'both Action and NotAction',
      document: of({ NotAction: 'iam:*' }),
      problem: 'Statement[0]: has both Action and NotAction',
    },
    {
      what: 'neither Action nor NotAction',
      document: of({ Action: undefined }),
      problem: 'Statement[0]: has neither Action nor NotAction',
    },
    {
      what: 'no resource',
      document: of({ Resource: undefined }),
      problem: 'Statement[0]: has neither Resource nor NotResource',
    },
    {
      what: 'an action without a service',
      document: of({ Action: ['s3:*', '*Object'] }),
      problem: 'Statement[0].Action: "*Object" is not SERVICE:ACTION, nor *',
    },
    {
      what: 'an action with a space',
      document: of({ Action: 's3: Get' }),
      problem: 'Statement[0].Action: "s3: Get" is not SERVICE:ACTION, nor *',
    },
    {
      what: 'an empty list of actions',
      document: of({ Action: [] }),
      problem: 'Statement[0].Action: the list is empty',
    },
    {
      what: 'an action that is a number',
      document: of({ Action: ['s3:*', 7] }),
      problem: 'Statement[0].Action[1]: a number is not a text',
    },
    { what: 'an empty resource', document: of({ Resource: '' }), problem: 'Statement[0].Resource: the text is empty' },
    {
      what: 'an operator that IAM does not have',
      document: of({ Condition: { StringMatches: { a: 'b' } } }),
      problem: 'Statement[0].Condition.StringMatches: no such operator',
    },
    {
      what: 'NullIfExists',
      document: of({ Condition: { NullIfExists: { a: 'true' } } }),
      problem: 'Statement[0].Condition.NullIfExists: no such operator',
    },
    {
      what: 'a set operator on Null',
      document: of({ Condition: { 'ForAnyValue:Null': { a: 'true' } } }),
      problem: 'Statement[0].Condition.ForAnyValue:Null: no such operator',
    },
    {
      what: 'an operator without keys',
      document: of({ Condition: { Bool: 'true' } }),
      problem: 'Statement[0].Condition.Bool: a string is not an object of condition keys',
    },
    {
      what: 'a condition that is a list',
      document: of({ Condition: [] }),
      problem: 'Statement[0].Condition: a list is not an object of operators',
    },
    {
      what: 'a value that is an object',
      document: of({ Condition: { Bool: { a: [{}] } } }),
      problem: 'Statement[0].Condition.Bool.a[0]: an object is not a text, a number or a boolean',
    },
    {
      what: 'a value that is null',
      document: of({ Condition: { Bool: { a: null } } }),
      problem: 'Statement[0].Condition.Bool.a: null is not a text, a number or a boolean',
    },
    {
      what: 'a principal in a service control policy',
      document: of({ Principal: '*' }),
      problem: 'Statement[0].Principal: a policy of this type has no principal',
    },
    {
      what: 'no principal in a resource policy',
      type: 'resource',
      document: of({}),
      problem: 'Statement[0]: has neither Principal nor NotPrincipal',
    },
    {
      what: 'a principal of an unknown kind',
      type: 'resource',
      document: of({ Principal: { Aws: '*' } }),
      problem: 'Statement[0].Principal.Aws: no such element; it is spelled AWS',
    },
    {
      what: 'a principal that is a text',
      type: 'resource',
      document: of({ Principal: '111122223333' }),
      problem: 'Statement[0].Principal: a string is neither * nor an object of principals',
    },
    { what: 'a Sid that is a number', document: of({ Sid: 7 }), problem: 'Statement[0].Sid: a number is not a text' },
    {
      what: 'more than any policy has',
      document: of({ Sid: 'x'.repeat(200_000) }),
      problem: 'the document: has more than 131072 characters',
    },
  ])('$what', ({ type = 'serviceControl', document, problem }) => {
    const { policy } = readPolicy(type, 'any', document);

    expect(policy).toBeUndefined();
    expect(said(type, document).some((one) => one.startsWith(problem))).toBe(true);
  });
});

describe('a document is read', () => {
  test('all problems are named at once', () => {
    const document = { Version: 1, Statement: [{ Effect: 'x' }, { ...statement, Sids: '' }] };

    expect(said('serviceControl', document)).toEqual([
      'Version: is neither 2012-10-17 nor 2008-10-17',
      'Statement[0].Effect: is neither Allow nor Deny',
      'Statement[0]: has neither Action nor NotAction',
      'Statement[0]: has neither Resource nor NotResource',
      'Statement[1].Sids: no such element',
    ]);
  });

  test.each([
    {
      what: 'a number that is none',
      condition: { NumericLessThan: { a: 'ten' } },
      note: 'NumericLessThan.a: "ten" never matches: NumericLessThan cannot compare it',
    },
    {
      what: 'a day that does not exist',
      condition: { DateLessThan: { a: '2026-02-30' } },
      note: 'DateLessThan.a: "2026-02-30" never matches: DateLessThan cannot compare it',
    },
    {
      what: 'a block of addresses that is none',
      condition: { IpAddress: { a: '10.0.0.0/40' } },
      note: 'IpAddress.a: "10.0.0.0/40" never matches: IpAddress cannot compare it',
    },
    {
      what: 'a Null that is neither',
      condition: { Null: { a: 'maybe' } },
      note: 'Null.a: "maybe" never matches: Null cannot compare it',
    },
  ])('$what is noted, since AWS may accept it', ({ condition, note }) => {
    const { policy, problems } = readPolicy('serviceControl', 'any', of({ Condition: condition }));

    expect(policy).toBeDefined();
    expect(problems).toEqual([{ place: expect.any(String), problem: expect.any(String), isFatal: false }]);
    expect(problems.map(({ place, problem }) => `${place}: ${problem}`)).toEqual([`Statement[0].Condition.${note}`]);
  });

  test('a wildcard in part of a principal is noted', () => {
    const document = of({ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } });

    expect(said('resource', document)).toEqual([
      'Statement[0].Principal.AWS: "arn:aws:iam::111122223333:role/*" never matches: part of a name has no wildcard',
    ]);
  });
});
