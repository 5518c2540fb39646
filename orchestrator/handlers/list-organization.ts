/** Lists the organization, and stores the listing as an immutable document. */

import type { Organization } from '../domain/model/organization';
import { loadDocument, type StoredOrganization, saveDocument } from '../records/documents';
import { claimState } from '../records/owner';
import { snapshotOrganization } from '../rollout/organization-snapshot';
import { runStep } from '../rollout/step';
import type { Handler } from '../tasks/table';

export const listOrganization: Handler<'ListOrganization'> = (closed) => (input) =>
  runStep(closed, 'ListOrganization', input, async (record, _now, ports) => {
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
