/** The plain values of a YAML document, with the position of each. */
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';

export type Path = readonly PropertyKey[];

/** A problem with a value, without its position. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** The position of the value, or of its key if the key is the problem. */
  readonly at?: 'key' | undefined;
}

export interface Problem {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** Like `waves[1].percent`; '' for the whole file. */
  readonly path: string;
  readonly message: string;
}

export type ProblemAt = (offset: number, message: string, path?: string) => Problem;

export interface ConfigValues {
  readonly value: unknown;
  /** Problems that leave a usable value, like a repeated key. */
  readonly problems: readonly Problem[];
  readonly locate: (finding: Finding) => Problem;
  /** The written value, for people; undefined if there is none. */
  readonly written: (path: Path) => string | undefined;
}

export type ReadValues =
  | ({ readonly ok: true } & ConfigValues)
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A real config nests five levels deep. */
export const nestingMax = 50;
/** Each use of an alias counts all of its values, so that aliases of aliases are limited. */
const valuesMax = 100_000;
/** How many characters of a value or key a message shows. */
const shownMax = 60;

interface Place {
  readonly offset: number;
  readonly keyOffset: number;
  readonly written: string;
}

export function readValues(contents: ParsedNode, problemAt: ProblemAt): ReadValues {
  const reader = new ValueReader(problemAt);
  const value = reader.read(contents, [], 0);
  const { problems, places, stopped } = reader;
  if (stopped) return { ok: false, problems: problems.toSorted(byPlace) };
  return {
    ok: true,
    value,
    problems,
    locate: ({ path, message, at }) => {
      const place = nearestPlace(places, path);
      return problemAt(at === 'key' ? place.keyOffset : place.offset, message, formatPath(path));
    },
    written: (path) => places.get(keyOf(path))?.written,
  };
}

class ValueReader {
  readonly places = new Map<string, Place>();
  readonly problems: Problem[] = [];
  stopped = false;
  private readonly anchors = new Map<string, ParsedNode>();

  constructor(private readonly problemAt: ProblemAt) {}

  read(node: ParsedNode | null, path: Path, keyOffset: number): unknown {
    if (this.stopped) return undefined;
    const offset = node?.range[0] ?? keyOffset;
    if (this.places.size >= valuesMax)
      return this.stop(offset, path.slice(0, 1), `is over the limit of ${valuesMax} values`);
    if (path.length > nestingMax)
      return this.stop(offset, path.slice(0, 1), `nests more than ${nestingMax} levels deep`);
    const target = isAlias(node) ? this.anchors.get(node.source) : node;
    if (target === undefined)
      return this.stop(offset, path, `has an alias ${quoted(String(node))} without an earlier anchor`);

    this.places.set(keyOf(path), { offset, keyOffset, written: writtenAs(target) });
    if (target === null) return null;
    if (target.anchor !== undefined) this.anchors.set(target.anchor, target);
    if (isMap(target)) return Object.fromEntries(this.readPairs(target, path));
    if (isSeq(target)) return target.items.map((item, index) => this.read(item, [...path, index], offset));
    return isScalar(target) ? target.value : null;
  }

  private readPairs(map: YAMLMap.Parsed, path: Path): readonly (readonly [string, unknown])[] {
    const offsets = new Map<string, number>();
    return map.items.flatMap(({ key, value }) => {
      const [offset] = key.range;
      const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : key.source) : undefined;
      if (name === undefined) {
        this.problems.push(this.problemAt(offset, 'has a key that is not text', formatPath(path)));
        return [];
      }
      const first = offsets.get(name);
      if (first !== undefined) {
        const { line } = this.problemAt(first, '');
        this.problems.push(this.problemAt(offset, `occurs twice, first on line ${line}`, formatPath([...path, name])));
        return [];
      }
      offsets.set(name, offset);
      return [[name, this.read(value, [...path, name], offset)]];
    });
  }

  private stop(offset: number, path: Path, message: string): undefined {
    this.problems.push(this.problemAt(offset, message, formatPath(path)));
    this.stopped = true;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a key, if the value is a map with that key. */
export const field = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;

/** Like `waves[1].percent`. */
export const formatPath = (path: Path): string =>
  path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (!/^[\w-]{1,60}$/.test(name)) return `[${quoted(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');

const keyOf = (path: Path): string => JSON.stringify(path);

/** A missing value has the position of its map. */
function nearestPlace(places: ReadonlyMap<string, Place>, path: Path): Place {
  const place = places.get(keyOf(path));
  if (place !== undefined) return place;
  return path.length === 0 ? { offset: 0, keyOffset: 0, written: '' } : nearestPlace(places, path.slice(0, -1));
}

/** Numbers keep their written form, including the leading zeros of an unquoted account id. */
export function writtenAs(node: ParsedNode | null): string {
  if (isSeq(node)) return `a list of ${node.items.length}`;
  if (isMap(node)) return 'a map';
  if (!isScalar(node) || node.value === null) return 'nothing';
  if (typeof node.value === 'string') return quoted(node.value);
  return shorten(node.source ?? String(node.value));
}

/** Escaped, because a config must not control the terminal that shows its problems. */
export const quoted = (text: string): string => JSON.stringify(shorten(text));

const shorten = (text: string): string => (text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`);
