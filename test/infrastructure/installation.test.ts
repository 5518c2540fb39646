/** What a person deploys: assets of each stack, parameters, and what an installation must not stumble over. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../orchestrator/config/parse';
import { type Found, installationOf } from '../../orchestrator/domain/installation/installation';
import { parseAccountId, parseOrganizationId } from '../../orchestrator/domain/model/brand';
import { withModules } from '../config/sample';
import { deployedTemplate, resources, stackRegions, statementsOf } from './templates';

const folder = join(__dirname, '..', '..', 'dist', 'infrastructure');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const stacks = Object.keys(stackRegions());

const config = parseConfig(
  `${withModules('audit-logging: { enabled: true, logArchiveBucket: acme-logs }').replace(
    'home: us-east-1, governed: [us-east-1]',
    'home: eu-central-1, governed: [eu-central-1, eu-south-1]',
  )}installation:
  logArchive: { account: "333333333333" }
  controlTowerRegion: eu-west-1
  people: [Platform, aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*]
  gitHubSubject: repo:acme/baseline:environment:prod
  dashboard: { issuer: "https://id.example.com", clientId: abc }
`,
  'strongroom.yaml',
);
if (!config.ok) throw new Error(config.problems.map(({ message }) => message).join('\n'));
const found: Found = {
  organization: parseOrganizationId('o-exampleorgid'),
  managementAccount: parseAccountId('111111111111'),
  deploymentsAccount: parseAccountId('222222222222'),
  roots: ['r-a1b2'],
};
const installed = installationOf(config.desiredState).stacks(found);

describe('assets', () => {
  const assetsOf = (stack: string): readonly string[] =>
    existsSync(join(folder, `${stack}.assets.json`)) ? Object.keys(JSON.parse(read(`${stack}.assets.json`)).files) : [];

  test.each(stacks)('the manifest of %s has what its template refers to, and the template', (stack) => {
    const template = read(`${stack}.template.json`);
    const { properties } = JSON.parse(read('manifest.json')).artifacts[stack];

    const unneeded = assetsOf(stack).filter(
      (asset) => !template.includes(asset) && !String(properties.stackTemplateAssetObjectUrl).includes(asset),
    );

    expect(unneeded).toEqual([]);
  });

  test.each(installed.map(({ stack, hasAssets }) => ({ stack, hasAssets })))(
    '$stack needs the bucket of `cdk bootstrap`: $hasAssets',
    ({ stack, hasAssets }) => {
      const { artifacts } = JSON.parse(read('manifest.json'));
      const { properties } = artifacts[stack];
      const asksForBootstrap = ['requiresBootstrapStackVersion', 'stackTemplateAssetObjectUrl', 'assumeRoleArn'];

      expect(assetsOf(stack).length > 0).toBe(hasAssets);
      expect(asksForBootstrap.some((property) => property in properties)).toBe(hasAssets);
    },
  );

  /** The toolkit sends a template of at most 50 KiB in the request itself, and any larger one by the bootstrap's bucket. */
  test.each(installed.filter(({ hasAssets }) => !hasAssets).map(({ stack }) => stack))(
    'the template of %s travels in the request',
    (stack) => expect(Buffer.byteLength(read(`${stack}.template.json`))).toBeLessThanOrEqual(50 * 1024),
  );
});

describe('parameters', () => {
  const declaredBy = (stack: string): Readonly<Record<string, Readonly<Record<string, unknown>>>> =>
    JSON.parse(read(`${stack}.template.json`)).Parameters ?? {};

  test.each(installed)('the installation gives $stack every parameter that it has', ({ stack, parameters }) => {
    const withDefaults = ['BootstrapVersion', 'ExpireAfterDays', 'ObjectLockDays'];
    const declared = Object.keys(declaredBy(stack)).filter((name) => !withDefaults.includes(name));

    expect(Object.keys(parameters).toSorted()).toEqual(declared.toSorted());
  });

  test.each(installed)('the template of $stack takes the values', ({ stack, parameters }) => {
    const refused = Object.entries(parameters).filter(([name, value]) => {
      const { Type: type, AllowedPattern: pattern = '.*' } = declaredBy(stack)[name] ?? {};
      const values = type === 'CommaDelimitedList' ? value.split(',') : [value];
      return !values.every((one) => new RegExp(`^(${String(pattern)})$`).test(one));
    });

    expect(refused).toEqual([]);
  });

  test('the CI roles get every parameter of their template', () => {
    const [set] = resources().filter(({ type }) => type === 'AWS::CloudFormation::StackSet');
    const given = set?.properties['Parameters'] as readonly { readonly ParameterKey: string }[];
    const { Parameters: declared } = JSON.parse(String(set?.properties['TemplateBody']));

    expect(given.map(({ ParameterKey }) => ParameterKey).toSorted()).toEqual(Object.keys(declared).toSorted());
  });
});

