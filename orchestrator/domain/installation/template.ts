/** What a CloudFormation template creates, read as data: resources, their fixed names, and every IAM statement in it. */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonMap = { readonly [key: string]: Json };

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonMap;
  readonly DeletionPolicy?: string;
}

/** What references of a template stand for, as far as it is known before the deployment. */
export interface Known {
  readonly parameters: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** A statement of a policy in a template, with references as text. */
export interface Statement {
  /** The role or resource that has the policy. */
  readonly on: string;
  /** The resource that has the policy, or the principals of a role. */
  readonly kind: 'identity' | 'trust' | 'resource';
  readonly effect: string;
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: string;
}

/** A resource whose name does not depend on the stack, so that it can exist already. */
export interface NamedResource {
  readonly type: NamedType;
  readonly name: string;
}

const nameProperty = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::CloudFormation::StackSet': 'StackSetName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
} as const;
export type NamedType = keyof typeof nameProperty;
const isNamedType = (type: string): type is NamedType => type in nameProperty;

export function namedResources({ Resources }: Template, known: Known): readonly NamedResource[] {
  return Object.values(Resources).flatMap(({ Type: type, Properties = {} }) => {
    if (!isNamedType(type)) return [];
    const name = Properties[nameProperty[type]];
    return name === undefined ? [] : [{ type, name: textOf(name, known) }];
  });
}

/** Where the types that the stacks use keep policies. */
const policiesIn: Readonly<Record<string, readonly (readonly [property: string, kind: Statement['kind']])[]>> = {
  'AWS::IAM::Role': [
    ['AssumeRolePolicyDocument', 'trust'],
    ['Policies', 'identity'],
  ],
  'AWS::IAM::Policy': [['PolicyDocument', 'identity']],
  'AWS::IAM::ManagedPolicy': [['PolicyDocument', 'identity']],
  'AWS::KMS::Key': [['KeyPolicy', 'resource']],
  'AWS::S3::BucketPolicy': [['PolicyDocument', 'resource']],
  'AWS::SNS::TopicPolicy': [['PolicyDocument', 'resource']],
  'AWS::SQS::QueuePolicy': [['PolicyDocument', 'resource']],
  'AWS::Events::EventBusPolicy': [['Statement', 'resource']],
};

export function statementsOf({ Resources }: Template, known: Known): readonly Statement[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) =>
    (policiesIn[Type] ?? []).flatMap(([property, kind]) =>
      documentsIn(Properties[property]).map((statement) => ({
        on: holderOf(id, Type, Properties, Resources, known),
        kind,
        ...partsOf(statement, known),
      })),
    ),
  );
}

/** Statements of a document, of named documents as in `Policies` of a role, or one statement itself. */
function documentsIn(value: Json | undefined): readonly JsonMap[] {
  if (Array.isArray(value)) return value.flatMap((one) => documentsIn(isMap(one) ? one['PolicyDocument'] : undefined));
  if (!isMap(value)) return [];
  if ('Effect' in value) return [value];
  return listOf(value['Statement']).filter(isMap);
}

function holderOf(id: string, type: string, properties: JsonMap, all: Template['Resources'], known: Known): string {
  if (type === 'AWS::IAM::Policy') {
    const roles = listOf(properties['Roles']).map((role) => {
      const target = isMap(role) && typeof role['Ref'] === 'string' ? role['Ref'] : undefined;
      const own = target === undefined ? undefined : all[target]?.Properties;
      return target !== undefined && own !== undefined ? ownName(target, own, known) : textOf(role, known);
    });
    return roles.join(', ');
  }
  return ownName(id, properties, known);
}

function ownName(id: string, properties: JsonMap, known: Known): string {
  const name = properties['RoleName'] ?? properties['ManagedPolicyName'];
  return name === undefined ? id : textOf(name, known);
}

function partsOf(statement: JsonMap, known: Known) {
  const texts = (value: Json | undefined): readonly string[] => listOf(value).map((one) => textOf(one, known));
  const { Principal: principal, Condition: conditions } = statement;
  return {
    effect: textOf(statement['Effect'] ?? '', known),
    principals: isMap(principal) ? Object.values(principal).flatMap(texts) : texts(principal),
    actions: texts(statement['Action'] ?? statement['NotAction']),
    resources: texts(statement['Resource'] ?? statement['NotResource']),
    conditions: conditions === undefined ? '' : JSON.stringify(resolved(conditions, known)),
  };
}

/** What a value is before the deployment; what only CloudFormation knows appears as `${Resource.Attribute}`. */
export function textOf(value: Json, known: Known): string {
  const text = resolved(value, known);
  return typeof text === 'string' ? text : JSON.stringify(text);
}

function resolved(value: Json, known: Known): Json {
  if (Array.isArray(value)) return value.map((one) => resolved(one, known));
  if (!isMap(value)) return value;
  const [[name, argument] = []] = Object.entries(value);
  if (name === undefined || argument === undefined || Object.keys(value).length !== 1) return mapped(value, known);
  if (name === 'Ref' && typeof argument === 'string') return reference(argument, known);
  if (name === 'Fn::GetAtt') return `\${${listOf(argument).join('.')}}`;
  if (name === 'Fn::Sub') return substituted(argument, known);
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument;
    return listOf(parts)
      .map((part) => textOf(part, known))
      .join(typeof separator === 'string' ? separator : '');
  }
  return mapped(value, known);
}

const mapped = (value: JsonMap, known: Known): Json =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner, known)]));

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

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): readonly Json[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};
