/** Truth tables over the policies of services and of the bootstrap, as they would stand in an account. One file in scenarios each. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { deployedOf, deployedRoles, type Parameters, type TemplateName } from './deployed';
import { type Decision, decide } from './policy-evaluator';

interface Scenario {
  /** Template, type of resource, property with the policy, and which of several by name. */
  readonly policy: readonly [TemplateName, string, string, string?];
  /** A role whose own policies hold beside it. */
  readonly inlineOf?: string;
  readonly parameters: Parameters;
  readonly requests: readonly {
    readonly case: string;
    readonly as?: string;
    readonly action: string;
    readonly resource?: string;
    /** The caller's own policies allow everything. */
    readonly administrator?: boolean;
    readonly context: Readonly<Record<string, string>>;
    readonly decision: Decision;
  }[];
}

const administrator: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

const scenario = (name: string): Scenario =>
  JSON.parse(readFileSync(join(__dirname, '..', 'scenarios', 'policies', `${name}.json`), 'utf8'));

/** The model of CloudFormation does not know what a bucket's ARN looks like. */
const withBucketArn = (policy: unknown): PolicyDocument =>
  JSON.parse(JSON.stringify(policy).replaceAll('stack-Bucket.Arn', 'arn:aws:s3:::acme-log-archive'));

function policyOf({ policy: [template, type, property, name], parameters }: Scenario): PolicyDocument {
  const found = deployedOf(template, type, parameters).filter(
    ({ Properties }) => name === undefined || [Properties['ManagedPolicyName'], Properties['RoleName']].includes(name),
  );
  expect(found).toHaveLength(1);
  return withBucketArn(found[0]?.Properties[property]);
}

const inlinePolicies = ({ parameters, inlineOf }: Scenario): readonly PolicyDocument[] =>
  (inlineOf === undefined ? [] : deployedRoles(parameters, 'ci-role'))
    .filter(({ RoleName }) => RoleName === inlineOf)
    .flatMap(({ Policies }) => Policies.map(({ PolicyDocument: document }) => document));

describe.each([
  'ci-trust',
  'ci-trust-github',
  'ci-boundary',
  'reader-trust',
  'reader-policy',
  'service-role-boundary',
  'log-bucket',
  'log-key',
  'ebs-key',
])('%s', (name) => {
  const table = scenario(name);

  test.each(table.requests)('$case ($action): $decision', ({ action, resource, as, context, decision, ...row }) => {
    const request = { action, context, ...(resource && { resource }), ...(as && { as }) };

    const policies = [policyOf(table), ...inlinePolicies(table), ...(row.administrator ? [administrator] : [])];

    expect(decide(policies, request)).toBe(decision);
  });

  test('has more requests that are denied than allowed', () => {
    const count = (decision: Decision) => table.requests.filter((request) => request.decision === decision).length;

    expect(count('denied')).toBeGreaterThan(count('allowed'));
  });
});
