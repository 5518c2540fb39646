/** Walks every policy that the deployment makes. What is allowed beyond the exact is in a table here, each with its reason. */
import { type Resource, resources, type Statement, statementsOf } from './templates';

const all = resources();
const statements = all.flatMap(statementsOf);
const allowing = statements.filter(({ effect }) => effect === 'Allow');
const shown = ({ where, sid, actions }: Statement): string => `${where} ${sid} ${actions.join()}`;

test('there are policies to check', () => {
  expect(new Set(statements.map(({ where }) => where)).size).toBeGreaterThan(30);
});

test('no action is a wildcard', () => {
  // The owner of a key administers it: a key policy without this leaves a key that nobody can ever change [doc:kms/key-policy-default].
  const isOwner = ({ actions, principal }: Statement): boolean =>
    actions.join() === 'kms:*' && principal.includes(':root');

  const wild = allowing.filter((one) => !isOwner(one) && one.actions.some((action) => /^\*$|:\*$/.test(action)));

  expect(wild.map(shown)).toEqual([]);
});

/** Where a resource cannot be named, and why. */
const anyResource: readonly { readonly actions: RegExp; readonly because: string }[] = [
  { actions: /^kms:/, because: 'in a key policy the resource is the key itself' },
  { actions: /^xray:/, because: 'X-Ray takes no resource' },
  {
    actions:
      /^logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
    because: 'log delivery takes no resource',
  },
  {
    actions: /^cloudformation:CreateStackSet$/,
    because: 'a StackSet that does not exist yet is no resource',
  },
  {
    actions:
      /^(cloudtrail:DescribeTrails|ec2:DescribeRegions|guardduty:(Describe|List)\w+|iam:(GetRole|ListOrganizationsFeatures)|s3:GetBucket\w+|servicequotas:GetServiceQuota|states:ValidateStateMachineDefinition)$/,
    because: 'doctor reads resources whose names only the config knows, and changes nothing',
  },
  {
    actions: /^(organizations:(Describe|List)|tag:GetResources$)/,
    because: 'listing an organization takes no resource',
  },
];

test('a wildcard resource is in the reviewed table, or a policy of the resource itself', () => {
  const wild = allowing.filter(
    ({ resources: named, actions }) =>
      named.includes('*') && !actions.every((action) => anyResource.some((row) => row.actions.test(action))),
  );

  expect(wild.map(shown)).toEqual([]);
});

test('a role is passed and assumed by its exact name', () => {
  const roles = allowing.filter(
    ({ actions, principal }) =>
      principal === '""' && actions.some((action) => /^(iam:PassRole|sts:AssumeRole)$/.test(action)),
  );

  // The account may be open, bounded by the organization; the name may not.
  const vague = roles.filter(
    ({ resources: named, condition }) =>
      !named.every((name) => !/\*/.test(name.replace('iam::*:', ''))) ||
      (named.some((name) => name.includes('iam::*:')) && !condition.includes('aws:ResourceOrgID')),
  );

  expect(roles.length).toBeGreaterThan(5);
  expect(vague.map(shown)).toEqual([]);
});

test('a role is passed to one service only', () => {
  const passing = allowing.filter(({ actions }) => actions.includes('iam:PassRole'));

  expect(passing.filter(({ condition }) => !condition.includes('iam:PassedToService')).map(shown)).toEqual([]);
});

test('nothing is allowed to everybody, but under a condition that names the organization or an account', () => {
  const open = allowing.filter(
    ({ principal, condition }) =>
      /^"?\*"?$|"AWS":"\*"/.test(principal) &&
      !/aws:(PrincipalOrgID|SourceOrgID|SourceAccount|SourceOwner)/i.test(condition),
  );

  expect(open.map(shown)).toEqual([]);
});

/** Service principals that send nothing to compare with. */
const withoutSource: readonly { readonly principal: RegExp; readonly because: string }[] = [
  {
    principal: /lambda\.amazonaws\.com/,
    because: 'Lambda sends no source when it takes on the role of a function; who may pass the role decides',
  },
  {
    principal: /logs\./,
    because: 'CloudWatch Logs names the log group in the encryption context instead, which the condition bounds',
  },
];

test('a service acts only for this account', () => {
  const served = allowing.filter(({ principal }) => principal.includes('"Service"'));

  const open = served.filter(
    ({ principal, condition }) =>
      !/aws:Source(Account|Arn|OrgID)/i.test(condition) && !withoutSource.some((row) => row.principal.test(principal)),
  );

  expect(served.length).toBeGreaterThan(20);
  expect(open.map(shown)).toEqual([]);
});

test('a function is invoked only by the rule that says so', () => {
  const permissions = all.filter(({ type }) => type === 'AWS::Lambda::Permission');

  const open = permissions.filter(({ properties }) => properties['SourceArn'] === undefined);

  expect(permissions.length).toBeGreaterThan(3);
  expect(open.map(({ id }: Resource) => id)).toEqual([]);
});
