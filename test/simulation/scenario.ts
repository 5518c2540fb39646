/** Derives from a seed everything that a run depends on: the accounts, the releases, and what will go wrong. */
import type { Person } from '../../orchestrator/simulated/census';
import { between, createRandom, pick, type Random } from '../../orchestrator/simulated/random';
import { drawFaults } from './drawing';
import type { ModulesDraw, Scenario, WaveDraw } from './draws';
import type { Fault } from './faults';
import type { Switches } from './switches';

/** OUs in which accounts may live; the first ones have waves. */
export const ouPaths = ['One', 'Two', 'Three', 'Excluded', 'Loose'] as const;
const wavesMax = 3;
const perWaveMax = 4;

export function drawScenario(seed: number, switches: Switches = {}): Scenario {
  const random = createRandom(seed).fork('scenario');
  const number = (least: number, most: number): number => between(random.next(), least, most);
  const likely = (share: number): boolean => random.next() < share;
  const waveCount = number(1, wavesMax);
  const waves = Array.from({ length: waveCount }, (_, index) => drawWave(random, index));
  const people = peopleOf(random, waveCount);
  const releases = drawReleases(random);
  const faults = drawFaults(
    random.fork('faults'),
    { residents: people.length, ous: ouPaths.length, releases: releases.length },
    switches,
  );
  return {
    seed,
    census: censusOf(people, faults),
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
    faults,
  };
}

/** Whose detectors an organization administers, has an account for that. */
function censusOf(people: readonly Person[], faults: readonly Fault[]): Scenario['census'] {
  const isWatched = faults.some((fault) => fault.kind === 'organizationRuns' && fault.module === 'threat-detection');
  if (!isWatched) return { ouPaths, people };
  const auditor: Person = { name: 'security-audit', ouPath: 'Security', state: 'ACTIVE', tags: {} };
  return { ouPaths: [...ouPaths, 'Security'], people: [...people, auditor] };
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
      return `mfaMaxAgeSeconds: ${3600 + version * 600}`;
    case 'alerts':
      return `email: security-${version}@example.com`;
    case 'account-hardening':
      return `passwordPolicy: ${version !== 1}, snapshotBlockPublicAccess: ${version !== 2}`;
    default:
      return '';
  }
}
