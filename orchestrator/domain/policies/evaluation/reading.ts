/** Reads the elements of a policy document, and says of what it cannot read where it is. */

export interface Problem {
  /** Like `Statement[2].Condition.StringEquals.aws:SourceVpc`. */
  readonly place: string;
  readonly problem: string;
  /** What makes a document unusable; anything else only never matches. */
  readonly isFatal: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Takes what is wrong at one place, and passes on to the places inside. */
export interface Place {
  readonly at: (name: string | number) => Place;
  readonly fail: (problem: string) => void;
  readonly note: (problem: string) => void;
}

export function placeIn(problems: Problem[], place = ''): Place {
  const add = (isFatal: boolean) => (problem: string) => {
    problems.push({ place: place === '' ? 'the document' : place, problem, isFatal });
  };
  return {
    at: (name) =>
      placeIn(problems, typeof name === 'number' ? `${place}[${name}]` : place === '' ? name : `${place}.${name}`),
    fail: add(true),
    note: add(false),
  };
}

/** One value and a list of it are the same to IAM. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Numbers and booleans may be written as such in a condition. */
export function scalarsOf(value: unknown, place: Place): readonly string[] {
  return listOf(value).flatMap((item, index) => {
    if (typeof item === 'string') return [item];
    if (typeof item === 'number' || typeof item === 'boolean') return [String(item)];
    (Array.isArray(value) ? place.at(index) : place).fail(`${kindOf(item)} is not a text, a number or a boolean`);
    return [];
  });
}

export function textsOf(value: unknown, place: Place): readonly string[] {
  const items = listOf(value);
  if (items.length === 0) place.fail('the list is empty');
  return items.flatMap((item, index) => {
    if (typeof item === 'string' && item !== '') return [item];
    const where = Array.isArray(value) ? place.at(index) : place;
    where.fail(item === '' ? 'the text is empty' : `${kindOf(item)} is not a text`);
    return [];
  });
}

export const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

/** Elements that are not of this language: a misspelled Condition would leave its statement without one. */
export function checkElements(fields: Fields, known: readonly string[], place: Place): void {
  for (const name of Object.keys(fields)) {
    if (known.includes(name)) continue;
    const meant = known.find((one) => one.toLowerCase() === name.toLowerCase());
    place.at(name).fail(meant === undefined ? 'no such element' : `no such element; it is spelled ${meant}`);
  }
}

/** Exactly one of two elements, like Action and NotAction. */
export function oneOf(fields: Fields, names: readonly [string, string], place: Place, isRequired: boolean) {
  const [plain, negated] = names;
  const found = names.filter((name) => fields[name] !== undefined);
  if (found.length === 2) place.fail(`has both ${plain} and ${negated}`);
  if (found.length === 0 && isRequired) place.fail(`has neither ${plain} nor ${negated}`);
  const [name] = found;
  return name === undefined
    ? undefined
    : { name, value: fields[name], isNegated: name === negated, place: place.at(name) };
}
