/** Fills an empty emulator with an organization, from a tree as one would draw it. */
import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
  TagResourceCommand,
} from '@aws-sdk/client-organizations';
import pLimit from 'p-limit';
import { type AccountId, type OuId, parseAccountId, parseOuId } from '../../orchestrator/domain/model/brand';
import { type Moto, motoClients, motoRegion } from './moto';

/** The names of the accounts in an OU, or in the root, and the OUs below it. */
export interface Branch {
  readonly accounts?: readonly string[];
  readonly ous?: Readonly<Record<string, Branch>>;
}

export interface FirstInstance {
  readonly root: Branch;
  /** By account name. */
  readonly suspended?: readonly string[];
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Seeded {
  readonly organizationId: string;
  readonly managementAccountId: AccountId;
  readonly rootId: string;
  /** OU id by path, like `Workloads/Dev`. */
  readonly ous: Readonly<Record<string, OuId>>;
  /** Account id by name. */
  readonly accounts: Readonly<Record<string, AccountId>>;
}

/** `dev-1` to `dev-20`. */
export const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`);

export async function seedOrganization(
  moto: Moto,
  { root, suspended = [], tags = {} }: FirstInstance,
): Promise<Seeded> {
  const clients = motoClients(moto);
  const client = clients.in(OrganizationsClient, motoRegion);
  const { Organization: organization } = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots: [top] = [] } = await client.send(new ListRootsCommand({}));
  const rootId = given(top?.Id);

  const ous: Record<string, OuId> = {};
  const placed: { readonly name: string; readonly parent: string }[] = [];
  const plant = async ({ accounts = [], ous: below = {} }: Branch, parent: string, path: string): Promise<void> => {
    placed.push(...accounts.map((name) => ({ name, parent })));
    for (const [name, branch] of Object.entries(below)) {
      const made = await client.send(new CreateOrganizationalUnitCommand({ ParentId: parent, Name: name }));
      const id = parseOuId(given(made.OrganizationalUnit?.Id));
      const ouPath = path === '' ? name : `${path}/${name}`;
      ous[ouPath] = id;
      await plant(branch, id, ouPath);
    }
  };
  await plant(root, rootId, '');

  const open = async ({ name, parent }: { readonly name: string; readonly parent: string }) => {
    const made = await client.send(new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }));
    const id = given(made.CreateAccountStatus?.AccountId);
    if (parent !== rootId)
      await client.send(new MoveAccountCommand({ AccountId: id, SourceParentId: rootId, DestinationParentId: parent }));
    const own = Object.entries(tags[name] ?? {}).map(([Key, Value]) => ({ Key, Value }));
    if (own.length > 0) await client.send(new TagResourceCommand({ ResourceId: id, Tags: own }));
    if (suspended.includes(name)) await client.send(new CloseAccountCommand({ AccountId: id }));
    return [name, parseAccountId(id)] as const;
  };
  const accounts = await pLimit(4).map(placed, open);

  clients.destroy();
  return {
    organizationId: given(organization?.Id),
    managementAccountId: parseAccountId(given(organization?.MasterAccountId)),
    rootId,
    ous,
    accounts: Object.fromEntries(accounts),
  };
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the emulator left something out of its answer');
  return value;
}
