/** Patterns with wildcards and policy variables, compiled once and matched against many requests. */
import { anyOne, fits, fitsByComponent, type Glob, isEverything, lowerCase, splitGlob, star, testerOf } from './glob';
import { isKnown, keyValue, type Request } from './request';
import type { Truth } from './truth';

interface Variable {
  readonly key: string;
  readonly fallback?: string;
}
type Part = Glob | Variable;

const isGlob = (part: Part): part is Glob => Array.isArray(part);

export interface Pattern {
  readonly parts: readonly Part[];
  readonly ignoreCase: boolean;
  /** It fits every text. */
  readonly isEverything: boolean;
  /** Without variables it can be tested without the request. */
  readonly plain?: {
    readonly glob: Glob;
    readonly test: (text: string) => boolean;
    readonly components: readonly Glob[];
  };
}

export interface Reading {
  /** Policies of version 2012-10-17 have variables; in older ones they are text [doc:IAM/reference_policies_variables]. */
  readonly variables: boolean;
  readonly wildcards: boolean;
  /** The text that is matched must be in lower case. */
  readonly ignoreCase?: boolean;
}

export function compilePattern(written: string, reading: Reading): Pattern {
  return patternOf(partsOf(written, reading), reading.ignoreCase ?? false);
}

/**
 * A resource has variables only in what follows the fifth colon: "You can't use a variable to replace parts of the ARN before the fifth
 * colon" [doc:IAM/reference_policies_variables].
 */
export function compileResource(written: string, variables: boolean): Pattern {
  const head = /^(?:[^:]*:){5}/.exec(written)?.[0] ?? written;
  const [fixed = []] = partsOf(head, { variables: false, wildcards: true });
  const [first, ...others] = partsOf(written.slice(head.length), { variables, wildcards: true });
  return patternOf([[...(isGlob(fixed) ? fixed : []), ...(first && isGlob(first) ? first : [])], ...others], false);
}

function patternOf(parts: readonly Part[], ignoreCase: boolean): Pattern {
  const [glob] = parts;
  if (parts.length !== 1 || glob === undefined || !isGlob(glob)) return { parts, ignoreCase, isEverything: false };
  return {
    parts,
    ignoreCase,
    isEverything: isEverything(glob),
    plain: { glob, test: testerOf(glob), components: splitGlob(glob) },
  };
}

/** Starts with a glob, which may be empty; each variable is followed by another glob. */
function partsOf(written: string, { variables, wildcards, ignoreCase = false }: Reading): readonly Part[] {
  const parts: Part[] = [];
  let glob: number[] = [];
  for (let at = 0; at < written.length; ) {
    const found = variables && written[at] === '$' ? variableAt(written, at) : undefined;
    if (found === undefined) {
      const letter = written[at++] ?? '';
      if (wildcards && letter === '*') glob.push(star);
      else if (wildcards && letter === '?') glob.push(anyOne);
      else addText(glob, ignoreCase ? lowerCase(letter) : letter);
      continue;
    }
    at = found.endsAt;
    if ('literal' in found) addText(glob, found.literal);
    else {
      parts.push(glob, found.variable);
      glob = [];
    }
  }
  return [...parts, glob];
}

const addText = (glob: number[], text: string): void => {
  for (let at = 0; at < text.length; at++) glob.push(text.charCodeAt(at));
};

type Found = { readonly endsAt: number } & ({ readonly literal: string } | { readonly variable: Variable });

/** `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves; everything else is text. */
function variableAt(text: string, at: number): Found | undefined {
  if (text[at + 1] !== '{') return undefined;
  const literal = text[at + 2] ?? '';
  if ('*?$'.includes(literal) && text[at + 3] === '}') return { endsAt: at + 4, literal };
  const closesAt = text.indexOf('}', at);
  if (closesAt < 0) return undefined;
  const quoteAt = text.indexOf("'", at);
  if (quoteAt < 0 || quoteAt > closesAt) return variable(text.slice(at + 2, closesAt), closesAt + 1);
  const key = text.slice(at + 2, quoteAt).trimEnd();
  const endQuoteAt = text.indexOf("'", quoteAt + 1);
  const endsAt = endQuoteAt < 0 ? -1 : text.indexOf('}', endQuoteAt);
  if (!key.endsWith(',') || endsAt < 0 || text.slice(endQuoteAt + 1, endsAt).trim() !== '') return undefined;
  return variable(key.slice(0, -1), endsAt + 1, text.slice(quoteAt + 1, endQuoteAt));
}

