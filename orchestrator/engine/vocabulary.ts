/**
 * The part of the Amazon States Language that the engine supports, as a schema. Anything else is refused before the run starts.
 * `vocabulary.md` describes the same part for people, with the sources.
 */
import { z } from 'zod';

export const invokeResource = 'arn:aws:states:::lambda:invoke';
export const invokeWithTokenResource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

/** Seconds in a year and a day; MaxDelaySeconds must be less [doc:step-functions/concepts-error-handling]. */
export const delaySecondsMax = 31_622_400;
/** The default and the maximum of TimeoutSeconds of a Task [doc:step-functions/state-task]. */
export const timeoutSecondsMax = 99_999_999;

/** Predefined error names that Retry and Catch can match; States.Runtime is not one of them [doc:step-functions/concepts-error-handling]. */
const catchableNames = [
  'States.ALL',
  'States.TaskFailed',
  'States.Timeout',
  'States.DataLimitExceeded',
  'States.ParameterPathFailure',
  'States.ResultPathMatchFailure',
];

const stateName = z.string().min(1).max(80);
/** Indexes are not supported: for `$.a[0].k` moto returns `["x"]` where AWS returns `"x"`. */
const path = z.string().regex(/^\$(\.[A-Za-z_]\w*)*$/, 'known: $ and $.name.name');
const fieldPath = z.string().regex(/^\$(\.[A-Za-z_]\w*)+$/, 'known: $.name.name');
const errorNames = z
  .array(
    z.string().refine((name) => !name.startsWith('States.') || catchableNames.includes(name), {
      message: `known: names of your own, ${catchableNames.join(', ')}`,
    }),
  )
  .min(1);

const exactlyOneOf =
  (...keys: readonly string[]) =>
  (value: object) =>
    keys.filter((key) => key in value).length === 1;

const comment = { Comment: z.string().optional() };
const onwards = { Next: stateName.optional(), End: z.literal(true).optional() };
const nextOrEnd = exactlyOneOf('Next', 'End');
const nextOrEndMessage = { message: 'known: either Next or End' };

const retrier = z.strictObject({
  ...comment,
  ErrorEquals: errorNames,
  IntervalSeconds: z.int().min(1).max(timeoutSecondsMax).default(1),
  MaxAttempts: z.int().min(0).max(timeoutSecondsMax).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.int().min(1).lt(delaySecondsMax).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
const catcher = z.strictObject({
  ...comment,
  ErrorEquals: errorNames,
  ResultPath: path.nullable().optional(),
  Next: stateName,
});
const guarded = { Retry: z.array(retrier).min(1).optional(), Catch: z.array(catcher).min(1).optional() };

const pass = z
  .strictObject({
    ...comment,
    ...onwards,
    Type: z.literal('Pass'),
    Result: z.unknown().optional(),
    ResultPath: path.nullable().optional(),
  })
  .refine(nextOrEnd, nextOrEndMessage);

const task = {
  ...comment,
  ...onwards,
  ...guarded,
  Type: z.literal('Task'),
  Parameters: z
    .strictObject({
      FunctionName: z.string().min(1),
      Payload: z.unknown().optional(),
      'Payload.$': z.string().optional(),
    })
    .refine(exactlyOneOf('Payload', 'Payload.$'), { message: 'known: either Payload or Payload.$' }),
  ResultPath: path.nullable().optional(),
  OutputPath: path.optional(),
};
const invoke = z.strictObject({ ...task, Resource: z.literal(invokeResource) }).refine(nextOrEnd, nextOrEndMessage);
const invokeWithToken = z
  .strictObject({
    ...task,
    Resource: z.literal(invokeWithTokenResource),
    TimeoutSeconds: z.int().min(1).max(timeoutSecondsMax).optional(),
    TimeoutSecondsPath: fieldPath.optional(),
  })
  .refine(nextOrEnd, nextOrEndMessage)
  .refine((task) => task.TimeoutSeconds === undefined || task.TimeoutSecondsPath === undefined, {
    message: 'known: either TimeoutSeconds or TimeoutSecondsPath',
  });

const choice = z.strictObject({
  ...comment,
  Type: z.literal('Choice'),
  Choices: z
    .array(z.strictObject({ ...comment, Variable: fieldPath, StringEquals: z.string(), Next: stateName }))
    .min(1),
  Default: stateName.optional(),
});

const wait = z
  .strictObject({
    ...comment,
    ...onwards,
    Type: z.literal('Wait'),
    Seconds: z.int().min(0).max(timeoutSecondsMax).optional(),
    TimestampPath: fieldPath.optional(),
  })
  .refine(nextOrEnd, nextOrEndMessage)
  .refine(exactlyOneOf('Seconds', 'TimestampPath'), { message: 'known: either Seconds or TimestampPath' });

const succeed = z.strictObject({ ...comment, Type: z.literal('Succeed') });
const fail = z.strictObject({
  ...comment,
  Type: z.literal('Fail'),
  Error: z.string().default(''),
  Cause: z.string().default(''),
});

/** After a crash a Map starts again from its first item, so nothing in it may depend on when it was first entered. */
const repeatable = z.discriminatedUnion('Type', [pass, invoke, choice, succeed, fail]);

const map = z
  .strictObject({
    ...comment,
    ...onwards,
    ...guarded,
    Type: z.literal('Map'),
    ItemsPath: path,
    ItemSelector: z.record(z.string(), z.unknown()).optional(),
    MaxConcurrency: z.int().min(0).default(0),
    ItemProcessor: z.strictObject({
      ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }),
      StartAt: stateName,
      States: z.record(stateName, repeatable),
    }),
    ResultPath: z.null(),
  })
  .refine(nextOrEnd, nextOrEndMessage);

const state = z.discriminatedUnion('Type', [
  pass,
  z.discriminatedUnion('Resource', [invoke, invokeWithToken]),
  choice,
  wait,
  map,
  succeed,
  fail,
]);

export const machine = z.strictObject({ ...comment, StartAt: stateName, States: z.record(stateName, state) });

export type Machine = z.output<typeof machine>;
export type State = z.output<typeof state>;
export type States = Readonly<Record<string, State>>;
export type TaskState = Extract<State, { Type: 'Task' }>;
export type MapState = Extract<State, { Type: 'Map' }>;
export type Retrier = z.output<typeof retrier>;
export type Catcher = z.output<typeof catcher>;
