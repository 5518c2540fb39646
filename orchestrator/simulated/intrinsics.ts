/** CloudFormation's intrinsic functions, as far as templates like the baseline's use them; any other is rejected by name. */

/** JSON, as parsed. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface Scope {
  /** Parameters, pseudo parameters and the physical ids of resources, by name. */
  readonly refs: ReadonlyMap<string, Json>;
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly mappings: JsonObject;
  readonly attribute: (logicalId: string, attribute: string) => string;
}

/** Stands for the account id until an account is known: a template is resolved once per region, not once per account. */
export const accountToken = '<<account id>>';

export class TemplateError extends Error {}

/** What `{"Ref": "AWS::NoValue"}` leaves: the property that holds it is removed. */
const noValue = Symbol('AWS::NoValue');

export function resolve(value: Json, scope: Scope): Json {
  const resolved = resolveOrDrop(value, scope);
  if (resolved === noValue) throw new TemplateError('AWS::NoValue where a value is needed');
  return resolved;
}

function resolveOrDrop(value: Json, scope: Scope): Json | typeof noValue {
  if (isList(value)) return value.map((item) => resolveOrDrop(item, scope)).filter((item) => item !== noValue);
  if (!isObject(value)) return value;
  const [entry, ...more] = Object.entries(value);
  if (entry !== undefined && more.length === 0) {
    const [name, argument] = entry;
    if (name === 'Ref') return argument === 'AWS::NoValue' ? noValue : refer(text(argument), scope);
    if (name === 'Fn::If') return chosen(argument, scope);
    const intrinsic = intrinsics[name];
    if (intrinsic !== undefined) return intrinsic(argument, scope);
    if (name.startsWith('Fn::')) throw new TemplateError(`the simulated world does not know ${name}`);
  }
  const kept: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    const resolved = resolveOrDrop(inner, scope);
    if (resolved !== noValue) kept[key] = resolved;
  }
  return kept;
}

/** Evaluated in order: a condition may refer to those before it in `order`. */
export function evaluateCondition(value: Json, scope: Scope): boolean {
  const [name, argument] = Object.entries(isObject(value) ? value : {})[0] ?? [];
  const list = argument !== undefined && isList(argument) ? argument : [];
  switch (name) {
    case 'Condition':
      return condition(text(argument ?? ''), scope);
    case 'Fn::Not':
      return !evaluateCondition(list[0] ?? null, scope);
    case 'Fn::And':
      return list.every((part) => evaluateCondition(part, scope));
    case 'Fn::Or':
      return list.some((part) => evaluateCondition(part, scope));
    case 'Fn::Equals': {
      const [left, right] = list.map((side) => JSON.stringify(resolve(side, scope)));
      // The account is not known yet, so the answer would be wrong for some accounts.
      if (`${left}${right}`.includes(accountToken))
        throw new TemplateError('the simulated world does not know conditions on AWS::AccountId');
      return left === right;
    }
    default:
      throw new TemplateError(`${JSON.stringify(value)} is not a condition`);
  }
}

type Intrinsic = (argument: Json, scope: Scope) => Json;
const intrinsics: Readonly<Record<string, Intrinsic>> = {
  'Fn::Sub': (argument, scope) => {
    const [template, variables] = isList(argument) ? argument : [argument];
    const own = isObject(variables) ? variables : {};
    return text(template ?? '').replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const mine = own[name];
      if (mine !== undefined) return text(resolve(mine, scope));
      const [logicalId = '', ...attribute] = name.split('.');
      return attribute.length > 0 ? scope.attribute(logicalId, attribute.join('.')) : text(refer(name, scope));
    });
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = pair(argument, 'Fn::Join');
    return strings(resolve(parts, scope)).join(text(separator));
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = pair(argument, 'Fn::Split');
    return text(resolve(whole, scope)).split(text(separator));
  },
  'Fn::Select': (argument, scope) => {
    const [index, from] = pair(argument, 'Fn::Select');
    const list = resolve(from, scope);
    const selected = isList(list) ? list[Number(resolve(index, scope))] : undefined;
    if (selected === undefined) throw new TemplateError(`Fn::Select cannot select ${JSON.stringify(argument)}`);
    return selected;
  },
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...attribute] = isList(argument) ? argument.map(text) : text(argument).split('.');
    return scope.attribute(logicalId, attribute.join('.'));
  },
  'Fn::FindInMap': (argument, scope) => {
    const keys = strings(resolve(argument, scope));
    const found = keys.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), scope.mappings);
    if (found === undefined) throw new TemplateError(`Fn::FindInMap finds nothing at ${keys.join('.')}`);
    return found;
  },
};

function chosen(argument: Json, scope: Scope): Json | typeof noValue {
  const [name, then, otherwise] = isList(argument) ? argument : [];
  if (name === undefined || then === undefined || otherwise === undefined)
    throw new TemplateError('Fn::If needs a condition and two values');
  return resolveOrDrop(condition(text(name), scope) ? then : otherwise, scope);
}

function refer(name: string, scope: Scope): Json {
  const value = scope.refs.get(name);
  if (value === undefined)
    throw new TemplateError(`Unresolved resource dependencies [${name}] in the Resources block of the template`);
  return value;
}

function condition(name: string, scope: Scope): boolean {
  const holds = scope.conditions.get(name);
  if (holds === undefined) throw new TemplateError(`Unresolved condition dependency ${name}`);
  return holds;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const text = (value: Json): string => {
  if (typeof value === 'object') throw new TemplateError(`${JSON.stringify(value)} where text is needed`);
  return String(value);
};
const pair = (argument: Json, name: string): readonly [Json, Json] => {
  const [first, second] = isList(argument) ? argument : [];
  if (first === undefined || second === undefined) throw new TemplateError(`${name} needs two arguments`);
  return [first, second];
};
/** A list of strings; a single string is a list of one. */
export const strings = (value: Json | undefined): readonly string[] =>
  value === undefined ? [] : isList(value) ? value.map(text) : [text(value)];
export const objects = (value: Json | undefined): readonly JsonObject[] =>
  value !== undefined && isList(value) ? value.filter(isObject) : [];
