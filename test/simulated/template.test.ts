import type { RoleFacts, RuleFacts } from '../../orchestrator/domain/health/facts';
import { parseAccountId } from '../../orchestrator/domain/model/brand';
import { contentOf, inAccount } from '../../orchestrator/simulated/deployed';
import type { Json, JsonObject } from '../../orchestrator/simulated/intrinsics';
import type { Made } from '../../orchestrator/simulated/resource-kinds';
import { madeOf, parseTemplate } from '../../orchestrator/simulated/template';
import { home } from './small-world';

const account = parseAccountId('012345678901');
const place = { region: home, stackName: 'stack' };

/** Resolves one value in a template that has a bit of everything. */
const resolved = (value: Json, extra: JsonObject = {}): unknown => {
  const template: JsonObject = {
    Parameters: {
      Name: { Type: 'String', Default: 'blue' },
      Regions: { Type: 'CommaDelimitedList', Default: 'us-east-1, us-west-2' },
    },
    Mappings: { Sizes: { 'us-east-1': { small: 't3' } } },
    Conditions: {
      NotGreen: { 'Fn::Not': [{ Condition: 'Green' }] },
      Green: { 'Fn::Equals': [{ Ref: 'Name' }, 'green'] },
      Both: { 'Fn::And': [{ Condition: 'Green' }, { Condition: 'NotGreen' }] },
      Either: { 'Fn::Or': [{ Condition: 'Green' }, { Condition: 'NotGreen' }] },
    },
    Resources: {
      Probe: { Type: 'Test::Probe', Properties: { value } },
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'Keeper' } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarm' } },
      Unnamed: { Type: 'AWS::Events::Rule' },
    },
    ...extra,
  };
  const probe = madeOf(template, {}, place).resources.find(({ logicalId }) => logicalId === 'Probe');
  return JSON.parse(JSON.stringify(probe?.properties['value']).replaceAll('<<account id>>', account));
};
const ref = (name: string): Json => ({ Ref: name });
const curly = (name: string): string => `$\{${name}}`;

