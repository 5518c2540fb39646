/**
 * The layers, as one table: every folder of the program and the folders that it may import. A folder always may import itself and
 * what is below it. The table is read from top to bottom; a row names only rows above it, so that an import always points down.
 */
import type { Import } from './sources';

export interface Layer {
  readonly folder: string;
  readonly may: readonly string[];
}

const domain = [
  'orchestrator/domain',
  'orchestrator/domain/model',
  'orchestrator/domain/policies',
  'orchestrator/domain/installation',
  'orchestrator/domain/planning',
  'orchestrator/domain/health',
  'orchestrator/domain/decisions',
  'orchestrator/domain/rehearsal',
];
const ports = [...domain, 'orchestrator/ports'];
const records = [...ports, 'orchestrator/records'];
const rollout = [...records, 'orchestrator/rollout'];
const operations = [...rollout, 'orchestrator/operations'];
const runtime = [...operations, 'orchestrator/engine', 'orchestrator/tasks', 'orchestrator/runtime'];

export const layers: readonly Layer[] = [
  { folder: 'orchestrator/domain', may: [] },
  { folder: 'orchestrator/domain/model', may: ['orchestrator/domain'] },
  { folder: 'orchestrator/domain/policies', may: domain.slice(0, 2) },
  { folder: 'orchestrator/domain/installation', may: domain.slice(0, 3) },
  { folder: 'orchestrator/domain/planning', may: domain.slice(0, 4) },
  { folder: 'orchestrator/domain/health', may: domain.slice(0, 4) },
  { folder: 'orchestrator/domain/decisions', may: domain.slice(0, 6) },
  { folder: 'orchestrator/domain/rehearsal', may: domain.slice(0, 2) },
  { folder: 'orchestrator/ports', may: domain },
  { folder: 'orchestrator/config', may: domain },
  { folder: 'orchestrator/presentation', may: domain },
  { folder: 'orchestrator/engine', may: ports },
  { folder: 'orchestrator/embedded', may: ports },
  { folder: 'orchestrator/aws', may: [...ports, 'orchestrator/embedded'] },
  { folder: 'orchestrator/simulated', may: ports },
  { folder: 'orchestrator/records', may: ports },
  { folder: 'orchestrator/rollout', may: records },
  { folder: 'orchestrator/tasks', may: ports },
  { folder: 'orchestrator/handlers', may: [...rollout, 'orchestrator/tasks'] },
  { folder: 'stackset-templates', may: domain },
  { folder: 'state-machine', may: [...ports, 'orchestrator/tasks'] },
  { folder: 'orchestrator/operations', may: [...rollout, 'stackset-templates'] },
  { folder: 'orchestrator/events', may: operations },
  {
    folder: 'orchestrator/runtime',
    may: [...operations, 'orchestrator/engine', 'orchestrator/tasks', 'orchestrator/handlers'],
  },
  { folder: 'orchestrator/dashboard', may: [...runtime, 'orchestrator/presentation'] },
  {
    folder: 'orchestrator/cli',
    may: [
      ...runtime,
      'orchestrator/presentation',
      'orchestrator/config',
      'orchestrator/events',
      'orchestrator/embedded',
      'orchestrator/aws',
      'orchestrator/simulated',
    ],
  },
  { folder: 'orchestrator/bin', may: ['orchestrator/cli', 'orchestrator/dashboard'] },
  {
    folder: 'orchestrator/lambda',
    may: [...runtime, 'orchestrator/handlers', 'orchestrator/events', 'orchestrator/aws', 'orchestrator/dashboard'],
  },
  {
    folder: 'orchestrator/infrastructure',
    may: [...runtime, 'orchestrator/lambda', 'orchestrator/dashboard', 'stackset-templates', 'state-machine'],
  },
];

/** The row of the folder that a file is in: the longest that fits. */
export const layerOf = (path: string, table = layers): Layer | undefined =>
  table.filter(({ folder }) => path.startsWith(`${folder}/`)).toSorted((a, b) => b.folder.length - a.folder.length)[0];

/** What is wrong with an import, and what is allowed; undefined if nothing is. Packages are another rule's. */
export function crossing({ from, to }: Pick<Import, 'from' | 'to'>, table = layers): string | undefined {
  const [layer, target] = [layerOf(from, table), layerOf(to, table)];
  if (layer === undefined || target === undefined || target === layer || layer.may.includes(target.folder))
    return undefined;
  const allowed = layer.may.length === 0 ? 'only itself' : layer.may.join(', ');
  return `${from} imports ${to}, but ${layer.folder} may import ${allowed}`;
}

/** Import cycles, type-only imports included, each as the files on it; the shortest way round from its first file. */
export function cyclesIn(imports: readonly Pick<Import, 'from' | 'to'>[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const found = new Map<string, readonly string[]>();
  for (const start of [...next.keys()].toSorted()) {
    const cycle = wayBack(start, next);
    const name = [...(cycle ?? [])].toSorted().join();
    if (cycle !== undefined && !found.has(name)) found.set(name, cycle);
  }
  return [...found.values()];
}

function wayBack(start: string, next: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const reached = new Set<string>();
  let ways: readonly (readonly string[])[] = [[start]];
  while (ways.length > 0) {
    const longer: string[][] = [];
    for (const way of ways) {
      for (const to of next.get(way.at(-1) ?? start) ?? []) {
        if (to === start) return way;
        if (reached.has(to)) continue;
        reached.add(to);
        longer.push([...way, to]);
      }
    }
    ways = longer;
  }
  return undefined;
}
