/** What CloudFormation would make of a template in one account and region: references resolved, conditions left alone. */
import type { PolicyDocument } from '../../orchestrator/domain/facts';
import type { ModuleId } from '../../orchestrator/domain/module';
import { synthesizeTemplates } from '../../stackset-templates/synthesize';

export interface Template {
  readonly Description: string;
  readonly Parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
export interface RoleProperties {
  readonly RoleName: string;
  readonly MaxSessionDuration: number;
  readonly AssumeRolePolicyDocument: PolicyDocument;
  readonly ManagedPolicyArns: readonly string[];
  readonly Policies: readonly { readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }[];
}

export const templates = synthesizeTemplates();

export function templateOf(module: ModuleId): Template {
  const found = templates.find((template) => template.module === module);
  if (found === undefined) throw new Error(`no template for ${module}`);
  return JSON.parse(found.body);
}

export const region = 'us-east-1';
export const account = '111122223333';

function deployed(module: ModuleId, parameters: Readonly<Record<string, string>>): Template['Resources'] {
  const template = templateOf(module);
  const refer = (name: string): unknown => {
    const pseudo: Record<string, string> = {
      'AWS::Partition': 'aws',
      'AWS::AccountId': account,
      'AWS::Region': region,
    };
    if (name in pseudo) return pseudo[name];
    const topic = template.Resources[name]?.Properties['TopicName'];
    if (topic !== undefined) return `arn:aws:sns:${region}:${account}:${topic}`;
    const value = parameters[name];
    if (value === undefined) throw new Error(`nothing is named ${name}`);
    return template.Parameters[name]?.['Type'] === 'CommaDelimitedList' ? value.split(',') : value;
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    if ('Ref' in value) return refer(String(value.Ref));
    if ('Fn::Join' in value) {
      const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
      return parts.map(resolve).join(separator);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };
  return resolve(template.Resources) as Template['Resources'];
}

/** The resources of one type, as CloudFormation would make them. */
export const deployedOf = (module: ModuleId, type: string, parameters: Readonly<Record<string, string>>) =>
  Object.values(deployed(module, parameters)).filter((resource) => resource.Type === type);

export function deployedRole(parameters: Readonly<Record<string, string>>): RoleProperties {
  const [role] = deployedOf('operator-role', 'AWS::IAM::Role', parameters);
  return role?.Properties as RoleProperties & Resource['Properties'];
}
