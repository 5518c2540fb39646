import type { RegionFacts } from '../../../../orchestrator/domain/health/fact-sources';
import { absent, notWanted, read, unreadable } from '../../../../orchestrator/domain/health/facts';
import { type AlertRule, alertRules } from '../../../../orchestrator/domain/policies/alert-patterns';
import { atHome, bus, factsIn, forwarder, home, notPassing, release, resultOf, ruleIn, rulesIn } from './healthy';

const judge = (rule: AlertRule, facts: RegionFacts['alertRules']) =>
  resultOf(`alert-rule-${rule}-forwards`, atHome({ alertRules: facts }));
const withRule = (rule: AlertRule, changed: object) =>
  read({ ...rulesIn(home), [rule]: { ...ruleIn(home, rule), ...changed } });

describe.each(alertRules)('rule %s', (rule) => {
  const seen = ruleIn(home, rule);
  const { [rule]: _without, ...others } = rulesIn(home);

  test('passes when it forwards to the bus, besides other targets', () => {
    const targets = [{ arn: 'arn:aws:lambda:x' }, ...seen.targets];

    expect(judge(rule, withRule(rule, { targets })).outcome).toBe('pass');
  });

  test.each([
    { changed: { state: 'DISABLED' }, observed: 'the rule is DISABLED' },
    { changed: { targets: [] }, observed: 'the rule targets nothing' },
    {
      changed: { targets: [{ arn: bus.replace('333344445555', '111122223333') }] },
      observed: `the rule targets ${bus.replace('333344445555', '111122223333')}`,
    },
    { changed: { targets: [{ arn: bus }] }, observed: 'the rule forwards as no role' },
    {
      changed: { targets: [{ arn: bus, roleArn: 'arn:aws:iam::111122223333:role/mute' }] },
      observed: 'the rule forwards as arn:aws:iam::111122223333:role/mute',
    },
    { changed: { pattern: { source: ['none'] } }, observed: 'a different event pattern: {"source":["none"]}' },
  ])('fails with $observed', ({ changed, observed }) => {
    expect(judge(rule, withRule(rule, changed))).toMatchObject({ outcome: 'fail', observed });
  });

  test('fails when it is absent, and is unknown when the rules cannot be read', () => {
    expect(judge(rule, read(others)).outcome).toBe('fail');
    expect(judge(rule, absent).outcome).toBe('fail');
    expect(judge(rule, unreadable('denied')).outcome).toBe('unknown');
    expect(judge(rule, notWanted).outcome).toBe('unknown');
  });

  test('judges one rule: the others still pass', () => {
    expect(notPassing(atHome({ alertRules: read(others) }))).toEqual({ [`alert-rule-${rule}-forwards`]: 'fail' });
  });
});

test('the rule on the root user fails in the state that drops read-only calls', () => {
  expect(judge('root-user', withRule('root-user', { state: 'ENABLED' })).observed).toBe('the rule is ENABLED');
});

describe('a pattern', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed).toReversed();
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, key === 'numeric' ? inner : reversed(inner)] as const)
        .toReversed(),
    );
  };

  test.each(alertRules)('of %s passes with its alternatives in another order', (rule) => {
    expect(judge(rule, withRule(rule, { pattern: reversed(ruleIn(home, rule).pattern) })).outcome).toBe('pass');
  });

  test.each([
    { numeric: ['>=', 7], outcome: 'pass' },
    { numeric: ['>', 7], outcome: 'fail' },
    { numeric: ['>=', 9], outcome: 'fail' },
    { numeric: [7, '>='], outcome: 'fail' },
  ])('with $numeric: $outcome', ({ numeric, outcome }) => {
    const pattern = {
      ...ruleIn(home, 'guardduty-findings').pattern,
      detail: { severity: [{ numeric }], service: { archived: [false] } },
    };

    expect(judge('guardduty-findings', withRule('guardduty-findings', { pattern })).outcome).toBe(outcome);
  });

  test('fails when it excuses another role than the CI role of the release', () => {
    const others = { ...release, expectations: { ...release.expectations, ciRole: 'Another' } };

    expect(notPassing(atHome({}), others)).toMatchObject({ 'alert-rule-detection-tampering-forwards': 'fail' });
  });
});

test('the role that forwards is judged where it is', () => {
  const elsewhere = { ...factsIn(home), alertForwarder: absent };

  expect(notPassing(atHome(elsewhere))).toEqual({ 'alert-forwarder-can-send': 'fail' });
  expect(resultOf('alert-forwarder-can-send', atHome({ alertForwarder: read(forwarder) })).outcome).toBe('pass');
});
