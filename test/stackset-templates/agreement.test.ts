/** The templates and the checks agree: what is deployed passes, and so a failing check always means a difference in the account. */

import { runChecks } from '../../orchestrator/domain/health/check';
import { checkTable } from '../../orchestrator/domain/health/checks/table';
import { read } from '../../orchestrator/domain/health/facts';
import { type Found, installationOf } from '../../orchestrator/domain/installation/installation';
import { parseAccountId, parseOrganizationId } from '../../orchestrator/domain/model/brand';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import type { InstallationSpec } from '../../orchestrator/domain/model/installation';
import type { ModuleId } from '../../orchestrator/domain/model/module';
import { alertRuleName, alertRules } from '../../orchestrator/domain/policies/alert-patterns';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { buildRelease } from '../../stackset-templates/release';
import { facts, factsIn } from '../domain/health/checks/healthy';
import { account, deployedOf, deployedRole, type RoleProperties, region, templates } from './deployed';
import { desiredState } from './sample-desired-state';

const hashes = Object.fromEntries(templates.map(({ module, hash }) => [module, { hash }]));
const regions = { home: region, governed: [region] };
const release = buildRelease({ ...desiredState, regions }, hashes);
const parametersOf = (module: ModuleId) => release.modules.find((m) => m.module === module)?.parameters ?? {};
const failing = (module: ModuleId, seen: typeof facts) =>
  runChecks(checkTable, seen, release)
    // Whether there is a stack at all is another question.
    .filter(({ gate }) => gate !== 'undrifted')
    .filter((result) => result.module === module && result.outcome !== 'pass');

test('the operator role that the template makes passes its checks', () => {
  const role = deployedRole(parametersOf('operator-role'));
  const operatorRole = read({
    trust: role.AssumeRolePolicyDocument,
    maxSessionSeconds: role.MaxSessionDuration,
    attached: role.ManagedPolicyArns,
    inline: Object.fromEntries(role.Policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument])),
  });

  expect(role.RoleName).toBe(release.expectations.operatorRoleName);
  expect(failing('operator-role', { ...facts, account: parseAccountId(account), operatorRole })).toEqual([]);
});

const found: Found = {
  organization: parseOrganizationId('o-exampleorgid'),
  managementAccount: parseAccountId('111111111111'),
  deploymentsAccount: parseAccountId('999988887777'),
  roots: ['r-a1b2'],
};
/** The parameters with which StrongroomManagement makes the CI roles. */
const bootstrapParameters = (wanted: DesiredState): Readonly<Record<string, string>> => {
  const management = installationOf(wanted)
    .stacks(found)
    .find(({ stack }) => stack === 'StrongroomManagement');
  const { OrchestratorRegion: _region, TargetIds: _targets, ...passedOn } = management?.parameters ?? {};
  return passedOn;
};

test.each<Partial<InstallationSpec>>([
  {},
  { gitHubSubject: 'repo:acme/baseline:ref:refs/heads/main' },
  { people: ['aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Platform_*'] },
  { people: ['Platform', 'OnCall'], gitHubSubject: 'repo:acme/baseline:environment:prod' },
  { administrationRole: 'StackSetsOfPlatform', externalId: 'sesame', operatorRole: 'Admin' },
])('the trust of the CI role that is bootstrapped from the config %j passes its check', (chosen) => {
  const wanted = { ...desiredState, installation: { ...desiredState.installation, ...chosen } };
  const [role] = deployedOf('ci-role', 'AWS::IAM::Role', bootstrapParameters(wanted));
  const trust = role?.Properties['AssumeRolePolicyDocument'] as PolicyDocument;
  const seen = { ...facts, account: parseAccountId(account), ciRole: read({ trust }) };

  const results = runChecks(checkTable, seen, buildRelease(wanted, hashes)).filter(
    ({ check }) => check === 'ci-role-trust-matches-bootstrap',
  );

  expect(results).toMatchObject([
    { outcome: 'pass', observed: 'as bootstrapped, for orchestrator account 999988887777' },
  ]);
});

test('the rules and the role that the template makes pass their checks', () => {
  const parameters = parametersOf('alerts');
  const [role] = deployedOf('alerts', 'AWS::IAM::Role', parameters);
  const policies = (role?.Properties['Policies'] ?? []) as RoleProperties['Policies'];
  const rules = deployedOf('alerts', 'AWS::Events::Rule', parameters).map(({ Properties }) => Properties);
  const ruleFacts = alertRules.map((rule) => {
    const made = rules.find((properties) => properties['Name'] === alertRuleName(rule));
    const targets = made?.['Targets'] as readonly { readonly Arn: string; readonly RoleArn: string }[];
    const pattern = made?.['EventPattern'] as PolicyDocument;
    const state = String(made?.['State']);
    return [rule, { state, pattern, targets: targets.map(({ Arn, RoleArn }) => ({ arn: Arn, roleArn: RoleArn })) }];
  });
  const alertForwarder = read({
    trust: role?.Properties['AssumeRolePolicyDocument'] as PolicyDocument,
    maxSessionSeconds: 3_600,
    attached: [],
    inline: Object.fromEntries(policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument])),
    boundaryArn: String(role?.Properties['PermissionsBoundary']),
  });
  const rulesMade = read(Object.fromEntries(ruleFacts));

  const seen = {
    ...facts,
    account: parseAccountId(account),
    regions: { [region]: { ...factsIn(region), alertForwarder, alertRules: rulesMade } },
  };

  expect(rules).toHaveLength(alertRules.length);
  expect(failing('alerts', seen)).toEqual([]);
});
