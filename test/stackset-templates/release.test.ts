import { parseRegion } from '../../orchestrator/domain/brand';
import { isStrongroomError, type StrongroomError } from '../../orchestrator/domain/errors';
import type { Intent, ModuleChoices } from '../../orchestrator/domain/intent';
import { buildRelease } from '../../stackset-templates/release';
import { intent, modules, templateHashes } from './sample-intent';

const build = (changed: Partial<Intent>, choices: Partial<ModuleChoices> = {}) =>
  buildRelease({ ...intent, ...changed, modules: { ...modules, ...choices } }, templateHashes);
const regions = (home: string, ...governed: string[]) => ({
  regions: { home: parseRegion(home), governed: governed.map(parseRegion) },
});

test('a release holds the stack modules with their parameters as text', () => {
  const { modules: released } = build({});

  expect(released).toEqual([
    {
      module: 'alerts',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      template: templateHashes.alerts.hash,
      parameters: { AlertEmail: 'security@example.com' },
      regions: ['eu-west-1', 'us-west-2', 'us-east-1'],
      needs: [],
    },
    {
      module: 'operator-role',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      template: templateHashes['operator-role'].hash,
      parameters: {
        RoleName: 'InfraAdmin',
        CiRoleName: 'BaselineCi',
        AllowedRegions: 'eu-west-1,us-west-2',
        MfaMaxAgeSeconds: '3600',
      },
      regions: ['eu-west-1'],
      needs: [],
    },
  ]);
});

test('a release holds the settings of account hardening', () => {
  expect(build({}).settings).toEqual({
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

test('a release governs no setting when account hardening is off', () => {
  const hardening = { ...modules['account-hardening'], enabled: false };

  expect(build({}, { 'account-hardening': hardening }).settings).toEqual({});
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
    { what: 'the order of modules', other: buildRelease({ ...intent, modules: reversed(modules) }, templateHashes) },
    { what: 'the waves', other: build({ onFailure: 'rollBack' }) },
  ])('does not change with $what', ({ other }) => {
    expect(other.id).toBe(id);
  });

  test.each([
    { what: 'a region', other: build(regions('eu-west-1', 'eu-west-1')) },
    { what: 'the home region', other: build(regions('us-west-2', 'us-west-2', 'eu-west-1')) },
    { what: 'a parameter', other: build({}, { alerts: { enabled: true, email: 'other@example.com' } }) },
    { what: 'a module', other: build({}, { alerts: { enabled: false } }) },
    { what: 'the CI role', other: build({ organization: { ciRole: 'Other', externalId: 'strongroom' } }) },
    {
      what: 'a template',
      other: buildRelease(intent, { ...templateHashes, alerts: templateHashes['operator-role'] }),
    },
  ])('changes with $what', ({ other }) => {
    expect(other.id).not.toBe(id);
  });
});

describe('a module that cannot be released', () => {
  test('is refused with all others that the catalogue does not have, and what to change', () => {
    const refused = refusal(() =>
      build(
        {},
        {
          'audit-logging': { enabled: true, managedBy: 'organization' },
          'aws-config': { enabled: true, managedBy: 'strongroom' },
        },
      ),
    );

    expect(refused.code).toBe('InvalidInput');
    expect(refused.message).toBe('the catalogue has no row for module audit-logging, module aws-config');
    expect(refused.next).toBe('set modules.audit-logging.enabled and modules.aws-config.enabled to false');
  });

  test('is refused if the build has no template for it', () => {
    const refused = refusal(() => buildRelease(intent, { alerts: templateHashes.alerts }));

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
