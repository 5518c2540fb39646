/**
 * IAM policy documents compared by what they mean: AWS gives a policy back in another order, case or form than it was written
 * in. A part that is not understood is kept as it is, and so makes a difference: a comparison never guesses in favour of equality.
 */
import { canonicalJson } from '../model/release';

/** A policy as AWS gives it; nothing is known of it until it is read. */
export interface PolicyDocument {
  readonly [key: string]: unknown;
}

/** A statement as it is written; nothing is known of it until it is read. */
export type Statement = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One string and a list of that one string are the same to IAM. */
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A set: order and repetition mean nothing. Numbers and booleans may stand for their text in a policy. */
const setOf = (value: unknown, spell: (text: string) => string = (text) => text): readonly unknown[] => {
  const items = listOf(value).map((item) => (typeof item === 'object' ? item : spell(String(item))));
  // Texts are nearly all there is, and their own name: this runs for every statement of every account.
  return [
    ...new Map(items.map((item) => [typeof item === 'string' ? `"${item}` : canonicalJson(item), item])).entries(),
  ]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
};

const lower = (text: string): string => text.toLowerCase();

/** IAM takes an account id for the ARN of the account's root principal, and shows the ARN. */
const principalName = (text: string): string => text.replace(/^arn:[^:]+:iam::(\d{12}):root$/, '$1');

const principals = (value: unknown): unknown => {
  if (value === '*') return { AWS: ['*'] };
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, setOf(names, principalName)]));
};

/** Kind and name of each principal, as they are written; `*` alone is every AWS principal. */
export const principalsOf = (statement: Statement): readonly (readonly [kind: string, name: string])[] => {
  const principal = statement['Principal'] ?? {};
  if (!isObject(principal)) return [['AWS', String(principal)]];
  return Object.entries(principal).flatMap(([kind, names]) =>
    listOf(names).map((name) => [kind, String(name)] as const),
  );
};

/** One condition of a statement, as it is written: several values are alternatives. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly unknown[];
}

/** All conditions of a statement, which must all hold; what does not read as a condition is one that nothing meets. */
export const conditionsOf = (statement: Statement): readonly Condition[] => {
  const block = statement['Condition'] ?? {};
  if (!isObject(block)) return [{ operator: '', key: '', values: [block] }];
  return Object.entries(block).flatMap(([operator, keys]) =>
    isObject(keys)
      ? Object.entries(keys).map(([key, values]) => ({ operator, key, values: setOf(values) }))
      : [{ operator, key: '', values: [keys] }],
  );
};

/** The policy without its conditions on some keys, which another check judges. */
export const withoutConditionsOn = (keys: readonly string[], document: PolicyDocument): PolicyDocument => {
  const left = (wanted: unknown): unknown =>
    isObject(wanted)
      ? Object.fromEntries(Object.entries(wanted).filter(([key]) => !keys.map(lower).includes(lower(key))))
      : wanted;
  return {
    ...document,
    Statement: statementsOf(document).map((statement) => {
      const block = statement['Condition'];
      return isObject(block)
        ? {
            ...statement,
            Condition: Object.fromEntries(Object.entries(block).map(([operator, wanted]) => [operator, left(wanted)])),
          }
        : statement;
    }),
  };
};

/** Condition keys are not case-sensitive [doc:IAM/reference_policies_elements_condition]; operators are only ever accepted in one spelling. */
const spelledConditions = (statement: Statement): readonly unknown[] =>
  conditionsOf(statement)
    .map(({ operator, key, values }) => ({ operator: lower(operator), key: lower(key), values }))
    .sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));

const spellings: Readonly<Record<string, (value: unknown) => unknown>> = {
  // Action names are not case-sensitive [doc:IAM/reference_policies_elements_action]; resources are.
  Action: (value) => setOf(value, lower),
  NotAction: (value) => setOf(value, lower),
  Resource: (value) => setOf(value),
  NotResource: (value) => setOf(value),
  Principal: principals,
  NotPrincipal: principals,
};

/** One spelling for everything that IAM reads alike. A Sid is a name and has no meaning. */
const canonical = (statement: Statement): Statement => ({
  ...Object.fromEntries(
    Object.entries(statement)
      .filter(([element]) => element !== 'Sid')
      .map(([element, value]) => [element, spellings[element]?.(value) ?? value]),
  ),
  Condition: spelledConditions(statement),
});

/** The statements as they are written; IAM takes a single one without a list. */
export const statementsOf = (document: PolicyDocument): readonly Statement[] =>
  (document['Statement'] === undefined ? [] : listOf(document['Statement'])).map((statement) =>
    isObject(statement) ? statement : { notAStatement: statement },
  );

/** Actions in one spelling; empty if the statement has no such element. */
export const actionsOf = (statement: Statement, element: 'Action' | 'NotAction'): readonly string[] =>
  statement[element] === undefined ? [] : setOf(statement[element], lower).map(String);

/** Without a version IAM reads a policy by the rules of 2008, which know no policy variables. */
const versionOf = (document: PolicyDocument): unknown => document['Version'] ?? '2008-10-17';

/** A statement's name for people: its Sid, or what it says first. */
const nameOf = (statement: Statement): string => {
  const element = statement['NotAction'] === undefined ? 'Action' : 'NotAction';
  const sid = statement['Sid'];
  return typeof sid === 'string' && sid !== ''
    ? sid
    : `${String(statement['Effect'])} ${element} ${actionsOf(statement, element)[0] ?? 'of nothing'}`;
};

/**
 * What is written alike means the same, and nearly every account's policy is: this spares the comparison by meaning. Templates have
 * their keys in order, and services give documents back as they were written.
 */
export const isWrittenAlike = (observed: unknown, expected: unknown): boolean => {
  const text = JSON.stringify(observed);
  return text === canonicalJson(expected) || text === JSON.stringify(expected);
};

/** How the observed policy differs from the expected one, in words for people; empty if they mean the same. */
export function policyDifferences(observed: PolicyDocument, expected: PolicyDocument): readonly string[] {
  if (isWrittenAlike(observed, expected)) return [];
  const byMeaning = (document: PolicyDocument): ReadonlyMap<string, string> =>
    new Map(statementsOf(document).map((statement) => [canonicalJson(canonical(statement)), nameOf(statement)]));
  const [is, shouldBe] = [byMeaning(observed), byMeaning(expected)];
  const lacking = new Set([...shouldBe].filter(([meaning]) => !is.has(meaning)).map(([, name]) => name));
  const added = new Set([...is].filter(([meaning]) => !shouldBe.has(meaning)).map(([, name]) => name));
  return [
    ...(versionOf(observed) === versionOf(expected) ? [] : [`version ${String(versionOf(observed))}`]),
    ...[...lacking].map((name) => (added.has(name) ? `${name} changed` : `${name} missing`)),
    ...[...added].filter((name) => !lacking.has(name)).map((name) => `${name} added`),
  ];
}

export const samePolicy = (a: PolicyDocument, b: PolicyDocument): boolean => policyDifferences(a, b).length === 0;

/**
 * Does a text fit a pattern with `*` and `?`, as IAM reads them? Without a regular expression: the pattern is the account's own, and one
 * of many stars would take a backtracking matcher for ever.
 */
export function isLike(text: string, pattern: string): boolean {
  let [at, inPattern, star, resumeAt] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++;
      resumeAt = at;
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === text[at]) {
      inPattern++;
      at++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resumeAt;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
