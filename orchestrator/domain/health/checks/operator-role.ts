/**
 * The access-controlled gate: people use one role, with recent MFA, in the governed regions only. Several checks share the trust
 * policy and the region deny policy: each difference from the released policy fails the check that describes it best, and no two
 * checks judge the same part. One check goes further: it judges whether the region deny policy locks people out.
 */
import type { AccountId } from '../../model/brand';
import { partitionOf } from '../../model/partition';
import type { Release } from '../../model/release';
import {
  administratorAccessArn,
  operatorSessionSecondsMax,
  operatorTrust,
  regionDeny,
  regionDenyName,
  selfProtectName,
} from '../../policies/operator-policy';
import {
  actionsOf,
  type Condition,
  conditionsOf,
  isLike,
  isWrittenAlike,
  type PolicyDocument,
  policyDifferences,
  statementsOf,
  withoutConditionsOn,
} from '../../policies/policy';
import { selfProtect } from '../../policies/self-protect';
import { type Answer, type Check, judged, restore } from '../check';
import type { RoleFacts } from '../facts';

type Judged = Omit<Answer, 'expected'>;
const pass = (observed: string): Judged => ({ outcome: 'pass', observed });
const fail = (observed: string): Judged => ({ outcome: 'fail', observed });
const byDifferences = (differences: readonly string[]): Judged =>
  differences.length === 0 ? pass('the released policy') : fail(differences.join('; '));

const mfaPresent = 'aws:MultiFactorAuthPresent';
const mfaAge = 'aws:MultiFactorAuthAge';
const requestedRegion = 'aws:RequestedRegion';
const isOn = (key: string) => (condition: Condition) => condition.key.toLowerCase() === key.toLowerCase();

/** The trust policy without its MFA conditions, which other checks judge. */
const judgeTrust = (trust: PolicyDocument, expected: PolicyDocument): Judged => {
  const withoutMfa = (document: PolicyDocument) => withoutConditionsOn([mfaPresent, mfaAge], document);
  return byDifferences(policyDifferences(withoutMfa(trust), withoutMfa(expected)));
};

/** Every statement must have the condition in exactly this form: an IfExists operator also accepts a missing key [controls 1.4]. */
const judgeMfa = (trust: PolicyDocument, key: string, operator: string, value: string): Judged => {
  const found = statementsOf(trust).map((statement) => conditionsOf(statement).filter(isOn(key)));
  const bad = found.find(
    ([first, ...others]) =>
      first === undefined ||
      others.length > 0 ||
      first.operator.toLowerCase() !== operator.toLowerCase() ||
      first.values.join() !== value,
  );
  if (found.length > 0 && bad === undefined) return pass(`${operator} ${value} on ${key}`);
  return fail(bad?.[0] === undefined ? `no condition on ${key}` : `${bad.map(words).join(' and ')} on ${key}`);
};

const words = ({ operator, values }: Condition): string => `${operator} ${values.join(', ')}`;

const judgeDenyOnly = (regionDeny: PolicyDocument): Judged => {
  const statements = statementsOf(regionDeny);
  if (statements.length === 0) return fail('a policy without statements');
  const other = statements.find(({ Effect }) => Effect !== 'Deny');
  return other === undefined
    ? pass('only Deny statements')
    : fail(`a statement with effect ${String(other['Effect'])}`);
};

const releasedRegionDeny = ({ regions, expectations }: Release): PolicyDocument =>
  regionDeny(regions.governed, expectations.regionDenyCarveOuts);

/** The policy without its lists of actions: only the kind of list remains of them. */
const withoutActions = (regionDeny: PolicyDocument): PolicyDocument => ({
  ...regionDeny,
  Statement: statementsOf(regionDeny).map((statement) => ({
    ...statement,
    ...(statement['Action'] !== undefined && { Action: 'listed' }),
    ...(statement['NotAction'] !== undefined && { NotAction: 'listed' }),
  })),
});

