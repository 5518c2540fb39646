/** Exemptions that the config adds: they reach the deployed role, the checks accept them and nothing else, and they fit. */
import { exemptionsLengthMax } from '../../orchestrator/config/exemption-rules';
import { read } from '../../orchestrator/domain/health/facts';
import { carveOutsOf } from '../../orchestrator/domain/model/catalog';
import { operatorCarveOuts } from '../../orchestrator/domain/model/policy-carve-outs';
import { regionDeny } from '../../orchestrator/domain/policies/operator-policy';
import { facts, release, releaseOf, resultOf, role } from '../domain/health/checks/healthy';
import { deployedRole } from './deployed';
import { type Decision, decide } from './policy-evaluator';

const operatorRole = { enabled: true, mfaMaxAgeSeconds: 3600 };
const added = { exemptActions: ['devicefarm:*'], exemptActionsInUsEast1: ['lambda:CreateFunction'] };
const declaring = releaseOf({ 'operator-role': { ...operatorRole, ...added } });
const parametersOf = (of: typeof release) =>
  of.modules.find(({ module }) => module === 'operator-role')?.parameters ?? {};
const administrator = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

test.each<[string, string, Decision, Decision]>([
  ['devicefarm:ScheduleRun', 'us-west-1', 'denied', 'allowed'],
  ['devicefarm:ScheduleRun', 'us-east-1', 'denied', 'allowed'],
  ['lambda:CreateFunction', 'us-east-1', 'denied', 'allowed'],
  ['lambda:CreateFunction', 'us-west-1', 'denied', 'denied'],
  ['lambda:InvokeFunction', 'us-east-1', 'denied', 'denied'],
  ['lambda:CreateFunctionUrlConfig', 'us-east-1', 'denied', 'denied'],
  ['ec2:RunInstances', 'us-east-1', 'denied', 'denied'],
  ['kms:ReplicateKey', 'us-west-1', 'denied', 'denied'],
])('%s in %s is %s, and %s if the config exempts it', (action, region, without, within) => {
  const decision = (of: typeof release) => {
    const policies = deployedRole(parametersOf(of)).Policies.map(({ PolicyDocument }) => PolicyDocument);
    return decide([administrator, ...policies], { action, resource: '*', context: { 'aws:requestedregion': region } });
  };

  expect([decision(release), decision(declaring)]).toEqual([without, within]);
});

const check = 'region-deny-policy-has-released-exemptions';
const { anywhere, alsoInUsEast1 } = operatorCarveOuts;
const seenWith = (more: readonly string[], inUsEast1: readonly string[] = []) => ({
  ...facts,
  operatorRole: read({
    ...role,
    inline: {
      ...role.inline,
      'region-deny': regionDeny(release.regions.governed, {
        anywhere: [...anywhere, ...more],
        alsoInUsEast1: [...alsoInUsEast1, ...inUsEast1],
      }),
    },
  }),
});

test.each([
  { seen: 'as released', facts, of: release, outcome: 'pass' },
  {
    seen: 'with what the config names',
    facts: seenWith(added.exemptActions, added.exemptActionsInUsEast1),
    of: declaring,
    outcome: 'pass',
  },
  { seen: 'without what the config names', facts, of: declaring, outcome: 'fail' },
  { seen: 'with what no config names', facts: seenWith(['devicefarm:*']), of: release, outcome: 'fail' },
  {
    seen: 'with one action more than the config names',
    facts: seenWith(['devicefarm:*', 's3:*'], ['lambda:CreateFunction']),
    of: declaring,
    outcome: 'fail',
  },
  {
    seen: 'everywhere where the config says us-east-1',
    facts: seenWith(['devicefarm:*', 'lambda:CreateFunction']),
    of: declaring,
    outcome: 'fail',
  },
])('the exemptions of a role $seen: $outcome', ({ facts: seen, of, outcome }) => {
  expect(resultOf(check, seen, of).outcome).toBe(outcome);
});

test('a release made before a list of Strongroom changed is judged by the list that it deployed', () => {
  const older = { anywhere: ['iam:*', 'sts:*'], alsoInUsEast1: ['acm:*'] };
  const operatorRoleThen = read({
    ...role,
    inline: { ...role.inline, 'region-deny': regionDeny(release.regions.governed, older) },
  });
  const then = { ...release, expectations: { ...release.expectations, regionDenyCarveOuts: older } };

  expect(resultOf(check, { ...facts, operatorRole: operatorRoleThen }, then).outcome).toBe('pass');
});

test('the longest exemptions fit into a parameter of CloudFormation and into the inline policies of a role', () => {
  const action = `${'a'.repeat(19)}:${'A'.repeat(19)}`;
  const longest = Array.from({ length: exemptionsLengthMax / 40 }, (_, index) => `${action}${index}`.slice(-39));
  const { anywhere: everywhere, alsoInUsEast1: inUsEast1 } = carveOutsOf({
    ...operatorRole,
    exemptActionsInUsEast1: longest,
  });
  const exempt = [...everywhere, ...inUsEast1].join();
  const allRegions = Array.from({ length: 34 }, (_, index) => `ap-southeast-${index}`).join();

  const { Policies } = deployedRole({
    ...parametersOf(release),
    RoleName: 'r'.repeat(64),
    CiRoleName: 'c'.repeat(64),
    AllowedRegions: allRegions,
    ExemptActions: exempt,
    ExemptActionsInUsEast1: inUsEast1.join(),
  });

  expect(exempt.length).toBeLessThanOrEqual(4_096);
  expect(Policies.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument)).join('').length).toBeLessThanOrEqual(
    10_240,
  );
});
