/**
 * G3: people enter by one role, with fresh MFA, and stay within the governed regions. The trust and the fence are each judged
 * whole, in parts: every difference from the released policy fails the row that can say it best, and no row judges another's part.
 * One row asks for more than a difference: 000-21, whether the fence as it stands locks people out.
 */
import type { AccountId } from '../../model/brand';
import type { Release } from '../../model/release';
import {
  administratorAccessArn,
  operatorSessionSecondsMax,
  operatorTrust,
  partitionOf,
  regionDeny,
  regionDenyName,
  selfProtect,
  selfProtectName,
} from '../../policies/operator-policy';
import {
  actionsOf,
  type Condition,
  conditionsOf,
  isLike,
  isWrittenAlike,
  policyDifferences,
  statementsOf,
  withoutConditionsOn,
} from '../../policies/policy';
import { type Answer, type Check, judged, putBack } from '../check';
import type { PolicyDocument, RoleFacts } from '../facts';

type Judged = Omit<Answer, 'expected'>;
const pass = (observed: string): Judged => ({ outcome: 'pass', observed });
const fail = (observed: string): Judged => ({ outcome: 'fail', observed });
const byDifferences = (differences: readonly string[]): Judged =>
  differences.length === 0 ? pass('as released') : fail(differences.join('; '));

const mfaPresent = 'aws:MultiFactorAuthPresent';
const mfaAge = 'aws:MultiFactorAuthAge';
const requestedRegion = 'aws:RequestedRegion';
const isOn = (key: string) => (condition: Condition) => condition.key.toLowerCase() === key.toLowerCase();

/** The whole trust but its MFA conditions, which have rows of their own. */
const judgeTrust = (trust: PolicyDocument, expected: PolicyDocument): Judged => {
  const withoutMfa = (document: PolicyDocument) => withoutConditionsOn([mfaPresent, mfaAge], document);
  return byDifferences(policyDifferences(withoutMfa(trust), withoutMfa(expected)));
};

/** Every statement must carry the condition, and in one form only: an IfExists form lets a missing key through [controls 1.4.1]. */
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
  if (statements.length === 0) return fail('no statement');
  const other = statements.find(({ Effect }) => Effect !== 'Deny');
  return other === undefined ? pass('Deny only') : fail(`a statement with Effect ${String(other['Effect'])}`);
};

/** The whole fence but its lists of actions: all that is left of those is which kind of list a statement has. */
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
  if (differences.length === 0 && statements.length === released.length) return pass('as released');
  const regions = statements.map((statement) => conditionsOf(statement).filter(isOn(requestedRegion)).map(words));
  return fail(`${differences.join(', ') || `${statements.length} statements`}: ${regions.flat().join('; ')}`);
};

const judgeCarveOuts = (regionDeny: PolicyDocument, expected: PolicyDocument): Judged => {
  if (isWrittenAlike(regionDeny, expected)) return byDifferences([]);
  const say = (what: string, element: 'Action' | 'NotAction', of: PolicyDocument, butNotOf: PolicyDocument) => {
    const listed = (document: PolicyDocument) => statementsOf(document).flatMap((s) => actionsOf(s, element));
    const others = new Set(listed(butNotOf));
    const actions = listed(of).filter((action) => !others.has(action));
    return actions.length > 0 ? [`${what} ${actions.join(', ')}`] : [];
  };
  return byDifferences([
    ...say('widened by', 'NotAction', regionDeny, expected),
    ...say('no longer lets through', 'NotAction', expected, regionDeny),
    ...say('no longer held to us-east-1:', 'Action', expected, regionDeny),
    ...say('also denies', 'Action', regionDeny, expected),
  ]);
};

/**
 * What an account is managed and helped with: calls of global services, which carry the region of their one endpoint and not the
 * caller's [controls 000-21].
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

/** Whatever the conditions: a denial that spares the regions of today locks out with the next change of them. */
const judgeLockout = (regionDeny: PolicyDocument, expected: PolicyDocument): Judged => {
  if (isWrittenAlike(regionDeny, expected)) return pass('denies none of them');
  const denials = statementsOf(regionDeny).filter(({ Effect }) => Effect !== 'Allow');
  const denied = neverDenied.filter((action) =>
    denials.some((denial) =>
      denial['NotAction'] === undefined
        ? isListed(action, actionsOf(denial, 'Action'))
        : !isListed(action, actionsOf(denial, 'NotAction')),
    ),
  );
  return denied.length === 0 ? pass('denies none of them') : fail(`denies ${denied.join(', ')}`);
};

