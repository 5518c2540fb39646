/**
 * Texts with `*` and `?`. Matching never takes a regular expression: a pattern is another team's text, and one of many stars would keep
 * a backtracking matcher busy for ever. This one takes at most the product of both lengths.
 */

/** Wildcards as numbers that are no character; all other numbers are UTF-16 code units. */
export const star = -1;
export const anyOne = -2;
export type Glob = readonly number[];

const colon = ':'.charCodeAt(0);
/** The components of an ARN: five between colons, and the rest. */
const components = 6;

/** One character is one code point, so `?` takes both halves of an emoji. */
export function fits(text: string, glob: Glob): boolean {
  let [at, inGlob, starAt, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    const unit = glob[inGlob];
    if (unit === star) {
      starAt = inGlob++;
      resumeAt = at;
    } else if (unit === anyOne) {
      inGlob++;
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    } else if (unit === text.charCodeAt(at)) {
      inGlob++;
      at++;
    } else if (starAt >= 0) {
      inGlob = starAt + 1;
      at = ++resumeAt;
    } else return false;
  }
  while (glob[inGlob] === star) inGlob++;
  return inGlob === glob.length;
}

/** Nearly all patterns are a plain text, or a plain text and one star. */
export function testerOf(glob: Glob): (text: string) => boolean {
  const plain = textOf(glob.filter((unit) => unit >= 0));
  if (plain.length === glob.length) return (text) => text === plain;
  if (isEverything(glob)) return () => true;
  if (glob.at(-1) === star && plain.length === glob.length - 1) return (text) => text.startsWith(plain);
  return (text) => fits(text, glob);
}

const textOf = (units: Glob): string => units.reduce((text, unit) => text + String.fromCharCode(unit), '');

export const isEverything = (glob: Glob): boolean => glob.length > 0 && glob.every((unit) => unit === star);

export function splitGlob(glob: Glob): readonly Glob[] {
  const parts: number[][] = [[]];
  for (const unit of glob) {
    if (unit === colon && parts.length < components) parts.push([]);
    else parts.at(-1)?.push(unit);
  }
  return parts;
}

export function splitArn(text: string): readonly string[] {
  const parts = text.split(':');
  return parts.length <= components
    ? parts
    : [...parts.slice(0, components - 1), parts.slice(components - 1).join(':')];
}

/**
 * Each of the six components fits on its own, so that no wildcard before the last one crosses a colon
 * [doc:IAM/reference_policies_elements_condition_operators].
 */
export const fitsByComponent = (text: string, globs: readonly Glob[]): boolean => {
  if (globs.length !== components) return false;
  const parts = splitArn(text);
  return parts.length === components && globs.every((glob, at) => fits(parts[at] ?? '', glob));
};

/** Lower case by character, so that a pattern and a text are spelled alike wherever a letter stands. */
export const lowerCase = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the range of ASCII.
  /^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : Array.from(text, (letter) => letter.toLowerCase()).join('');
