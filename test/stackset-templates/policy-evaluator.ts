/**
 * A small model of how IAM decides, good enough for truth tables over our own policies: one policy at a time, no policy variables,
 * principals looked at only if the request names one. What it does not know it refuses, so that no table passes by accident.
 */
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';

export interface Request {
  readonly action: string;
  readonly resource?: string;
  /** A service like `config.amazonaws.com`, or an ARN. An account's root principal stands for everybody in the account. */
  readonly as?: string;
  /** Condition keys in lower case. */
  readonly context: Readonly<Record<string, string>>;
}
export type Decision = 'allowed' | 'denied';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** An explicit Deny wins over any Allow; without an Allow the answer is no. */
export function decide(policies: readonly PolicyDocument[], request: Request): Decision {
  const applying = policies
    .flatMap((policy) => policy['Statement'] as readonly Statement[])
    .filter((statement) => applies(statement, request))
    .map(({ Effect }) => Effect);
  return applying.includes('Allow') && !applying.includes('Deny') ? 'allowed' : 'denied';
}

function applies(statement: Statement, { action, resource = '*', as, context }: Request): boolean {
  const isListed = (list: string | readonly string[]) =>
    listOf(list).some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase()));
  const onAction =
    statement.NotAction === undefined ? isListed(statement.Action ?? []) : !isListed(statement.NotAction);
  const isNamed = (list: string | readonly string[]) => listOf(list).some((pattern) => isLike(resource, pattern));
  const onResource =
    statement.NotResource === undefined ? isNamed(statement.Resource ?? '*') : !isNamed(statement.NotResource);
  const isMeant = as === undefined || principalsOf(statement).some((principal) => standsFor(principal, as));
  return isMeant && onAction && onResource && conditionsHold(statement.Condition ?? {}, context);
}

const principalsOf = ({ Principal = {} }: Statement): readonly string[] =>
  Principal === '*' ? ['*'] : Object.values(Principal).flatMap(listOf);

function standsFor(principal: string, as: string): boolean {
  const root = /^(arn:[^:]+:(?:iam|sts)::\d{12}:)root$/.exec(principal)?.[1];
  if (root !== undefined) return as.startsWith(root) || as.startsWith(root.replace(':iam:', ':sts:'));
  return principal === '*' || principal === as;
}

const conditionsHold = (conditions: NonNullable<Statement['Condition']>, context: Request['context']): boolean =>
  Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key.toLowerCase()], listOf(wanted))),
  );

type Comparison = (actual: string, wanted: string) => boolean;
const isEqual: Comparison = (actual, wanted) => actual === wanted;
const isLike: Comparison = (actual, pattern) =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')}$`,
  ).test(actual);

const comparisons: Readonly<Record<string, Comparison>> = {
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  StringEquals: isEqual,
  StringLike: isLike,
  ArnEquals: isLike,
  ArnLike: isLike,
};
/** They hold if no value matches, and so for a missing key too. */
const negated: Readonly<Record<string, Comparison>> = {
  StringNotEquals: isEqual,
  StringNotLike: isLike,
  ArnNotEquals: isLike,
  ArnNotLike: isLike,
};

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(actual === undefined));
  const plain = operator.replace(/IfExists$/, '');
  const matches = comparisons[plain] ?? negated[plain];
  if (matches === undefined) throw new Error(`the evaluator does not know the operator ${operator}`);
  if (actual === undefined) return plain !== operator || plain in negated;
  return wanted.some((value) => matches(actual, value)) !== plain in negated;
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
