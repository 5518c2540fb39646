/** What each condition operator compares [doc:IAM/reference_policies_elements_condition_operators]. */
import {
  addressOf,
  blockOf,
  bytesOf,
  compareDecimals,
  type Decimal,
  dateOf,
  decimalOf,
  isInBlock,
} from './comparisons';
import { lowerCase } from './glob';
import { compilePattern, matches, matchesArn, type Pattern } from './pattern';
import type { Request } from './request';
import type { Truth } from './truth';

/** Does a value of the request fit one value of the policy? */
export interface ValueTest {
  readonly test: (value: string, request: Request, lost: string[]) => Truth;
  /** It fits every value. */
  readonly isEverything?: boolean;
}

export interface Operator {
  readonly name: string;
  /** Holds if no value of the policy fits. */
  readonly isNegated: boolean;
  /** Undefined if the text cannot be compared so: nothing ever fits it. */
  readonly compile: (written: string, variables: boolean) => ValueTest | undefined;
}

/** Parses both sides and compares; a side that cannot be parsed fits nothing. */
const compared =
  <T>(parse: (text: string) => T | undefined, isMet: (value: T, wanted: T) => boolean): Operator['compile'] =>
  (written) => {
    const wanted = parse(written);
    if (wanted === undefined) return undefined;
    return {
      test: (text) => {
        const value = parse(text);
        return value !== undefined && isMet(value, wanted);
      },
    };
  };

const numbers = (isMet: (order: number) => boolean) =>
  compared<Decimal>(decimalOf, (value, wanted) => isMet(compareDecimals(value, wanted)));
const dates = (isMet: (order: number) => boolean) =>
  compared(dateOf, (value: number, wanted: number) => isMet(value - wanted));

const orders = {
  Equals: (order: number) => order === 0,
  LessThan: (order: number) => order < 0,
  LessThanEquals: (order: number) => order <= 0,
  GreaterThan: (order: number) => order > 0,
  GreaterThanEquals: (order: number) => order >= 0,
} as const;

const strings =
  (wildcards: boolean, ignoreCase = false): Operator['compile'] =>
  (written, variables) => {
    const pattern = compilePattern(written, { variables, wildcards, ignoreCase });
    return {
      isEverything: pattern.isEverything,
      test: (value, request, lost) => matches(pattern, ignoreCase ? lowerCase(value) : value, request, lost),
    };
  };

/** "Case-sensitive matching of the ARN. Each of the six colon-delimited components of the ARN is checked separately". */
const arns: Operator['compile'] = (written, variables) => {
  const pattern: Pattern = compilePattern(written, { variables, wildcards: true });
  return { test: (value, request, lost) => matchesArn(pattern, value, request, lost) };
};

const blocks: Operator['compile'] = (written) => {
  const block = blockOf(written);
  if (block === undefined) return undefined;
  return {
    test: (value) => {
      const address = addressOf(value);
      return address !== undefined && isInBlock(address, block);
    },
  };
};

const operator = (name: string, compile: Operator['compile'], isNegated = false): Operator => ({
  name,
  isNegated,
  compile,
});

/** `Null` is not among them: it asks for the key and not for its value. */
const operators: readonly Operator[] = [
  operator('StringEquals', strings(false)),
  operator('StringNotEquals', strings(false), true),
  operator('StringEqualsIgnoreCase', strings(false, true)),
  operator('StringNotEqualsIgnoreCase', strings(false, true), true),
  operator('StringLike', strings(true)),
  operator('StringNotLike', strings(true), true),
  ...Object.entries(orders).flatMap(([name, isMet]) => [
    operator(`Numeric${name}`, numbers(isMet)),
    operator(`Date${name}`, dates(isMet)),
  ]),
  operator('NumericNotEquals', numbers(orders.Equals), true),
  operator('DateNotEquals', dates(orders.Equals), true),
  operator('Bool', strings(false, true)),
  operator(
    'BinaryEquals',
    compared(bytesOf, (value, wanted) => value === wanted),
  ),
  operator('IpAddress', blocks),
  operator('NotIpAddress', blocks, true),
  operator('ArnEquals', arns),
  operator('ArnLike', arns),
  operator('ArnNotEquals', arns, true),
  operator('ArnNotLike', arns, true),
];

const byName: ReadonlyMap<string, Operator> = new Map(operators.map((one) => [one.name.toLowerCase(), one]));

export type Qualifier = 'ForAllValues' | 'ForAnyValue';

export interface OperatorName {
  readonly qualifier?: Qualifier;
  /** Absent for `Null`. */
  readonly operator?: Operator;
  readonly ifExists: boolean;
}

/** Undefined if there is no such operator. IAM reads names of operators in any case. */
export function operatorNamed(written: string): OperatorName | undefined {
  const [, prefix = '', base = '', suffix = ''] =
    /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/.exec(written.toLowerCase()) ?? [];
  const qualifier =
    prefix === ''
      ? {}
      : { qualifier: prefix === 'forallvalues' ? ('ForAllValues' as const) : ('ForAnyValue' as const) };
  // Null asks whether a key is there, so neither a quantity of values nor IfExists adds to it.
  if (base === 'null') return prefix === '' && suffix === '' ? { ifExists: false } : undefined;
  const found = byName.get(base);
  return found && { ...qualifier, operator: found, ifExists: suffix !== '' };
}
