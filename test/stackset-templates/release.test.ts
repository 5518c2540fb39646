import { isStrongroomError, type StrongroomError } from '../../orchestrator/domain/errors';
import { parseRegion } from '../../orchestrator/domain/model/brand';
import type { ModuleChoices } from '../../orchestrator/domain/model/catalog';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { buildRelease } from '../../stackset-templates/release';
import { desiredState, modules, templateHashes } from './sample-desired-state';

const build = (changed: Partial<DesiredState>, choices: Partial<ModuleChoices> = {}) =>
  buildRelease({ ...desiredState, ...changed, modules: { ...modules, ...choices } }, templateHashes);
const regions = (home: string, ...governed: string[]) => ({
  regions: { home: parseRegion(home), governed: governed.map(parseRegion) },
});

const everywhere = ['eu-west-1', 'us-west-2'];
const row = (module: keyof typeof templateHashes, parameters: Readonly<Record<string, string>>, more: object = {}) => ({
  module,
  version: expect.stringMatching(/^[0-9a-f]{12}$/),
  template: templateHashes[module].hash,
  parameters,
  regions: everywhere,
  needs: [],
  ...more,
});

const alertParameters = {
  AlertBusArn: 'arn:aws:events:eu-west-1:333344445555:event-bus/strongroom-alerts',
  CiRoleName: 'BaselineCi',
  OperatorRoleName: 'InfraAdmin',
};

