/** A fault seeded into the production code: an exact text of a file that must occur once, and what takes its place. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';

export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Seeds in which it shows, tried first. */
  readonly seeds?: readonly number[] | undefined;
  /** Suites that catch it, instead of the simulation: files or folders of tests. */
  readonly suites?: readonly string[] | undefined;
}

const root = join(__dirname, '..', '..');
const production = ['orchestrator', 'state-machine'];

export const mutated = ({ from, to }: Mutant, source: string): string => source.replace(from, () => to);

/** Says of each mutant that cannot be tried why not, and in which file its text is now. */
export function brokenMutants(mutants: readonly Mutant[]): readonly string[] {
  return mutants.flatMap((mutant) => {
    const trouble = troubleWith(mutant);
    return trouble === undefined ? [] : [`"${mutant.name}" in ${mutant.file}: ${trouble}`];
  });
}

function troubleWith(mutant: Mutant): string | undefined {
  const { file, from, to, suites = [] } = mutant;
  const lost = suites.find((suite) => !existsSync(join(root, suite)));
  if (lost !== undefined) return `there is no suite ${lost}`;
  const path = join(root, file);
  if (!existsSync(path)) return `the file does not exist${foundElsewhere(mutant)}`;
  const source = readFileSync(path, 'utf8');
  const times = source.split(from).length - 1;
  if (times === 0) return `the text is gone${foundElsewhere(mutant)}: ${from}`;
  if (times > 1) return `the text occurs ${times} times: ${from}`;
  if (from === to) return 'the replacement changes nothing';
  try {
    transformSync(mutated(mutant, source), { loader: 'ts', logLevel: 'silent' });
    return undefined;
  } catch (error) {
    return `the mutated file does not parse: ${error instanceof Error ? error.message : error}`;
  }
}

function foundElsewhere({ from }: Mutant): string {
  const files = production.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const holding = files.filter((file) => readFileSync(join(root, file), 'utf8').includes(from));
  return holding.length === 0 ? '' : `, but occurs in ${holding.join(', ')}`;
}
