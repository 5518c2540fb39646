/** Parses strongroom.yaml into the desired state, or returns all of its problems with their lines. */
import type { z } from 'zod';
import type { DesiredState } from '../domain/model/desired-state';
import { nearestNames } from '../domain/nearest';
import { readDocument } from './document';
import { brokenRules, doubts } from './rules';
import { configJsonSchema, configSchema } from './schema';
import { byPlace, type ConfigValues, type Finding, field, type Path, type Problem } from './values';

export type { Problem } from './values';

export type ParsedConfig =
  | { readonly ok: true; readonly desiredState: DesiredState; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** More problems than a person fixes at once. */
const problemsMax = 1_000;

/** @param file the name of the config in warnings. */
export function parseConfig(text: string, file: string): ParsedConfig {
  const document = readDocument(text);
  if (!document.ok) return document;
  const { value, locate } = document;
  const parsed = configSchema.safeParse(value);
  const findings = [
    ...(parsed.error?.issues ?? []).flatMap((issue) => findingsOf(issue, document)),
    ...brokenRules(value, (path) => locate({ path, message: '' }).line),
  ];
  const problems = [...document.problems, ...findings.map(locate)];
  if (!parsed.success || problems.length > 0) return { ok: false, problems: inOrder(problems) };
  const warnings = doubts(value).map((doubt) => formatProblem(file, locate(doubt)));
  return { ok: true, desiredState: parsed.data, warnings };
}

/** Like `strongroom.yaml:12:5 waves[1].percent: must be more than 0 and at most 100, got 140`, which editors can link. */
export const formatProblem = (file: string, { line, column, path, message }: Problem): string =>
  `${file}:${line}:${column} ${path === '' ? message : `${path}: ${message}`}`;

function findingsOf(issue: z.core.$ZodIssue, { written }: ConfigValues): readonly Finding[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path);
    return issue.keys
      .slice(0, problemsMax + 1)
      .map((key) => ({ path: [...path, key], message: unknownKey(key, known), at: 'key' }));
  }
  const got = written(path);
  return [{ path, message: got === undefined ? `is missing; it ${issue.message}` : `${issue.message}, got ${got}` }];
}

function unknownKey(key: string, known: readonly string[]): string {
  const [nearest] = nearestNames(key, known, 1);
  return `is not a known key; ${nearest === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${nearest}"?`}`;
}

/** The keys that the schema allows at a path. */
function knownKeys(path: Path): readonly string[] {
  let schema: unknown = configJsonSchema();
  for (const step of path)
    schema = typeof step === 'number' ? field(schema, 'items') : field(field(schema, 'properties'), String(step));
  return Object.keys(field(schema, 'properties') ?? {});
}

/** Sorted and without duplicates, because a text can break two limits of one field. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const distinct = new Map(problems.map((problem) => [formatProblem('', problem), problem]));
  const sorted = [...distinct.values()].sort(byPlace);
  const unshown = sorted[problemsMax];
  if (unshown === undefined) return sorted;
  const more = { ...unshown, path: '', message: `and more; only the first ${problemsMax} problems are shown` };
  return [...sorted.slice(0, problemsMax), more];
}
