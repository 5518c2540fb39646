/**
 * The catalogue: one row per module, and all that the orchestrator knows of it besides its template. No aws-cdk-lib in here,
 * since the CLI loads it.
 */
import { parseRegion } from '../orchestrator/domain/brand';
import type { Intent } from '../orchestrator/domain/intent';
import type { ModuleDefinition, ModuleId } from '../orchestrator/domain/module';
import type { DesiredSettings } from '../orchestrator/domain/settings';

export const catalogue: Readonly<Partial<Record<ModuleId, ModuleDefinition>>> = {
  'account-hardening': {
    kind: 'settings',
    id: 'account-hardening',
    title: 'Password policy, public access block, EBS encryption, IMDSv2',
    needs: [],
    settings: ({ modules }) => hardening(modules['account-hardening']),
  },
  alerts: {
    kind: 'stacks',
    id: 'alerts',
    title: 'Alerts on grave findings and on root sign-in',
    scope: 'regional',
    alsoIn: [parseRegion('us-east-1')],
    needs: [],
    parameters: ({ modules }) => ({ AlertEmail: modules.alerts.email ?? '' }),
  },
  'operator-role': {
    kind: 'stacks',
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
};

/** The values of controls 000-04 to 000-06; a setting that is switched off is left as it is found. */
const hardening = (on: Intent['modules']['account-hardening']): DesiredSettings => ({
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
  // Two hops, so that a container on the instance still reaches the service [aws-control-plane 5, row 4].
  ...(on.imdsDefaults && { imdsDefaults: { httpTokens: 'required', httpPutResponseHopLimit: 2 } }),
});
