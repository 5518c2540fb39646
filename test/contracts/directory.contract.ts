/** What every Directory says about an organization that the caller knows from elsewhere. */
import type { OuId } from '../../orchestrator/domain/model/brand';
import type { Directory } from '../../orchestrator/ports/ports';

export interface KnownAccount {
  readonly id: string;
  readonly name: string;
  /** By names, like `Workloads/Dev`; '' for the root. */
  readonly ou: string;
  readonly active: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface OpenDirectory {
  readonly directory: Directory;
  readonly known: {
    readonly managementAccountId: string;
    /** Every OU, by names. Two of one name under different parents, and one without children, are wanted among them. */
    readonly ous: readonly string[];
    /** Every account, the management account and a closed one too; more than a page holds. */
    readonly accounts: readonly KnownAccount[];
  };
  readonly close: () => Promise<void>;
}

export function directoryContract(
  name: string,
  open: () => Promise<OpenDirectory>,
  { tellsTags = true }: { readonly tellsTags?: boolean } = {},
): void {
  describe(`${name} as a directory`, () => {
    let opened: OpenDirectory;
    let directory: Directory;

    beforeAll(async () => {
      opened = await open();
      directory = opened.directory;
    });
    afterAll(() => opened.close());

    test('knows which organization it is', async () => {
      const identity = await directory.identity();

      expect(identity.id).toMatch(/^o-[a-z0-9]{10,32}$/);
      expect(identity.managementAccountId).toBe(opened.known.managementAccountId);
    });

    test('lists every account once: the management account, those in the root and closed ones too', async () => {
      const accounts = await directory.accounts();

      const listed = accounts.map(({ id, name, state }) => ({ id, name, active: state === 'ACTIVE' }));
      const known = opened.known.accounts.map(({ id, name, active }) => ({ id, name, active }));
      expect(listed.toSorted(byId)).toEqual(known.toSorted(byId));
    });

    test('gives the children of the root, of every OU, and none where there are none', async () => {
      const ous = await ousByPath(directory);

      expect([...ous.keys()].toSorted()).toEqual(opened.known.ous.toSorted());
    });

    test('says where every account is, from the root down', async () => {
      const ous = await ousByPath(directory);

      const listed = (await directory.accounts()).map(({ id, ouIds }) => ({ id, ouIds }));

      const known = opened.known.accounts.map(({ id, ou }) => ({ id, ouIds: ous.get(ou) ?? [] }));
      expect(listed.toSorted(byId)).toEqual(known.toSorted(byId));
    });

    if (tellsTags)
      test('tells the tags of all tagged accounts in bulk', async () => {
        const tags = await directory.tags();

        const tagged = opened.known.accounts.filter((account) => Object.keys(account.tags ?? {}).length > 0);
        expect(Object.fromEntries(tags)).toEqual(
          Object.fromEntries(tagged.map((account) => [account.id, account.tags])),
        );
      });
  });
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** The ids of every OU from the root's child down to it, by its path of names. */
async function ousByPath(directory: Directory): Promise<ReadonlyMap<string, readonly OuId[]>> {
  const found = new Map<string, readonly OuId[]>();
  const visit = async (parent: OuId | 'root', path: string, ids: readonly OuId[]): Promise<void> => {
    for (const child of await directory.childOus(parent)) {
      const childPath = path === '' ? child.name : `${path}/${child.name}`;
      found.set(childPath, [...ids, child.id]);
      await visit(child.id, childPath, [...ids, child.id]);
    }
  };
  await visit('root', '', []);
  return found;
}
