import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { createDirectory } from '../../orchestrator/aws/directory';
import type { Directory } from '../../orchestrator/ports/ports';
import { createSimulatedWorld } from '../../orchestrator/simulated/world';
import { directoryContract, type KnownAccount } from '../contracts/directory.contract';
import { motoClients, motoRegion, startMoto } from '../emulator/moto';
import { named, seedOrganization } from '../emulator/seed';

const organization = 'o-a1b2c3d4e5';
const management = '111111111111';
const ouIds: Readonly<Record<string, string>> = {
  Workloads: 'ou-ab12-11111111',
  'Workloads/Dev': 'ou-ab12-22222222',
  Sandbox: 'ou-ab12-33333333',
  'Sandbox/Dev': 'ou-ab12-44444444',
};
const accountId = (n: number): string => String(200_000_000_000 + n);

const accountsOf = (total: number): readonly KnownAccount[] => [
  { id: management, name: 'management', ou: '', active: true },
  { id: accountId(0), name: 'gone', ou: 'Sandbox', active: false, tags: { tier: 'tin' } },
  ...Array.from({ length: total - 2 }, (_, i) => {
    const ou = ['Workloads/Dev', 'Sandbox/Dev', 'Workloads', ''][i % 4] ?? '';
    return {
      id: accountId(i + 1),
      name: `account-${i}`,
      ou,
      active: true,
      ...(i % 50 === 0 && { tags: { tier: 'gold' } }),
    };
  }),
];

interface Stubbed {
  readonly directory: Directory;
  /** Names of the calls made, in order. */
  readonly calls: readonly string[];
  /** Mutable: somebody may change the organization while it is listed. */
  readonly accounts: KnownAccount[];
}

/** Organizations as documented: pages of at most 20, some of them empty, and Paths or not. */
function stubbed({ total = 60, paths = true }: { readonly total?: number; readonly paths?: boolean } = {}): Stubbed {
  const accounts = [...accountsOf(total)];
  const calls: string[] = [];
  const pathOf = ({ id, ou }: KnownAccount): string => {
    const names = ou === '' ? [] : ou.split('/');
    return [organization, 'r-ab12', ...names.map((_, i) => ouIds[names.slice(0, i + 1).join('/')]), id, ''].join('/');
  };
  const asAws = (account: KnownAccount) => ({
    Id: account.id,
    Name: account.name,
    // A closed account [doc:organizations/orgs_manage_accounts_account_state]; one answer has State, another only Status.
    ...(account.active ? { State: 'ACTIVE' } : { State: 'CLOSED', Status: 'SUSPENDED' }),
    ...(paths && { Paths: [pathOf(account)] }),
  });
  const ouOf = (parent: string | undefined): string => Object.entries(ouIds).find(([, id]) => id === parent)?.[0] ?? '';
  const childrenOf = (path: string) =>
    Object.entries(ouIds)
      .filter(([child]) => child.split('/').slice(0, -1).join('/') === path)
      .map(([child, Id]) => ({ Id, Name: child.split('/').at(-1) }));

  const answer = (command: object): object => {
    if (command instanceof DescribeOrganizationCommand)
      return { Organization: { Id: organization, MasterAccountId: management } };
    if (command instanceof ListRootsCommand) return { Roots: [{ Id: 'r-ab12' }] };
    if (command instanceof ListAccountsCommand) return { Accounts: accounts.map(asAws) };
    if (command instanceof ListAccountsForParentCommand)
      return { Accounts: accounts.filter((a) => a.ou === ouOf(command.input.ParentId)).map(asAws) };
    if (command instanceof ListOrganizationalUnitsForParentCommand)
      return { OrganizationalUnits: childrenOf(ouOf(command.input.ParentId)) };
    if (command instanceof GetResourcesCommand)
      return {
        ResourceTagMappingList: accounts
          .filter(({ tags }) => tags !== undefined)
          .map(({ id, tags = {} }) => ({
            ResourceARN: `arn:aws:organizations::${management}:account/${organization}/${id}`,
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          })),
      };
    throw new Error(`nobody expected ${command.constructor.name}`);
  };

  const stub = <C extends OrganizationsClient | ResourceGroupsTaggingAPIClient>(client: C, pageSize: number): C => {
    client.send = async (command: { readonly input: object }) => {
      calls.push(command.constructor.name);
      return pageOf(answer(command), command.input, pageSize);
    };
    return client;
  };
  const directory = createDirectory(
    stub(new OrganizationsClient({ region: 'us-east-1' }), 20),
    stub(new ResourceGroupsTaggingAPIClient({ region: 'us-east-1' }), 100),
  );
  return { directory, calls, accounts };
}

/** One page of a listing. Before its second page comes an empty one with a token, as Organizations is free to send. */
function pageOf(whole: object, input: object, pageSize: number): object {
  const [name, items] = Object.entries(whole)[0] ?? [];
  if (name === undefined || !Array.isArray(items)) return whole;
  const tokenName = name === 'ResourceTagMappingList' ? 'PaginationToken' : 'NextToken';
  const token: unknown = Reflect.get(input, tokenName);
  if (token === 'empty') return { [name]: [], [tokenName]: String(pageSize) };
  const from = typeof token === 'string' ? Number(token) : 0;
  const next = from + pageSize >= items.length ? undefined : from === 0 ? 'empty' : String(from + pageSize);
  return { [name]: items.slice(from, from + pageSize), ...(next !== undefined && { [tokenName]: next }) };
}

for (const paths of [true, false])
  directoryContract(paths ? 'Organizations with Paths' : 'Organizations without Paths', async () => {
    const { directory, accounts } = stubbed({ paths });
    const known = { managementAccountId: management, ous: Object.keys(ouIds), accounts };
    return { directory, known, close: async () => {} };
  });

