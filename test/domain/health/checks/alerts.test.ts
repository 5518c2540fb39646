import type { RegionFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { absent, notWanted, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import { alertRules } from '../../../../orchestrator/domain/policies/alert-policy';
import { account, atHome, home, notPassing, release, resultOf, ruleIn, rulesIn, topicIn } from './healthy';

const topic = topicIn(home);
const [publishes, onlyOverTls] = topic.policy['Statement'] as readonly Record<string, unknown>[];
const policy = (...statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });

describe('the alert topic', () => {
  const judge = (seen: Record<string, unknown>) =>
    resultOf('alert-topic-accepts-eventbridge', atHome({ alertTopic: read({ ...topic, policy: seen }) }));

  test('passes when EventBridge publishes, whatever the order and the case', () => {
    expect(judge(policy(onlyOverTls, { ...publishes, Action: ['SNS:Publish'] })).outcome).toBe('pass');
  });

  const sourceAccount = { StringEquals: { 'aws:SourceAccount': account } };
  test.each([
    {
      seen: 'a condition that EventBridge never meets',
      policy: policy({ ...publishes, Condition: sourceAccount }, onlyOverTls),
      observed: 'topic policy differs: EventBridgePublishes changed',
    },
    {
      seen: 'a grant to all the world',
      policy: policy({ ...publishes, Principal: '*' }, onlyOverTls),
      observed: 'topic policy differs: EventBridgePublishes changed',
    },
    {
      seen: "the topic's first policy, which lets the owner alone publish",
      policy: policy({
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'SNS:Publish',
      }),
      observed: 'topic policy differs: EventBridgePublishes missing, OnlyOverTls missing, __default_statement_ID added',
    },
    { seen: 'no word of TLS', policy: policy(publishes), observed: 'topic policy differs: OnlyOverTls missing' },
    {
      seen: 'another topic',
      policy: policy({ ...publishes, Resource: 'arn:aws:sns:eu-west-1:111122223333:other' }, onlyOverTls),
      observed: 'topic policy differs: EventBridgePublishes changed',
    },
  ])('fails with $seen', ({ policy: seen, observed }) => {
    expect(judge(seen)).toMatchObject({ outcome: 'fail', observed });
  });

  test.each([
    { fact: absent, outcome: 'fail' },
    { fact: unreadable('throttled'), outcome: 'unknown' },
  ])('is $outcome when it is $fact.kind', ({ fact, outcome }) => {
    expect(resultOf('alert-topic-accepts-eventbridge', atHome({ alertTopic: fact })).outcome).toBe(outcome);
  });
});

describe('the encryption of the topic', () => {
  const judge = (kmsKey: string | undefined) =>
    resultOf('alert-topic-is-encrypted', atHome({ alertTopic: read({ ...topic, kmsKey }) }));

  test.each([
    { kmsKey: 'alias/strongroom-alerts', outcome: 'pass' },
    { kmsKey: `arn:aws:kms:eu-west-1:${account}:key/1234`, outcome: 'pass' },
    { kmsKey: 'alias/aws/sns', outcome: 'fail' },
    { kmsKey: `arn:aws:kms:eu-west-1:${account}:alias/aws/sns`, outcome: 'fail' },
  ])('with $kmsKey: $outcome', ({ kmsKey, outcome }) => {
    expect(judge(kmsKey)).toMatchObject({ outcome, observed: `encrypted with ${kmsKey}` });
  });

  test('fails without a key', () => {
    expect(judge(undefined)).toMatchObject({ outcome: 'fail', observed: 'not encrypted' });
  });

  test('is unknown when the topic cannot be read', () => {
    expect(resultOf('alert-topic-is-encrypted', atHome({ alertTopic: unreadable('denied') })).outcome).toBe('unknown');
  });
});

describe('the subscription', () => {
  const own = { protocol: 'email', endpoint: 'security@example.com', confirmed: true };
  const judge = (...subscriptions: readonly (typeof own)[]) =>
    resultOf('alert-topic-has-confirmed-subscription', atHome({ alertSubscriptions: read(subscriptions) }));

  test.each([
    { seen: 'a confirmed one', subscriptions: [own] },
    { seen: 'one in capitals', subscriptions: [{ ...own, endpoint: 'Security@Example.com' }] },
    { seen: 'a pending one of somebody else', subscriptions: [{ ...own, endpoint: 'a@b.c', confirmed: false }, own] },
  ])('passes with $seen', ({ subscriptions }) => {
    expect(judge(...subscriptions).outcome).toBe('pass');
  });

  test.each([
    { subscriptions: [], observed: 'security@example.com is not subscribed' },
    { subscriptions: [{ ...own, confirmed: false }], observed: 'security@example.com is not confirmed yet' },
    { subscriptions: [{ ...own, endpoint: 'a@b.c' }], observed: 'security@example.com is not subscribed' },
    { subscriptions: [{ ...own, protocol: 'email-json' }], observed: 'security@example.com is not subscribed' },
  ])('fails with $observed', ({ subscriptions, observed }) => {
    expect(judge(...subscriptions)).toMatchObject({ outcome: 'fail', observed });
  });

  test.each([
    ['cannot be read', unreadable('denied')],
    ['were not asked for', notWanted],
  ])('is unknown when the subscriptions %s, and never passes', (_when, alertSubscriptions) => {
    expect(resultOf('alert-topic-has-confirmed-subscription', atHome({ alertSubscriptions })).outcome).toBe('unknown');
  });

  test('fails without a topic', () => {
    expect(resultOf('alert-topic-has-confirmed-subscription', atHome({ alertSubscriptions: absent })).outcome).toBe(
      'fail',
    );
  });

  test('is not applicable when no address is wanted, and then nothing else is', () => {
    const silent = { ...release, expectations: { ...release.expectations, alertEmail: undefined } };
    const seen = atHome({ alertSubscriptions: read([]) });

    expect(notPassing(seen, silent)).toEqual({ 'alert-topic-has-confirmed-subscription': 'notApplicable' });
  });
});

describe.each(alertRules)('rule %s', (rule) => {
  const seen = ruleIn(home, rule);
  const judge = (alertRules: RegionFacts['alertRules']) =>
    resultOf(`alert-rule-${rule}-is-enabled`, atHome({ alertRules }));
  const withRule = (changed: object) => read({ ...rulesIn(home), [rule]: { ...seen, ...changed } });
  const { [rule]: _without, ...others } = rulesIn(home);

  test('passes when it targets the topic, besides others', () => {
    expect(judge(withRule({ targetArns: ['arn:aws:lambda:x', ...seen.targetArns] })).outcome).toBe('pass');
  });

  test.each([
    { changed: { enabled: false }, observed: 'the rule is disabled' },
    { changed: { targetArns: [] }, observed: 'the rule targets nothing' },
    {
      changed: { targetArns: [`arn:aws:sns:us-east-1:${account}:strongroom-alerts`] },
      observed: `the rule targets arn:aws:sns:us-east-1:${account}:strongroom-alerts`,
    },
    {
      changed: { targetArns: ['arn:aws:sns:eu-west-1:999999999999:strongroom-alerts'] },
      observed: 'the rule targets arn:aws:sns:eu-west-1:999999999999:strongroom-alerts',
    },
    { changed: { pattern: { source: ['none'] } }, observed: 'a different event pattern: {"source":["none"]}' },
  ])('fails with $observed', ({ changed, observed }) => {
    expect(judge(withRule(changed))).toMatchObject({ outcome: 'fail', observed });
  });

  test('fails when it is absent, and is unknown when the rules cannot be read', () => {
    expect(judge(read(others)).outcome).toBe('fail');
    expect(judge(absent).outcome).toBe('fail');
    expect(judge(unreadable('denied')).outcome).toBe('unknown');
  });

  test('judges one rule: the others still pass', () => {
    expect(notPassing(atHome({ alertRules: read(others) }))).toEqual({ [`alert-rule-${rule}-is-enabled`]: 'fail' });
  });
});

describe('the pattern of the rule on GuardDuty', () => {
  const judge = (numeric: readonly unknown[]) => {
    const pattern = {
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { severity: [{ numeric }] },
    };
    const rule = { ...ruleIn(home, 'guardduty-findings'), pattern };
    return resultOf(
      'alert-rule-guardduty-findings-is-enabled',
      atHome({ alertRules: read({ ...rulesIn(home), 'guardduty-findings': rule }) }),
    ).outcome;
  };

  test.each([
    { numeric: ['>=', 7], outcome: 'pass' },
    { numeric: ['>', 7], outcome: 'fail' },
    { numeric: ['>=', 9], outcome: 'fail' },
    { numeric: [7, '>='], outcome: 'fail' },
  ])('with $numeric: $outcome', ({ numeric, outcome }) => {
    expect(judge(numeric)).toBe(outcome);
  });
});

test('the severities of the rule on Security Hub may come in any order', () => {
  const pattern = {
    source: ['aws.securityhub'],
    'detail-type': ['Security Hub Findings - Imported'],
    detail: { findings: { Severity: { Label: ['CRITICAL', 'HIGH'] } } },
  };
  const rule = { ...ruleIn(home, 'securityhub-findings'), pattern };
  const seen = atHome({ alertRules: read({ ...rulesIn(home), 'securityhub-findings': rule }) });

  expect(notPassing(seen)).toEqual({});
});
