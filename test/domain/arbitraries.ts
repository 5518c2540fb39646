/** Random organizations and intents that fit each other, for properties: small pools, so that collisions are common. */
import fc from 'fast-check';
import type { AccountId, OuId } from '../../orchestrator/domain/model/brand';
import {
  parseAccountId,
  parseOrganizationId,
  parseOuId,
  parseRegion,
  parseWaveName,
} from '../../orchestrator/domain/model/brand';
import type { DesiredState, WaveSpec } from '../../orchestrator/domain/model/desired-state';
import { installationDefaults } from '../../orchestrator/domain/model/installation';
import { type Account, accountStates, type Organization } from '../../orchestrator/domain/model/organization';

/** The day on which the properties play; exceptions expire around it. */
export const today = new Date('2026-11-22T12:00:00Z');
export const managementAccountId = parseAccountId('999999999999');

export const accountId: fc.Arbitrary<AccountId> = fc
  .integer({ min: 1, max: 999_999 })
  .map((n) => parseAccountId(String(n * 7919).padStart(12, '0')));

interface Ou {
  readonly id: OuId;
  readonly name: string;
  readonly path: string;
  /** From the root's child down to this one. */
  readonly lineage: readonly OuId[];
}

/** A tree of OUs; names repeat under different parents, and never beside each other. */
const ouTree: fc.Arbitrary<readonly Ou[]> = fc
  .array(fc.record({ parent: fc.nat(20), name: fc.constantFrom('Dev', 'Production', 'Sandbox', 'Workloads') }), {
    maxLength: 12,
  })
  .map((drawn) => {
    const tree: Ou[] = [];
    for (const { parent, name } of drawn) {
      const above = tree[parent % (tree.length + 1)];
      if (above !== undefined && above.lineage.length >= 5) continue;
      const path = above === undefined ? name : `${above.path}/${name}`;
      if (tree.some((ou) => ou.path === path)) continue;
      const id = parseOuId(`ou-root-${String(tree.length).padStart(8, '0')}`);
      tree.push({ id, name, path, lineage: [...(above?.lineage ?? []), id] });
    }
    return tree;
  });

const account = (tree: readonly Ou[]): fc.Arbitrary<Account> =>
  fc
    .record({
      id: accountId,
      ou: fc.nat(tree.length),
      state: fc.oneof({ weight: 4, arbitrary: fc.constant('ACTIVE' as const) }, fc.constantFrom(...accountStates)),
      tags: fc.constantFrom({}, { env: 'dev' }, { env: 'prod', team: 'blue' }),
    })
    .map(({ id, ou, state, tags }) => ({ id, name: `acct-${id}`, state, ouIds: tree[ou]?.lineage ?? [], tags }));

const management: Account = { id: managementAccountId, name: 'management', state: 'ACTIVE', ouIds: [] };

const organizationOver = (tree: readonly Ou[]): fc.Arbitrary<Organization> =>
  fc.uniqueArray(account(tree), { maxLength: 40, selector: ({ id }) => id }).map((accounts) => ({
    id: parseOrganizationId('o-exampleorgid'),
    managementAccountId,
    accounts: [...accounts, management],
    ous: {
      pathOf: new Map(tree.map(({ id, path }) => [id, path])),
      idOf: new Map(tree.flatMap(({ id, path }) => [[path, id] as const, [id, id] as const])),
    },
  }));

export const waveSpec = (overrides: Partial<Omit<WaveSpec, 'name'>> & { readonly name: string }): WaveSpec => ({
  ous: [],
  accounts: [],
  tags: {},
  percent: 100,
  maxConcurrent: { kind: 'percent', percent: 10 },
  failureTolerance: { kind: 'count', count: 0 },
  slowStart: true,
  strict: false,
  soakMinutes: 0,
  approval: 'automatic',
  probe: false,
  approvalHours: 72,
  ...overrides,
  name: parseWaveName(overrides.name),
});

export const intentWith = (parts: Partial<DesiredState>): DesiredState => ({
  installation: { ...installationDefaults, people: [], targets: [] },
  regions: { home: parseRegion('us-east-1'), governed: [parseRegion('us-east-1'), parseRegion('us-west-2')] },
  modules: {
    'account-hardening': {
      enabled: true,
      passwordPolicy: true,
      s3PublicAccessBlock: true,
      ebsEncryption: true,
      imdsDefaults: true,
      snapshotBlockPublicAccess: true,
    },
    'audit-logging': { enabled: false, managedBy: 'strongroom' },
    'aws-config': { enabled: false, managedBy: 'strongroom' },
    'threat-detection': { enabled: false, managedBy: 'strongroom', standards: [] },
    alerts: { enabled: true },
    'operator-role': { enabled: true, mfaMaxAgeSeconds: 3600 },
    'kms-default': { enabled: false },
  },
  waves: [],
  exclude: { ous: [], accounts: [] },
  exceptions: [],
  freezes: [],
  checks: { settleMinutes: [] },
  probes: {},
  onFailure: 'hold',
  outageWaitMinutes: 60,
  ...parts,
});

/** An intent that speaks of this organization, and now and then of accounts that it does not have. */
function intentFor(organization: Organization): fc.Arbitrary<DesiredState> {
  const ous = fc.subarray([...organization.ous.idOf.keys()]).map((all) => all.slice(0, 3));
  const ids = fc.oneof(
    fc.subarray(organization.accounts.map(({ id }) => id)).map((all) => all.slice(0, 3)),
    fc.array(accountId, { maxLength: 2 }),
  );
  const wave = fc.record({
    ous,
    accounts: ids,
    tags: fc.constantFrom({}, {}, { env: 'dev' }, { team: 'blue' }),
    percent: fc.constantFrom(100, 100, 10, 35, 80),
  });
  const exception = fc.record({
    account: fc.constantFrom(...organization.accounts.map(({ id }) => id)),
    reason: fc.constant('acquisition in progress'),
    owner: fc.constant('jo@example.com'),
    expires: fc.constantFrom('2026-11-21', '2026-11-22', '2027-01-31'),
  });
  return fc
    .record({
      waves: fc
        .array(wave, { maxLength: 6 })
        .map((waves) => waves.map((spec, index) => waveSpec({ ...spec, name: `wave-${index}` }))),
      exclude: fc.record({ ous: ous.map((all) => all.slice(0, 1)), accounts: ids }),
      exceptions: fc.array(exception, { maxLength: 3 }),
    })
    .map(intentWith);
}

export interface World {
  readonly organization: Organization;
  readonly desiredState: DesiredState;
}

/** An organization with an intent for it. */
export const world: fc.Arbitrary<World> = ouTree
  .chain(organizationOver)
  .chain((organization) => intentFor(organization).map((desiredState) => ({ organization, desiredState })));

/** An account that could join the organization, anywhere in it. */
export const newcomerTo = (organization: Organization): fc.Arbitrary<Account> =>
  fc
    .record({
      id: accountId.filter((id) => organization.accounts.every((present) => present.id !== id)),
      ouIds: fc.constantFrom(...organization.accounts.map(({ ouIds }) => ouIds)),
      state: fc.constantFrom(...accountStates),
    })
    .map((drawn) => ({ ...drawn, name: 'newcomer', tags: { env: 'dev' } }));