directoryContract(
  'Organizations on moto',
  async () => {
    const moto = await startMoto();
    const tree = {
      Workloads: ['prod'],
      'Workloads/Dev': named('dev', 22),
      Sandbox: ['gone'],
      'Sandbox/Dev': ['toy'],
      Empty: [],
      '': ['fresh'],
    };
    const seeded = await seedOrganization(moto, {
      root: {
        accounts: tree[''],
        ous: {
          Workloads: { accounts: tree.Workloads, ous: { Dev: { accounts: tree['Workloads/Dev'] } } },
          Sandbox: { accounts: tree.Sandbox, ous: { Dev: { accounts: tree['Sandbox/Dev'] } } },
          Empty: {},
        },
      },
      suspended: ['gone'],
    });
    const placed = Object.entries(tree).flatMap(([ou, names]) => names.map((name) => ({ name, ou })));
    const clients = motoClients(moto);
    return {
      directory: createDirectory(
        clients.in(OrganizationsClient, motoRegion),
        clients.in(ResourceGroupsTaggingAPIClient, motoRegion),
      ),
      known: {
        managementAccountId: seeded.managementAccountId,
        ous: Object.keys(tree).filter((ou) => ou !== ''),
        accounts: [
          { id: seeded.managementAccountId, name: 'master', ou: '', active: true },
          ...placed.map(({ name, ou }) => ({ id: seeded.accounts[name] ?? '', name, ou, active: name !== 'gone' })),
        ],
      },
      close: async () => {
        clients.destroy();
        await moto.stop();
      },
    };
  },
  // moto's GetResources does not know accounts, and answers with nothing.
  { tellsTags: false },
);

directoryContract('the simulated organization', async () => {
  const {
    organization: simulated,
    directory,
    clock,
  } = createSimulatedWorld({ seed: 1, accounts: 120, start: new Date(0) });
  return {
    directory: {
      identity: () => clock.run(directory.identity()),
      accounts: () => clock.run(directory.accounts()),
      childOus: (parent) => clock.run(directory.childOus(parent)),
      tags: () => clock.run(directory.tags()),
    },
    known: {
      managementAccountId: simulated.managementAccountId,
      ous: [...simulated.ous.keys()],
      accounts: [...simulated.accounts.values()].map(({ id, name, ou, state, tags }) => ({
        id,
        name,
        ou: ou?.path ?? '',
        active: state === 'ACTIVE',
        tags,
      })),
    },
    close: async () => {},
  };
});

describe('the calls to Organizations', () => {
  test('are a page for each 20 accounts and none per account, where Paths are there', async () => {
    const { directory, calls } = stubbed({ total: 1_000 });

    expect(await directory.accounts()).toHaveLength(1_000);

    // One more than 50: the stub sends one empty page.
    expect(calls).toEqual(Array.from({ length: 51 }, () => 'ListAccountsCommand'));
  });

  test('are two listings per OU and none per account, where they are not', async () => {
    const { directory, calls } = stubbed({ total: 1_000, paths: false });

    await directory.accounts();

    const count = (name: string): number => calls.filter((call) => call === name).length;
    expect(count('ListOrganizationalUnitsForParentCommand')).toBe(Object.keys(ouIds).length + 1);
    expect(count('ListRootsCommand')).toBe(1);
    expect(calls.length).toBeLessThan(120);
  });

  test('ask for the root once', async () => {
    const { directory, calls } = stubbed();

    await directory.childOus('root');
    await directory.childOus('root');

    expect(calls.filter((call) => call === 'ListRootsCommand')).toHaveLength(1);
  });
});

describe('what cannot be trusted is not passed on', () => {
  test('an account that moved while the OUs were being listed is listed again', async () => {
    const { directory, accounts } = stubbed({ paths: false });
    accounts.push({ id: accountId(999), name: 'moving', ou: 'Somewhere', active: true });

    await expect(directory.accounts()).rejects.toMatchObject({ code: 'AwsUnavailable', retriable: true });
  });

  const listing = (answer: object): Directory => {
    const client = new OrganizationsClient({ region: 'us-east-1' });
    client.send = async () => answer;
    return createDirectory(client, new ResourceGroupsTaggingAPIClient({ region: 'us-east-1' }));
  };
  const Paths = [`${organization}/r-ab12/${management}/`];

  test.each([
    ['State, where Status says less', { State: 'CLOSED', Status: 'SUSPENDED' }, 'CLOSED'],
    ['Status, where there is no State', { Status: 'PENDING_CLOSURE' }, 'PENDING_CLOSURE'],
  ])('an account is in the state that it says by %s', async (_, said, state) => {
    const directory = listing({ Accounts: [{ Id: management, Paths, ...said }] });

    expect((await directory.accounts()).map((account) => account.state)).toEqual([state]);
  });

  test('a state that nobody knows is an error', async () => {
    const directory = listing({ Accounts: [{ Id: management, Paths, State: 'ON_HOLIDAY' }] });

    await expect(directory.accounts()).rejects.toMatchObject({
      message: `account ${management} is in state "ON_HOLIDAY", which Strongroom does not know`,
    });
  });

  test('a listing that never ends is given up', async () => {
    const client = new OrganizationsClient({ region: 'us-east-1' });
    let pages = 0;
    client.send = async () => ({ Accounts: [], NextToken: `${++pages}` });
    const directory = createDirectory(client, new ResourceGroupsTaggingAPIClient({ region: 'us-east-1' }));

    await expect(directory.accounts()).rejects.toMatchObject({ code: 'LimitExceeded' });
  });
});
