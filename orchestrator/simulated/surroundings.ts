/** What `doctor` sees around a simulated organization: everything is in order, unless a test changes it. */
import { stackSetQuotasDefault } from '../domain/health/quotas';
import type { Surroundings } from '../ports/ports';

export const simulatedSurroundings: Surroundings = {
  caller: async () => ({
    account: '000000000000',
    arn: 'arn:aws:sts::000000000000:assumed-role/Strongroom-HealthShard/you',
  }),
  clockOffByMs: async () => 0,
  trustedServices: async () => ['member.org.stacksets.cloudformation.amazonaws.com'],
  delegatedServices: async () => ['member.org.stacksets.cloudformation.amazonaws.com'],
  stackSetQuotas: async () => stackSetQuotasDefault,
  hasRole: async () => true,
  closedRegions: async () => [],
  organizationTrail: async () => true,
  definitionProblems: async () => [],
  archive: async () => ({ versioning: 'Enabled', policy: { Statement: [] } }),
  newDetectors: async () => ({ detectorId: 'd1', autoEnable: 'ALL' }),
  rootFeatures: async () => ['RootCredentialsManagement', 'RootSessions'],
  servicePolicies: async () => ['FullAWSAccess'],
};
