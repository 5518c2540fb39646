/** What the bootstrap has left in every account before Strongroom comes. */
import type { AccountId } from '../domain/brand';
import { ciBoundaryArn } from '../domain/checks/bootstrap';
import { administrationRoleDefault, ciTrust } from '../domain/ci-policy';
import type { CiRoleFacts } from '../domain/facts';
import { simulatedExternalId } from './config';

/** Names are ours. */
const trust = ciTrust('aws', {
  organization: 'o-simulated0',
  orchestratorAccount: '000000000000',
  administrationRole: administrationRoleDefault,
  orchestratorRole: 'baseline/BaselineOrchestrator-*',
  externalId: simulatedExternalId,
});

export const bootstrappedCiRole = (account: AccountId): CiRoleFacts => ({
  trust,
  boundaryArn: ciBoundaryArn('aws', account),
});
