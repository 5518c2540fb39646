import { parseAccountId, parseRegion, parseTemplateHash } from '../../orchestrator/domain/model/brand';
import type { ModuleChoices } from '../../orchestrator/domain/model/catalog';
import type { DesiredState } from '../../orchestrator/domain/model/desired-state';
import { installationDefaults } from '../../orchestrator/domain/model/installation';

/** All modules, and all of them ours. */
export const modules: ModuleChoices = {
  'account-hardening': {
    enabled: true,
    passwordPolicy: true,
    s3PublicAccessBlock: true,
    ebsEncryption: true,
    imdsDefaults: true,
    snapshotBlockPublicAccess: true,
  },
  'audit-logging': {
    enabled: true,
    managedBy: 'strongroom',
    logArchiveBucket: 'acme-log-archive',
    logArchiveKeyArn: 'arn:aws:kms:eu-west-1:999988887777:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  },
  'aws-config': { enabled: true, managedBy: 'strongroom' },
  'threat-detection': {
    enabled: true,
    managedBy: 'strongroom',
    standards: ['aws-foundational-security-best-practices/v/1.0.0'],
  },
  alerts: { enabled: true, email: 'security@example.com' },
  'operator-role': { enabled: true, mfaMaxAgeSeconds: 3600 },
  'kms-default': { enabled: true },
};

export const desiredState: DesiredState = {
  installation: {
    ...installationDefaults,
    people: [],
    targets: [],
    security: { account: parseAccountId('333344445555') },
  },
  regions: { home: parseRegion('eu-west-1'), governed: [parseRegion('eu-west-1'), parseRegion('us-west-2')] },
  modules,
  waves: [],
  exclude: { ous: [], accounts: [] },
  exceptions: [],
  freezes: [],
  checks: { settleMinutes: [1, 2, 5] },
  probes: {},
  onFailure: 'hold',
  outageWaitMinutes: 60,
};

const hash = (digit: string) => ({ hash: parseTemplateHash(digit.repeat(64)) });

export const templateHashes = {
  'account-hardening': hash('1'),
  'audit-logging': hash('2'),
  'aws-config': hash('3'),
  'threat-detection': hash('4'),
  'access-analyzer': hash('6'),
  alerts: hash('a'),
  'operator-role': hash('b'),
  'kms-default': hash('5'),
};
