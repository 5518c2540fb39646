/** Which function enters an account as what: by its own policy and by the trust of the role, which both must let it in. */
import { orchestratorRoles } from '../../orchestrator/domain/policies/ci-policy';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { purposeOf, roleOf } from '../../orchestrator/ports/purposes';
import type { FunctionDeclaration } from '../../orchestrator/tasks/declaration';
import { type FunctionName, functionNames, functions } from '../../orchestrator/tasks/table';
import { deployedRoles } from '../stackset-templates/deployed';
import { decide } from '../stackset-templates/policy-evaluator';
import { resources } from './templates';

const [orchestrator, member] = ['999988887777', '111122223333'];
const organization = 'o-exampleorgid';
const names = { ci: 'BaselineCi', reader: 'BaselineReader' } as const;
const trusts = deployedRoles({ OrganizationId: organization, OrchestratorAccountId: orchestrator }, 'ci-role');

/** References as this account would have them. */
const known: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': orchestrator,
  'AWS::Region': 'us-east-1',
  OrganizationId: organization,
  CiRoleName: names.ci,
  ReaderRoleName: names.reader,
};
const resolved = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::Join': joined } = value as {
    readonly Ref?: string;
    readonly 'Fn::Join'?: readonly [string, unknown[]];
  };
  if (Ref !== undefined) return known[Ref] ?? `unknown-${Ref}`;
  if (joined !== undefined) return joined[1].map((part) => String(resolved(part))).join(joined[0]);
  if (Object.keys(value).some((key) => key.startsWith('Fn::'))) return 'arn:aws:unknown:::';
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
};

interface RoleOfFunction {
  readonly RoleName: string;
  readonly Path: string;
  readonly Policies: readonly { readonly PolicyDocument: PolicyDocument }[];
}
const roleNamed = (name: string): RoleOfFunction => {
  const found = resources().find(({ properties }) => properties['RoleName'] === name);
  if (found === undefined) throw new Error(`no role ${name}`);
  return resolved(found.properties) as RoleOfFunction;
};

function enters(name: FunctionName, role: keyof typeof names, action = 'sts:AssumeRole'): boolean {
  const { RoleName, Path, Policies } = roleNamed(`Strongroom-${name}`);
  const arn = `arn:aws:iam::${orchestrator}:role${Path}${RoleName}`;
  const own = decide(
    Policies.map(({ PolicyDocument: document }) => document),
    {
      action,
      resource: `arn:aws:iam::${member}:role/${names[role]}`,
      context: { 'aws:resourceorgid': organization },
    },
  );
  const trust = trusts.find(({ RoleName: of }) => of === names[role])?.AssumeRolePolicyDocument ?? {};
  const context = {
    'aws:principalorgid': organization,
    'aws:principalarn': arn,
    'sts:externalid': 'strongroom',
    'sts:sourceidentity': 'baseline-ro-20261122-150405-ab12',
  };
  const trusted = decide([trust], { action, as: arn, context });
  // One without the other would be a way in that waits for a mistake.
  expect({ name, role, trusted }).toEqual({ name, role, trusted: own });
  return own === 'allowed';
}

const rolesTaken = (name: FunctionName): readonly string[] => {
  const { accounts = [] }: FunctionDeclaration = functions[name];
  return accounts.map((method) => roleOf[purposeOf[method]]);
};

describe.each(['reader', 'ci'] as const)('the %s role', (role) => {
  test.each(functionNames)('lets %s in if it declares a visit that takes the role, and not otherwise', (name) => {
    expect(enters(name, role)).toBe(rolesTaken(name).includes(role));
    expect(enters(name, role, 'sts:SetSourceIdentity')).toBe(rolesTaken(name).includes(role));
  });

  test('trusts exactly these functions', () => {
    const taking = functionNames.filter((name) => rolesTaken(name).includes(role));

    expect(orchestratorRoles[role]).toEqual(taking.map((name) => `strongroom/Strongroom-${name}`).toSorted());
  });
});

test.each(['PreflightShard', 'HealthShard', 'Sweep', 'Dashboard', 'Drift'] as const)(
  '%s, which only looks, cannot enter as the CI role',
  (name) => {
    expect(enters(name, 'ci')).toBe(false);
  },
);
