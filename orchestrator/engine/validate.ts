/** Reads a definition and refuses everything that the engine would not run exactly as Step Functions does. */
import type { z } from 'zod';
import { errors } from '../domain/errors';
import { contextPaths, isPath } from './paths';
import {
  invokeWithTokenResource,
  type Machine,
  type MapState,
  machine,
  type State,
  type States,
  type TaskState,
} from './vocabulary';

/** @throws UnknownVocabulary listing every problem with its state and field. */
export function readDefinition(definition: unknown, functionNames: ReadonlySet<string>): Machine {
  const read = machine.safeParse(definition);
  if (!read.success) throw errors.unknownVocabulary(read.error.issues.map((i) => described(i, definition)).join('; '));
  const problems = wiringProblems(read.data, functionNames);
  if (problems.length > 0) throw errors.unknownVocabulary(problems.join('; '));
  return read.data;
}

/** Maximum length of a value that a message quotes. */
const quotedLengthMax = 120;

function described(issue: z.core.$ZodIssue, definition: unknown): string {
  const { states, field } = located(issue.path.map(String));
  const where = states.length === 0 ? 'the machine' : `state "${states.join('/')}"`;
  if (issue.code === 'unrecognized_keys')
    return `${where}, field ${issue.keys.map((key) => [...field, key].join('.')).join(', ')}`;
  if (field.length === 0) return `${where} (${issue.message})`;
  const value = issue.path.reduce<unknown>((at, key) => Object(at)[key], definition);
  const quoted = value === undefined ? 'missing' : JSON.stringify(value).slice(0, quotedLengthMax);
  return `${where}, field ${field.join('.')}: ${quoted} (${issue.message})`;
}

/** Splits a path into the definition into the names of the states, from the outside in, and the field. */
function located(path: readonly string[]): { readonly states: readonly string[]; readonly field: readonly string[] } {
  const [first, name, ...rest] = path;
  if (first !== 'States' || name === undefined) return { states: [], field: path };
  if (rest[0] !== 'ItemProcessor' || rest[1] !== 'States') return { states: [name], field: rest };
  const inner = located(rest.slice(1));
  return { states: [name, ...inner.states], field: inner.field };
}

/** Problems that a schema of single states cannot detect: targets, functions, and the context that a reference may use. */
function wiringProblems({ StartAt, States }: Machine, functionNames: ReadonlySet<string>): readonly string[] {
  return statesProblems(StartAt, States, [], contextPaths.execution);

  function statesProblems(
    startAt: string,
    states: States,
    outer: readonly string[],
    context: readonly string[],
  ): readonly string[] {
    const target = (where: string, field: string, name: string): readonly string[] =>
      Object.hasOwn(states, name) ? [] : [`${where}, field ${field}: "${name}" (there is no such state)`];
    return [
      ...target(outer.length === 0 ? 'the machine' : `state "${outer.join('/')}"`, 'StartAt', startAt),
      ...Object.entries(states).flatMap(([name, state]) => {
        const path = [...outer, name];
        const where = `state "${path.join('/')}"`;
        return [
          ...targetsOf(state).flatMap(([field, to]) => target(where, field, to)),
          ...wildcardProblems(state, where),
          ...(state.Type === 'Task' ? taskProblems(state, where, context) : []),
          ...(state.Type === 'Map' ? mapProblems(state, where, path, context) : []),
        ];
      }),
    ];
  }

  function taskProblems({ Parameters, Resource }: TaskState, where: string, context: readonly string[]): string[] {
    const { FunctionName, ...payload } = Parameters;
    const known = Resource === invokeWithTokenResource ? [...context, ...contextPaths.token] : context;
    const problems = templateProblems(payload, `${where}, field Parameters`, known);
    if (!functionNames.has(FunctionName))
      problems.push(`${where}, field Parameters.FunctionName: "${FunctionName}" (no function of this name is given)`);
    return problems;
  }

  function mapProblems(state: MapState, where: string, path: readonly string[], context: readonly string[]): string[] {
    const { StartAt, States } = state.ItemProcessor;
    const inside = [...context, ...contextPaths.item];
    return [
      ...templateProblems(state.ItemSelector, `${where}, field ItemSelector`, inside),
      ...statesProblems(StartAt, States, path, inside),
    ];
  }
}

function targetsOf(state: State): readonly (readonly [field: string, to: string])[] {
  const targets: (readonly [string, string])[] = [];
  if ('Next' in state && state.Next !== undefined) targets.push(['Next', state.Next]);
  if ('Default' in state && state.Default !== undefined) targets.push(['Default', state.Default]);
  if ('Choices' in state) targets.push(...state.Choices.map((c, i) => [`Choices.${i}.Next`, c.Next] as const));
  if ('Catch' in state) targets.push(...(state.Catch ?? []).map((c, i) => [`Catch.${i}.Next`, c.Next] as const));
  return targets;
}

/** Every key that ends in `.$` must hold a path that the engine supports; intrinsic functions are not supported. */
function templateProblems(template: unknown, where: string, context: readonly string[]): string[] {
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    const at = `${where}.${key}`;
    if (!key.endsWith('.$')) return templateProblems(value, at, context);
    const known = typeof value === 'string' && (isPath(value) || context.includes(value));
    return known ? [] : [`${at}: ${JSON.stringify(value)} (known: $.name.name, ${context.join(', ')})`];
  });
}

/** States.ALL must be alone and last [doc:step-functions/concepts-error-handling]; asl-validator does not detect a catch-all that is not last. */
function wildcardProblems(state: State, where: string): readonly string[] {
  if (state.Type !== 'Task' && state.Type !== 'Map') return [];
  return (['Retry', 'Catch'] as const).flatMap((field) => {
    const rules = state[field] ?? [];
    return rules.flatMap((rule, i) =>
      rule.ErrorEquals.includes('States.ALL') && (rule.ErrorEquals.length > 1 || i < rules.length - 1)
        ? [`${where}, field ${field}.${i}.ErrorEquals: States.ALL (known: alone, and in the last rule)`]
        : [],
    );
  });
}
