/** The organization as it is now, read without a call per account. */

import { isStrongroomError } from '../domain/errors';
import { type DesiredState, namedOus, usesTags } from '../domain/model/desired-state';
import type { Account, Organization, OuNames } from '../domain/model/organization';
import { nameOus, resolveOus } from '../domain/planning/ou-paths';
import type { Ports } from '../ports/ports';

/** Lists all accounts once, OU names where they are needed, and tags only if the config selects by tag. */
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
  return { ...identity, accounts: tagged ?? accounts, ous: await withNames(directory, ous, accounts) };
}

/** The names are for people: without them the plan is the same. */
async function withNames(
  { childOus }: Ports['directory'],
  ous: OuNames,
  accounts: readonly Account[],
): Promise<OuNames> {
  try {
    return await nameOus(ous, accounts, childOus);
  } catch (error) {
    if (!isStrongroomError(error)) throw error;
    return ous;
  }
}
