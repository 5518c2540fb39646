/** What a CloudFormation template creates, read as data: resources, their fixed names, and every IAM statement in it. */

import { isMap, type Json, type JsonMap, type Known, listOf, resolved, textOf } from './template-values';

export interface Template {
  readonly Conditions?: JsonMap;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonMap;
  readonly DeletionPolicy?: string;
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

export function statementsOf(template: Template, outer: Known): readonly Statement[] {
  const { Resources, Conditions: conditions = {} } = template;
  const known = { ...outer, conditions };
  const own = Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) =>
    (policiesIn[Type] ?? []).flatMap(([property, kind]) =>
      documentsIn(resolved(Properties[property] ?? [], known)).map((statement) => ({
        on: holderOf(id, Type, Properties, Resources, known),
        kind,
        ...partsOf(statement, known),
      })),
    ),
  );
  const inner = stackSetsIn(template, known).flatMap(({ id, template: nested, known: ofNested }) =>
    statementsOf(nested, ofNested).map((statement) => ({ ...statement, on: `${statement.on}, by StackSet ${id}` })),
  );
  return [...own, ...inner];
}

/** Templates that a StackSet of the stack deploys to other accounts. */
export function stackSetsIn(
  { Resources }: Template,
  known: Known,
): readonly { readonly id: string; readonly template: Template; readonly known: Known }[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const body = Properties['TemplateBody'];
    if (Type !== 'AWS::CloudFormation::StackSet' || typeof body !== 'string') return [];
    const parameters = Object.fromEntries(
      listOf(Properties['Parameters'])
        .filter(isMap)
        .map(({ ParameterKey: name = '', ParameterValue: value = '' }) => [textOf(name, known), textOf(value, known)]),
    );
    const account = `$\{AWS::AccountId}`;
    return [{ id, template: JSON.parse(body), known: { ...known, parameters, account } }];
  });
}

/** A statement, or both that a condition selects from if its value is not known yet. */
const alternatives = (statement: JsonMap): readonly JsonMap[] =>
  'Fn::If' in statement ? listOf(statement['Fn::If']).filter(isMap).flatMap(alternatives) : [statement];

/** Statements of a document, of named documents as in `Policies` of a role, or one statement itself. */
function documentsIn(value: Json | undefined): readonly JsonMap[] {
  if (Array.isArray(value))
    return value.flatMap((one: Json) => documentsIn(isMap(one) ? one['PolicyDocument'] : undefined));
  if (!isMap(value)) return [];
  if ('Effect' in value) return [value];
  return listOf(value['Statement']).filter(isMap).flatMap(alternatives);
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

const exceptions = (names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [`everything but ${names.join(', ')}`];

function partsOf(statement: JsonMap, known: Known) {
  const texts = (value: Json | undefined): readonly string[] => listOf(value).map((one) => textOf(one, known));
  const { Principal: principal, Condition: conditions } = statement;
  return {
    effect: textOf(statement['Effect'] ?? '', known),
    principals: isMap(principal) ? Object.values(principal).flatMap(texts) : texts(principal),
    actions: [...texts(statement['Action']), ...exceptions(texts(statement['NotAction']))],
    resources: [...texts(statement['Resource']), ...exceptions(texts(statement['NotResource']))],
    conditions: conditions === undefined ? '' : JSON.stringify(resolved(conditions, known)),
  };
}
