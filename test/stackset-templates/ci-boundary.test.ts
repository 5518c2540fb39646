/** The least that the CI role needs, worked out from the templates, against what its boundary says. */
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { factActions } from '../../orchestrator/domain/health/fact-sources';
import { ciRoleWrites, ciWrites, linkedServices } from '../../orchestrator/domain/policies/ci-actions';
import { ciBoundary, ciTrust, serviceRoleBoundary } from '../../orchestrator/domain/policies/ci-policy';
import type { Purpose } from '../../orchestrator/ports/ports';
import { actionsOfType } from './ci-needs';
import { account, deployedOf, type Template, templates } from './deployed';
import { decide } from './policy-evaluator';

const parameters = { OrganizationId: 'o-exampleorgid', OrchestratorAccountId: '999988887777' };
const boundary = ciBoundary({
  partition: 'aws',
  account,
  ciRole: 'BaselineCi',
  operatorRole: 'InfraAdmin',
  factActions: factActions(),
});
const arn = (name: string) => `arn:aws:iam::${account}:${name}`;

const types = [
  ...new Set(
    templates.flatMap(({ body }) => Object.values((JSON.parse(body) as Template).Resources).map(({ Type }) => Type)),
  ),
].sort();
const purposes: readonly Purpose[] = ['preflight', 'facts', 'settings', 'probe'];
const visits = purposes.flatMap((purpose): readonly string[] =>
  JSON.parse(sessionPolicy(purpose)).Statement.flatMap(
    (statement: { readonly Action: readonly string[] }) => statement.Action,
  ),
);
const needed = [...new Set([...types.flatMap((type) => actionsOfType[type] ?? []), ...visits])].sort();

/** On whom an action is meant, and with what it comes along. */
function requestOf(action: string) {
  if (action === 'iam:PassRole')
    return { action, resource: arn('role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig'), context: {} };
  if (action === 'iam:CreateServiceLinkedRole')
    return {
      action,
      resource: arn('role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig'),
      context: { 'iam:awsservicename': 'config.amazonaws.com' },
    };
  const context = { 'iam:policyarn': 'arn:aws:iam::aws:policy/AdministratorAccess' };
  return { action, resource: action.startsWith('iam:') ? arn('role/InfraAdmin') : '*', context };
}

test('every type of resource that a template makes is in the table, and no other', () => {
  expect(Object.keys(actionsOfType).sort()).toEqual(types);
});

test.each(needed)('the boundary allows %s', (action) => {
  expect(decide([boundary], requestOf(action))).toBe('allowed');
});

test('a session that reverts drift is allowed the services of the templates, and no other', () => {
  const [, , services] = JSON.parse(sessionPolicy('revertDrift')).Statement;

  const ofTemplates = types.flatMap((type) => actionsOfType[type] ?? []).map((action) => `${action.split(':')[0]}:*`);
  expect(services.Action).toEqual([...new Set(ofTemplates)].sort());
});

test('the boundary lets write nothing that neither a template nor a setting needs', () => {
  const unneeded = [...ciWrites(), ...ciRoleWrites].filter((action) => !needed.includes(action));

  expect(unneeded).toEqual([]);
});

test('what is written is named one by one', () => {
  expect([...ciWrites(), ...ciRoleWrites, ...linkedServices()].filter((name) => name.includes('*'))).toEqual([]);
});

test('the bootstrap deploys these policies', () => {
  const managed = deployedOf('ci-role', 'AWS::IAM::ManagedPolicy', parameters).map(({ Properties }) => Properties);
  const [role] = deployedOf('ci-role', 'AWS::IAM::Role', parameters);
  const callers = {
    organization: parameters.OrganizationId,
    orchestratorAccount: parameters.OrchestratorAccountId,
    administrationRole: 'StrongroomStackSetAdministration',
    orchestratorRole: 'baseline/BaselineOrchestrator-*',
    externalId: 'strongroom',
  };

  expect(Object.fromEntries(managed.map((policy) => [policy['ManagedPolicyName'], policy['PolicyDocument']]))).toEqual({
    BaselineCiBoundary: boundary,
    BaselineServiceRoleBoundary: serviceRoleBoundary,
  });
  expect(managed.map(({ Path }) => Path)).toEqual(['/baseline/', '/baseline/']);
  expect(role?.Properties).toMatchObject({
    RoleName: 'BaselineCi',
    AssumeRolePolicyDocument: ciTrust('aws', callers),
    PermissionsBoundary: 'BaselineCiBoundary',
    MaxSessionDuration: 3600,
  });
});

/** Characters of a managed policy and of a trust policy, without whitespace [bc:iam:CreatePolicy], [controls 3]. */
test('the policies are within what IAM takes', () => {
  expect(JSON.stringify(boundary).length).toBeLessThan(6_144);
  expect(JSON.stringify(serviceRoleBoundary).length).toBeLessThan(6_144);
});

/** The grants leave these out already; the limits are there for the day on which a grant is widened. */
test.each(
  ['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary']
    .flatMap((action) =>
      ['role/BaselineCi', 'role/baseline/Service', 'role/Any'].map((name) => [action, name] as const),
    )
    .concat(
      [...ciRoleWrites].map((action) => [action, 'role/BaselineCi'] as const),
      ['CreatePolicyVersion', 'DeletePolicy', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'].map(
        (action) => [`iam:${action}`, 'policy/baseline/BaselineCiBoundary'] as const,
      ),
      ['CreateAccessKey', 'CreateLoginProfile', 'CreateUser'].map((action) => [`iam:${action}`, 'user/jo'] as const),
    ),
)('%s of %s stays denied where everything were granted', (action, name) => {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const widened = { ...boundary, Statement: [everything, ...boundary.Statement] };

  expect(decide([widened], { action, resource: arn(name), context: {} })).toBe('denied');
});

test.each([
  ['config.amazonaws.com', 'allowed'],
  ['autoscaling.amazonaws.com', 'allowed'],
  ['ecs.amazonaws.com', 'denied'],
  ['organizations.amazonaws.com', 'denied'],
])('a session for linked roles creates that of %s: %s', (service, decision) => {
  const session = JSON.parse(sessionPolicy('linkedRoles'));
  const resource = arn(`role/aws-service-role/${service}/AWSServiceRoleForIt`);

  const decided = decide([session], {
    action: 'iam:CreateServiceLinkedRole',
    resource,
    context: { 'iam:awsservicename': service },
  });

  expect(decided).toBe(decision);
});
