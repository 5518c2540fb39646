/** The synthesized stacks as `npm run synth` left them, read for their policies. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..', '..', 'dist', 'infrastructure');

export interface Resource {
  readonly stack: string;
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly DeletionPolicy?: string;
        readonly UpdateReplacePolicy?: string;
        readonly Properties?: Readonly<Record<string, unknown>>;
      }
    >
  >;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export const templateFiles = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => join(folder, name));

export const deployedTemplate = (stack: string): Template =>
  JSON.parse(readFileSync(join(folder, `${stack}.template.json`), 'utf8'));

/** By stack, where it is bound to one; a template leaves that to its deployment. */
export function stackRegions(): Readonly<Record<string, string | undefined>> {
  const { artifacts }: { artifacts: Record<string, { readonly type: string; readonly environment?: string }> } =
    JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([stack, { environment }]) => {
        const region = environment?.split('/').at(-1);
        return [stack, region === 'unknown-region' ? undefined : region];
      }),
  );
}

export const resources = (): readonly Resource[] =>
  templateFiles().flatMap((file) => {
    const { Resources }: Template = JSON.parse(readFileSync(file, 'utf8'));
    const stack = file.replace(/^.*[/\\]/, '').replace('.template.json', '');
    return Object.entries(Resources).map(([id, { Type, Properties = {} }]) => ({
      stack,
      id,
      type: Type,
      properties: Properties,
    }));
  });

export interface Statement {
  /** Stack and resource, for the reader of a failure. */
  readonly where: string;
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As JSON, references and all. */
  readonly resources: readonly string[];
  readonly principal: string;
  readonly condition: string;
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** Every statement of every policy of a resource, whatever the property is called: a policy is what has statements. */
export function statementsOf({ stack, id, properties }: Resource): readonly Statement[] {
  const found: Statement[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    if ('Statement' in value)
      for (const one of listOf(value.Statement).flatMap(alternatives)) found.push(statement(`${stack} ${id}`, one));
    else if ('Effect' in value && 'Action' in value) found.push(statement(`${stack} ${id}`, value));
    else for (const part of Object.values(value)) visit(part);
  };
  visit(properties);
  return found;
}

/** Both statements that a condition selects from. */
const alternatives = (given: unknown): readonly unknown[] =>
  typeof given === 'object' && given !== null && 'Fn::If' in given
    ? listOf(given['Fn::If']).filter((one) => typeof one === 'object' && one !== null && 'Effect' in one)
    : [given];

function statement(where: string, given: unknown): Statement {
  const one: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? { ...given } : {};
  return {
    where,
    sid: textOf(one['Sid']),
    effect: textOf(one['Effect']),
    actions: listOf(one['Action'] ?? one['NotAction']).map(textOf),
    resources: listOf(one['Resource'] ?? one['NotResource']).map(textOf),
    principal: textOf(one['Principal']),
    condition: textOf(one['Condition']),
  };
}
