/** What follows from the section `installation`: names, ARNs, parameters of stacks, and who may enter. */
import { parseConfig } from '../../../orchestrator/config/parse';
import { deployArguments, installationOf, mayEnter } from '../../../orchestrator/domain/installation/installation';
import { parseAccountId, parseOrganizationId } from '../../../orchestrator/domain/model/brand';
import { and, withRegions } from '../../config/sample';

const found = {
  organization: parseOrganizationId('o-exampleorgid'),
  managementAccount: parseAccountId('111111111111'),
  deploymentsAccount: parseAccountId('222222222222'),
  roots: ['r-a1b2'],
};

function installed(text: string) {
  const config = parseConfig(text, 'strongroom.yaml');
  if (!config.ok) throw new Error(config.problems.map(({ message }) => message).join('\n'));
  return installationOf(config.desiredState);
}
const stackOf = (text: string, name: string) =>
  installed(text)
    .stacks(found)
    .find(({ stack }) => stack === name);

test('a config that says nothing of the installation gets the names that the stacks have by default', () => {
  expect(installed(and('')).stacks(found)).toEqual([
    {
      stack: 'StrongroomManagement',
      in: 'management',
      region: 'us-east-1',
      hasAssets: false,
      parameters: {
        OrganizationId: 'o-exampleorgid',
        OrchestratorAccountId: '222222222222',
        OrchestratorRegion: 'us-east-1',
        TargetIds: 'r-a1b2',
        CiRoleName: 'BaselineCi',
        OperatorRoleName: 'InfraAdmin',
        AdministrationRole: 'StrongroomStackSetAdministration',
        ExternalId: 'strongroom',
        PeopleRoleArns: '',
        GitHubSubject: '',
      },
    },
    {
      stack: 'StrongroomOrchestrator',
      in: 'deployments',
      region: 'us-east-1',
      hasAssets: true,
      parameters: {
        OrganizationId: 'o-exampleorgid',
        ManagementAccountId: '111111111111',
        CiRoleName: 'BaselineCi',
        AdministrationRole: 'StrongroomStackSetAdministration',
        SecurityAccountId: '',
        StackSetServices: 'cloudformation.amazonaws.com',
      },
    },
  ]);
});

test.each([
  ['operatorRole', 'OperatorRoleName', 'Admins', 'Admins'],
  ['gitHubSubject', 'GitHubSubject', 'repo:acme/x:ref:refs/heads/main', 'repo:acme/x:ref:refs/heads/main'],
  ['administrationRole', 'AdministrationRole', 'Ours', 'Ours'],
  ['targets', 'TargetIds', '[ou-a1b2-abcdefgh, r-zzzz]', 'ou-a1b2-abcdefgh,r-zzzz'],
  [
    'people',
    'PeopleRoleArns',
    '[Platform, aws-reserved/*/AWSReservedSSO_Ops_*]',
    'arn:aws:iam::222222222222:role/Platform,arn:aws:iam::222222222222:role/aws-reserved/*/AWSReservedSSO_Ops_*',
  ],
])('%s reaches the CI roles as the parameter %s', (option, parameter, written, expected) => {
  const management = stackOf(and(`installation: { ${option}: ${written} }`), 'StrongroomManagement');

  expect(management?.parameters[parameter]).toBe(expected);
});

test('the administration role has one name for all stacks that use it', () => {
  const stacks = installed(and('installation: { administrationRole: Ours }')).stacks(found);

  const names = stacks.flatMap(({ parameters }) => parameters['AdministrationRole'] ?? []);
  expect(names).toEqual(['Ours', 'Ours']);
});

test('StackSets acts as the principal of each governed Region that accounts must enable', () => {
  const config = withRegions('home: eu-central-1, governed: [eu-central-1, eu-south-1, af-south-1]');

  expect(installed(config).optInRegions).toEqual(['af-south-1', 'eu-south-1']);
  expect(stackOf(config, 'StrongroomOrchestrator')?.parameters['StackSetServices']).toBe(
    'cloudformation.amazonaws.com,cloudformation.af-south-1.amazonaws.com,cloudformation.eu-south-1.amazonaws.com',
  );
});

