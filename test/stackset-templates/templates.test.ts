import { createHash } from 'node:crypto';
import { catalog } from '../../orchestrator/domain/model/catalog';
import { type ModuleId, moduleIds } from '../../orchestrator/domain/model/module';
import { synthesizeBootstrap, synthesizeTemplates, templateBytesMax } from '../../stackset-templates/synthesize';
import { allTemplates, bootstrap, type Template, templates } from './deployed';
import { desiredState } from './sample-desired-state';

const parsed = allTemplates.map(({ name, body }) => ({ name, template: JSON.parse(body) as Template }));
const resources = parsed.flatMap(({ name, template }) =>
  Object.entries(template.Resources).map(([id, resource]) => ({ name, id, ...resource })),
);
const parameters = parsed.flatMap(({ name, template }) =>
  Object.entries(template.Parameters ?? {}).map(([parameter, declared]) => ({ name, parameter, declared })),
);
const parametersOf = (module: ModuleId) => parameters.filter(({ name }) => name === module);

test('every module of the catalog has a template, and no other', () => {
  expect(templates.map(({ module }) => module).sort()).toEqual([...moduleIds].sort());
});

test('the bootstrap is the CI role and the log archive', () => {
  expect(bootstrap.map(({ name }) => name)).toEqual(['ci-role', 'log-archive']);
});

test('synthesizing twice gives the same bytes', () => {
  expect(synthesizeTemplates()).toEqual(templates);
  expect(synthesizeBootstrap()).toEqual(bootstrap);
});

test.each(templates)('the template of $module is named by the hash of its text', ({ hash, body }) => {
  expect(hash).toBe(createHash('sha256').update(body).digest('hex'));
});

describe.each(allTemplates)('the template of $name', ({ body }) => {
  test('fits into a request', () => {
    expect(Buffer.byteLength(body)).toBeLessThan(templateBytesMax);
  });

  test('says what it is for', () => {
    expect((JSON.parse(body) as Template).Description).toMatch(/^Strongroom: /);
  });

  test('carries nothing of its maker', () => {
    expect(body).not.toMatch(/CDKMetadata|BootstrapVersion|cdk/i);
    expect(JSON.parse(body)).not.toHaveProperty('Rules');
  });
});

describe.each(moduleIds)('the row of %s', (id) => {
  const { needs = [], parameters: given = (): Readonly<Record<string, string>> => ({}) } = catalog[id];

  test('gives exactly the parameters that the template takes', () => {
    expect(Object.keys(given(desiredState)).sort()).toEqual(
      parametersOf(id)
        .map(({ parameter }) => parameter)
        .sort(),
    );
  });

  test('gives each parameter what it takes', () => {
    const refused = parametersOf(id).filter(({ parameter, declared }) => {
      const value = given(desiredState)[parameter] ?? '';
      const pattern = new RegExp(`^(${String(declared['AllowedPattern'] ?? '.*')})$`);
      const values = declared['Type'] === 'CommaDelimitedList' ? value.split(',') : [value];
      return !values.every((one) => pattern.test(one));
    });

    expect(refused).toEqual([]);
  });

  test('needs no module that needs it in turn', () => {
    const needed = (from: readonly ModuleId[], depth = 0): readonly ModuleId[] =>
      depth > moduleIds.length ? from : from.flatMap((need) => [need, ...needed(catalog[need].needs ?? [], depth + 1)]);

    expect(needed(needs)).not.toContain(id);
  });
});

const constraints = ['AllowedPattern', 'AllowedValues', 'MinValue', 'MinLength'];

test.each(parameters)('parameter $parameter of $name is described and constrained', ({ declared }) => {
  expect(declared['Description']).toMatch(/\w/);
  expect(constraints.some((constraint) => constraint in declared)).toBe(true);
});

const refusals: readonly (readonly [ModuleId | 'ci-role' | 'log-archive', string, string])[] = [
  ['audit-logging', 'LogArchiveBucket', 'Acme_Logs'],
  ['audit-logging', 'LogArchiveKeyArn', 'alias/logs'],
  ['aws-config', 'HomeRegion', 'everywhere'],
  ['threat-detection', 'Standard1', 'arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/1.4.0'],
  ['alerts', 'AlertBusArn', 'arn:aws:events:eu-west-1:333344445555:rule/strongroom-alerts'],
  ['alerts', 'AlertBusArn', 'arn:aws:sns:eu-west-1:333344445555:strongroom-alerts'],
  ['alerts', 'CiRoleName', 'a/b'],
  ['operator-role', 'RoleName', 'a/b'],
  ['operator-role', 'ExemptActions', '*'],
  ['operator-role', 'ExemptActions', '*:*'],
  ['operator-role', 'ExemptActionsInUsEast1', ''],
  ['ci-role', 'OrganizationId', 'o-ABC'],
  ['ci-role', 'OrchestratorAccountId', '1234'],
  ['ci-role', 'PeopleRoleArns', 'arn:aws:iam::999988887777:role/*'],
  ['ci-role', 'PeopleRoleArns', 'arn:aws:iam::999988887777:user/jo'],
  ['ci-role', 'GitHubSubject', 'repo:acme/baseline:*'],
  ['ci-role', 'ExternalId', 'has space'],
  ['log-archive', 'BucketName', '-acme'],
];

test.each(refusals)('the template of %s refuses as %s: %s', (name, parameter, value) => {
  const declared = parameters.find((p) => p.name === name && p.parameter === parameter)?.declared;

  expect(declared).toBeDefined();
  expect(value).not.toMatch(new RegExp(`^(${String(declared?.['AllowedPattern'])})$`));
});

test('people enter within 15 minutes to 4 hours after their MFA, whatever is configured', () => {
  const { declared } = parameters.find(({ parameter }) => parameter === 'MfaMaxAgeSeconds') ?? {};

  expect(declared).toMatchObject({ Type: 'Number', MinValue: 900, MaxValue: 14_400 });
});

/** Which property names the resource; a type that has no name of its own is not in the list. */
const nameOf: Readonly<Record<string, string>> = {
  'AWS::AccessAnalyzer::Analyzer': 'AnalyzerName',
  'AWS::CloudTrail::Trail': 'TrailName',
  'AWS::Config::ConfigurationRecorder': 'Name',
  'AWS::Config::DeliveryChannel': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::S3::Bucket': 'BucketName',
};
const nameless = [
  'AWS::EC2::SnapshotBlockPublicAccess',
  'AWS::GuardDuty::Detector',
  'AWS::KMS::Key',
  'AWS::S3::BucketPolicy',
  'AWS::SecurityHub::Hub',
  'AWS::SecurityHub::Standard',
];

test.each(resources)('$id of $name has a name of our choosing', ({ Type, Properties }) => {
  const property = nameOf[Type];

  expect(property === undefined ? nameless.includes(Type) : Properties[property] !== undefined).toBe(true);
});

test('every key rotates, and takes the longest to be deleted', () => {
  const keys = resources.filter(({ Type }) => Type === 'AWS::KMS::Key');

  expect(keys).toHaveLength(2);
  for (const { Properties } of keys)
    expect(Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
});

test('what data needs outlives its stack', () => {
  const kept = resources.filter((resource) => resource.DeletionPolicy !== undefined);

  expect(kept.map(({ name, id, DeletionPolicy }) => [name, id, DeletionPolicy])).toEqual([
    ['kms-default', 'EbsKey', 'RetainExceptOnCreate'],
    ['log-archive', 'Bucket', 'RetainExceptOnCreate'],
    ['log-archive', 'Key', 'RetainExceptOnCreate'],
  ]);
});
