/** Which suites need a tool that may not be installed: they import, directly or not, the module that starts it. */
import { join } from 'node:path';
import { filesEnding, type Import, isFileUnder, readModule } from '../test/sources';

const root = join(__dirname, '..');
/** Finds moto and cfn-lint in the Python environment. */
const python = 'scripts/python.ts';
/** Finds the referees, each in its own environment; the runner leaves those out by itself. */
const referees = 'scripts/referees.ts';

/** Suites that talk to moto or run cfn-lint, as paths from the root. */
export function suitesThatNeedPython(): readonly string[] {
  const isFile = isFileUnder(root);
  const imports = filesEnding(join(root, 'test'), '.ts')
    .map(({ path, text }) => ({ path: `test/${path}`, text }))
    .flatMap((source) => readModule(source, isFile).imports);
  return suitesReaching(imports, python, referees);
}

/** @param past a module whose own imports do not count. */
export function suitesReaching(imports: readonly Import[], target: string, past: string): readonly string[] {
  const importersOf = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports)
    if (!typeOnly && from !== past) importersOf.set(to, [...(importersOf.get(to) ?? []), from]);
  const reached = new Set([target]);
  // A set that grows while it is iterated is iterated to its new end.
  for (const module of reached) for (const importer of importersOf.get(module) ?? []) reached.add(importer);
  return [...reached].filter((path) => path.endsWith('.test.ts')).sort();
}