function variable(name: string, endsAt: number, fallback?: string): Found | undefined {
  const key = lowerCase(name.trim());
  if (key === '' || /[${}]/.test(key)) return undefined;
  return { endsAt, variable: { key, ...(fallback !== undefined && { fallback }) } };
}

interface Resolved {
  readonly glob: Glob;
  /** Keys whose values are not known; each is a star in the pattern, so that what does not fit it fits with no value. */
  readonly lost: readonly string[];
}

/**
 * Undefined if a variable has no value and no default: "There is no equal or like value" [doc:IAM/reference_policies_variables]. What a
 * variable stands for is text, and its wildcards have no meaning.
 */
function resolve({ parts, ignoreCase }: Pattern, request: Request): Resolved | undefined {
  const lost: string[] = [];
  const glob: number[] = [];
  for (const part of parts) {
    if (isGlob(part)) {
      for (const unit of part) glob.push(unit);
      continue;
    }
    const value = keyValue(request, part.key);
    if (value !== 'absent' && !isKnown(value)) {
      lost.push(part.key);
      glob.push(star);
      continue;
    }
    // "You can't use a multivalued condition key as a variable": several values are none.
    const text = isKnown(value) && value.length === 1 ? value[0] : part.fallback;
    if (text === undefined) return undefined;
    addText(glob, ignoreCase ? lowerCase(text) : text);
  }
  return { glob, lost };
}

type Fits = (text: string, glob: Glob) => boolean;

/** @param lost takes the keys that would decide */
export function matches(pattern: Pattern, text: string, request: Request, lost: string[], byRule: Fits = fits): Truth {
  if (pattern.plain !== undefined && byRule === fits) return pattern.plain.test(text);
  const resolved = pattern.plain === undefined ? resolve(pattern, request) : { glob: pattern.plain.glob, lost: [] };
  if (resolved === undefined) return false;
  if (resolved.lost.length === 0) return byRule(text, resolved.glob);
  // The value may have colons of its own, so an unknown one is compared with the whole text.
  if (!fits(text, resolved.glob)) return false;
  lost.push(...resolved.lost);
  return 'unknown';
}

/** ArnLike and ArnEquals, which "behave identically" [doc:IAM/reference_policies_elements_condition_operators]. */
export const matchesArn = (pattern: Pattern, text: string, request: Request, lost: string[]): Truth =>
  pattern.plain === undefined
    ? matches(pattern, text, request, lost, (arn, glob) => fitsByComponent(arn, splitGlob(glob)))
    : fitsByComponent(text, pattern.plain.components);

/** The reason if a resource may fit or not. */
export const wildcardReach = 'how far a wildcard reaches in an ARN';

/**
 * A resource fits component by component. A star at the end of a component "can expand to match beyond the colon boundaries"
 * [doc:IAM/reference_policies_elements_resource], which does not say when it does: what fits only so is unknown.
 */
export function matchesResource(pattern: Pattern, text: string, request: Request, lost: string[]): Truth {
  if (pattern.isEverything) return true;
  if (pattern.plain !== undefined && !pattern.plain.test(text)) return false;
  const resolved = pattern.plain === undefined ? resolve(pattern, request) : { glob: pattern.plain.glob, lost: [] };
  if (resolved === undefined || !fits(text, resolved.glob)) return false;
  if (resolved.lost.length > 0) {
    lost.push(...resolved.lost);
    return 'unknown';
  }
  const components = pattern.plain?.components ?? splitGlob(resolved.glob);
  if (!text.startsWith('arn:') || fitsByComponent(text, components)) return true;
  const reaches = components.some((glob, at) => glob.at(-1) === star && at < 5);
  if (!reaches) return false;
  lost.push(wildcardReach);
  return 'unknown';
}