test('a release holds the modules with their parameters as text, each where it belongs and after what it needs', () => {
  const { modules: released } = build({});

  expect(released).toEqual([
    row('account-hardening', {}),
    row(
      'audit-logging',
      {
        LogArchiveBucket: 'acme-log-archive',
        LogArchiveKeyArn: 'arn:aws:kms:eu-west-1:999988887777:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
      { regions: ['eu-west-1'] },
    ),
    row('aws-config', { LogArchiveBucket: 'acme-log-archive', HomeRegion: 'eu-west-1' }),
    row(
      'threat-detection',
      {
        Standard1: 'aws-foundational-security-best-practices/v/1.0.0',
        Standard2: '',
        Standard3: '',
        Standard4: '',
        Standard5: '',
      },
      { needs: [] },
    ),
    row('access-analyzer', {}),
    row('alerts', alertParameters, { regions: [...everywhere, 'us-east-1'], needs: [] }),
    row(
      'operator-role',
      {
        RoleName: 'InfraAdmin',
        CiRoleName: 'BaselineCi',
        AllowedRegions: 'eu-west-1,us-west-2',
        ExemptActions: expect.stringContaining('iam:*,'),
        ExemptActionsInUsEast1: expect.stringContaining('acm:*,'),
        MfaMaxAgeSeconds: '3600',
      },
      { regions: ['eu-west-1'] },
    ),
    row('kms-default', {}),
  ]);
});

test('a release says what checks compare with', () => {
  expect(build({}).expectations).toMatchObject({
    enabled: released(build({})),
    organizationManaged: [],
    logArchiveBucket: 'acme-log-archive',
    standards: ['aws-foundational-security-best-practices/v/1.0.0'],
    snapshotBlockPublicAccess: true,
  });
});

const released = (release: ReturnType<typeof build>) => release.modules.map(({ module }) => module);
const byOrganization = (...ids: readonly ('audit-logging' | 'aws-config' | 'threat-detection')[]) =>
  Object.fromEntries(ids.map((id) => [id, { ...modules[id], managedBy: 'organization' }])) as Partial<ModuleChoices>;

test.each(['audit-logging', 'aws-config', 'threat-detection'] as const)(
  '%s is verified and not deployed when the organization manages it',
  (id) => {
    const release = build({}, byOrganization(id));

    expect(released(release)).toEqual(released(build({})).filter((module) => module !== id));
    expect(release.expectations).toMatchObject({
      enabled: expect.arrayContaining([id]),
      organizationManaged: [id],
      logArchiveBucket: 'acme-log-archive',
    });
  },
);

test('the analyzer is switched with threat detection, and deployed also where the organization manages GuardDuty and Security Hub', () => {
  const off = { ...modules['threat-detection'], enabled: false };

  expect(released(build({}, { 'threat-detection': off }))).not.toContain('access-analyzer');
  expect(build({}, { 'threat-detection': off }).expectations.enabled).not.toContain('access-analyzer');
  expect(build({}, byOrganization('threat-detection'))).toMatchObject({
    modules: expect.arrayContaining([row('access-analyzer', {})]),
    expectations: { enabled: expect.arrayContaining(['access-analyzer']) },
  });
});

test("what is switched off is nobody's to manage", () => {
  const off = { ...modules['aws-config'], enabled: false, managedBy: 'organization' as const };

  expect(build({}, { 'aws-config': off }).expectations.organizationManaged).toEqual([]);
});

test('no log archive is expected when the organization manages all that would deliver to it', () => {
  const { expectations } = build({}, byOrganization('audit-logging', 'aws-config'));

  expect(expectations.organizationManaged).toEqual(['audit-logging', 'aws-config']);
  expect(expectations.logArchiveBucket).toBeUndefined();
});

test('account hardening is settings only when snapshots are not governed', () => {
  const hardening = { ...modules['account-hardening'], snapshotBlockPublicAccess: false };

  const release = build({}, { 'account-hardening': hardening });

  expect(released(release)).toEqual(released(build({})).filter((module) => module !== 'account-hardening'));
  expect(release.settings).toEqual(build({}).settings);
  expect(release.expectations).toMatchObject({
    enabled: expect.arrayContaining(['account-hardening']),
    snapshotBlockPublicAccess: false,
  });
});

test('standards fill their places from the first on, in whatever order they are written', () => {
  const standards = ['pci-dss/v/4.0.1', 'cis-aws-foundations-benchmark/v/3.0.0'];
  const of = (written: readonly string[]) =>
    build({}, { 'threat-detection': { ...modules['threat-detection'], standards: written } });

  const parameters = of(standards).modules.find(({ module }) => module === 'threat-detection')?.parameters;

  expect(Object.values(parameters ?? {})).toEqual([...standards.toReversed(), '', '', '']);
  expect(of(standards.toReversed()).id).toBe(of(standards).id);
});

test('a release holds the settings of account hardening', () => {
  expect(build({}, { 'kms-default': { enabled: false } }).settings).toEqual({
    passwordPolicy: {
      minimumLength: 14,
      requireSymbols: true,
      requireNumbers: true,
      requireUppercase: true,
      requireLowercase: true,
      allowUsersToChange: true,
      maxAgeDays: 90,
      reusePrevention: 24,
      hardExpiry: false,
    },
    s3PublicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    ebsEncryption: { enabled: true },
    imdsDefaults: { httpTokens: 'required', httpPutResponseHopLimit: 2 },
  });
});

test.each(['passwordPolicy', 's3PublicAccessBlock', 'ebsEncryption', 'imdsDefaults'] as const)(
  'a release does not govern %s when it is switched off',
  (setting) => {
    const hardening = { ...modules['account-hardening'], [setting]: false };

    const { settings } = build({}, { 'account-hardening': hardening });

    expect(Object.keys(settings)).toEqual(Object.keys(build({}).settings).filter((name) => name !== setting));
  },
);

test('a release governs no setting of an account when account hardening is off, but the key that another module makes', () => {
  const hardening = { ...modules['account-hardening'], enabled: false };

  expect(build({}, { 'account-hardening': hardening }).settings).toEqual({
    ebsDefaultKey: { alias: 'alias/strongroom-ebs' },
  });
});

test('alerts are wanted in the governed regions and in us-east-1, once', () => {
  expect(build({}).expectations.alertRegions).toEqual(['eu-west-1', 'us-west-2', 'us-east-1']);
  expect(build(regions('us-east-1', 'us-east-1')).expectations.alertRegions).toEqual(['us-east-1']);
});

test('without the alerts module, alerts are wanted nowhere', () => {
  expect(build({}, { alerts: { enabled: false } }).expectations.alertRegions).toEqual([]);
});

describe('the id of a release', () => {
  const { id } = build({});

  test.each([
    { what: 'the order of regions', other: build(regions('eu-west-1', 'us-west-2', 'eu-west-1')) },
    { what: 'a region named twice', other: build(regions('eu-west-1', 'eu-west-1', 'us-west-2', 'us-west-2')) },
    {
      what: 'the order of modules',
      other: buildRelease({ ...desiredState, modules: reversed(modules) }, templateHashes),
    },
    { what: 'the waves', other: build({ onFailure: 'rollBack' }) },
  ])('does not change with $what', ({ other }) => {
    expect(other.id).toBe(id);
  });

  test.each([
    { what: 'a region', other: build(regions('eu-west-1', 'eu-west-1')) },
    { what: 'the home region', other: build(regions('us-west-2', 'us-west-2', 'eu-west-1')) },
    { what: 'a parameter', other: build({ installation: { ...desiredState.installation, ciRole: 'Another' } }) },
    { what: 'a module', other: build({}, { alerts: { enabled: false } }) },
    { what: 'the CI role', other: build({ installation: { ...desiredState.installation, ciRole: 'Other' } }) },
    {
      what: 'a template',
      other: buildRelease(desiredState, { ...templateHashes, alerts: templateHashes['operator-role'] }),
    },
  ])('changes with $what', ({ other }) => {
    expect(other.id).not.toBe(id);
  });
});

describe('a module that cannot be released', () => {
  test('is refused if it needs a log archive and the config names none', () => {
    const refused = refusal(() => build({}, { 'audit-logging': { enabled: true, managedBy: 'strongroom' } }));

    expect(refused.code).toBe('InvalidInput');
    expect(refused.next).toBe('set modules.audit-logging.logArchiveBucket');
  });

  test('is refused if the build has no template for it', () => {
    const { 'operator-role': _missing, ...others } = templateHashes;

    const refused = refusal(() => buildRelease(desiredState, others));

    expect(refused.message).toBe('the build has no template for module operator-role');
    expect(refused.next).toContain('npm run build');
  });
});

function refusal(act: () => unknown): StrongroomError {
  try {
    act();
  } catch (error) {
    if (isStrongroomError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function reversed(choices: ModuleChoices): ModuleChoices {
  return Object.fromEntries(Object.entries(choices).reverse()) as ModuleChoices & Record<string, unknown>;
}