test.each<[string, Json, unknown]>([
  ['a parameter', ref('Name'), 'blue'],
  ['a list parameter', ref('Regions'), ['us-east-1', 'us-west-2']],
  ['the region', ref('AWS::Region'), 'us-east-1'],
  ['the account', ref('AWS::AccountId'), account],
  ['a role by name', ref('Role'), 'Keeper'],
  ['a topic by ARN', ref('Topic'), `arn:aws:sns:us-east-1:${account}:alarm`],
  ['what has no name', ref('Unnamed'), 'stack-Unnamed'],
  ['an attribute', { 'Fn::GetAtt': ['Role', 'Arn'] }, `arn:aws:iam::${account}:role/Keeper`],
  ['an attribute, in short', { 'Fn::GetAtt': 'Topic.TopicName' }, 'alarm'],
  ['a join', { 'Fn::Join': ['-', ['a', ref('Name'), ref('AWS::Partition')]] }, 'a-blue-aws'],
  ['a join of a list', { 'Fn::Join': ['+', ref('Regions')] }, 'us-east-1+us-west-2'],
  ['a split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
  ['a selection', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
  [
    'a substitution',
    { 'Fn::Sub': `${curly('Name')}:${curly('Role.Arn')}` },
    `blue:arn:aws:iam::${account}:role/Keeper`,
  ],
  ['a substitution of its own', { 'Fn::Sub': [curly('Own'), { Own: ref('Name') }] }, 'blue'],
  ['a literal in a substitution', { 'Fn::Sub': curly('!aws:username') }, curly('aws:username')],
  ['a map', { 'Fn::FindInMap': ['Sizes', ref('AWS::Region'), 'small'] }, 't3'],
  ['a choice', { 'Fn::If': ['Green', 'yes', 'no'] }, 'no'],
  ['a choice by other conditions', { 'Fn::If': ['NotGreen', 'yes', 'no'] }, 'yes'],
  ['a choice by both', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['a choice by either', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['a property chosen away', { a: 1, b: { 'Fn::If': ['Green', 2, ref('AWS::NoValue')] } }, { a: 1 }],
  ['an item chosen away', ['x', { 'Fn::If': ['Green', 'y', ref('AWS::NoValue')] }], ['x']],
])('%s is resolved', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test.each<[string, Json, string]>([
  ['a name that nothing has', ref('Nobody'), 'Unresolved resource dependencies [Nobody]'],
  ['an attribute of nothing', { 'Fn::GetAtt': ['Nobody', 'Arn'] }, 'undefined resource Nobody'],
  ['a condition that is not there', { 'Fn::If': ['Nobody', 1, 2] }, 'Unresolved condition dependency Nobody'],
  ['a selection past the end', { 'Fn::Select': [9, ['a']] }, 'Fn::Select'],
  ['a function that is not known', { 'Fn::Cidr': ['10.0.0.0/8', 1, 1] }, 'does not know Fn::Cidr'],
])('%s is refused', (_, value, message) => {
  expect(() => resolved(value)).toThrow(message);
});

test('a condition on the account is refused, since a template is resolved once for all accounts', () => {
  const Conditions = { Mine: { 'Fn::Equals': [ref('AWS::AccountId'), account] } };

  expect(() => resolved('x', { Conditions })).toThrow('conditions on AWS::AccountId');
});

test('conditions that wait for each other are refused', () => {
  const Conditions = { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } };

  expect(() => resolved('x', { Conditions })).toThrow('Circular dependencies for conditions: A B A');
});

test.each([
  ['what is not JSON', 'Resources:', 'Template format error'],
  ['a template without resources', '{"Resources":{}}', 'At least one Resources member must be defined'],
])('%s is refused', (_, body, message) => {
  expect(() => parseTemplate(body)).toThrow(message);
});

test.each<[string, Record<string, string>, string]>([
  ['a parameter that the template does not have', { Name: 'a', Extra: 'b' }, 'Parameters: [Extra] do not exist'],
  ['a parameter without a value', {}, 'Parameters: [Name] must have values'],
])('%s is refused', (_, parameters, message) => {
  const template = { Parameters: { Name: { Type: 'String' } }, Resources: { A: { Type: 'Test::A' } } };

  expect(() => madeOf(template, parameters, place)).toThrow(message);
});

test('a resource whose condition does not hold is not made', () => {
  const template = {
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { A: { Type: 'Test::A' }, B: { Type: 'Test::B', Condition: 'Never' } },
  };

  expect(madeOf(template, {}, place).resources.map(({ logicalId }) => logicalId)).toEqual(['A']);
});

describe('the facts of a stack', () => {
  const statement = {
    Effect: 'Deny',
    Action: '*',
    Resource: { 'Fn::Sub': `arn:aws:iam::${curly('AWS::AccountId')}:root` },
  };
  const template: JsonObject = {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'Keeper',
          AssumeRolePolicyDocument: {},
          Policies: [{ PolicyName: 'a', PolicyDocument: { Statement: [statement] } }],
        },
      },
      Elsewhere: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'c', PolicyDocument: {}, Roles: ['Other'] } },
      Late: { Type: 'AWS::IAM::Policy', Properties: { PolicyName: 'b', PolicyDocument: {}, Roles: [ref('Role')] } },
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: { TopicName: 'alarm' },
      },
      Policy: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: { Topics: [ref('Topic')], PolicyDocument: { Statement: ['ours'] } },
      },
      Bare: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'bare' } },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          Name: 'watch',
          State: 'DISABLED',
          EventPattern: { source: ['a'] },
          Targets: [{ Id: '1', Arn: ref('Topic') }],
        },
      },
    },
  };
  const content = contentOf(template, {}, place);
  const facts = <T extends RoleFacts | Made['topics'] | RuleFacts>(of: ReadonlyMap<string, string>, name: string): T =>
    inAccount<T>(of.get(name) ?? '', account);

  test('a role has its inline policies, with the account in them, however they were attached', () => {
    const { inline, maxSessionSeconds, attached } = facts<RoleFacts>(content.roles, 'Keeper');

    expect(inline).toEqual({ a: { Statement: [{ ...statement, Resource: `arn:aws:iam::${account}:root` }] }, b: {} });
    expect({ maxSessionSeconds, attached }).toEqual({ maxSessionSeconds: 3600, attached: [] });
  });

  test('a topic has its policy', () => {
    const { policy } = facts<Made['topics']>(content.topics, 'alarm');

    expect(policy).toEqual({ Statement: ['ours'] });
  });

  test('a topic without a policy trusts its owner alone', () => {
    const { policy } = facts<Made['topics']>(content.topics, 'bare');

    expect(JSON.stringify(policy)).toContain(`"AWS:SourceOwner":"${account}"`);
  });

  test('a rule has its state, pattern and targets', () => {
    expect(facts<RuleFacts>(content.rules, 'watch')).toEqual({
      state: 'DISABLED',
      pattern: { source: ['a'] },
      targets: [{ arn: `arn:aws:sns:us-east-1:${account}:alarm` }],
    });
  });
});
