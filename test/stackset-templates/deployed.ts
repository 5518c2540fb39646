/** What CloudFormation would make of a template in one account and region: conditions decided, references resolved. */

import { parseRegion } from '../../orchestrator/domain/model/brand';
import { carveOutsOf } from '../../orchestrator/domain/model/catalog';
import type { ModuleId } from '../../orchestrator/domain/model/module';
import type { PolicyDocument } from '../../orchestrator/domain/policies/policy';
import { accountToken } from '../../orchestrator/simulated/intrinsics';
import { madeOf, parseTemplate } from '../../orchestrator/simulated/template';
import { synthesizeBootstrap, synthesizeTemplates } from '../../stackset-templates/synthesize';

export interface Template {
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Resources: Readonly<Record<string, Resource>>;
}
export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
export interface RoleProperties {
  readonly RoleName: string;
  readonly MaxSessionDuration: number;
  readonly AssumeRolePolicyDocument: PolicyDocument;
  readonly ManagedPolicyArns: readonly string[];
  readonly Policies: readonly { readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }[];
}

export type Parameters = Readonly<Record<string, string>>;
export type TemplateName = ModuleId | 'ci-role' | 'log-archive';

export const templates = synthesizeTemplates();
export const bootstrap = synthesizeBootstrap();
/** Of modules and of the bootstrap alike. */
export const allTemplates = [...templates.map(({ module, body }) => ({ name: module as string, body })), ...bootstrap];

function bodyOf(name: TemplateName): string {
  const found = allTemplates.find((template) => template.name === name);
  if (found === undefined) throw new Error(`no template for ${name}`);
  return found.body;
}

export const region = parseRegion('us-east-1');
export const account = '111122223333';

/** The resources of one type, or all, as CloudFormation would make them. */
export function deployedOf(name: TemplateName, type: string, parameters: Parameters, where = region) {
  const place = { region: where, stackName: 'stack' };
  return madeOf(parseTemplate(bodyOf(name)), parameters, place)
    .resources.filter((resource) => resource.type === type)
    .map((resource): { readonly Properties: Readonly<Record<string, unknown>> } => ({
      Properties: JSON.parse(JSON.stringify(resource.properties).replaceAll(accountToken, account)),
    }));
}

/** The parameters of the region deny of an installation whose config adds nothing. */
const { anywhere, alsoInUsEast1 } = carveOutsOf({ enabled: true, mfaMaxAgeSeconds: 3600 });
const exemptions: Parameters = {
  ExemptActions: [...anywhere, ...alsoInUsEast1].join(','),
  ExemptActionsInUsEast1: alsoInUsEast1.join(','),
};

export const deployedRoles = (parameters: Parameters, name: 'operator-role' | 'ci-role'): readonly RoleProperties[] =>
  deployedOf(name, 'AWS::IAM::Role', name === 'operator-role' ? { ...exemptions, ...parameters } : parameters).map(
    ({ Properties }) => Properties as RoleProperties & Resource['Properties'],
  );

export function deployedRole(parameters: Parameters): RoleProperties {
  const [role] = deployedRoles(parameters, 'operator-role');
  if (role === undefined) throw new Error('the template makes no role');
  return role;
}