const judgeRegions = (regionDeny: PolicyDocument, expected: PolicyDocument): Judged => {
  const [statements, released] = [statementsOf(regionDeny), statementsOf(expected)];
  const differences = policyDifferences(withoutActions(regionDeny), withoutActions(expected));
  if (differences.length === 0 && statements.length === released.length) return pass('the released policy');
  const regions = statements.map((statement) => conditionsOf(statement).filter(isOn(requestedRegion)).map(words));
  return fail(`${differences.join(', ') || `${statements.length} statements`}: ${regions.flat().join('; ')}`);
};

const judgeExemptions = (regionDeny: PolicyDocument, expected: PolicyDocument): Judged => {
  if (isWrittenAlike(regionDeny, expected)) return byDifferences([]);
  const say = (what: string, element: 'Action' | 'NotAction', of: PolicyDocument, butNotOf: PolicyDocument) => {
    const listed = (document: PolicyDocument) => statementsOf(document).flatMap((s) => actionsOf(s, element));
    const others = new Set(listed(butNotOf));
    const actions = listed(of).filter((action) => !others.has(action));
    return actions.length > 0 ? [`${what} ${actions.join(', ')}`] : [];
  };
  return byDifferences([
    ...say('also exempts', 'NotAction', regionDeny, expected),
    ...say('no longer exempts', 'NotAction', expected, regionDeny),
    ...say('no longer limits to us-east-1:', 'Action', expected, regionDeny),
    ...say('also denies', 'Action', regionDeny, expected),
  ]);
};

/**
 * Calls that people need to manage the account and to get help. They go to global services, so they carry the region of the one
 * global endpoint instead of the caller's region [controls 000-21].
 */
const neverDenied = [
  'iam:ListRoles',
  'iam:UpdateAssumeRolePolicy',
  'sts:AssumeRole',
  'sts:GetCallerIdentity',
  'organizations:DescribeOrganization',
  'support:CreateCase',
  'route53:ChangeResourceRecordSets',
  'cloudfront:UpdateDistribution',
];

const isListed = (action: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => isLike(action.toLowerCase(), pattern));

/** Ignores conditions: a denial with exceptions for today's regions locks people out when the regions change. */
const judgeLockout = (regionDeny: PolicyDocument, expected: PolicyDocument): Judged => {
  if (isWrittenAlike(regionDeny, expected)) return pass('global services are allowed');
  const denials = statementsOf(regionDeny).filter(({ Effect }) => Effect !== 'Allow');
  const denied = neverDenied.filter((action) =>
    denials.some((denial) =>
      denial['NotAction'] === undefined
        ? isListed(action, actionsOf(denial, 'Action'))
        : !isListed(action, actionsOf(denial, 'NotAction')),
    ),
  );
  return denied.length === 0 ? pass('global services are allowed') : fail(`denies ${denied.join(', ')}`);
};

interface Place {
  readonly partition: string;
  readonly account: AccountId;
}
type Judge<Seen> = (seen: Seen, release: Release, place: Place) => Judged;

interface Prompt {
  readonly id: string;
  readonly control?: string;
  readonly title: string;
  readonly expected: (release: Release) => string;
  readonly remediation?: string;
}

const askRole = ({ expected, ...prompt }: Prompt, judge: Judge<RoleFacts>): Check => ({
  remediation: restore('the role'),
  ...prompt,
  gate: 'access-controlled',
  module: 'operator-role',
  severity: 'critical',
  scope: 'account',
  needs: ['operatorRole'],
  judge: ({ account, operatorRole }, release) => {
    const place = { partition: partitionOf(release.regions.home).id, account };
    return judged(operatorRole, expected(release), 'fail', (role) => judge(role, release, place));
  },
});

const askInline = (name: string, prompt: Prompt, judge: Judge<PolicyDocument>): Check =>
  askRole(prompt, ({ inline }, release, place) => {
    const policy = inline[name];
    return policy === undefined ? fail(`no inline policy named ${name}`) : judge(policy, release, place);
  });

