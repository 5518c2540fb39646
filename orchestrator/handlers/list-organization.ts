/** Lists the organization, and stores the listing as an immutable document. */

import type { ExecutionInput } from '../domain/model/execution-input';
import type { Organization } from '../domain/model/organization';
import type { Ports } from '../ports/ports';
import { loadDocument, type StoredOrganization, saveDocument } from '../records/documents';
import { claimState } from '../records/owner';
import { snapshotOrganization } from '../rollout/organization-snapshot';
import { runStep } from '../rollout/step';

export const listOrganization =
  (ports: Pick<Ports, 'store' | 'clock' | 'artifacts' | 'directory'>) => (input: ExecutionInput) =>
    runStep(ports, 'ListOrganization', input, async (record) => {
      const desiredState = await loadDocument(ports, 'desiredState', record.desiredState);
      const organization = await snapshotOrganization(ports, desiredState);
      await claimState(ports, organization.id);
      const organizationSnapshot = await saveDocument(ports, 'organization', storable(organization));
      return {
        decision: 'go',
        record: { ...record, organizationSnapshot, status: { kind: 'running', doing: 'planning' } },
        events: [{ type: 'organizationListed', accounts: organization.accounts.length }],
      };
    });

const storable = ({ ous, ...rest }: Organization): StoredOrganization => ({
  ...rest,
  ous: { pathOf: [...ous.pathOf], idOf: [...ous.idOf] },
});
