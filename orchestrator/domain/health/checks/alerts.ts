/**
 * The watched gate: alerts on serious events leave the account. Whether the security account notifies a person belongs to the
 * installation, not to an account: `doctor` and the dashboard show it [decision 0071].
 */
import { partitionOf } from '../../model/partition';
import type { Release } from '../../model/release';
import { canonicalJson } from '../../model/release';
import {
  type AlertRule,
  alertPatterns,
  alertRuleName,
  alertRuleState,
  alertRules,
} from '../../policies/alert-patterns';
import {
  alertForward,
  alertForwarderArn,
  alertForwarderName,
  alertForwarderTrust,
  alertForwardPolicyName,
} from '../../policies/alert-policy';
import { bootstrapPath, serviceRoleBoundaryName } from '../../policies/ci-policy';
import { isWrittenAlike, policyDifferences } from '../../policies/policy';
import { type Answer, type Check, judged, type Place, restore } from '../check';
import { type AlertRuleFacts, absent, type Fact, type RoleFacts, type RuleFacts, read } from '../facts';

const row = { gate: 'watched', module: 'alerts', severity: 'critical' } as const;
const failed = (observed: string): Omit<Answer, 'expected'> => ({ outcome: 'fail', observed });

const busOf = ({ expectations }: Release): string => expectations.alertBus ?? 'the bus of the security account';
const placeOf = ({ account, region }: Place) => ({ partition: partitionOf(region).id, account });

function judgeRule(seen: RuleFacts, rule: AlertRule, release: Release, place: Place): Omit<Answer, 'expected'> {
  const { alertBus, ciRole, operatorRoleName } = release.expectations;
  const role = alertForwarderArn(placeOf(place), place.region);
  if (seen.state !== alertRuleState(rule)) return failed(`the rule is ${seen.state}`);
  const target = seen.targets.find(({ arn }) => arn === alertBus);
  if (target === undefined)
    return failed(`the rule targets ${seen.targets.map(({ arn }) => arn).join(', ') || 'nothing'}`);
  if (target.roleArn !== role) return failed(`the rule forwards as ${target.roleArn ?? 'no role'}`);
  if (target.replacesEvent === true) return failed('the rule replaces the event');
  return samePattern(seen.pattern, alertPatterns({ ciRole, operatorRole: operatorRoleName })[rule])
    ? { outcome: 'pass', observed: `${seen.state}, forwards to ${alertBus}` }
    : failed(`a different event pattern: ${canonicalJson(seen.pattern)}`);
}

/** Lists in a pattern are sets of alternatives; only inside `numeric` does the order matter. */
const samePattern = (a: unknown, b: unknown): boolean =>
  isWrittenAlike(a, b) || canonicalJson(sorted(a)) === canonicalJson(sorted(b));
const sorted = (pattern: unknown): unknown => {
  if (Array.isArray(pattern)) return pattern.map((item) => canonicalJson(sorted(item))).sort();
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  return Object.fromEntries(
    Object.entries(pattern).map(([key, value]) => [key, key === 'numeric' ? value : sorted(value)]),
  );
};

const ruleIn = (rules: Fact<AlertRuleFacts>, rule: AlertRule): Fact<RuleFacts> => {
  if (rules.kind !== 'read') return rules;
  const found = rules.value[rule];
  return found === undefined ? absent : read(found);
};

/** Exactly as deployed: one more policy could deny what ours allows. */
function judgeForwarder(seen: RoleFacts, release: Release, place: Place): Omit<Answer, 'expected'> {
  const here = placeOf(place);
  const boundary = `arn:${here.partition}:iam::${here.account}:policy${bootstrapPath}${serviceRoleBoundaryName}`;
  const trust = policyDifferences(seen.trust, alertForwarderTrust(here));
  if (trust.length > 0) return failed(`trust policy differs: ${trust.join(', ')}`);
  const others = [...seen.attached, ...Object.keys(seen.inline).filter((name) => name !== alertForwardPolicyName)];
  if (others.length > 0) return failed(`further policies: ${others.join(', ')}`);
  const own = policyDifferences(seen.inline[alertForwardPolicyName] ?? {}, alertForward(busOf(release)));
  if (own.length > 0) return failed(`policy ${alertForwardPolicyName} differs: ${own.join(', ')}`);
  if (seen.boundaryArn !== boundary) return failed(`permissions boundary ${seen.boundaryArn ?? 'missing'}`);
  return { outcome: 'pass', observed: `can send events to ${busOf(release)}` };
}

export const alertChecks: readonly Check[] = [
  ...alertRules.map(
    (rule): Check => ({
      ...row,
      scope: 'region',
      where: 'alerts',
      id: `alert-rule-${rule}-forwards`,
      control: '000-12',
      title: `The alert rule ${alertRuleName(rule)} forwards to the security account`,
      needs: ['alertRules'],
      remediation: restore('the rule'),
      judge: ({ alertRules: rules }, release, place) =>
        judged(
          ruleIn(rules, rule),
          `${alertRuleName(rule)}, ${alertRuleState(rule)}, to ${busOf(release)}`,
          'fail',
          (seen) => judgeRule(seen, rule, release, place),
        ),
    }),
  ),
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: 'alert-forwarder-can-send',
    control: '000-12',
    title: 'The role of the alert rules can send events to the security account',
    needs: ['alertForwarder'],
    remediation: restore('the role'),
    judge: ({ alertForwarder }, release, place) =>
      judged(alertForwarder, `${alertForwarderName(place.region)}, as deployed`, 'fail', (seen) =>
        judgeForwarder(seen, release, place),
      ),
  },
];
