/** What the config may exempt from the region deny of the operator role. */
import { exemptionsLengthMax } from '../../orchestrator/config/exemption-rules';
import { problemsOf, smallest, withModules } from './sample';

const role = (options: string) => withModules(`operator-role: { enabled: true, ${options} }`);
const form = 'must be an action like servicequotas:ListServices or devicefarm:*';

test.each(['"devicefarm:*"', '"lightsail:Get*"', 'kms:CreateKey', '"ec2:Describe*"', '"iam:ListRoles"'])(
  '%s may be exempt in every region',
  (action) => {
    expect(problemsOf(role(`exemptActions: [${action}]`))).toEqual([]);
  },
);

test.each(['lambda:CreateFunction', '"sns:*"', '"kms:CreateKey"'])('%s may be exempt in us-east-1', (action) => {
  expect(problemsOf(role(`exemptActionsInUsEast1: [${action}]`))).toEqual([]);
});

test.each([
  '*',
  '*:*',
  'e*:RunInstances',
  'ec2',
  'ec2:',
  'ec2:*Instances',
  'ec2:Run?nstances',
  'ec2:R*n',
  'EC2:DescribeVpcs',
  'a:b,c:D',
  'ec2:RunInstances,iam:*',
  ' ec2:DescribeVpcs',
])('%s is no action to exempt', (action) => {
  for (const option of ['exemptActions', 'exemptActionsInUsEast1'])
    expect(problemsOf(role(`${option}: ["${action}"]`)).join()).toContain(`operator-role.${option}[0]: ${form}`);
});

test.each(['ec2:*', 'ec2:RunInstances', 'ec2:Run*', 'ec2:R*'])('%s would undo the region deny', (action) => {
  for (const option of ['exemptActions', 'exemptActionsInUsEast1'])
    expect(problemsOf(role(`${option}: ["${action}"]`)).join()).toContain(
      `operator-role.${option}[0]: must not exempt ec2:RunInstances, got "${action}"`,
    );
});

test.each([
  ['iam:*', 'iam:*'],
  ['iam:ListRoles', 'iam:*'],
  ['sts:AssumeRole', 'sts:*'],
  ['s3:List*', 's3:ListAllMyBuckets'],
])('%s, limited to us-east-1, would deny what is exempt in every region', (action, wider) => {
  expect(problemsOf(role(`exemptActionsInUsEast1: ["${action}"]`)).join()).toContain(
    `would limit "${wider}", which is exempt in every region, to us-east-1, got "${action}"`,
  );
});

test('one action cannot be exempt in every region and in us-east-1 only', () => {
  const both = role('exemptActions: ["sns:Publish"], exemptActionsInUsEast1: ["sns:*"]');

  expect(problemsOf(both).join()).toContain('would limit "sns:Publish"');
});

test('the region deny has room for a limited number of characters', () => {
  const actions = (count: number) => Array.from({ length: count }, (_, index) => `"service${index}:${'A'.repeat(40)}"`);

  expect(problemsOf(role(`exemptActions: [${actions(20).join()}]`))).toEqual([]);
  expect(problemsOf(role(`exemptActions: [${actions(30).join()}]`)).join()).toContain(
    `but the region deny has room for ${exemptionsLengthMax}`,
  );
});

test('a partition without us-east-1 has nothing to exempt there', () => {
  const china = role('exemptActionsInUsEast1: ["sns:*"]').replace(
    /regions: .*/,
    'regions: { home: cn-north-1, governed: [cn-north-1] }',
  );

  expect(problemsOf(china).join()).toContain(
    'modules.operator-role.exemptActionsInUsEast1: are about us-east-1, which partition aws-cn does not have',
  );
  expect(problemsOf(smallest)).toEqual([]);
});
