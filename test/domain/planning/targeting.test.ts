import {
  type AccountId,
  type OuId,
  parseAccountId,
  parseOrganizationId,
  parseOuId,
} from '../../../orchestrator/domain/model/brand';
import type { DesiredState, WaveSpec } from '../../../orchestrator/domain/model/desired-state';
import type { Account, Organization } from '../../../orchestrator/domain/model/organization';
import { stableHash } from '../../../orchestrator/domain/planning/stable-hash';
import { type Targeting, target } from '../../../orchestrator/domain/planning/targeting';
import { intentWith, managementAccountId, today, waveSpec } from '../arbitraries';

const ou = (n: number): OuId => parseOuId(`ou-ab12-0000000${n}`);
const workloads = ou(1);
const sandbox = ou(2);
const workloadsDev = ou(3);
const sandboxDev = ou(4);
const team = ou(5);
const unnamed = ou(6);
const paths: readonly (readonly [OuId, string])[] = [
  [workloads, 'Workloads'],
  [sandbox, 'Sandbox'],
  [workloadsDev, 'Workloads/Dev'],
  [sandboxDev, 'Sandbox/Dev'],
];

const id = (n: number): AccountId => parseAccountId(String(n).padStart(12, '1'));
const subject = id(7);
const account = (parts: Partial<Account> = {}): Account => ({
  id: subject,
  name: 'app',
  state: 'ACTIVE',
  ouIds: [sandbox],
  ...parts,
});

const organizationOf = (...accounts: readonly Account[]): Organization => ({
  id: parseOrganizationId('o-exampleorgid'),
  managementAccountId,
  accounts,
  ous: {
    pathOf: new Map(paths),
    idOf: new Map([...paths.map(([ouId, path]) => [path, ouId] as const), [unnamed, unnamed]]),
  },
});

const sandboxWave = waveSpec({ name: 'sandbox', ous: ['Sandbox'] });
const targets = (desiredState: Partial<DesiredState>, ...accounts: readonly Account[]): Targeting =>
  target(organizationOf(...accounts), intentWith({ waves: [sandboxWave], ...desiredState }), today);

/** Where one account ended, with the reason for people. */
function placeOf(desiredState: Partial<DesiredState>, parts: Partial<Account> = {}) {
  const { waves, excluded } = targets(desiredState, account(parts));
  const wave = waves.find(({ accounts }) => accounts.length > 0);
  return wave === undefined
    ? { in: excluded[0]?.reason, because: excluded[0]?.because }
    : { in: wave.name, because: wave.accounts[0]?.because };
}

const grant = (expires: string) => ({
  account: subject,
  reason: 'acquisition in progress',
  owner: 'jo@example.com',
  expires,
});

describe('an account that is never a target says why', () => {
  test.each([
    { state: 'PENDING_ACTIVATION', reason: 'pending', because: 'the account is not activated yet' },
    { state: 'SUSPENDED', reason: 'suspended', because: 'the account is suspended by AWS' },
    { state: 'PENDING_CLOSURE', reason: 'suspended', because: 'the account is being closed' },
    { state: 'CLOSED', reason: 'suspended', because: 'the account is closed' },
  ] as const)('$state: $because', ({ state, reason, because }) => {
    expect(placeOf({}, { state })).toEqual({ in: reason, because });
  });

  test('the management account, even when a wave names it', () => {
    const waves = [waveSpec({ name: 'all', accounts: [managementAccountId] })];

    expect(placeOf({ waves }, { id: managementAccountId })).toEqual({
      in: 'managementAccount',
      because: 'the management account is never a target',
    });
  });

  test('named under exclude', () => {
    expect(placeOf({ exclude: { ous: [], accounts: [subject] } })).toEqual({
      in: 'excluded',
      because: 'named under exclude',
    });
  });

  test('in an excluded OU, at any depth', () => {
    expect(placeOf({ exclude: { ous: ['Sandbox'], accounts: [] } }, { ouIds: [sandbox, team] })).toEqual({
      in: 'excluded',
      because: 'OU Sandbox is excluded',
    });
  });

  test('in an OU that no wave selects', () => {
    expect(placeOf({}, { ouIds: [workloads, workloadsDev] })).toEqual({
      in: 'unplaced',
      because: 'no wave selects OU Workloads/Dev',
    });
  });

  test('directly in the root', () => {
    expect(placeOf({}, { ouIds: [] })).toEqual({
      in: 'unplaced',
      because: 'no wave selects accounts directly in the root',
    });
  });

  test('beyond the percentage of the only wave that selects it', () => {
    const waves = [waveSpec({ name: 'canary', ous: ['Sandbox'], percent: 1 })];

    expect(placeOf({ waves })).toEqual({
      in: 'unplaced',
      because: 'wave canary includes only the first 1% by stable hash',
    });
  });
});

describe('an exception', () => {
  test('holds up to and including its last day', () => {
    expect(placeOf({ exceptions: [grant('2026-11-22')] })).toEqual({
      in: 'exempt',
      because: 'acquisition in progress (owner jo@example.com, expires after 2026-11-22)',
    });
  });

  test('targets the account again from the day after, and says so', () => {
    const { waves, notes } = targets({ exceptions: [grant('2026-11-21')] }, account());

    expect(waves[0]?.accounts.map((placed) => placed.id)).toEqual([subject]);
    expect(notes).toEqual([
      `the exception for account ${subject} (owner jo@example.com) expired after 2026-11-21; the account is targeted again`,
    ]);
  });

  test('that has expired says nothing while another holds, and of several the one that holds longest speaks', () => {
    const exceptions = [grant('2027-01-31'), grant('2026-12-01'), grant('2026-01-01')];

    const { excluded, notes } = targets({ waves: [], exceptions }, account());

    expect(excluded[0]?.because).toContain('2027-01-31');
    expect(notes).toEqual([]);
  });
});

