/**
 * The catalogue: one row per module, and all that the orchestrator knows of it besides its template. No aws-cdk-lib in here,
 * since the CLI loads it.
 */

import { errors } from '../orchestrator/domain/errors';
import { parseRegion } from '../orchestrator/domain/model/brand';
import type { DesiredState } from '../orchestrator/domain/model/desired-state';
import type { ModuleDefinition } from '../orchestrator/domain/model/module';
import type { ModuleId } from '../orchestrator/domain/model/module-id';
import { ebsKeyAlias } from '../orchestrator/domain/model/resource-names';
import type { DesiredSettings } from '../orchestrator/domain/model/settings';
import { standardsMax } from '../orchestrator/domain/model/standards';

export const catalogue: Readonly<Record<ModuleId, ModuleDefinition>> = {
  'account-hardening': {
    id: 'account-hardening',
    title: 'Password policy, public access block, EBS encryption, IMDSv2, snapshots',
    scope: 'regional',
    alsoIn: [],
    needs: [],
    isDeployed: ({ modules }) => modules['account-hardening'].snapshotBlockPublicAccess,
    parameters: () => ({}),
    settings: ({ modules }) => hardening(modules['account-hardening']),
  },
  'audit-logging': {
    id: 'audit-logging',
    title: 'A trail of every API call, in the log archive',
    scope: 'home',
    alsoIn: [],
    needs: [],
    isDeployed: isOurs('audit-logging'),
    parameters: ({ modules }) => ({
      LogArchiveBucket: logArchiveOf(modules),
      LogArchiveKeyArn: modules['audit-logging'].logArchiveKeyArn ?? '',
    }),
  },
  'aws-config': {
    id: 'aws-config',
    title: 'The configuration recorder, delivering to the log archive',
    scope: 'regional',
    alsoIn: [],
    needs: [],
    isDeployed: isOurs('aws-config'),
    parameters: ({ modules, regions }) => ({ LogArchiveBucket: logArchiveOf(modules), HomeRegion: regions.home }),
  },
  'threat-detection': {
    id: 'threat-detection',
    title: 'GuardDuty and Security Hub',
    scope: 'regional',
    alsoIn: [],
    // A standard may be enabled before anything is recorded: its controls only have no data until then.
    needs: [],
    isDeployed: isOurs('threat-detection'),
    parameters: ({ modules }) => standardSlots(modules['threat-detection'].standards),
  },
  'access-analyzer': {
    id: 'access-analyzer',
    title: 'An analyzer of access from outside',
    scope: 'regional',
    alsoIn: [],
    // Without isDeployed: an organization that manages GuardDuty and Security Hub makes no analyzer in its members.
    needs: [],
    parameters: () => ({}),
  },
  alerts: {
    id: 'alerts',
    title: 'Alerts on grave findings, root users and tampering',
    scope: 'regional',
    alsoIn: [parseRegion('us-east-1')],
    // Rules on API calls may be made before the trail through which they hear of them.
    needs: [],
    parameters: ({ modules }) => ({ AlertEmail: modules.alerts.email ?? '' }),
  },
  'operator-role': {
    id: 'operator-role',
    title: 'The way in for people: fresh MFA, governed regions only',
    scope: 'home',
    alsoIn: [],
    needs: [],
    parameters: ({ organization, modules, regions }) => ({
      RoleName: modules['operator-role'].roleName,
      CiRoleName: organization.ciRole,
      AllowedRegions: regions.governed.join(','),
      MfaMaxAgeSeconds: String(modules['operator-role'].mfaMaxAgeSeconds),
    }),
  },
  'kms-default': {
    id: 'kms-default',
    title: 'A rotating key for EBS volumes',
    scope: 'regional',
    alsoIn: [],
    needs: [],
    parameters: () => ({}),
    settings: () => ({ ebsDefaultKey: { alias: ebsKeyAlias } }),
  },
};

function isOurs(module: 'audit-logging' | 'aws-config' | 'threat-detection'): (desiredState: DesiredState) => boolean {
  return ({ modules }) => modules[module].managedBy === 'strongroom';
}

/** The config says so before anything else does: a trail without a bucket is refused there, with its line. */
function logArchiveOf(modules: DesiredState['modules']): string {
  const { logArchiveBucket } = modules['audit-logging'];
  if (logArchiveBucket === undefined)
    throw errors.invalidInput('the log archive has no bucket', 'set modules.audit-logging.logArchiveBucket');
  return logArchiveBucket;
}

const standardSlots = (standards: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: standardsMax }, (_, i) => [`Standard${i + 1}`, standards.toSorted()[i] ?? '']),
  );

/** The values of controls 000-04 to 000-06; a setting that is switched off is left as it is found. */
const hardening = (on: DesiredState['modules']['account-hardening']): DesiredSettings => ({
  ...(on.passwordPolicy && {
    passwordPolicy: {
      minimumLength: 14,
      requireSymbols: true,
      requireNumbers: true,
      requireUppercase: true,
      requireLowercase: true,
      allowUsersToChange: true,
      maxAgeDays: 90,
      reusePrevention: 24,
      // A person whose password has expired may still set a new one.
      hardExpiry: false,
    },
  }),
  ...(on.s3PublicAccessBlock && {
    s3PublicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
  }),
  ...(on.ebsEncryption && { ebsEncryption: { enabled: true } }),
  // Two hops, so that a container on the instance still reaches the service [aws-behavior 5.4].
  ...(on.imdsDefaults && { imdsDefaults: { httpTokens: 'required', httpPutResponseHopLimit: 2 } }),
});
