/** A stack as its template defines it: its resources with every reference resolved, for one region and any account. */
import {
  accountToken,
  evaluateCondition,
  isObject,
  type Json,
  type JsonObject,
  resolve,
  type Scope,
  TemplateError,
  text,
} from './intrinsics';

export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The value of `Ref`. */
  readonly physicalId: string;
}

export interface StackPlace {
  readonly region: string;
  readonly stackName: string;
}

/** Parsed once per body. @throws TemplateError as CloudFormation's validation does. */
export function parseTemplate(body: string): JsonObject {
  let parsed: Json;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new TemplateError('Template format error: the simulated world reads JSON templates only');
  }
  if (!isObject(parsed) || !isObject(parsed['Resources']) || Object.keys(parsed['Resources']).length === 0)
    throw new TemplateError('Template format error: At least one Resources member must be defined.');
  return parsed;
}

interface Made {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
}

export function madeOf(template: JsonObject, given: Readonly<Record<string, string>>, place: StackPlace): Made {
  const refs = new Map<string, Json>([...pseudoParameters(place), ...parametersOf(template, given)]);
  const conditions = new Map<string, boolean>();
  const declared = Object.entries(section(template, 'Resources'));
  const physicalIds = new Map<string, PhysicalId>();
  const scope: Scope = {
    refs,
    conditions,
    mappings: section(template, 'Mappings'),
    attribute: (logicalId, attribute) => attributeOf(physicalIds, logicalId, attribute, place.region),
  };
  evaluateConditions(section(template, 'Conditions'), conditions, scope);

  const made = declared.filter(([, declaration]) => {
    const name = isObject(declaration) ? declaration['Condition'] : undefined;
    return name === undefined || conditions.get(text(name)) === true;
  });
  // Names first: resources may refer to each other in any order.
  for (const [logicalId, declaration] of made) {
    const type = text(member(declaration, 'Type') ?? '');
    const id = physicalIdOf(type, logicalId, member(declaration, 'Properties'), place, scope);
    const path = member(member(declaration, 'Properties') ?? {}, 'Path');
    physicalIds.set(logicalId, { type, id, path: path === undefined ? '/' : text(resolve(path, scope)) });
    refs.set(logicalId, id);
  }
  const resources = made.map(([logicalId, declaration]) => {
    const properties = resolve(member(declaration, 'Properties') ?? {}, scope);
    const known = physicalIds.get(logicalId);
    if (!isObject(properties) || known === undefined) throw new TemplateError(`resource ${logicalId} is malformed`);
    return { logicalId, type: known.type, properties, physicalId: known.id };
  });
  const outputs = Object.entries(section(template, 'Outputs')).map(([name, output]) => [
    name,
    text(resolve(member(output, 'Value') ?? '', scope)),
  ]);
  return { resources, outputs: Object.fromEntries(outputs) };
}

const section = (template: JsonObject, name: string): JsonObject => {
  const found = template[name];
  return isObject(found) ? found : {};
};
const member = (value: Json, name: string): Json | undefined => (isObject(value) ? value[name] : undefined);

const pseudoParameters = ({ region, stackName }: StackPlace): readonly (readonly [string, Json])[] => [
  ['AWS::AccountId', accountToken],
  ['AWS::Region', region],
  ['AWS::Partition', 'aws'],
  ['AWS::URLSuffix', 'amazonaws.com'],
  ['AWS::StackName', stackName],
  ['AWS::StackId', `arn:aws:cloudformation:${region}:${accountToken}:stack/${stackName}/0`],
];

