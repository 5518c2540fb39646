/** Lists the organization, without a call per account, and keeps what it saw as an immutable document. */

import type { DesiredState } from '../domain/model/desired-state';
import { namedOus, usesTags } from '../domain/model/desired-state';
import type { Organization } from '../domain/model/organization';
import { resolveOus } from '../domain/planning/ou-paths';
import type { Ports } from '../ports/ports';
import { loadDocument, type StoredOrganization, saveDocument } from '../records/documents';
import { claimState } from '../records/owner';
import { runStep } from '../rollout/step';
import type { Handler } from '../tasks/table';

export const listOrganization: Handler<'ListOrganization'> = (ports) => (input) =>
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

/** One listing of accounts, names only along the paths that the config names, tags only when it selects by tag. */
export async function snapshotOrganization(
  { directory }: Pick<Ports, 'directory'>,
  desiredState: DesiredState,
): Promise<Organization> {
  const [identity, accounts, ous, tags] = await Promise.all([
    directory.identity(),
    directory.accounts(),
    resolveOus(namedOus(desiredState), directory.childOus),
    usesTags(desiredState) ? directory.tags() : undefined,
  ]);
  const tagged = tags && accounts.map((account) => ({ ...account, tags: tags.get(account.id) ?? {} }));
  return { ...identity, accounts: tagged ?? accounts, ous };
}

const storable = ({ ous, ...rest }: Organization): StoredOrganization => ({
  ...rest,
  ous: { pathOf: [...ous.pathOf], idOf: [...ous.idOf] },
});
