/** The reader role does exactly what visits that look need, whatever session policy its caller asks for. */
import { sessionPolicy } from '../../orchestrator/aws/session-policies';
import { factActions } from '../../orchestrator/domain/health/fact-sources';
import { ciBoundary, ciLimits } from '../../orchestrator/domain/policies/ci-boundary';
import {
  ciTrust,
  orchestratorRoles,
  readerTrust,
  serviceRoleBoundary,
} from '../../orchestrator/domain/policies/ci-policy';
import { readerPolicy } from '../../orchestrator/domain/policies/reader-policy';
import { type Purpose, roleOf } from '../../orchestrator/ports/purposes';
import { account, deployedOf } from './deployed';

const parameters = { OrganizationId: 'o-exampleorgid', OrchestratorAccountId: '999988887777' };
const policy = readerPolicy({ factActions: factActions() });
const [{ Action: allowed }] = policy.Statement;

const looking = (Object.keys(roleOf) as Purpose[]).filter((purpose) => roleOf[purpose] === 'reader');
const called = looking.flatMap((purpose): readonly string[] =>
  JSON.parse(sessionPolicy(purpose)).Statement.flatMap(({ Action }: { readonly Action: readonly string[] }) => Action),
);

test('visits that look are preflight and those that collect facts', () => {
  expect(looking).toEqual(['preflight', 'facts']);
});

test('it may call what these visits call, and nothing else', () => {
  // Anybody may ask who they are.
  const needed = new Set(called.filter((action) => action !== 'sts:GetCallerIdentity'));

  expect(allowed.toSorted()).toEqual([...needed].toSorted());
});

test('every action is named, and reads', () => {
  // IAM writes a credential report only for its reader.
  const others = allowed.filter((action) => !/^[a-z0-9-]+:(Get|List|Describe)[A-Za-z0-9]+$/.test(action));

  expect(others).toEqual(['iam:GenerateCredentialReport']);
});

test('none of it is the content of an account: no objects, secrets, parameters, logs or templates', () => {
  const content =
    /^(s3:GetObject|secretsmanager|ssm|logs|dynamodb|lambda|kms:Decrypt|cloudformation:GetTemplate|ec2:GetPassword)/;

  expect(allowed.filter((action) => content.test(action))).toEqual([]);
});

test('the bootstrap deploys these policies', () => {
  const named = {
    partition: 'aws',
    account,
    ciRole: 'BaselineCi',
    readerRole: 'BaselineReader',
    operatorRole: 'InfraAdmin',
  };
  const callers = {
    organization: parameters.OrganizationId,
    orchestratorAccount: parameters.OrchestratorAccountId,
    administrationRole: 'StrongroomStackSetAdministration',
    orchestratorRoles,
    externalId: 'strongroom',
  };

  const managed = deployedOf('ci-role', 'AWS::IAM::ManagedPolicy', parameters).map(({ Properties }) => Properties);
  const roles = deployedOf('ci-role', 'AWS::IAM::Role', parameters).map(({ Properties }) => Properties);

  expect(Object.fromEntries(managed.map((one) => [one['ManagedPolicyName'], one['PolicyDocument']]))).toEqual({
    BaselineCiBoundary: ciBoundary(named),
    BaselineReader: policy,
    BaselineServiceRoleBoundary: serviceRoleBoundary,
  });
  expect(managed.map(({ Path }) => Path)).toEqual(managed.map(() => '/baseline/'));
  expect(roles.toSorted((a, b) => (String(a['RoleName']) < String(b['RoleName']) ? 1 : -1))).toEqual([
    expect.objectContaining({
      RoleName: 'BaselineReader',
      AssumeRolePolicyDocument: readerTrust('aws', callers),
      ManagedPolicyArns: ['BaselineReader'],
      PermissionsBoundary: 'BaselineReader',
      MaxSessionDuration: 3600,
    }),
    expect.objectContaining({
      RoleName: 'BaselineCi',
      AssumeRolePolicyDocument: ciTrust('aws', callers),
      PermissionsBoundary: 'BaselineCiBoundary',
      Policies: [{ PolicyName: 'limits', PolicyDocument: ciLimits(named) }],
      MaxSessionDuration: 3600,
    }),
  ]);
});

test('the reader policy is within what IAM takes', () => {
  expect(JSON.stringify(policy).length).toBeLessThan(6_144);
});