describe('the first reason in this order decides', () => {
  const everything = {
    exclude: { ous: ['Sandbox'], accounts: [] },
    exceptions: [grant('2027-01-31')],
  };

  test.each([
    { first: 'managementAccount', parts: { id: managementAccountId, state: 'CLOSED' }, desiredState: everything },
    { first: 'suspended', parts: { state: 'CLOSED' }, desiredState: everything },
    { first: 'excluded', parts: {}, desiredState: everything },
    { first: 'exempt', parts: {}, desiredState: { exceptions: everything.exceptions } },
    { first: 'sandbox', parts: {}, desiredState: {} },
    { first: 'unplaced', parts: {}, desiredState: { waves: [] } },
  ] as const)('$first', ({ first, parts, desiredState }) => {
    expect(placeOf(desiredState, parts).in).toBe(first);
  });
});

describe('a wave selects', () => {
  const selectedBy = (spec: Partial<Omit<WaveSpec, 'name'>>, parts: Partial<Account> = {}) =>
    placeOf({ waves: [waveSpec({ name: 'first', ...spec })] }, parts);

  test.each([
    { by: 'OU', spec: { ous: ['Sandbox'] }, parts: {}, because: 'OU Sandbox' },
    {
      by: 'OU above',
      spec: { ous: ['Workloads'] },
      parts: { ouIds: [workloads, workloadsDev, team] },
      because: 'OU Workloads',
    },
    { by: 'OU id', spec: { ous: [unnamed] }, parts: { ouIds: [unnamed] }, because: `OU ${unnamed}` },
    { by: 'name', spec: { accounts: [subject], ous: ['Sandbox'] }, parts: {}, because: 'named in the wave' },
    {
      by: 'tag',
      spec: { tags: { env: 'dev' } },
      parts: { tags: { env: 'dev', team: 'blue' } },
      because: 'tag env=dev',
    },
    { by: 'one of several tags', spec: { tags: { a: '1', b: '2' } }, parts: { tags: { b: '2' } }, because: 'tag b=2' },
  ])('by $by: $because', ({ spec, parts, because }) => {
    expect(selectedBy(spec, parts)).toEqual({ in: 'first', because });
  });

  test.each([
    {
      not: 'an OU of the same name under another parent',
      spec: { ous: ['Workloads/Dev'] },
      parts: { ouIds: [sandbox, sandboxDev] },
    },
    { not: 'the parent of an OU', spec: { ous: ['Workloads/Dev'] }, parts: { ouIds: [workloads] } },
    { not: 'another value of a tag', spec: { tags: { env: 'dev' } }, parts: { tags: { env: 'prod' } } },
    { not: 'an account without tags', spec: { tags: { env: 'dev' } }, parts: {} },
  ])('not $not', ({ spec, parts }) => {
    expect(selectedBy(spec, parts).in).toBe('unplaced');
  });

  test('and the first wave in the order of the config has it', () => {
    const waves = [waveSpec({ name: 'first', tags: { env: 'dev' } }), sandboxWave];

    expect(placeOf({ waves }, { tags: { env: 'dev' } }).in).toBe('first');
    expect(placeOf({ waves }, { tags: { env: 'prod' } }).in).toBe('sandbox');
  });

  test('a percentage, and says which part of what', () => {
    expect(selectedBy({ ous: ['Sandbox'], percent: 99.9 })).toEqual({
      in: 'first',
      because: 'OU Sandbox, in the first 99.9% by stable hash',
    });
  });

  test('percentages of one OU in two waves after one another: ten, then the next ten, then the rest', () => {
    const percents = [10, 20, 100];
    const waves = percents.map((percent) => waveSpec({ name: `upto-${percent}`, ous: ['Sandbox'], percent }));
    const accounts = Array.from({ length: 1000 }, (_, n) => account({ id: id(n) }));

    const sizes = targets({ waves }, ...accounts).waves.map((wave) => wave.accounts.length);

    const upTo = (percent: number) => accounts.filter((a) => stableHash(a.id) * 100 < percent).length;
    expect(sizes).toEqual([upTo(10), upTo(20) - upTo(10), 1000 - upTo(20)]);
  });
});

describe('the targets', () => {
  test('show each account by name and OU', () => {
    const { waves, excluded } = targets({}, account(), account({ id: id(8), name: 'stray', ouIds: [workloads, team] }));

    expect(waves).toEqual([
      { name: 'sandbox', accounts: [{ id: subject, name: 'app', ou: 'Sandbox', because: 'OU Sandbox' }] },
    ]);
    expect(excluded).toMatchObject([{ id: id(8), name: 'stray', ou: `Workloads/${team}`, reason: 'unplaced' }]);
  });

  test('note a wave that selects nobody, and accounts that the organization does not have', () => {
    const desiredState = {
      waves: [sandboxWave, waveSpec({ name: 'late', accounts: [id(1)] })],
      exclude: { ous: [], accounts: [id(2)] },
      exceptions: [{ ...grant('2026-01-01'), account: id(3) }],
    };

    expect(targets(desiredState, account()).notes).toEqual([
      'wave late selects no account',
      `wave late names account ${id(1)}, which is not in the organization`,
      `exclude names account ${id(2)}, which is not in the organization`,
      `an exception names account ${id(3)}, which is not in the organization`,
    ]);
  });

  test('are refused while an OU of the config is unresolved, since an exclusion would silently not hold', () => {
    expect(() => targets({ exclude: { ous: ['Quarantine'], accounts: [] } }, account())).toThrow(
      'OU "Quarantine" was not resolved before targeting',
    );
  });
});
