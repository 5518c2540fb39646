import { parseConfig } from '../../orchestrator/config/parse';
import { namedOus } from '../../orchestrator/domain/model/desired-state';
import { createCalls } from '../../orchestrator/simulated/calls';
import { simulatedConfig } from '../../orchestrator/simulated/config';
import { createDirectory } from '../../orchestrator/simulated/directory';
import { createOrganization } from '../../orchestrator/simulated/organization';
import { createRandom } from '../../orchestrator/simulated/random';
import { calm, createRates } from '../../orchestrator/simulated/rates';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { smallWorld, start } from './small-world';

const organizationOf = (accounts: number, seed = 7) => createOrganization(createRandom(seed), accounts);

describe.each([40, 120, 1000])('an organization of %i accounts', (size) => {
  const organization = organizationOf(size);
  const all = [...organization.accounts.values()];

  test('has exactly as many, each with its own id and name', () => {
    expect(all).toHaveLength(size);
    expect(new Set(all.map(({ name }) => name)).size).toBe(size);
  });

  test('has somebody in every OU but the one that only groups others', () => {
    const populated = new Set(all.map(({ ou }) => ou?.path));

    const empty = [...organization.ous.keys()].filter((path) => !populated.has(path));

    expect(empty).toEqual(['Workloads']);
  });

  test('has its management account and one stray in the root', () => {
    const inRoot = organization.accountsIn('').map(({ id }) => id);

    expect(inRoot).toHaveLength(2);
    expect(inRoot).toContain(organization.managementAccountId);
  });

  test('has accounts that a rollout must leave alone', () => {
    const states = new Set(all.map(({ state }) => state));

    expect(states).toEqual(new Set(['ACTIVE', 'SUSPENDED', 'CLOSED', 'PENDING_ACTIVATION']));
  });

  test('has OUs within OUs, and two of one name', () => {
    const names = [...organization.ous.values()].filter(({ name }) => name === 'payments').map(({ path }) => path);

    expect(names).toEqual(['Workloads/Production/payments', 'Workloads/Dev/payments']);
    expect(organization.ous.has('Workloads/Production/payments/pci')).toBe(true);
  });
});

test('one seed gives one organization, another seed another', () => {
  const ids = (seed: number) => [...organizationOf(120, seed).accounts.keys()];

  expect(ids(1)).toEqual(ids(1));
  expect(ids(1)).not.toEqual(ids(2));
});

test('some ids begin with a zero', () => {
  expect([...organizationOf(120).accounts.keys()].some((id) => id.startsWith('0'))).toBe(true);
});

test.each([39, 50_001, 60.5])('an organization of %d accounts is refused', (size) => {
  expect(() => organizationOf(size)).toThrow(`a simulated organization of ${size} accounts`);
});

describe('its directory', () => {
  const directoryOf = (accounts: number) => {
    const clock = createVirtualClock(start);
    const calls = createCalls();
    const organization = organizationOf(accounts);
    const rates = createRates({ clock, random: createRandom(1), calls, weather: calm });
    return { clock, calls, organization, directory: createDirectory(organization, rates) };
  };

  test('lists every account in pages of 20, no call per account, at the documented rate', async () => {
    const { clock, calls, directory } = directoryOf(1000);

    const accounts = await clock.run(directory.accounts());

    expect(accounts).toHaveLength(1000);
    expect([...calls.counts]).toEqual([['organizations:ListAccounts', 50]]);
    // 50 calls in a row at some 115 ms; 12 at once and 8 a second would allow little more.
    expect(clock.nowMs() - start.getTime()).toBeGreaterThan(4750);
  });

  test('gives the OUs of an account from the root down', async () => {
    const { clock, organization, directory } = directoryOf(120);
    const [pci] = organization.accountsIn('Workloads/Production/payments/pci');

    const accounts = await clock.run(directory.accounts());

    const path = [
      'Workloads',
      'Workloads/Production',
      'Workloads/Production/payments',
      'Workloads/Production/payments/pci',
    ];
    expect(accounts.find(({ id }) => id === pci?.id)?.ouIds).toEqual(path.map((p) => organization.ous.get(p)?.id));
  });

  test('knows the children of the root, of an OU, and of one that has none', async () => {
    const { clock, organization, directory } = directoryOf(120);
    const childrenOf = async (path: string) => {
      const parent = organization.ous.get(path)?.id ?? 'root';
      return (await clock.run(directory.childOus(parent))).map(({ name }) => name);
    };

    expect(await childrenOf('')).toContain('Workloads');
    expect(await childrenOf('')).not.toContain('payments');
    expect(await childrenOf('Workloads')).toEqual(['Dev', 'Staging', 'Production']);
    expect(await childrenOf('Sandbox')).toEqual([]);
  });

  test('gives the tags of tagged accounts and names no other account', async () => {
    const { clock, organization, directory } = directoryOf(120);

    const tags = await clock.run(directory.tags());

    expect(tags.size).toBeGreaterThan(10);
    for (const [id, tagged] of tags) expect(tagged).toEqual(organization.account(id).tags);
    expect([...tags.values()].every((tagged) => 'team' in tagged)).toBe(true);
  });

  test('sees accounts that move, are suspended, or are new', async () => {
    const world = smallWorld();
    const [moved, closed] = world.organization.accountsIn('Sandbox');
    if (moved === undefined || closed === undefined) throw new Error('too small');
    world.organization.move(moved.id, 'Suspended');
    world.organization.setState(closed.id, 'CLOSED');
    const added = world.organization.addAccount('newcomer', '', start.getTime());

    const accounts = await world.clock.run(world.directory.accounts());

    const seen = (id: string) => accounts.find((account) => account.id === id);
    expect(seen(moved.id)?.ouIds).toEqual([world.organization.ous.get('Suspended')?.id]);
    expect(seen(closed.id)?.state).toBe('CLOSED');
    expect(seen(added.id)).toMatchObject({ name: 'newcomer', ouIds: [] });
  });
});

test('the config is valid, and names only OUs and accounts that the organization has', () => {
  const organization = organizationOf(120);

  const config = parseConfig(simulatedConfig(organization), 'strongroom.yaml');

  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  const { desiredState } = config;
  expect(namedOus(desiredState).filter((path) => !organization.ous.has(path))).toEqual([]);
  expect(organization.accountsIn('Exception').map(({ id }) => id)).toContain(desiredState.exceptions[0]?.account);
});
