/** The watched gate: alerts on serious events reach a person. */

import { partitionOf } from '../../model/partition';
import { canonicalJson } from '../../model/release';
import { alertTopicName } from '../../model/resource-names';
import {
  type AlertRule,
  alertPatterns,
  alertRuleName,
  alertRules,
  alertTopicPolicy,
} from '../../policies/alert-policy';
import { isWrittenAlike, policyDifferences } from '../../policies/policy';
import { type Answer, type Check, judged, restore } from '../check';
import {
  type AlertRuleFacts,
  absent,
  type Fact,
  type RuleFacts,
  read,
  type SubscriptionFacts,
  type TopicFacts,
} from '../facts';

const row = { gate: 'watched', module: 'alerts', severity: 'critical' } as const;

const topicArn = (region: string, account: string): string =>
  `arn:${partitionOf(region).id}:sns:${region}:${account}:${alertTopicName}`;

const judgeTopic = ({ policy }: TopicFacts, arn: string): Omit<Answer, 'expected'> => {
  const differences = policyDifferences(policy, alertTopicPolicy(arn));
  return differences.length === 0
    ? { outcome: 'pass', observed: 'EventBridge can publish' }
    : { outcome: 'fail', observed: `topic policy differs: ${differences.join(', ')}` };
};

const judgeSubscriptions = (subscriptions: readonly SubscriptionFacts[], email: string): Omit<Answer, 'expected'> => {
  const own = subscriptions.filter((s) => s.protocol === 'email' && s.endpoint.toLowerCase() === email.toLowerCase());
  if (own.some((s) => s.confirmed)) return { outcome: 'pass', observed: `${email} is confirmed` };
  return { outcome: 'fail', observed: own.length > 0 ? `${email} is not confirmed yet` : `${email} is not subscribed` };
};

/**
 * The AWS managed key for SNS does not work: its policy does not let EventBridge use it and cannot be changed, so no alert would
 * arrive [doc:sns/sns-key-management].
 */
const judgeEncryption = ({ kmsKey }: TopicFacts): Omit<Answer, 'expected'> => {
  if (kmsKey === undefined) return { outcome: 'fail', observed: 'not encrypted' };
  return { outcome: kmsKey.endsWith('alias/aws/sns') ? 'fail' : 'pass', observed: `encrypted with ${kmsKey}` };
};

const judgeRule = (seen: RuleFacts, rule: AlertRule, arn: string): Omit<Answer, 'expected'> => {
  if (!seen.enabled) return { outcome: 'fail', observed: 'the rule is disabled' };
  if (!seen.targetArns.includes(arn))
    return { outcome: 'fail', observed: `the rule targets ${seen.targetArns.join(', ') || 'nothing'}` };
  return samePattern(seen.pattern, alertPatterns[rule])
    ? { outcome: 'pass', observed: `enabled, with target ${alertTopicName}` }
    : { outcome: 'fail', observed: `a different event pattern: ${canonicalJson(seen.pattern)}` };
};

/** Lists in a pattern are sets of alternatives; only inside `numeric` does the order matter. */
const samePattern = (a: unknown, b: unknown): boolean =>
  isWrittenAlike(a, b) || canonicalJson(sorted(a)) === canonicalJson(sorted(b));
const sorted = (pattern: unknown): unknown => {
  if (Array.isArray(pattern)) return pattern.map((item) => canonicalJson(item)).sort();
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  return Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, sorted(value)]));
};

const ruleIn = (rules: Fact<AlertRuleFacts>, rule: AlertRule): Fact<RuleFacts> => {
  if (rules.kind !== 'read') return rules;
  const found = rules.value[rule];
  return found === undefined ? absent : read(found);
};

export const alertChecks: readonly Check[] = [
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: 'alert-topic-accepts-eventbridge',
    control: '000-12',
    title: 'EventBridge can publish to the alert topic',
    needs: ['alertTopic'],
    remediation: restore('the topic and its policy'),
    judge: ({ alertTopic }, _release, { region, account }) =>
      judged(alertTopic, `${alertTopicName}, to which EventBridge can publish over TLS`, 'fail', (seen) =>
        judgeTopic(seen, topicArn(region, account)),
      ),
  },
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: 'alert-topic-is-encrypted',
    control: '000-12',
    title: 'The alert topic is encrypted with a key that EventBridge can use',
    needs: ['alertTopic'],
    remediation: restore('the key of the topic'),
    judge: ({ alertTopic }) => judged(alertTopic, 'encrypted with a customer managed key', 'fail', judgeEncryption),
  },
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: 'alert-topic-has-confirmed-subscription',
    control: '000-12',
    title: 'The configured address receives the alerts',
    needs: ['alertSubscriptions'],
    remediation: 'Confirm the subscription with the link in the message that AWS sent to the address',
    notApplicable: ({ expectations }) =>
      expectations.alertEmail === undefined ? 'no address is configured' : undefined,
    judge: ({ alertSubscriptions }, { expectations: { alertEmail = '' } }) =>
      judged(alertSubscriptions, `a confirmed subscription of ${alertEmail}`, 'fail', (seen) =>
        judgeSubscriptions(seen, alertEmail),
      ),
  },
  ...alertRules.map(
    (rule): Check => ({
      ...row,
      scope: 'region',
      where: 'alerts',
      id: `alert-rule-${rule}-is-enabled`,
      control: '000-12',
      title: `The alert rule ${alertRuleName(rule)} is enabled`,
      needs: ['alertRules'],
      remediation: restore('the rule'),
      judge: ({ alertRules: rules }, _release, { region, account }) =>
        judged(ruleIn(rules, rule), `${alertRuleName(rule)} enabled, with target ${alertTopicName}`, 'fail', (facts) =>
          judgeRule(facts, rule, topicArn(region, account)),
        ),
    }),
  ),
];
