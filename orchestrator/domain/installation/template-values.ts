/** Values of a CloudFormation template, with intrinsic functions replaced as far as that is possible before the deployment. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = { readonly [key: string]: Json };

/** What references of a template stand for, as far as it is known before the deployment. */
export interface Known {
  readonly parameters: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly conditions?: JsonMap;
}

/** Stands for `AWS::NoValue`, which removes the property or the element. */
const absent = Symbol('AWS::NoValue');
type Resolved = Json | typeof absent;

/** What a value is before the deployment; what only CloudFormation knows appears as `${Resource.Attribute}`. */
export function textOf(value: Json, known: Known): string {
  const text = resolved(value, known);
  return typeof text === 'string' ? text : JSON.stringify(text);
}

export function resolved(value: Json, known: Known): Json {
  const result = resolve(value, known);
  return result === absent ? '' : result;
}

function resolve(value: Json, known: Known): Resolved {
  if (Array.isArray(value)) return value.flatMap((one: Json) => presentIn(resolve(one, known)));
  if (!isMap(value)) return value;
  const [[name, argument] = []] = Object.entries(value);
  if (name === undefined || argument === undefined || Object.keys(value).length !== 1) return mapped(value, known);
  if (name === 'Ref' && typeof argument === 'string')
    return argument === 'AWS::NoValue' ? absent : reference(argument, known);
  if (name === 'Fn::GetAtt') return `\${${listOf(argument).join('.')}}`;
  if (name === 'Fn::Sub') return substituted(argument, known);
  if (name === 'Fn::If') return chosen(argument, known);
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument;
    return listOf(resolved(parts ?? [], known))
      .map((part) => textOf(part, known))
      .join(typeof separator === 'string' ? separator : '');
  }
  return mapped(value, known);
}

const presentIn = (value: Resolved): readonly Json[] => (value === absent ? [] : [value]);

const mapped = (value: JsonMap, known: Known): Json =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => presentIn(resolve(inner, known)).map((one) => [key, one])),
  );

/** Both values, if what decides is known to CloudFormation only. */
function chosen(argument: Json, known: Known): Resolved {
  const [name, ifTrue = '', ifFalse = ''] = listOf(argument);
  const holds = isTrue({ Condition: name ?? '' }, known);
  if (holds !== undefined) return resolve(holds ? ifTrue : ifFalse, known);
  return mapped({ 'Fn::If': listOf(argument) }, known);
}

/** Undefined if it depends on something that only CloudFormation knows. */
function isTrue(condition: Json, known: Known): boolean | undefined {
  if (!isMap(condition)) return undefined;
  const [[name, argument] = []] = Object.entries(condition);
  const parts = listOf(argument);
  const [first, second] = parts;
  if (name === 'Condition') {
    const own = typeof first === 'string' ? known.conditions?.[first] : undefined;
    return own === undefined ? undefined : isTrue(own, known);
  }
  if (name === 'Fn::Equals') {
    const [left, right] = [textOf(first ?? '', known), textOf(second ?? '', known)];
    return `${left}${right}`.includes('${') ? undefined : left === right;
  }
  const all = parts.map((part) => isTrue(part, known));
  if (all.includes(undefined)) return undefined;
  if (name === 'Fn::Not') return all[0] === false;
  if (name === 'Fn::And') return all.every((one) => one === true);
  return name === 'Fn::Or' ? all.includes(true) : undefined;
}

function substituted(argument: Json, known: Known): string {
  const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
  const values = isMap(own) ? own : {};
  return String(text).replaceAll(/\$\{([\w:.]+)\}/g, (_, name: string) => {
    const given = values[name];
    return given === undefined ? reference(name, known) : textOf(given, known);
  });
}

function reference(name: string, { parameters, account, region, partition }: Known): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
  return parameters[name] ?? pseudo[name] ?? `\${${name}}`;
}

export const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf = (value: Json | undefined): readonly Json[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};