interface Place {
  readonly partition: string;
  readonly account: AccountId;
}
type Judge<Seen> = (seen: Seen, release: Release, place: Place) => Judged;

interface Prompt {
  readonly id: string;
  readonly title: string;
  readonly expected: (release: Release) => string;
  readonly remediation?: string;
}

const askRole = ({ expected, ...prompt }: Prompt, judge: Judge<RoleFacts>): Check => ({
  remediation: putBack('the role'),
  ...prompt,
  gate: 'G3',
  module: 'operator-role',
  severity: 'critical',
  scope: 'account',
  judge: ({ account, operatorRole }, release) => {
    const place = { partition: partitionOf(release.regions.home), account };
    return judged(operatorRole, expected(release), 'fail', (role) => judge(role, release, place));
  },
});

const askInline = (name: string, prompt: Prompt, judge: Judge<PolicyDocument>): Check =>
  askRole(prompt, ({ inline }, release, place) => {
    const policy = inline[name];
    return policy === undefined ? fail(`no inline policy ${name}`) : judge(policy, release, place);
  });

export const operatorRoleChecks: readonly Check[] = [
  askRole(
    {
      id: '000-13',
      title: 'the operator role exists, for sessions of an hour at most',
      expected: ({ expectations }) =>
        `${expectations.operatorRoleName}, sessions of ${operatorSessionSecondsMax} s at most`,
    },
    ({ maxSessionSeconds }) =>
      (maxSessionSeconds <= operatorSessionSecondsMax ? pass : fail)(`sessions of ${maxSessionSeconds} s`),
  ),
  askRole(
    {
      id: '000-14',
      title: 'the operator role trusts its own account only',
      expected: () => 'one statement, for the root principal of this account',
    },
    ({ trust }, { expectations }, place) =>
      judgeTrust(trust, operatorTrust({ ...place, mfaMaxAgeSeconds: String(expectations.mfaMaxAgeSeconds) })),
  ),
  askRole(
    { id: '000-15', title: 'the operator role is entered with MFA', expected: () => `Bool true on ${mfaPresent}` },
    ({ trust }) => judgeMfa(trust, mfaPresent, 'Bool', 'true'),
  ),
  askRole(
    {
      id: '000-16',
      title: 'the MFA is fresh',
      expected: ({ expectations }) => `NumericLessThan ${expectations.mfaMaxAgeSeconds} on ${mfaAge}`,
    },
    ({ trust }, { expectations }) => judgeMfa(trust, mfaAge, 'NumericLessThan', String(expectations.mfaMaxAgeSeconds)),
  ),
  askRole(
    {
      id: '000-18',
      title: 'the operator role is an administrator by one grant',
      expected: () => 'AdministratorAccess alone',
      remediation: putBack("the role's attached policies"),
    },
    ({ attached }, _release, { partition }) =>
      attached.length === 1 && attached[0] === administratorAccessArn(partition)
        ? pass('AdministratorAccess alone')
        : fail(attached.join(', ') || 'nothing attached'),
  ),
  askInline(
    regionDenyName,
    { id: '000-17', title: 'the region fence stands', expected: () => `${regionDenyName}, Deny only` },
    judgeDenyOnly,
  ),
  askInline(
    regionDenyName,
    {
      id: '000-19',
      title: 'the fence is around the governed regions',
      expected: ({ regions }) => `regions ${regions.governed.join(', ')}`,
    },
    (live, { regions }) => judgeRegions(live, regionDeny(regions.governed)),
  ),
  askInline(
    regionDenyName,
    {
      id: '000-20',
      title: 'the fence lets through what it must, and no more',
      expected: () => 'the released carve-outs',
    },
    (live, { regions }) => judgeCarveOuts(live, regionDeny(regions.governed)),
  ),
  askRole(
    {
      id: '000-21',
      title: 'the fence locks nobody out of IAM and other global services',
      expected: () => 'no denial of global calls, in any region',
    },
    ({ inline }, { regions }) => {
      const live = inline[regionDenyName];
      return live === undefined ? pass('no fence') : judgeLockout(live, regionDeny(regions.governed));
    },
  ),
  askInline(
    selfProtectName,
    {
      id: 'operator-self-protect',
      title: 'the operator role cannot lower its fence',
      expected: () => `${selfProtectName}, as released`,
    },
    (policy, { expectations: { operatorRoleName, ciRole } }, place) =>
      byDifferences(policyDifferences(policy, selfProtect({ ...place, roles: [operatorRoleName, ciRole] }))),
  ),
];