test('the log archive, Control Tower and the dashboard have stacks where the config names them', () => {
  const text = and(
    'installation: { logArchive: { account: "333333333333" }, controlTowerRegion: eu-west-1, dashboard: { issuer: "https://id.example.com", clientId: abc } }',
  ).replace('account-hardening: { enabled: true }', 'audit-logging: { enabled: true, logArchiveBucket: acme-logs }');

  expect(
    installed(text)
      .stacks(found)
      .map(({ stack, in: where, region }) => [stack, where, region]),
  ).toEqual([
    ['StrongroomLogArchive', 'logArchive', 'us-east-1'],
    ['StrongroomManagement', 'management', 'us-east-1'],
    ['StrongroomControlTower', 'management', 'eu-west-1'],
    ['StrongroomOrchestrator', 'deployments', 'us-east-1'],
    ['StrongroomDashboard', 'deployments', 'us-east-1'],
  ]);
  expect(stackOf(text, 'StrongroomLogArchive')?.parameters['BucketName']).toBe('acme-logs');
  expect(stackOf(text, 'StrongroomDashboard')?.parameters).toMatchObject({
    Issuer: 'https://id.example.com',
    RoleClaim: 'groups',
  });
});

test('the organization is listed by the role of the management account that the config names', () => {
  expect(installed(and('installation: { management: { account: "111111111111" } }')).directoryRoleArn).toBe(
    'arn:aws:iam::111111111111:role/strongroom-directory',
  );
  expect(installed(and('')).directoryRoleArn).toBeUndefined();
});

test.each([
  ['eu-central-1', 'us-east-1', 'arn:aws:'],
  ['cn-north-1', 'cn-northwest-1', 'arn:aws-cn:'],
  ['us-gov-east-1', 'us-gov-west-1', 'arn:aws-us-gov:'],
])('from home region %s, the stack of the management account belongs to %s', (home, region, arn) => {
  const text = `${withRegions(`home: ${home}, governed: [${home}]`)}installation: { people: [Platform] }\n`;

  const management = stackOf(text, 'StrongroomManagement');
  expect(management?.region).toBe(region);
  expect(management?.parameters['PeopleRoleArns']).toMatch(new RegExp(`^${arn}iam::222222222222:role/Platform$`));
});

test('a stack is deployed without those that it depends on, with parameters of its own', () => {
  const stack = stackOf(
    and('installation: { dashboard: { issuer: "https://id.example.com", clientId: abc } }'),
    'StrongroomDashboard',
  );
  if (stack === undefined) throw new Error('no dashboard');

  const [name, exclusively, ...parameters] = deployArguments(stack);
  expect([name, exclusively]).toEqual(['StrongroomDashboard', '--exclusively']);
  expect(parameters.filter((word) => word !== '--parameters')).toContain('StrongroomDashboard:ClientId=abc');
  expect(parameters.filter((word) => !/^(--parameters|StrongroomDashboard:\w+=.*)$/.test(word))).toEqual([]);
});

describe('who may enter the accounts', () => {
  const installation = installed(
    and('installation: { people: [Platform, aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*] }'),
  );

  test.each([
    ['a function of the orchestrator', 'assumed-role/BaselineOrchestrator-HealthShard/strongroom-HealthShard', true],
    ['a person by a named role', 'assumed-role/Platform/jo', true],
    ['a person by a permission set', 'assumed-role/AWSReservedSSO_Ops_0a1b2c/jo@example.com', true],
    ['a person by another role', 'assumed-role/Administrator/Platform', false],
    ['a person by a role with a longer name', 'assumed-role/PlatformAdmin/jo', false],
    ['a user', 'user/Platform', false],
    ['the root user', 'root', false],
  ])('%s: %s', (_who, principal, may) => {
    const service = principal.startsWith('assumed-role') ? 'sts' : 'iam';

    expect(mayEnter(installation, `arn:aws:${service}::222222222222:${principal}`)).toBe(may);
  });
});
