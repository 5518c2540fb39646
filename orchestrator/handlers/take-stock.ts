/** Lists the organization, without a call per account, and keeps what it saw as an immutable document. */

import type { Intent } from '../domain/model/desired-state';
import { namedOus, usesTags } from '../domain/model/desired-state';
import type { Baton } from '../domain/model/execution-input';
import type { Organization } from '../domain/model/organization';
import { resolveOus } from '../domain/planning/ou-paths';
import type { Ports } from '../ports/ports';
import { loadDocument, type StoredOrganization, saveDocument } from '../records/documents';
import { claimState } from '../records/records';
import { playTurn } from '../rollout/step';

export const takeStock = (ports: Pick<Ports, 'store' | 'clock' | 'artifacts' | 'directory'>) => (baton: Baton) =>
  playTurn(ports, 'TakeStock', baton, async (record) => {
    const intent = await loadDocument(ports, 'intent', record.intent);
    const organization = await listOrganization(ports, intent);
    await claimState(ports, organization.id);
    const stock = await saveDocument(ports, 'organization', storable(organization));
    return {
      word: 'go',
      record: { ...record, stock, status: { kind: 'running', doing: 'planning' } },
      events: [{ type: 'stockTaken', accounts: organization.accounts.length }],
    };
  });

/** One listing of accounts, names only along the paths that the config names, tags only when it selects by tag. */
export async function listOrganization({ directory }: Pick<Ports, 'directory'>, intent: Intent): Promise<Organization> {
  const [identity, accounts, ous, tags] = await Promise.all([
    directory.identity(),
    directory.accounts(),
    resolveOus(namedOus(intent), directory.childOus),
    usesTags(intent) ? directory.tags() : undefined,
  ]);
  const tagged = tags && accounts.map((account) => ({ ...account, tags: tags.get(account.id) ?? {} }));
  return { ...identity, accounts: tagged ?? accounts, ous };
}

const storable = ({ ous, ...rest }: Organization): StoredOrganization => ({
  ...rest,
  ous: { pathOf: [...ous.pathOf], idOf: [...ous.idOf] },
});