function parametersOf(
  template: JsonObject,
  given: Readonly<Record<string, string>>,
): readonly (readonly [string, Json])[] {
  const declared = section(template, 'Parameters');
  const unknown = Object.keys(given).filter((name) => declared[name] === undefined);
  if (unknown.length > 0) throw new TemplateError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing = Object.keys(declared).filter(
    (name) => given[name] === undefined && member(declared[name] ?? null, 'Default') === undefined,
  );
  if (missing.length > 0) throw new TemplateError(`Parameters: [${missing.join(', ')}] must have values`);
  return Object.entries(declared).map(([name, declaration]) => {
    const value = given[name] ?? text(member(declaration, 'Default') ?? '');
    const isListed = /^(List<|CommaDelimitedList)/.test(text(member(declaration, 'Type') ?? 'String'));
    return [name, isListed ? value.split(',').map((item) => item.trim()) : value];
  });
}

/** Conditions may refer to each other in any order; a cycle, or an unknown name, leaves some of them undecided. */
function evaluateConditions(declared: JsonObject, conditions: Map<string, boolean>, scope: Scope): void {
  const evaluate = (name: string, trail: readonly string[]): void => {
    const definition = declared[name];
    if (conditions.has(name) || definition === undefined) return;
    if (trail.includes(name))
      throw new TemplateError(`Circular dependencies for conditions: ${[...trail, name].join(' ')}`);
    for (const needed of namedConditions(definition)) evaluate(needed, [...trail, name]);
    conditions.set(name, evaluateCondition(definition, scope));
  };
  for (const name of Object.keys(declared)) evaluate(name, []);
}

const namedConditions = (definition: Json): readonly string[] => {
  if (Array.isArray(definition)) return definition.flatMap(namedConditions);
  if (!isObject(definition)) return [];
  return Object.entries(definition).flatMap(([key, value]) =>
    key === 'Condition' ? [text(value)] : namedConditions(value),
  );
};

const nameProperties: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Events::Rule': 'Name',
  'AWS::CloudTrail::Trail': 'TrailName',
  'AWS::Config::ConfigurationRecorder': 'Name',
  'AWS::Config::DeliveryChannel': 'Name',
  'AWS::AccessAnalyzer::Analyzer': 'AnalyzerName',
  'AWS::KMS::Alias': 'AliasName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::ServiceLinkedRole': 'AWSServiceName',
};

/** `Ref` gives a role's and a rule's name, and a topic's ARN [spec]. A resource without a name gets one made from the stack's name. */
function physicalIdOf(
  type: string,
  logicalId: string,
  properties: Json | undefined,
  { region, stackName }: StackPlace,
  scope: Scope,
): string {
  const property = nameProperties[type];
  const given = property === undefined ? undefined : member(properties ?? {}, property);
  const name = given === undefined ? `${stackName}-${logicalId}` : text(resolve(given, scope));
  return type === 'AWS::SNS::Topic' ? `arn:aws:sns:${region}:${accountToken}:${name}` : name;
}

interface PhysicalId {
  readonly type: string;
  readonly id: string;
  /** Of a role. */
  readonly path: string;
}

export const keyArn = (region: string, id: string): string => `arn:aws:kms:${region}:${accountToken}:key/${id}`;

/** Attributes of resource types that nothing here reads are opaque, and differ from each other. */
function attributeOf(
  physicalIds: ReadonlyMap<string, PhysicalId>,
  logicalId: string,
  attribute: string,
  region: string,
): string {
  const target = physicalIds.get(logicalId);
  if (target === undefined)
    throw new TemplateError(`Template error: instance of Fn::GetAtt references undefined resource ${logicalId}`);
  const { type, id, path } = target;
  if (type === 'AWS::IAM::Role' && attribute === 'Arn') return `arn:aws:iam::${accountToken}:role${path}${id}`;
  if (type === 'AWS::KMS::Key' && attribute === 'Arn') return keyArn(region, id);
  if (type === 'AWS::KMS::Key' && attribute === 'KeyId') return id;
  if (type === 'AWS::SNS::Topic' && attribute === 'TopicArn') return id;
  if (type === 'AWS::SNS::Topic' && attribute === 'TopicName') return id.split(':').at(-1) ?? id;
  return `${id}.${attribute}`;
}
