import { parseRegion, parseTemplateHash } from '../../orchestrator/domain/brand';
import type { Intent, ModuleChoices } from '../../orchestrator/domain/intent';

/** The modules that are complete, all switched on. */
export const modules: ModuleChoices = {
  'account-hardening': {
    enabled: true,
    passwordPolicy: true,
    s3PublicAccessBlock: true,
    ebsEncryption: true,
    imdsDefaults: true,
  },
  'audit-logging': { enabled: false, managedBy: 'strongroom' },
  'aws-config': { enabled: false, managedBy: 'strongroom' },
  'threat-detection': { enabled: false, managedBy: 'strongroom', standards: [] },
  alerts: { enabled: true, email: 'security@example.com' },
  'operator-role': { enabled: true, roleName: 'InfraAdmin', mfaMaxAgeSeconds: 3600 },
};

export const intent: Intent = {
  organization: { ciRole: 'BaselineCi', externalId: 'strongroom' },
  regions: { home: parseRegion('eu-west-1'), governed: [parseRegion('eu-west-1'), parseRegion('us-west-2')] },
  modules,
  waves: [],
  exclude: { ous: [], accounts: [] },
  exceptions: [],
  checks: { settleMinutes: [1, 2, 5] },
  onFailure: 'hold',
};

export const templateHashes = {
  alerts: { hash: parseTemplateHash('a'.repeat(64)) },
  'operator-role': { hash: parseTemplateHash('b'.repeat(64)) },
};