describe('the role by which StackSets enters accounts', () => {
  const [role] = resources().filter(({ id }) => id === 'StackSetsRole');

  test('has a name of its own, which the config can change', () => {
    const { AdministrationRole: parameter } = JSON.parse(read('StrongroomOrchestrator.template.json')).Parameters;

    expect(role?.properties['RoleName']).toEqual({ Ref: 'AdministrationRole' });
    expect(parameter.Default).toBe('StrongroomStackSetAdministration');
  });

  test('is the one that the functions pass, and that their StackSets name', () => {
    const passed = resources()
      .filter(({ stack }) => stack === 'StrongroomOrchestrator')
      .flatMap(statementsOf)
      .filter(({ sid }) => sid === 'AdministrationRole')
      .flatMap(({ resources: named }) => named);
    const arn = JSON.stringify({ 'Fn::GetAtt': [role?.id, 'Arn'] });
    const [deploying] = resources().filter(({ properties }) => properties['FunctionName'] === 'strongroom-DeployStage');

    expect([...new Set(passed)]).toEqual([arn]);
    expect(JSON.stringify(deploying?.properties['Environment'])).toContain(`"STRONGROOM_ADMINISTRATION_ROLE":${arn}`);
  });

  test('lets StackSets in by the principals of opt-in Regions too', () => {
    const [statement] = role === undefined ? [] : statementsOf(role);

    expect(statement?.principal).toBe(JSON.stringify({ Service: { Ref: 'StackSetServices' } }));
  });
});

describe('the management account', () => {
  const [set] = resources().filter(({ type }) => type === 'AWS::CloudFormation::StackSet');

  test('one account that refuses the CI role does not roll back the others', () => {
    expect(set?.properties['OperationPreferences']).toMatchObject({ FailureTolerancePercentage: 100 });
  });

  test('the stack can only be deployed in a Region of Organizations', () => {
    const { Mappings } = JSON.parse(read('StrongroomManagement.template.json'));

    expect(Object.keys(Mappings.OrganizationsRegions)).toEqual(['us-east-1', 'cn-northwest-1', 'us-gov-west-1']);
    expect(JSON.stringify(set?.properties['StackInstancesGroup'])).toContain(
      '"Regions":[{"Fn::FindInMap":["OrganizationsRegions",{"Ref":"AWS::Region"},"Name"]}]',
    );
  });

  test('people list the organization where the config names them', () => {
    const { Conditions } = JSON.parse(read('StrongroomManagement.template.json'));
    const directory = deployedTemplate('StrongroomManagement').Resources['DirectoryRole'];

    expect(Conditions.HasPeople).toEqual({
      'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: 'PeopleRoleArns' }] }, ''] }],
    });
    expect(JSON.stringify(directory?.Properties)).toContain('{"Fn::If":["HasPeople",{"Sid":"People"');
  });
});

test('functions that read artifacts may list the bucket, so that S3 answers a missing one as missing', () => {
  const statements = resources()
    .filter(({ stack }) => stack !== 'StrongroomLogArchive')
    .flatMap(statementsOf);
  const placesWith = (action: string, resource: RegExp) =>
    statements
      .filter(({ actions, resources: named }) => actions.includes(action) && named.some((name) => resource.test(name)))
      .map(({ where }) => where)
      .toSorted();

  const reading = placesWith('s3:GetObject', /RecordsArtifacts/);

  expect(reading.length).toBeGreaterThan(10);
  expect(placesWith('s3:ListBucket', /RecordsArtifacts/)).toEqual(reading);
});

test('StackSets are created by a statement on any resource, since the StackSet does not exist yet', () => {
  const creating = resources()
    .flatMap(statementsOf)
    .filter(({ actions }) => actions.includes('cloudformation:CreateStackSet'));

  expect(creating.length).toBeGreaterThan(1);
  expect(
    creating.filter(
      ({ actions, resources: named }) => actions.length > 1 || (named.join() !== '"*"' && named.join() !== '*'),
    ),
  ).toEqual([]);
});
