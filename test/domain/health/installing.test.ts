/** What is reported before anything is installed. */
import {
  identityFindings,
  organizationFindings,
  type Preparation,
  preparationFindings,
  type SeenAccount,
} from '../../../orchestrator/domain/health/installing';
import { changeOf } from '../../../orchestrator/domain/installation/changes';
import { parseAccountId } from '../../../orchestrator/domain/model/brand';

const [management, deployments] = [parseAccountId('111111111111'), parseAccountId('222222222222')];
const seen = <T>(value: T) => ({ kind: 'seen', value }) as const;
const account = (name: SeenAccount['in'], id: SeenAccount['account'], caller: string): SeenAccount => ({
  in: name,
  reached: `profile acme-${name}`,
  account: id,
  caller: seen({ account: caller, arn: `arn:aws:iam::${caller}:user/jo` }),
});
const problems = (findings: readonly { readonly verdict: string; readonly saw: string }[]) =>
  findings.flatMap(({ verdict, saw }) => (verdict === 'problem' ? [saw] : []));

test('a profile that belongs to another account is named, with both accounts', () => {
  const found = identityFindings([
    account('management', management, management),
    account('deployments', deployments, '999999999999'),
  ]);

  expect(problems(found)).toEqual([
    'profile acme-deployments belongs to account 999999999999, and installation.deployments is account 222222222222',
  ]);
});

const members = [account('management', management, management), account('deployments', deployments, deployments)];
const organization = { id: 'o-exampleorgid', managementAccount: management, roots: ['r-a1b2'], outside: [] };

test('an account outside the organization is named', () => {
  const found = organizationFindings(seen({ ...organization, outside: [deployments] }), members);

  expect(problems(found)).toEqual(['not an active member of organization o-exampleorgid: 222222222222 (deployments)']);
});

test('an account that does not manage the organization is not taken for the management account', () => {
  const found = organizationFindings(seen({ ...organization, managementAccount: '333333333333' }), members);

  expect(problems(found)).toEqual([expect.stringContaining('333333333333 is')]);
});

test('the orchestrator is not installed in the management account', () => {
  const same = [account('management', management, management), account('deployments', management, management)];

  expect(problems(organizationFindings(seen(organization), same))).toEqual([
    'the Deployments account is the management account',
  ]);
});

const change = changeOf(
  {
    stack: 'StrongroomManagement',
    in: 'management',
    account: management,
    region: 'us-east-1',
    partition: 'aws',
    hasAssets: false,
    parameters: {},
    template: { Resources: {} },
  },
  undefined,
);
const stack = { change, isOurs: true, status: undefined, taken: seen([]) };
const preparation = (own: Partial<Preparation> = {}): Preparation => ({
  denials: [],
  stacks: [stack],
  trustedServices: seen([]),
  controlTowerRegion: undefined,
  acceptsMissingPermissions: false,
  ...own,
});

test('all missing permissions are reported together, and apart from those that a policy of the organization denies', () => {
  const denials = [
    { action: 'iam:CreateRole', by: 'identity' },
    { action: 'kms:CreateKey', by: 'identity' },
    { action: 's3:CreateBucket', by: 'organization' },
  ] as const;

  const found = preparationFindings(
    preparation({ denials: [{ in: 'management', account: management, look: seen(denials) }] }),
  );

  expect(problems(found)).toEqual([
    'missing: iam:CreateRole, kms:CreateKey; denied by a policy of the organization (SCP): s3:CreateBucket',
  ]);
});

test('missing permissions that a person accepts are no problem, but a denial by the organization is', () => {
  const judgedWith = (by: 'identity' | 'organization') =>
    preparationFindings(
      preparation({
        denials: [{ in: 'management', account: management, look: seen([{ action: 'iam:CreateRole', by }]) }],
        acceptsMissingPermissions: true,
      }),
    );

  expect(judgedWith('identity')[0]).toMatchObject({ verdict: 'unknown', saw: 'missing: iam:CreateRole' });
  expect(problems(judgedWith('organization'))).toHaveLength(1);
});

test('permissions that AWS does not say stay unknown, and are no problem', () => {
  const look = { kind: 'refused', code: 'AccessDenied', why: 'not allowed to simulate', next: '' } as const;

  const found = preparationFindings(preparation({ denials: [{ in: 'management', account: management, look }] }));

  expect(found[0]).toMatchObject({ verdict: 'unknown', saw: 'not allowed to simulate' });
  expect(problems(found)).toEqual([]);
});

test('a name that another resource has is explained', () => {
  const taken = seen([{ type: 'AWS::IAM::Role', name: 'strongroom-directory' } as const]);

  const found = preparationFindings(preparation({ stacks: [{ ...stack, taken }] }));

  expect(problems(found)).toEqual(['AWS::IAM::Role strongroom-directory already exists in account 111111111111']);
});

test('a stack of our name that is not ours, and one that nothing can update, are problems', () => {
  const others = preparationFindings(preparation({ stacks: [{ ...stack, isOurs: false, status: 'CREATE_COMPLETE' }] }));
  const stuck = preparationFindings(preparation({ stacks: [{ ...stack, status: 'UPDATE_ROLLBACK_FAILED' }] }));

  expect(problems(others)).toEqual([expect.stringContaining('that Strongroom did not deploy')]);
  expect(problems(stuck)).toEqual(['the stack is UPDATE_ROLLBACK_FAILED']);
});

test.each([
  ['present and configured', ['controltower.amazonaws.com'], 'eu-west-1', 0],
  ['present and not configured', ['controltower.amazonaws.com'], undefined, 1],
  ['absent and configured', [], 'eu-west-1', 1],
  ['absent', [], undefined, 0],
])('Control Tower is %s', (_, services, controlTowerRegion, count) => {
  const found = preparationFindings(preparation({ trustedServices: seen(services), controlTowerRegion }));

  expect(problems(found)).toHaveLength(count);
});
