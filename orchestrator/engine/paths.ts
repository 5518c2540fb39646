/** The part of JSONPath that the engine supports: `$`, `$.name.name` and a handful of context references. */
import { StatesFailure } from './failure';

export const contextPaths = {
  execution: ['$$.Execution.Id', '$$.Execution.Name'],
  token: ['$$.Task.Token'],
  item: ['$$.Map.Item.Value'],
} as const;

/** Values by reference. */
export type Context = Readonly<Record<string, unknown>>;

export const isPath = (text: string): boolean => /^\$(\.[A-Za-z_]\w*)*$/.test(text);

const namesOf = (path: string): readonly string[] => path.split('.').slice(1);
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns undefined if there is no value; no JSON value is undefined. */
export const valueAt = (path: string, input: unknown): unknown =>
  namesOf(path).reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), input);

/** Like `valueAt`, for fields whose absence ends the execution on Step Functions: neither Retry nor Catch handles it. */
export function mustBeAt(path: string, input: unknown, field: string): unknown {
  const value = valueAt(path, input);
  if (value === undefined)
    throw new StatesFailure('States.Runtime', `${field} ${path} finds nothing in the state's input`);
  return value;
}

/** Fills a template: `"key.$": path` becomes `"key": value`; everything else stays as it is. */
export function filled(template: unknown, input: unknown, context: Context): unknown {
  if (Array.isArray(template)) return template.map((entry) => filled(entry, input, context));
  if (!isRecord(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') && typeof value === 'string'
        ? [key.slice(0, -2), referred(value, input, context)]
        : [key, filled(value, input, context)],
    ),
  );
}

function referred(path: string, input: unknown, context: Context): unknown {
  const value = path.startsWith('$$') ? context[path] : valueAt(path, input);
  if (value === undefined)
    throw new StatesFailure('States.ParameterPathFailure', `${path} finds nothing in the state's input`);
  return value;
}

/** The output of a state: the result replaces the input, is dropped (null), or becomes a field of the input. */
export function placed(result: unknown, resultPath: string | null | undefined, input: unknown): unknown {
  if (resultPath === null) return input;
  return setAt(namesOf(resultPath ?? '$'), input, result);
}

function setAt(names: readonly string[], target: unknown, value: unknown): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  if (!isRecord(target))
    throw new StatesFailure('States.ResultPathMatchFailure', `${name} cannot be set on ${JSON.stringify(target)}`);
  return { ...target, [name]: setAt(rest, target[name] ?? {}, value) };
}
