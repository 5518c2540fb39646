/** What changes in a stack, by what is deployed. */
import { changeOf, type DeployedStack, type StackTarget } from '../../../orchestrator/domain/installation/changes';
import type { Template } from '../../../orchestrator/domain/installation/template';
import { parseAccountId } from '../../../orchestrator/domain/model/brand';

const role = (name: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: { Ref: 'Caller' } } }],
    },
  },
});
const template: Template = { Resources: { Topic: { Type: 'AWS::SNS::Topic' }, Role: role('strongroom-directory') } };
const parameters = { Caller: 'arn:aws:iam::222222222222:root', Empty: '' };
const target: StackTarget = {
  stack: 'StrongroomManagement',
  in: 'management',
  account: parseAccountId('111111111111'),
  region: 'us-east-1',
  partition: 'aws',
  hasAssets: false,
  parameters,
  template,
};
const deployed = (own: Partial<DeployedStack> = {}): DeployedStack => ({
  status: 'CREATE_COMPLETE',
  isOurs: true,
  parameters,
  template,
  ...own,
});

test('a new stack creates all that its template has, and its statements name what the parameters say', () => {
  const { change, resources, statements, names } = changeOf(target, undefined);

  expect(change).toBe('create');
  expect(resources.map(({ change: kind, id }) => [kind, id])).toEqual([
    ['create', 'Topic'],
    ['create', 'Role'],
  ]);
  expect(statements).toMatchObject([
    { on: 'strongroom-directory', kind: 'trust', principals: ['arn:aws:iam::222222222222:root'] },
  ]);
  expect(names).toEqual([{ type: 'AWS::IAM::Role', name: 'strongroom-directory' }]);
});

test('a deployed stack is unchanged, whatever the order of its keys', () => {
  const { Topic, Role } = template.Resources;
  const reordered = { Resources: { Role: { Properties: Role?.Properties ?? {}, Type: 'AWS::IAM::Role' } } };
  const same = { Resources: { ...reordered.Resources, ...(Topic && { Topic }) } };

  expect(changeOf(target, deployed({ template: same }))).toMatchObject({ change: 'none', resources: [], names: [] });
});

test('an update says what is created, updated and deleted, and which parameters are new', () => {
  const before: Template = { Resources: { Queue: { Type: 'AWS::SQS::Queue' }, Role: role('strongroom-old') } };

  const change = changeOf(target, deployed({ template: before, parameters: { ...parameters, Empty: 'x' } }));

  expect(change).toMatchObject({ change: 'update', parametersChanged: ['Empty'] });
  expect(change.resources.map(({ change: kind, id }) => [kind, id])).toEqual([
    ['create', 'Topic'],
    ['update', 'Role'],
    ['delete', 'Queue'],
  ]);
  expect(change.names).toEqual([{ type: 'AWS::IAM::Role', name: 'strongroom-directory' }]);
});

test.each([
  ['ROLLBACK_COMPLETE', 'retry'],
  ['CREATE_FAILED', 'retry'],
  ['REVIEW_IN_PROGRESS', 'create'],
  ['CREATE_IN_PROGRESS', 'wait'],
  ['UPDATE_ROLLBACK_COMPLETE', 'none'],
  ['UPDATE_FAILED', 'update'],
])('a stack that is %s: %s', (status, change) => {
  expect(changeOf(target, deployed({ status })).change).toBe(change);
});

test('what a failed creation left counts for nothing', () => {
  const change = changeOf(target, deployed({ status: 'ROLLBACK_COMPLETE' }));

  expect(change.resources).toHaveLength(2);
});

describe('a statement that depends on a parameter', () => {
  const caller = (principal: string | { readonly Ref: string }) => ({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: principal },
  });
  const conditional: Template = {
    Conditions: { HasPeople: { 'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: 'People' }] }, ''] }] } },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [
              caller('always'),
              { 'Fn::If': ['HasPeople', caller({ Ref: 'People' }), { Ref: 'AWS::NoValue' }] },
            ],
          },
        },
      },
    },
  };
  const principalsWith = (own: Readonly<Record<string, string>>) =>
    changeOf({ ...target, template: conditional, parameters: own }, undefined).statements.map(
      ({ principals }) => principals,
    );

  test('is in the plan if its condition holds', () => {
    expect(principalsWith({ People: 'arn:of:people' })).toEqual([['always'], ['arn:of:people']]);
  });

  test('is not in the plan if its condition does not hold', () => {
    expect(principalsWith({ People: '' })).toEqual([['always']]);
  });

  test('is in the plan if only CloudFormation knows the condition', () => {
    expect(principalsWith({})).toEqual([['always'], [`$\{People}`]]);
  });
});

test('what a StackSet deploys to the accounts is in the plan, with the parameters that it gets', () => {
  const nested: Template = { Resources: { Ci: role('BaselineCi') } };
  const withStackSet: Template = {
    Resources: {
      CiRole: {
        Type: 'AWS::CloudFormation::StackSet',
        Properties: {
          StackSetName: 'strongroom-bootstrap-ci-role',
          Parameters: [{ ParameterKey: 'Caller', ParameterValue: { Ref: 'Caller' } }],
          TemplateBody: JSON.stringify(nested),
        },
      },
    },
  };
  const other = JSON.stringify({ Resources: { Ci: role('BaselineCi'), New: { Type: 'AWS::IAM::ManagedPolicy' } } });
  const updated = JSON.parse(JSON.stringify(withStackSet));
  updated.Resources.CiRole.Properties.TemplateBody = other;

  const created = changeOf({ ...target, template: withStackSet }, undefined);
  const changed = changeOf({ ...target, template: updated }, deployed({ template: withStackSet }));

  expect(created.resources.map(({ id, change }) => [id, change])).toEqual([
    ['CiRole', 'create'],
    ['Ci, by StackSet CiRole', 'create'],
  ]);
  expect(created.statements).toMatchObject([
    { on: 'BaselineCi, by StackSet CiRole', principals: ['arn:aws:iam::222222222222:root'] },
  ]);
  expect(changed.resources.map(({ id, change }) => [id, change])).toEqual([
    ['CiRole', 'update'],
    ['New, by StackSet CiRole', 'create'],
  ]);
});

test('a statement about everything but some actions says so', () => {
  const fence: Template = {
    Resources: {
      Fence: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          PolicyDocument: {
            Statement: { Effect: 'Deny', NotAction: ['iam:*', 'sts:*'], NotResource: 'arn:one' },
          },
        },
      },
    },
  };

  expect(changeOf({ ...target, template: fence }, undefined).statements).toMatchObject([
    { actions: ['everything but iam:*, sts:*'], resources: ['everything but arn:one'] },
  ]);
});
