/** One condition of a statement: an operator, a key, and the values that the policy lists for it. */
import type { OperatorName, ValueTest } from './operators';
import { isKnown, type KeyValue, keyValue, type NotKnown, type Request } from './request';
import { all, any, both, not, type Truth } from './truth';

export interface CompiledCondition {
  readonly key: string;
  readonly holds: (request: Request, lost: string[]) => Truth;
}

/** Compares one value of the request with the list of the policy, negation included. */
type Compare = (value: string, request: Request, lost: string[]) => Truth;

export function compileCondition(
  key: string,
  { operator, qualifier, ifExists }: OperatorName,
  values: readonly string[],
  variables: boolean,
): { readonly condition: CompiledCondition; readonly unreadable: readonly string[] } {
  if (operator === undefined) return { condition: nullCheck(key, values), unreadable: unreadableNull(values) };
  const compiled = values.map((value) => operator.compile(value, variables));
  const tests = compiled.filter((test) => test !== undefined);
  const { isNegated } = operator;
  const compare: Compare = (value, request, lost) => {
    let found: Truth = false;
    for (const { test } of tests) {
      const one = test(value, request, lost);
      if (one === true) return !isNegated;
      if (one === 'unknown') found = one;
    }
    return isNegated ? not(found) : found;
  };
  const decide = qualifier === 'ForAllValues' ? every : qualifier === 'ForAnyValue' ? some : single;
  const rule: Rule = { isNegated, ifExists, compare, fitsAnything: fitsAnything(tests) };
  return {
    condition: { key, holds: (request, lost) => noting(key, decide(rule, keyValue(request, key), request), lost) },
    unreadable: values.filter((_, at) => compiled[at] === undefined),
  };
}

const fitsAnything = (tests: readonly ValueTest[]): boolean => tests.some(({ isEverything }) => isEverything);

interface Rule {
  readonly isNegated: boolean;
  readonly ifExists: boolean;
  readonly compare: Compare;
  readonly fitsAnything: boolean;
}
interface Judgement {
  readonly truth: Truth;
  /** Keys of policy variables that would decide; the condition's own key is added if they are none. */
  readonly lost: readonly string[];
}

function noting(key: string, { truth, lost: variables }: Judgement, lost: string[]): Truth {
  if (truth === 'unknown') lost.push(...(variables.length === 0 ? [key] : variables));
  return truth;
}

const certain = (truth: Truth): Judgement => ({ truth, lost: [] });

/**
 * A key that is missing does not match, so a negated operator is true; with IfExists every operator is
 * [doc:IAM/reference_policies_elements_condition_operators]. Several values without a set operator match nothing: AWS says only that such
 * a key requires one.
 */
function single(
  { isNegated, ifExists, compare, fitsAnything: fitsAll }: Rule,
  value: KeyValue,
  request: Request,
): Judgement {
  const whenMissing = ifExists || isNegated;
  if (value === 'absent') return certain(whenMissing);
  if (!isKnown(value)) {
    const { includes = [] } = value;
    if (includes.length > 0) return certain(includes.length > 1 ? false : 'unknown');
    const whenThere: Truth = fitsAll ? !isNegated : 'unknown';
    return certain(value.notKnown === 'value' || whenThere === whenMissing ? whenThere : 'unknown');
  }
  const [only, ...more] = value;
  if (only === undefined) return certain(whenMissing);
  if (more.length > 0) return certain(false);
  const lost: string[] = [];
  return { truth: compare(only, request, lost), lost };
}

/**
 * "It also returns true if there are no keys in the request, or if the key values resolve to a null data set, such as an empty string"
 * [doc:IAM/reference_policies_multi-value-conditions].
 */
function every({ isNegated, compare, fitsAnything: fitsAll }: Rule, value: KeyValue, request: Request): Judgement {
  const known = knownValues(value);
  const lost: string[] = [];
  const truth = all(known.values.map((one) => compare(one, request, lost)));
  if (known.isComplete || (fitsAll && !isNegated)) return { truth, lost };
  return { truth: both(truth, 'unknown'), lost };
}

/** "For no matching key or a null dataset, the condition returns false" [doc:IAM/reference_policies_multi-value-conditions]. */
function some({ ifExists, compare }: Rule, value: KeyValue, request: Request): Judgement {
  if (value === 'absent') return certain(ifExists);
  const known = knownValues(value);
  const lost: string[] = [];
  const truth = any(known.values.map((one) => compare(one, request, lost)));
  if (known.isComplete || truth === true) return { truth, lost };
  return { truth: 'unknown', lost };
}

function knownValues(value: KeyValue): { readonly values: readonly string[]; readonly isComplete: boolean } {
  if (value === 'absent') return { values: [], isComplete: true };
  // An empty text alone would be a null data set, so it says nothing yet.
  if (!isKnown(value)) return { values: (value.includes ?? []).filter((one) => one !== ''), isComplete: false };
  return { values: value.every((one) => one === '') ? [] : value, isComplete: true };
}

const isPresent = (value: KeyValue): Truth => {
  if (value === 'absent') return false;
  if (isKnown(value)) return value.length > 0;
  return presenceOf(value);
};
const presenceOf = ({ notKnown, includes = [] }: NotKnown): Truth =>
  notKnown === 'value' || includes.length > 0 ? true : 'unknown';

/** "Either true (the key doesn't exist — it is null) or false (the key exists and its value is not null)". */
const nullCheck = (key: string, values: readonly string[]): CompiledCondition => ({
  key,
  holds: (request, lost) => {
    const present = isPresent(keyValue(request, key));
    const wanted = values.map((value) => value.toLowerCase());
    const truth = any([wanted.includes('true') ? not(present) : false, wanted.includes('false') ? present : false]);
    const settled: Truth = wanted.includes('true') && wanted.includes('false') ? true : truth;
    return noting(key, certain(settled), lost);
  },
});

const unreadableNull = (values: readonly string[]): readonly string[] =>
  values.filter((value) => !/^(?:true|false)$/i.test(value));
