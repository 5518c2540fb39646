/** G2: what must not pass unnoticed reaches a person. */

import { canonicalJson } from '../../model/release';
import { alertPatterns, alertTopicPolicy } from '../../policies/alert-policy';
import { partitionOf } from '../../policies/operator-policy';
import { isWrittenAlike, policyDifferences } from '../../policies/policy';
import { type Answer, type Check, judged, putBack } from '../check';
import { type AlertRule, alertRuleName, alertRules, alertTopicName, type RuleFacts, type TopicFacts } from '../facts';

const row = { gate: 'G2', module: 'alerts', severity: 'critical' } as const;

const topicArn = (region: string, account: string): string =>
  `arn:${partitionOf(region)}:sns:${region}:${account}:${alertTopicName}`;

const judgeTopic = ({ policy }: TopicFacts, arn: string): Omit<Answer, 'expected'> => {
  const differences = policyDifferences(policy, alertTopicPolicy(arn));
  return differences.length === 0
    ? { outcome: 'pass', observed: 'EventBridge publishes' }
    : { outcome: 'fail', observed: `topic policy: ${differences.join(', ')}` };
};

const judgeSubscription = ({ subscriptions }: TopicFacts, email: string): Omit<Answer, 'expected'> => {
  if (subscriptions === undefined) return { outcome: 'unknown', observed: 'subscriptions were not asked for' };
  const own = subscriptions.filter((s) => s.protocol === 'email' && s.endpoint.toLowerCase() === email.toLowerCase());
  if (own.some((s) => s.confirmed)) return { outcome: 'pass', observed: `${email}, confirmed` };
  return { outcome: 'fail', observed: own.length > 0 ? `${email}, not confirmed yet` : `no subscription of ${email}` };
};

/**
 * The key that AWS manages for SNS will not do: its policy lets EventBridge use it nowhere and cannot be changed, so that nothing
 * would arrive [doc:sns/sns-key-management].
 */
const judgeEncryption = ({ kmsKey }: TopicFacts): Omit<Answer, 'expected'> => {
  if (kmsKey === undefined) return { outcome: 'fail', observed: 'not encrypted' };
  return { outcome: kmsKey.endsWith('alias/aws/sns') ? 'fail' : 'pass', observed: `encrypted with ${kmsKey}` };
};

const judgeRule = (seen: RuleFacts, rule: AlertRule, arn: string): Omit<Answer, 'expected'> => {
  if (!seen.enabled) return { outcome: 'fail', observed: 'disabled' };
  if (!seen.targetArns.includes(arn))
    return { outcome: 'fail', observed: `targets ${seen.targetArns.join(', ') || 'nothing'}` };
  return samePattern(seen.pattern, alertPatterns[rule])
    ? { outcome: 'pass', observed: `enabled, targets ${alertTopicName}` }
    : { outcome: 'fail', observed: `another event pattern: ${canonicalJson(seen.pattern)}` };
};

/** Lists in a pattern are sets of alternatives, but for the comparison inside `numeric`, whose order has a meaning. */
const samePattern = (a: unknown, b: unknown): boolean =>
  isWrittenAlike(a, b) || canonicalJson(sorted(a)) === canonicalJson(sorted(b));
const sorted = (pattern: unknown): unknown => {
  if (Array.isArray(pattern)) return pattern.map((item) => canonicalJson(item)).sort();
  if (typeof pattern !== 'object' || pattern === null) return pattern;
  return Object.fromEntries(Object.entries(pattern).map(([key, value]) => [key, sorted(value)]));
};

export const alertChecks: readonly Check[] = [
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: '000-12-topic',
    title: 'EventBridge can publish to the alert topic',
    remediation: putBack('the topic and its policy'),
    judge: ({ alertTopic }, _release, { region, account }) =>
      judged(alertTopic, `${alertTopicName}, and EventBridge publishes to it over TLS`, 'fail', (seen) =>
        judgeTopic(seen, topicArn(region, account)),
      ),
  },
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: '000-12-encryption',
    title: 'the alert topic is encrypted, with a key that EventBridge may use',
    remediation: putBack("the topic's key"),
    judge: ({ alertTopic }) => judged(alertTopic, 'encrypted with a key of the account', 'fail', judgeEncryption),
  },
  {
    ...row,
    scope: 'region',
    where: 'alerts',
    id: '000-12-subscription',
    title: 'a person receives the alerts',
    remediation: 'Confirm the subscription by the link in the message that AWS sent to the address',
    judge: ({ alertTopic }, { expectations: { alertEmail } }) =>
      alertEmail === undefined
        ? { outcome: 'notApplicable', observed: 'no address is wanted', expected: 'no address is wanted' }
        : judged(alertTopic, `${alertEmail}, confirmed`, 'fail', (seen) => judgeSubscription(seen, alertEmail)),
  },
  ...alertRules.map(
    (rule): Check => ({
      ...row,
      scope: 'region',
      where: 'alerts',
      id: `000-12-${rule}`,
      title: `rule ${alertRuleName(rule)} alerts`,
      remediation: putBack('the rule'),
      judge: ({ alertRules: seen }, _release, { region, account }) =>
        judged(seen[rule], `${alertRuleName(rule)}, enabled, targets ${alertTopicName}`, 'fail', (facts) =>
          judgeRule(facts, rule, topicArn(region, account)),
        ),
    }),
  ),
];
