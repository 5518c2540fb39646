/** The accounts of a simulated organization: names, OUs, states and tags, in proportions typical of a company that has grown for some years. */
import type { OrgAccountState } from '../domain/model/organization';
import { pick, type Random } from './random';

export interface Person {
  readonly name: string;
  readonly ouPath: string;
  readonly state: OrgAccountState;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Census {
  /** Parents before children. */
  readonly ouPaths: readonly string[];
  /** The management account first. */
  readonly people: readonly Person[];
}

/** OUs that hold few accounts at any size: a minimum, and one more for every so many accounts of the organization. */
const smallOus: readonly {
  readonly path: string;
  readonly least: number;
  readonly per: number;
  readonly names: readonly [string, ...string[]];
}[] = [
  { path: 'Security', least: 4, per: 5000, names: ['log-archive', 'security-audit', 'iam', 'secops'] },
  { path: 'Infrastructure', least: 4, per: 1000, names: ['network', 'deployments', 'shared-services', 'backup'] },
  { path: 'PolicyStaging', least: 2, per: 5000, names: ['policy-canary'] },
  { path: 'Onboarding', least: 2, per: 500, names: ['onboarding', 'acquired'] },
  { path: 'IncidentResponse', least: 1, per: 5000, names: ['forensics'] },
  { path: 'Exception', least: 1, per: 2500, names: ['legacy-erp', 'vendor-appliance'] },
  { path: 'Suspended', least: 3, per: 150, names: ['retired', 'leaver', 'old-trial'] },
];

/** The other accounts are here, in these proportions. */
const largeOus = [
  { path: 'Sandbox', share: 0.2 },
  { path: 'Workloads/Dev', share: 0.3 },
  { path: 'Workloads/Staging', share: 0.15 },
  { path: 'Workloads/Production', share: 0.35 },
] as const;

const teams = [
  'payments',
  'search',
  'logistics',
  'identity',
  'mobile',
  'ads',
  'claims',
  'pricing',
  'media',
  'billing',
  'risk',
  'fleet',
] as const;
const apps = [
  'ledger',
  'api',
  'portal',
  'events',
  'reports',
  'gateway',
  'catalog',
  'ml',
  'archive',
  'batch',
  'edge',
  'crm',
] as const;
const people = [
  'ada',
  'grace',
  'alan',
  'edsger',
  'barbara',
  'donald',
  'margaret',
  'tony',
  'frances',
  'ken',
  'radia',
  'leslie',
] as const;
const suffixes: Readonly<Record<LargeOu, string>> = {
  Sandbox: 'sandbox',
  'Workloads/Dev': 'dev',
  'Workloads/Staging': 'stg',
  'Workloads/Production': 'prod',
};

type LargeOu = (typeof largeOus)[number]['path'];

/** Teams that have OUs of their own below Production; `payments` has one below Dev too: one name, two OUs. */
const teamsMin = 3;
const accountsPerTeam = 100;
const inOuBelow = 0.4;
const tagged = 0.4;
const criticalities = ['low', 'medium', 'high'] as const;
const suspendedIndex = 3;

export function createCensus(random: Random, accounts: number): Census {
  const teamCount = Math.min(teams.length, Math.max(teamsMin, Math.floor(accounts / accountsPerTeam)));
  const ownTeams = teams.slice(0, teamCount);
  const ouPaths = [
    ...smallOus.map((ou) => ou.path),
    'Workloads',
    ...largeOus.map((ou) => ou.path),
    ...ownTeams.map((team) => `Workloads/Production/${team}`),
    'Workloads/Production/payments/pci',
    'Workloads/Dev/payments',
  ];

  const outside = [active('acme-management', ''), active('stray-import', '')];
  const small = smallOus.flatMap((ou) =>
    Array.from({ length: ou.least + Math.floor(accounts / ou.per) }, (_, i) => inSmallOu(ou, i)),
  );
  const rest = accounts - outside.length - small.length;
  const large = largeOus.flatMap(({ path, share }, at) => {
    // The last OU takes the remainder of the rounding.
    const before = largeOus.slice(0, at).reduce((sum, ou) => sum + Math.floor(rest * ou.share), 0);
    const count = at === largeOus.length - 1 ? rest - before : Math.floor(rest * share);
    return Array.from({ length: count }, (_, i) => inLargeOu(random, path, i, ouPaths));
  });
  return { ouPaths, people: [...outside, ...small, ...large] };
}

const active = (name: string, ouPath: string): Person => ({ name, ouPath, state: 'ACTIVE', tags: {} });

function inSmallOu(ou: (typeof smallOus)[number], index: number): Person {
  const round = Math.floor(index / ou.names.length);
  const name = `${ou.names[index % ou.names.length] ?? ou.names[0]}${round === 0 ? '' : `-${round + 1}`}`;
  return { name, ouPath: ou.path, state: stateIn(ou.path, index), tags: {} };
}

/** The Suspended OU holds accounts that AWS suspended or closed, and one that only the company suspended. */
function stateIn(ouPath: string, index: number): OrgAccountState {
  if (ouPath === 'Onboarding') return index === 0 ? 'PENDING_ACTIVATION' : 'ACTIVE';
  if (ouPath !== 'Suspended') return 'ACTIVE';
  return (['SUSPENDED', 'CLOSED', 'ACTIVE'] as const)[index] ?? 'CLOSED';
}

/** The first account is in the OU itself and the next ones are in the OUs below it, one each, so that none is empty. */
function inLargeOu(random: Random, path: LargeOu, index: number, ouPaths: readonly string[]): Person {
  const below = ouPaths.filter((ou) => ou.startsWith(`${path}/`));
  const drawn = random.next() < inOuBelow ? Math.floor(random.next() * below.length) : below.length;
  const ouPath = below[index <= below.length ? index - 1 : drawn] ?? path;
  const team = teams.find((name) => ouPath.split('/').includes(name)) ?? pick(random.next(), teams);
  const name =
    path === 'Sandbox'
      ? `sandbox-${pick(random.next(), people)}-${index + 1}`
      : `${team}-${pick(random.next(), apps)}-${suffixes[path]}-${index + 1}`;
  const tags: Person['tags'] = random.next() < tagged ? { team, criticality: pick(random.next(), criticalities) } : {};
  // AWS suspended one developer account without moving it.
  const state = path === 'Workloads/Dev' && index === suspendedIndex ? 'SUSPENDED' : 'ACTIVE';
  return { name, ouPath, state, tags };
}
