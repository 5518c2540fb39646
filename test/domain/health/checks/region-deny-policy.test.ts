import { operatorCarveOuts } from '../../../../orchestrator/domain/model/policy-carve-outs';
import { edited, only, type Statement, withRole } from './edited';
import { facts, notPassing, release, resultOf, role } from './healthy';

describe('the fence', () => {
  const denied = (edit: (statements: Statement[]) => void) =>
    withRole({ inline: { ...role.inline, 'region-deny': edited(role.inline['region-deny'], edit) } });
  const listOf = (statement: Statement | undefined, element: string) => statement?.[element] as string[];
  const toAll = (s: Statement[], change: Statement) => s.map((statement) => Object.assign(statement, change));
  const regions = (...names: string[]) => ({ StringNotEquals: { 'aws:RequestedRegion': names } });

  test('passes whatever the order of regions, actions and statements', () => {
    const seen = denied((s) => {
      listOf(s[0], 'NotAction').reverse();
      Object.assign(only(s), { Condition: regions('us-west-2', 'eu-west-1') });
      s.reverse();
    });

    expect(notPassing(seen)).toEqual({});
  });

  test.each([
    {
      fails: ['region-deny-policy-only-denies', 'region-deny-policy-matches-governed-regions'],
      seen: denied((s) => toAll(s, { Effect: 'Allow' })),
      observed: 'a statement with effect Allow',
    },
    {
      fails: [
        'region-deny-policy-only-denies',
        'region-deny-policy-matches-governed-regions',
        'region-deny-policy-has-released-exemptions',
      ],
      seen: denied((s) => s.push({ Sid: 'Hole', Effect: 'Allow', NotAction: 'x:*', Resource: '*' })),
      observed: 'a statement with effect Allow',
    },
    {
      fails: [
        'region-deny-policy-only-denies',
        'region-deny-policy-matches-governed-regions',
        'region-deny-policy-has-released-exemptions',
      ],
      seen: denied((s) => s.splice(0)),
      observed: 'a policy without statements',
    },
    {
      fails: ['region-deny-policy-matches-governed-regions'],
      seen: denied((s) => Object.assign(only(s), { Condition: regions('eu-west-1', 'us-west-2', 'ap-south-1') })),
      observed:
        'DenyOutsideAllowedRegions changed: StringNotEquals ap-south-1, eu-west-1, us-west-2; StringNotEquals eu-west-1, us-west-2; StringNotLike us-east-1',
    },
    {
      fails: ['region-deny-policy-matches-governed-regions'],
      seen: denied((s) => Object.assign(only(s), { Resource: 'arn:aws:ec2:*:*:instance/*' })),
      observed: expect.stringContaining('DenyOutsideAllowedRegions changed'),
    },
    {
      fails: ['region-deny-policy-matches-governed-regions'],
      seen: denied((s) =>
        Object.assign(only(s), { Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-west-2'] } } }),
      ),
      observed: expect.stringContaining('StringEquals eu-west-1, us-west-2'),
    },
    {
      fails: ['region-deny-policy-matches-governed-regions'],
      seen: denied((s) => Object.assign(s[1] ?? {}, { Condition: regions('eu-west-1', 'us-west-2') })),
      observed: expect.stringContaining('UsEast1BoundServicesOnlyThere changed'),
    },
    {
      fails: ['region-deny-policy-matches-governed-regions', 'region-deny-policy-has-released-exemptions'],
      seen: denied((s) => s.pop()),
      observed: expect.stringContaining('UsEast1BoundServicesOnlyThere missing'),
    },
    {
      fails: ['region-deny-policy-matches-governed-regions', 'region-deny-policy-allows-global-services'],
      seen: denied((s) => s.push({ ...only(s), NotAction: ['iam:*'] })),
      observed: expect.stringContaining('3 statements'),
    },
    {
      fails: ['region-deny-policy-has-released-exemptions'],
      seen: denied((s) => listOf(s[0], 'NotAction').push('config:*', 'kms:*')),
      observed: 'also exempts config:*, kms:*',
    },
    {
      fails: ['region-deny-policy-has-released-exemptions', 'region-deny-policy-allows-global-services'],
      seen: denied((s) => listOf(s[0], 'NotAction').splice(listOf(s[0], 'NotAction').indexOf('iam:*'), 1)),
      observed: 'no longer exempts iam:*',
    },
    {
      fails: ['region-deny-policy-has-released-exemptions'],
      seen: denied((s) => listOf(s[1], 'Action').shift()),
      observed: 'no longer limits to us-east-1: acm:*',
    },
    {
      fails: ['region-deny-policy-has-released-exemptions'],
      seen: denied((s) => listOf(s[1], 'Action').push('s3:*')),
      observed: 'also denies s3:*',
    },
  ])('fails $fails with $observed', ({ fails, seen, observed }) => {
    expect(notPassing(seen)).toEqual(Object.fromEntries(fails.map((id) => [id, 'fail'])));
    expect(resultOf(fails[0] ?? '', seen).observed).toEqual(observed);
  });

  test.each<[denied: string, what: string, seen: ReturnType<typeof denied>]>([
    [
      'denies sts:AssumeRole, sts:GetCallerIdentity',
      'sts is no longer carved out',
      denied((s) => listOf(s[0], 'NotAction').splice(listOf(s[0], 'NotAction').indexOf('sts:*'), 1)),
    ],
    [
      'denies support:CreateCase',
      'one call is denied by a pattern in capitals',
      denied((s) => listOf(s[1], 'Action').push('SUPPORT:Create?ase')),
    ],
    [
      'denies iam:ListRoles, iam:UpdateAssumeRolePolicy',
      'another statement denies IAM in a region that is governed by nobody',
      denied((s) => s.push({ Effect: 'Deny', Action: 'iam:*', Resource: '*', Condition: regions('ap-south-1') })),
    ],
  ])('locks out, and %s, where %s', (observed, _what, seen) => {
    expect(resultOf('region-deny-policy-allows-global-services', seen)).toMatchObject({
      outcome: 'fail',
      severity: 'critical',
      gate: 'access-controlled',
      observed,
    });
  });

  test('locks nobody out by denying a name that only begins like one', () => {
    const seen = denied((s) => listOf(s[1], 'Action').push('iam:ListRolesX', 'xsts:*', 'iam.ListRoles'));

    expect(resultOf('region-deny-policy-allows-global-services', seen).outcome).toBe('pass');
  });

  test('fails in all three respects when it is not there', () => {
    const { 'region-deny': _, ...inline } = role.inline;

    expect(notPassing(withRole({ inline }))).toEqual({
      'region-deny-policy-only-denies': 'fail',
      'region-deny-policy-matches-governed-regions': 'fail',
      'region-deny-policy-has-released-exemptions': 'fail',
    });
    expect(resultOf('region-deny-policy-only-denies', withRole({ inline })).observed).toBe(
      'no inline policy named region-deny',
    );
  });

  test('follows the governed regions of the release', () => {
    const wider = { ...release, regions: { ...release.regions, governed: [...release.regions.governed].slice(0, 1) } };

    expect(notPassing(facts, wider)).toEqual({ 'region-deny-policy-matches-governed-regions': 'fail' });
  });

  test('carves out no regional service as a whole', () => {
    const regional = /^(config|kms|ec2|s3|access-analyzer|cloudwatch|lambda|guardduty):\*$/;

    expect([...operatorCarveOuts.anywhere, ...operatorCarveOuts.alsoInUsEast1].filter((a) => regional.test(a))).toEqual(
      [],
    );
  });
});
