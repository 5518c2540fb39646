import type { Region } from '../orchestrator/domain/model/brand';
import type { DesiredState } from '../orchestrator/domain/model/desired-state';
import { installationDefaults } from '../orchestrator/domain/model/installation';

/** The six modules, in these regions; the first is home. */
export function sweptDesiredState(governed: readonly Region[]): DesiredState {
  const [home] = governed;
  if (home === undefined) throw new RangeError('a sweep needs a region');
  return {
    installation: { ...installationDefaults, people: [], targets: [] },
    regions: { home, governed },
    modules: {
      'account-hardening': {
        enabled: true,
        passwordPolicy: true,
        s3PublicAccessBlock: true,
        ebsEncryption: true,
        imdsDefaults: true,
        snapshotBlockPublicAccess: true,
      },
      'audit-logging': { enabled: true, managedBy: 'strongroom', logArchiveBucket: 'acme-log-archive' },
      'aws-config': { enabled: true, managedBy: 'strongroom' },
      'threat-detection': { enabled: true, managedBy: 'strongroom', standards: [] },
      alerts: { enabled: true, email: 'security@example.com' },
      'operator-role': { enabled: true, mfaMaxAgeSeconds: 3600 },
      'kms-default': { enabled: false },
    },
    waves: [],
    exclude: { ous: [], accounts: [] },
    exceptions: [],
    freezes: [],
    checks: { settleMinutes: [1] },
    probes: {},
    onFailure: 'hold',
    outageWaitMinutes: 60,
  };
}