export const operatorRoleChecks: readonly Check[] = [
  askRole(
    {
      id: 'operator-role-limits-session-duration',
      control: '000-13',
      title: 'The operator role exists and limits sessions to one hour',
      expected: ({ expectations }) =>
        `role ${expectations.operatorRoleName} with sessions of at most ${operatorSessionSecondsMax} seconds`,
    },
    ({ maxSessionSeconds }) =>
      (maxSessionSeconds <= operatorSessionSecondsMax ? pass : fail)(`sessions of ${maxSessionSeconds} seconds`),
  ),
  askRole(
    {
      id: 'operator-role-trusts-only-own-account',
      control: '000-14',
      title: 'The operator role trusts only its own account',
      expected: () => 'one statement, for the root principal of this account',
    },
    ({ trust }, { expectations }, place) =>
      judgeTrust(trust, operatorTrust({ ...place, mfaMaxAgeSeconds: String(expectations.mfaMaxAgeSeconds) })),
  ),
  askRole(
    {
      id: 'operator-role-requires-mfa',
      control: '000-15',
      title: 'The operator role requires MFA',
      expected: () => `Bool true on ${mfaPresent}`,
    },
    ({ trust }) => judgeMfa(trust, mfaPresent, 'Bool', 'true'),
  ),
  askRole(
    {
      id: 'operator-role-requires-recent-mfa',
      control: '000-16',
      title: 'The operator role requires a recent MFA sign-in',
      expected: ({ expectations }) => `NumericLessThan ${expectations.mfaMaxAgeSeconds} on ${mfaAge}`,
    },
    ({ trust }, { expectations }) => judgeMfa(trust, mfaAge, 'NumericLessThan', String(expectations.mfaMaxAgeSeconds)),
  ),
  askRole(
    {
      id: 'operator-role-has-only-administrator-access',
      control: '000-18',
      title: 'The operator role has AdministratorAccess and no other attached policy',
      expected: () => 'only AdministratorAccess attached',
      remediation: restore('the attached policies of the role'),
    },
    ({ attached }, _release, { partition }) =>
      attached.length === 1 && attached[0] === administratorAccessArn(partition)
        ? pass('only AdministratorAccess attached')
        : fail(attached.join(', ') || 'no attached policy'),
  ),
  askInline(
    regionDenyName,
    {
      id: 'region-deny-policy-only-denies',
      control: '000-17',
      title: 'The region deny policy exists and only denies',
      expected: () => `inline policy ${regionDenyName} with only Deny statements`,
    },
    judgeDenyOnly,
  ),
  askInline(
    regionDenyName,
    {
      id: 'region-deny-policy-matches-governed-regions',
      control: '000-19',
      title: 'The region deny policy allows exactly the governed regions',
      expected: ({ regions }) => `the released policy, with regions ${regions.governed.join(', ')}`,
    },
    (live, release) => judgeRegions(live, releasedRegionDeny(release)),
  ),
  askInline(
    regionDenyName,
    {
      id: 'region-deny-policy-has-released-exemptions',
      control: '000-20',
      title: 'The region deny policy exempts exactly the released actions',
      expected: () => 'the exemptions of the released policy',
    },
    (live, release) => judgeExemptions(live, releasedRegionDeny(release)),
  ),
  askRole(
    {
      id: 'region-deny-policy-allows-global-services',
      control: '000-21',
      title: 'The region deny policy does not block IAM and other global services',
      expected: () => 'no denied calls to global services',
    },
    ({ inline }, release) => {
      const live = inline[regionDenyName];
      return live === undefined ? pass('no region deny policy') : judgeLockout(live, releasedRegionDeny(release));
    },
  ),
  askInline(
    selfProtectName,
    {
      id: 'operator-role-cannot-change-itself',
      title: 'The operator role cannot change its own permissions, the baseline, or what detects threats',
      expected: () => `inline policy ${selfProtectName} as released`,
    },
    (policy, { expectations: { operatorRoleName, ciRole } }, place) =>
      byDifferences(policyDifferences(policy, selfProtect({ ...place, roles: [operatorRoleName, ciRole] }))),
  ),
];
