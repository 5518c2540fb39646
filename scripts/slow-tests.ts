/** Which suites and tests take long: information after a run, and never a failure. */
import { relative } from 'node:path';

/** What `jest --json` writes, as far as this reads it. */
export interface RunResults {
  /** Absent if no test was run, as with `--listTests`. */
  readonly testResults?: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly fullName: string;
      /** Absent for a test that did not run. */
      readonly duration?: number | null;
    }[];
  }[];
}

const suitesShown = 10;
const slowTestMs = 20_000;

/** The slowest suites, and every test that took longer than 20 s. */
export function slowTests({ testResults = [] }: RunResults, root: string): readonly string[] {
  const suites = testResults
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), ms: endTime - startTime }))
    .toSorted(longestFirst)
    .slice(0, suitesShown);
  const tests = testResults
    .flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({
        name: `${relative(root, name)}: ${fullName}`,
        ms: duration ?? 0,
      })),
    )
    .filter(({ ms }) => ms > slowTestMs)
    .toSorted(longestFirst);
  return [
    ...(suites.length === 0 ? [] : ['slowest suites:', ...suites.map(line)]),
    ...(tests.length === 0 ? [] : [`tests over ${slowTestMs / 1000} s:`, ...tests.map(line)]),
  ];
}

interface Timed {
  readonly name: string;
  readonly ms: number;
}
const longestFirst = (a: Timed, b: Timed): number => b.ms - a.ms;
const line = ({ name, ms }: Timed): string => `${(ms / 1000).toFixed(1).padStart(8)} s  ${name}`;
