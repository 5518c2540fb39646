import type { AccountId, OuId } from '../domain/model/brand';
import type { Account } from '../domain/model/organization';
import type { Directory } from '../ports/ports';
import type { SimulatedOrganization, SimulatedOu } from './organization';
import type { Rates } from './rates';

/** ListAccounts and ListOrganizationalUnitsForParent give 20 at most [bc:organizations:ListAccounts.MaxResults]; GetResources gives 100 [bc:resourcegroupstaggingapi:GetResources.ResourcesPerPage]. */
const pageOf20 = 20;
const pageOf100 = 100;

export function createDirectory(organization: SimulatedOrganization, rates: Rates): Directory {
  const pages = async (api: string, items: number, size: number): Promise<void> => {
    for (let page = 0; page < Math.max(1, Math.ceil(items / size)); page++) {
      await rates.paced(api);
      await rates.latency(1);
    }
  };

  return {
    identity: async () => {
      await pages('organizations:DescribeOrganization', 1, 1);
      return { id: organization.id, managementAccountId: organization.managementAccountId };
    },
    accounts: async () => {
      await pages('organizations:ListAccounts', organization.accounts.size, pageOf20);
      return [...organization.accounts.values()].map(
        (account): Account => ({
          id: account.id,
          name: account.name,
          state: account.state,
          ouIds: ouIdsOf(account.ou),
        }),
      );
    },
    childOus: async (parent) => {
      const children = [...organization.ous.values()].filter((ou) => (ou.parent?.id ?? 'root') === parent);
      await pages('organizations:ListOrganizationalUnitsForParent', children.length, pageOf20);
      return children.map(({ id, name }) => ({ id, name }));
    },
    tags: async () => {
      const tagged = [...organization.accounts.values()].filter((account) => Object.keys(account.tags).length > 0);
      await pages('tag:GetResources', tagged.length, pageOf100);
      return new Map<AccountId, Readonly<Record<string, string>>>(tagged.map((account) => [account.id, account.tags]));
    },
  };
}

/** From the root's child downward. */
const ouIdsOf = (ou: SimulatedOu | undefined): readonly OuId[] =>
  ou === undefined ? [] : [...ouIdsOf(ou.parent), ou.id];
