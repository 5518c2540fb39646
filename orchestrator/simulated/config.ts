import { installationDefaults } from '../domain/model/installation';
import type { SimulatedOrganization } from './organization';

/** The wave plan for the simulated organization's OUs, with soaks short enough to watch. */
export function simulatedConfig(organization: SimulatedOrganization): string {
  const [exempt] = organization.accountsIn('Exception');
  const [security] = organization.accountsIn('Security');
  return `# Made for the simulated organization.
installation:
  ciRole: ${simulatedCiRole}
  externalId: ${simulatedExternalId}
  security: { account: "${security?.id ?? '999999999999'}" }
regions: { home: us-east-1, governed: [us-east-1, us-west-2] }
modules:
  account-hardening: { enabled: true }
  audit-logging: { enabled: true, managedBy: strongroom, logArchiveBucket: acme-log-archive }
  aws-config: { enabled: true, managedBy: strongroom }
  threat-detection: { enabled: true, managedBy: strongroom, standards: [] }
  alerts: { enabled: true, email: security@example.com }
  operator-role: { enabled: true, mfaMaxAgeSeconds: 3600 }
waves:
  - { name: canary, ous: [PolicyStaging], soakMinutes: 10 }
  - { name: sandbox, ous: [Sandbox], maxConcurrent: "10%, at least 10", failureTolerance: 0, slowStart: true, soakMinutes: 15 }
  - { name: dev, ous: [Workloads/Dev], maxConcurrent: 25%, failureTolerance: 5%, soakMinutes: 15 }
  - { name: staging, ous: [Workloads/Staging], maxConcurrent: 25%, failureTolerance: 0, soakMinutes: 20 }
  - { name: infrastructure, ous: [Infrastructure], maxConcurrent: 1, failureTolerance: 0, soakMinutes: 15 }
  - { name: security, ous: [Security], maxConcurrent: 1, failureTolerance: 0, soakMinutes: 15 }
  - { name: prod-canary, ous: [Workloads/Production], percent: 10, maxConcurrent: "10%, at least 10", failureTolerance: 0, soakMinutes: 20 }
  - { name: prod, ous: [Workloads/Production, IncidentResponse], maxConcurrent: "10%, at least 10", failureTolerance: 0, soakMinutes: 20 }
exclude: { ous: [Suspended], accounts: [] }
exceptions:${exempt === undefined ? ' []' : `\n  - { account: "${exempt.id}", reason: cannot run the operator role yet, owner: jo@example.com, expires: 2099-12-31 }`}
onFailure: hold
`;
}

export const {
  ciRole: simulatedCiRole,
  readerRole: simulatedReaderRole,
  externalId: simulatedExternalId,
} = installationDefaults;
