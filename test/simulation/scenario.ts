/** Derives from a seed everything that a run depends on: the accounts, the releases, and what will go wrong. */
import type { AccountId } from '../../orchestrator/domain/model/brand';
import type { Census, Person } from '../../orchestrator/simulated/census';
import type { SimulatedOrganization } from '../../orchestrator/simulated/organization';
import { between, createRandom, pick, type Random } from '../../orchestrator/simulated/random';
import { drawFaults, type Fault, start } from './faults';

export interface Scenario {
  readonly seed: number;
  readonly census: Census;
  /** The number of accounts in the census that faults may affect. */
  readonly residents: number;
  readonly regions: readonly string[];
  readonly waves: readonly WaveDraw[];
  /** The first is the initial release; the others are updates. */
  readonly releases: readonly ModulesDraw[];
  readonly onFailure: 'hold' | 'rollBack';
  readonly settleMinutes: readonly number[];
  readonly exempt: boolean;
  /** Events wake the machine in the cloud; nudges do so on a laptop, where a prompt also ends the run. */
  readonly engine: 'cloud' | 'laptop';
  /** A person's answers to prompts after the storm. */
  readonly operator: readonly Answer[];
  readonly faults: readonly Fault[];
}

export type Answer = 'approve' | 'retry' | 'rollBack' | 'reject';

export interface WaveDraw {
  readonly name: string;
  readonly ou: string;
  readonly percent: number;
  readonly maxConcurrent: string;
  readonly failureTolerance: string;
  readonly slowStart: boolean;
  readonly strict: boolean;
  readonly soakMinutes: number;
  readonly approval: 'automatic' | 'manual';
}

/** The settings of each enabled module, as YAML. */
export type ModulesDraw = Readonly<Record<string, string>>;

/** OUs in which accounts may live; the first ones have waves. */
export const ouPaths = ['One', 'Two', 'Three', 'Excluded', 'Loose'] as const;
const wavesMax = 3;
const perWaveMax = 4;

export function drawScenario(seed: number): Scenario {
  const random = createRandom(seed).fork('scenario');
  const number = (least: number, most: number): number => between(random.next(), least, most);
  const likely = (share: number): boolean => random.next() < share;
  const waveCount = number(1, wavesMax);
  const waves = Array.from({ length: waveCount }, (_, index) => drawWave(random, index));
  const people = peopleOf(random, waveCount);
  const releases = drawReleases(random);
  return {
    seed,
    census: { ouPaths, people },
    residents: people.length,
    regions: ['us-east-1', 'us-west-2', 'eu-west-1'].slice(0, likely(0.4) ? 1 : number(1, 3)),
    waves: waves.flatMap(sliced),
    releases,
    onFailure: likely(0.3) ? 'rollBack' : 'hold',
    settleMinutes: pick(random.next(), [[], [1], [1, 2, 5]]),
    exempt: likely(0.3),
    engine: likely(0.5) ? 'cloud' : 'laptop',
    operator: Array.from({ length: 4 }, () =>
      pick(random.next(), ['approve', 'retry', 'retry', 'rollBack', 'reject'] as const),
    ),
    faults: drawFaults(random.fork('faults'), {
      residents: people.length,
      ous: ouPaths.length,
      releases: releases.length,
    }),
  };
}

function drawWave(random: Random, index: number): WaveDraw {
  const likely = (share: number): boolean => random.next() < share;
  return {
    name: `w${index + 1}`,
    ou: ouPaths[index] ?? 'One',
    percent: likely(0.2) ? 50 : 100,
    maxConcurrent: pick(random.next(), ['1', '2', '50%', '100%']),
    failureTolerance: pick(random.next(), ['0', '0', '1', '34%']),
    slowStart: likely(0.5),
    strict: likely(0.2),
    soakMinutes: pick(random.next(), [0, 5, 15]),
    approval: likely(0.2) ? 'manual' : 'automatic',
  };
}

/** A wave with a percentage is followed by one with the rest. */
const sliced = (wave: WaveDraw): readonly WaveDraw[] =>
  wave.percent === 100 ? [wave] : [wave, { ...wave, name: `${wave.name}-rest`, percent: 100 }];

function peopleOf(random: Random, waveCount: number): readonly Person[] {
  const living = (ouPath: string, count: number): readonly Person[] =>
    Array.from({ length: count }, (_, i) => ({
      name: `${ouPath.toLowerCase()}-${i + 1}`,
      ouPath,
      state: 'ACTIVE',
      tags: {},
    }));
  const inWaves = Array.from({ length: waveCount }, (_, index) =>
    living(ouPaths[index] ?? 'One', between(random.next(), 1, perWaveMax)),
  );
  return [
    { name: 'management', ouPath: '', state: 'ACTIVE', tags: {} },
    ...inWaves.flat(),
    ...living('Excluded', between(random.next(), 0, 1)),
    ...living('Loose', between(random.next(), 0, 1)),
  ];
}

