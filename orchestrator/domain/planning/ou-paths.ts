/** Resolves the OU paths of the config to OU ids, along those paths only, and names the other OUs that have accounts. */

import { errors } from '../errors';
import { type OuId, parseOuId } from '../model/brand';
import type { Account, OuChild, OuNames } from '../model/organization';
import { nearestNames } from '../nearest';

export type ChildOus = (parent: OuId | 'root') => Promise<readonly OuChild[]>;

/** How many names an error suggests for each unknown path. */
const nearestMax = 3;

/** OUs nest five deep under the root [aws-behavior 3.3]. */
const depthMax = 5;

/**
 * Reads the children of each OU on the named paths once; an OU id needs no reading. Names are case-sensitive, as in Organizations.
 * Spaces and slashes around a path are ignored. A name can contain any character [OrganizationalUnit.Name], even a slash. Such an OU
 * must be given by its id, because its name would read as two.
 *
 * @throws UnknownOu with every path that does not exist.
 */
export async function resolveOus(named: readonly string[], childOus: ChildOus): Promise<OuNames> {
  const pathOf = new Map<OuId, string>();
  const idOf = new Map<string, OuId>();
  const childrenOf = new Map<OuId | 'root', readonly OuChild[]>();
  const missing: string[] = [];

  const childrenAt = async (parent: OuId | 'root'): Promise<readonly OuChild[]> => {
    const known = childrenOf.get(parent);
    if (known !== undefined) return known;
    const children = await childOus(parent);
    childrenOf.set(parent, children);
    const above = parent === 'root' ? '' : `${pathOf.get(parent) ?? parent}/`;
    for (const child of children) pathOf.set(child.id, `${above}${child.name}`);
    return children;
  };

  const run = async (segments: readonly string[]): Promise<OuId | undefined> => {
    if (segments.length > depthMax || segments.includes('')) return undefined;
    let at: OuId | 'root' = 'root';
    for (const segment of segments) {
      const child: OuChild | undefined = (await childrenAt(at)).find(({ name }) => name === segment);
      if (child === undefined) return undefined;
      at = child.id;
    }
    return at === 'root' ? undefined : at;
  };

  for (const entry of new Set(named)) {
    const text = entry.trim();
    const id = parseOuId.form.test(text) ? parseOuId(text) : await run(segmentsOf(text));
    if (id === undefined) missing.push(entry);
    else idOf.set(entry, id);
  }
  if (missing.length > 0) {
    const candidates = [...childrenOf.values()]
      .flat()
      .flatMap(({ id, name }) => (name.includes('/') ? [] : [pathOf.get(id) ?? name]));
    throw errors.unknownOu(
      missing.map((path) => ({ path, nearest: nearestNames(segmentsOf(path).join('/'), candidates, nearestMax) })),
    );
  }
  return { pathOf, idOf };
}

/** Reads for names alone: an organization with more such parents shows ids for the rest. */
const parentsMax = 40;

/**
 * Names the OUs of accounts that the config's paths do not lead to, so that people see `Workloads/Dev/Team` and not an id. Nothing is decided
 * by these names: if they cannot be read, the ids are shown.
 */
export async function nameOus(
  { pathOf: known, idOf }: OuNames,
  accounts: readonly Pick<Account, 'ouIds'>[],
  childOus: ChildOus,
): Promise<OuNames> {
  const pathOf = new Map(known);
  const asked = new Set<OuId | 'root'>();
  for (let depth = 0; depth < depthMax; depth++) {
    const parents = new Set(accounts.flatMap(({ ouIds }) => parentOf(ouIds, depth, pathOf)));
    for (const parent of parents) {
      if (asked.has(parent) || asked.size >= parentsMax) continue;
      asked.add(parent);
      const above = parent === 'root' ? '' : `${pathOf.get(parent) ?? parent}/`;
      for (const { id, name } of await childOus(parent)) if (!pathOf.has(id)) pathOf.set(id, `${above}${name}`);
    }
  }
  return { pathOf, idOf };
}

/** The parent of the OU at this depth, if that OU has no name yet. */
function parentOf(
  ouIds: readonly OuId[],
  depth: number,
  pathOf: ReadonlyMap<OuId, string>,
): readonly (OuId | 'root')[] {
  const id = ouIds[depth];
  if (id === undefined || pathOf.has(id)) return [];
  return [depth === 0 ? 'root' : (ouIds[depth - 1] ?? 'root')];
}

const segmentsOf = (path: string): readonly string[] =>
  path
    .trim()
    .replace(/^\/+|\/+$/g, '')
    .split('/');
