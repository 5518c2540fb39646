/** The Directory over AWS Organizations. A call returns about twenty accounts; there is never a call per account. */
import {
  type Account as AwsAccount,
  DescribeOrganizationCommand,
  type OrganizationsClient,
  paginateListAccounts,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
} from '@aws-sdk/client-organizations';
import { paginateGetResources, type ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import pLimit from 'p-limit';
import { errors } from '../domain/errors';
import { type AccountId, type OuId, parseAccountId, parseOrganizationId, parseOuId } from '../domain/model/brand';
import { type Account, accountStates, type OrgAccountState, type OuChild } from '../domain/model/organization';
import type { Directory } from '../ports/ports';
import { calling } from './failures';
import { everyItem } from './pages';

/** The maximum page size: 1,000 accounts take 50 calls, at 8 per second [bc:organizations:ListAccounts], [doc:organizations/orgs_reference_limits]. */
const accountsPerPage = 20;
const resourcesPerPage = 100;
/** [doc:organizations/orgs_reference_limits] */
const ousMax = 2_000;
/** All calls per parent together are limited to 5 per second. */
const parentsAtOnce = 2;

/** @param tagging of the region of Organizations, where the Resource Groups Tagging API lists its resources. */
export function createDirectory(client: OrganizationsClient, tagging: ResourceGroupsTaggingAPIClient): Directory {
  const paging = { client, pageSize: accountsPerPage };

  let root: Promise<string> | undefined;
  /** Read once: the root never changes, and ListRoots is limited to one call per second. */
  const rootId = (): Promise<string> => {
    root ??= readRoot().catch((error: unknown) => {
      root = undefined;
      throw error;
    });
    return root;
  };
  const readRoot = async (): Promise<string> => {
    const roots = await everyItem('organizations:ListRoots', paginateListRoots(paging, {}), (page) => page.Roots);
    return required(roots[0]?.Id, 'a root id');
  };

  const ousUnder = async (parent: string): Promise<readonly OuChild[]> => {
    const pages = paginateListOrganizationalUnitsForParent(paging, { ParentId: parent });
    const ous = await everyItem(
      `organizations:ListOrganizationalUnitsForParent ${parent}`,
      pages,
      (page) => page.OrganizationalUnits,
    );
    return ous.map(({ Id, Name }) => ({ id: parseOuId(required(Id, 'an OU id')), name: required(Name, 'an OU name') }));
  };
  const accountsUnder = (parent: string): Promise<readonly AwsAccount[]> => {
    const pages = paginateListAccountsForParent(paging, { ParentId: parent });
    return everyItem(`organizations:ListAccountsForParent ${parent}`, pages, (page) => page.Accounts);
  };

  /** Used if ListAccounts returns no Paths: two calls per OU, level by level. */
  const run = async (): Promise<ReadonlyMap<string, readonly OuId[]>> => {
    const limit = pLimit(parentsAtOnce);
    const places = new Map<string, readonly OuId[]>();
    let level: readonly { readonly parent: string; readonly ouIds: readonly OuId[] }[] = [
      { parent: await rootId(), ouIds: [] },
    ];
    let ousSeen = 0;
    while (level.length > 0) {
      const children = await Promise.all(
        level.map(({ parent, ouIds }) =>
          limit(async () => {
            for (const { Id } of await accountsUnder(parent)) places.set(required(Id, 'an account id'), ouIds);
            return (await ousUnder(parent)).map(({ id }) => ({ parent: id, ouIds: [...ouIds, id] }));
          }),
        ),
      );
      level = children.flat();
      ousSeen += level.length;
      if (ousSeen > ousMax) throw errors.limitExceeded('the organization', `${ousMax} OUs`);
    }
    return places;
  };

  return {
    identity: async () => {
      const answer = await calling('organizations:DescribeOrganization', () =>
        client.send(new DescribeOrganizationCommand({})),
      );
      return {
        id: parseOrganizationId(required(answer.Organization?.Id, 'an organization id')),
        managementAccountId: parseAccountId(required(answer.Organization?.MasterAccountId, 'a management account')),
      };
    },

    accounts: async () => {
      const listed = await everyItem(
        'organizations:ListAccounts',
        paginateListAccounts(paging, {}),
        (page) => page.Accounts,
      );
      const complete = listed.every((account) => account.Paths !== undefined && account.Paths.length > 0);
      const places = complete ? new Map<string, readonly OuId[]>() : await run();
      return listed.map((account) => accountOf(account, places));
    },

    childOus: async (parent) => ousUnder(parent === 'root' ? await rootId() : parent),

    tags: async () => {
      const pages = paginateGetResources(
        { client: tagging, pageSize: resourcesPerPage },
        { ResourceTypeFilters: ['organizations:account'] },
      );
      const resources = await everyItem('tag:GetResources', pages, (page) => page.ResourceTagMappingList);
      return new Map(
        resources.map(({ ResourceARN, Tags = [] }): [AccountId, Record<string, string>] => [
          // arn:aws:organizations::111122223333:account/o-exampleorgid/444455556666
          parseAccountId(required(ResourceARN?.split('/').at(-1), 'the ARN of an account')),
          Object.fromEntries(Tags.map(({ Key, Value }) => [required(Key, 'a tag key'), Value ?? ''])),
        ]),
      );
    },
  };
}

function accountOf(account: AwsAccount, places: ReadonlyMap<string, readonly OuId[]>): Account {
  const id = parseAccountId(required(account.Id, 'an account id'));
  const path = account.Paths?.[0];
  const ouIds = path === undefined ? places.get(id) : ousOf(path);
  // An account that seems to be in the root would escape an exclusion by OU, so an incomplete listing is read again.
  if (ouIds === undefined)
    throw errors.awsUnavailable(
      'organizations:ListAccountsForParent',
      `account ${id} moved while the OUs were being listed`,
    );
  return { id, name: account.Name ?? '', state: stateOf(id, account.State ?? account.Status), ouIds };
}

/** `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/111122223333/` [bc:organizations:Account]. */
const ousOf = (path: string): readonly OuId[] =>
  path
    .split('/')
    .filter((part) => part.startsWith('ou-'))
    .map(parseOuId);

/** An unknown state is an error, because it may forbid deployments. */
function stateOf(id: AccountId, state: string | undefined): OrgAccountState {
  const known = accountStates.find((s) => s === state);
  if (known === undefined)
    throw errors.internal(`account ${id} is in state "${state}", which Strongroom does not know`);
  return known;
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw errors.internal(`the response of Organizations lacks ${what}`);
  return value;
}