function drawReleases(random: Random): readonly ModulesDraw[] {
  const first: Record<string, string> = {};
  const share = {
    'account-hardening': 0.7,
    'operator-role': 0.5,
    alerts: 0.25,
    'aws-config': 0.25,
    'audit-logging': 0.1,
  };
  for (const [module, likelihood] of Object.entries(share))
    if (random.next() < likelihood) first[module] = settingsOf(module, 0);
  if (Object.keys(first).length === 0) first['account-hardening'] = settingsOf('account-hardening', 0);
  // An update changes, adds or removes one module.
  return [first, changed(random, first, 1), changed(random, first, 2)];
}

function changed(random: Random, from: ModulesDraw, version: number): ModulesDraw {
  const names = Object.keys(from);
  const module = names[Math.floor(random.next() * names.length)] ?? 'account-hardening';
  const how = random.next();
  if (how < 0.2 && names.length > 1)
    return Object.fromEntries(Object.entries(from).filter(([name]) => name !== module));
  if (how < 0.5) return { ...from, 'operator-role': settingsOf('operator-role', version) };
  return { ...from, [module]: settingsOf(module, version) };
}

function settingsOf(module: string, version: number): string {
  switch (module) {
    case 'operator-role':
      return `roleName: InfraAdmin, mfaMaxAgeSeconds: ${3600 + version * 600}`;
    case 'alerts':
      return `email: security-${version}@example.com`;
    case 'account-hardening':
      return `passwordPolicy: ${version !== 1}, snapshotBlockPublicAccess: ${version !== 2}`;
    default:
      return '';
  }
}

/** The last account of the first OU at the start. */
export function exemptOf(scenario: Scenario, organization: SimulatedOrganization): readonly AccountId[] {
  const place = scenario.census.people.findLastIndex(({ ouPath }) => ouPath === 'One');
  const id = [...organization.accounts.keys()][place];
  return scenario.exempt && id !== undefined ? [id] : [];
}

/** strongroom.yaml of one release. It names accounts, so the organization must exist first. */
export function configOf(scenario: Scenario, organization: SimulatedOrganization, release: number): string {
  const modules = scenario.releases[release] ?? {};
  const archived = 'aws-config' in modules || 'audit-logging' in modules;
  const [exempt] = exemptOf(scenario, organization);
  const lines = Object.entries(modules)
    .filter(([module]) => module !== 'audit-logging')
    .map(([module, settings]) => `  ${module}: { enabled: true${settings === '' ? '' : `, ${settings}`} }`);
  if (archived)
    lines.push(`  audit-logging: { enabled: ${'audit-logging' in modules}, logArchiveBucket: acme-log-archive }`);
  return `organization: { ciRole: BaselineCi, externalId: strongroom }
regions: { home: us-east-1, governed: [${scenario.regions.join(', ')}] }
modules:
${lines.join('\n')}
waves:
${scenario.waves.map(waveLine).join('\n')}
exclude: { ous: [Excluded] }
exceptions: ${exempt === undefined ? '[]' : `[{ account: "${exempt}", reason: leaving, owner: jo@example.com, expires: 2099-12-31 }]`}
checks: { settleMinutes: [${scenario.settleMinutes.join(', ')}] }
onFailure: ${scenario.onFailure}
freezes: [${scenario.faults.flatMap(freezeText).join(', ')}]
`;
}

function freezeText(fault: Fault): readonly string[] {
  if (fault.kind !== 'freeze') return [];
  const [from, to] = [
    isoAt(Math.floor(fault.from)),
    isoAt(Math.floor(fault.from) + Math.max(1, Math.ceil(fault.until - fault.from))),
  ];
  return [`{ from: "${from}", to: "${to}", reason: season }`];
}
const isoAt = (minute: number): string => new Date(start.getTime() + minute * 60_000).toISOString().replace('.000', '');

const waveLine = (wave: WaveDraw): string =>
  `  - { name: ${wave.name}, ous: [${wave.ou}], percent: ${wave.percent}, maxConcurrent: ${wave.maxConcurrent}, failureTolerance: ${wave.failureTolerance}, slowStart: ${wave.slowStart}, strict: ${wave.strict}, soakMinutes: ${wave.soakMinutes}, approval: ${wave.approval} }`;
