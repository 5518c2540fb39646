/** Truth tables over the policies as they would stand in an account: template, parameters, and all references resolved. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { account, deployedRole } from './deployed';
import { type Decision, decide } from './policy-evaluator';

interface Row {
  readonly case: string;
  readonly action?: string;
  readonly region?: string;
  readonly role?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly decision: Decision;
  readonly withIfExists?: Decision;
}
interface Scenario {
  readonly parameters: Readonly<Record<string, string>>;
  readonly requests: readonly Row[];
}

const scenario = (name: string): Scenario =>
  JSON.parse(readFileSync(join(__dirname, '..', 'scenarios', 'policies', `${name}.json`), 'utf8'));
const administrator: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

describe('entering the operator role', () => {
  const { parameters, requests } = scenario('operator-trust');
  const trust = deployedRole(parameters).AssumeRolePolicyDocument;
  const withIfExists = JSON.parse(
    JSON.stringify(trust).replace('"Bool"', '"BoolIfExists"').replace('"NumericLessThan"', '"NumericLessThanIfExists"'),
  );

  test.each(requests)('$case: $decision', ({ action = 'sts:AssumeRole', context = {}, decision }) => {
    expect(decide([trust], { action, context })).toBe(decision);
  });

  test.each(requests)(
    '$case: $withIfExists if the conditions were IfExists',
    ({ action = 'sts:AssumeRole', context = {}, ...row }) => {
      expect(decide([withIfExists], { action, context })).toBe(row.withIfExists);
    },
  );
});

describe.each(['region-deny-us', 'region-deny-eu', 'self-protect'])('acting as the operator: %s', (name) => {
  const { parameters, requests } = scenario(name);
  const policies = [administrator, ...deployedRole(parameters).Policies.map((policy) => policy.PolicyDocument)];

  test.each(requests)('$case ($action in $region): $decision', ({ action = '', region = '', decision, ...row }) => {
    const resource = row.resource ?? (row.role === undefined ? '*' : `arn:aws:iam::${account}:role/${row.role}`);
    const context = { 'aws:requestedregion': region, ...row.context };

    expect(decide(policies, { action, resource, context })).toBe(decision);
  });
});

test('a policy with an operator that IAM does not have is refused, with the place', () => {
  const policy = {
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddresses: { 'aws:SourceIp': '10.0.0.0/8' } } },
    ],
  };

  expect(() => decide([policy], { action: 'iam:GetRole', context: {} })).toThrow(
    'Statement[0].Condition.IpAddresses: no such operator',
  );
});

test.each(['operator-trust', 'region-deny-us', 'region-deny-eu', 'self-protect'])(
  'more rows of %s are denied than allowed',
  (name) => {
    const { requests } = scenario(name);
    const count = (decision: Decision) => requests.filter((row) => row.decision === decision).length;

    expect(count('denied')).toBeGreaterThan(count('allowed'));
  },
);
