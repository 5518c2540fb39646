/** The organization as it is now, read without a call per account. */

import { type DesiredState, namedOus, usesTags } from '../domain/model/desired-state';
import type { Organization } from '../domain/model/organization';
import { resolveOus } from '../domain/planning/ou-paths';
import type { Ports } from '../ports/ports';

/** Lists all accounts once, OU names only along the paths that the config names, and tags only if the config selects by tag. */
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
