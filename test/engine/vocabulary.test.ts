import { createEngine } from '../../orchestrator/engine/engine';
import { createMemoryStore } from '../../orchestrator/simulated/memory-store';
import { createVirtualClock } from '../../orchestrator/simulated/virtual-clock';
import { machine, map, startedAt, task, tokenTask } from './rig';

const build = (definition: unknown) =>
  createEngine({
    definition,
    functions: { f: async () => ({}) },
    store: createMemoryStore(),
    clock: createVirtualClock(startedAt),
    random: () => 0,
  });

const only = (state: object) => machine({ A: state });
const each = (state: object) =>
  only(map('f', { ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'E', States: { E: state } } }));

describe('the engine refuses, before anything runs,', () => {
  test.each<[what: string, definition: unknown, named: string]>([
    ['what is no object', 'text', 'the machine'],
    ['an unknown field of the machine', { ...only(task('f')), TimeoutSeconds: 5 }, 'the machine, field TimeoutSeconds'],
    ['JSONata', { ...only(task('f')), QueryLanguage: 'JSONata' }, 'the machine, field QueryLanguage'],
    ['a StartAt that is nowhere', { ...only(task('f')), StartAt: 'B' }, 'field StartAt: "B"'],
    ['an unknown state type', only({ Type: 'Parallel', End: true }), 'state "A", field Type: "Parallel"'],
    ['a missing state type', only({ End: true }), 'state "A", field Type: missing'],
    [
      'an unknown resource',
      only(task('f', { Resource: 'arn:aws:states:::sns:publish' })),
      'field Resource: "arn:aws:states:::sns:publish"',
    ],
    ['a timeout of a plain task', only(task('f', { TimeoutSeconds: 5 })), 'state "A", field TimeoutSeconds'],
    [
      'two timeouts',
      only(tokenTask('f', { TimeoutSeconds: 5, TimeoutSecondsPath: '$.seconds' })),
      'either TimeoutSeconds or TimeoutSecondsPath',
    ],
    ['a heartbeat', only(tokenTask('f', { HeartbeatSeconds: 5 })), 'state "A", field HeartbeatSeconds'],
    [
      'an unknown parameter',
      only(task('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$', Qualifier: '1' } })),
      'field Parameters.Qualifier',
    ],
    ['a task without payload', only(task('f', { Parameters: { FunctionName: 'f' } })), 'field Parameters'],
    ['a function that is not given', only(task('g')), 'field Parameters.FunctionName: "g"'],
    ['a path with an index', only(task('f', { OutputPath: '$.Payload[0]' })), 'field OutputPath: "$.Payload[0]"'],
    [
      'an intrinsic function',
      only(task('f', { Parameters: { FunctionName: 'f', Payload: { deep: [{ 'x.$': 'States.UUID()' }] } } })),
      'field Parameters.Payload.deep.0.x.$: "States.UUID()"',
    ],
    [
      'a token where none is',
      only(task('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$$.Task.Token' } })),
      'field Parameters.Payload.$: "$$.Task.Token"',
    ],
    [
      'an item outside a Map',
      only(task('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$$.Map.Item.Value' } })),
      '"$$.Map.Item.Value"',
    ],
    [
      'an unknown context reference',
      only(task('f', { Parameters: { FunctionName: 'f', 'Payload.$': '$$.State.EnteredTime' } })),
      '"$$.State.EnteredTime"',
    ],
    ['a Next that is nowhere', only(task('f', { Next: 'B' })), 'state "A", field Next: "B"'],
    ['Next and End at once', only({ Type: 'Pass', Next: 'A', End: true }), 'state "A" (known: either Next or End)'],
    ['neither Next nor End', only({ Type: 'Pass' }), 'state "A" (known: either Next or End)'],
    ['Parameters of a Pass', only({ Type: 'Pass', End: true, Parameters: {} }), 'state "A", field Parameters'],
    [
      'an unknown operator',
      only({ Type: 'Choice', Choices: [{ Variable: '$.n', NumericEquals: 1, Next: 'A' }] }),
      'state "A", field Choices.0.NumericEquals',
    ],
    ['a compound rule', only({ Type: 'Choice', Choices: [{ And: [], Next: 'A' }] }), 'field Choices.0.And'],
    [
      'a choice that leads nowhere',
      only({ Type: 'Choice', Choices: [{ Variable: '$.w', StringEquals: 'go', Next: 'B' }], Default: 'C' }),
      'field Choices.0.Next: "B"',
    ],
    [
      'a Wait for two things',
      only({ Type: 'Wait', Seconds: 1, TimestampPath: '$.t', End: true }),
      'either Seconds or TimestampPath',
    ],
    [
      'a Wait until a fixed time',
      only({ Type: 'Wait', Timestamp: '2026-11-22T00:00:00Z', End: true }),
      'field Timestamp',
    ],
    ['a path as Cause', only({ Type: 'Fail', CausePath: '$.x' }), 'field CausePath'],
    [
      'an unknown name of the language',
      only(task('f', { Retry: [{ ErrorEquals: ['States.Runtime'] }] })),
      'field Retry.0.ErrorEquals.0: "States.Runtime"',
    ],
    [
      'an unknown field of a retrier',
      only(task('f', { Retry: [{ ErrorEquals: ['X'], Jitter: 1 }] })),
      'field Retry.0.Jitter',
    ],
    [
      'an unknown jitter',
      only(task('f', { Retry: [{ ErrorEquals: ['X'], JitterStrategy: 'HALF' }] })),
      'field Retry.0.JitterStrategy: "HALF"',
    ],
    [
      'a wildcard that is not last',
      only(task('f', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] })),
      'field Retry.0.ErrorEquals: States.ALL',
    ],
    [
      'a wildcard that is not alone',
      only(task('f', { Catch: [{ ErrorEquals: ['X', 'States.ALL'], Next: 'A' }] })),
      'field Catch.0.ErrorEquals: States.ALL',
    ],
    [
      'a Catch that leads nowhere',
      only(task('f', { Catch: [{ ErrorEquals: ['X'], Next: 'B' }] })),
      'field Catch.0.Next: "B"',
    ],
    [
      'a distributed Map',
      only(map('f', { ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'E', States: {} } })),
      'state "A", field ItemProcessor.ProcessorConfig.Mode: "DISTRIBUTED"',
    ],
    ['a Map that keeps its results', only(map('f', { ResultPath: '$.r' })), 'state "A", field ResultPath: "$.r"'],
    ['tolerated failures of a Map', only(map('f', { ToleratedFailureCount: 1 })), 'field ToleratedFailureCount'],
    ['a token wait in a Map', each(tokenTask('f')), 'state "A/E", field Resource'],
    ['a Wait in a Map', each({ Type: 'Wait', Seconds: 1, End: true }), 'state "A/E", field Type: "Wait"'],
    ['a Map in a Map', each(map('f')), 'state "A/E", field Type: "Map"'],
    ['an unknown field in a Map', each(task('f', { ResultSelector: {} })), 'state "A/E", field ResultSelector'],
    ['a state in a Map that leads out of it', each(task('f', { Next: 'A' })), 'state "A/E", field Next: "A"'],
  ])('%s', (_what, definition, named) => {
    expect(() => build(definition)).toThrow(
      expect.objectContaining({ code: 'UnknownVocabulary', message: expect.stringContaining(named) }),
    );
  });

  test('everything unknown at once', () => {
    const definition = machine({ A: task('f', { Next: 'B', Foo: 1 }), B: { Type: 'Parallel', End: true } });
    expect(() => build(definition)).toThrow(/state "A", field Foo; state "B", field Type: "Parallel"/);
  });
});

const guard = {
  Retry: [
    {
      ErrorEquals: ['Throttled'],
      IntervalSeconds: 2,
      MaxAttempts: 6,
      BackoffRate: 1.5,
      MaxDelaySeconds: 30,
      JitterStrategy: 'FULL',
    },
    { ErrorEquals: ['States.ALL'], Comment: 'the rest', MaxAttempts: 0 },
  ],
  Catch: [
    {
      ErrorEquals: ['States.Timeout', 'States.TaskFailed', 'States.DataLimitExceeded', 'Mine'],
      Next: 'Bad',
      ResultPath: '$.error',
    },
    { ErrorEquals: ['States.ALL'], Next: 'Bad', ResultPath: null },
  ],
};
const everyWord = {
  Comment: 'all of it',
  ...machine({
    Stock: { Type: 'Pass', Comment: 'c', Result: { a: 1 }, ResultPath: '$.a.b', Next: 'Do' },
    Do: task('f', { ...guard, ResultPath: '$.r', OutputPath: '$.r.Payload', Next: 'Ask' }),
    Ask: tokenTask('f', {
      ...guard,
      TimeoutSeconds: 60,
      Parameters: {
        FunctionName: 'f',
        Payload: {
          'token.$': '$$.Task.Token',
          'id.$': '$$.Execution.Id',
          'name.$': '$$.Execution.Name',
          'all.$': '$',
          n: 1,
        },
      },
      Next: 'Which',
    }),
    Which: {
      Type: 'Choice',
      Choices: [{ Variable: '$.decision', StringEquals: 'go', Next: 'Rest', Comment: 'c' }],
      Default: 'Nap',
    },
    Rest: { Type: 'Wait', TimestampPath: '$.until', Next: 'Nap' },
    Nap: { Type: 'Wait', Seconds: 5, Next: 'All' },
    All: map('f', {
      ...guard,
      MaxConcurrency: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Each',
        States: {
          Each: task('f', {
            Parameters: { FunctionName: 'f', Payload: { 'item.$': '$$.Map.Item.Value' } },
            Next: 'If',
          }),
          If: { Type: 'Choice', Choices: [{ Variable: '$.x', StringEquals: 'y', Next: 'Ok' }], Default: 'No' },
          Ok: { Type: 'Succeed' },
          No: { Type: 'Fail' },
        },
      },
      Next: 'Good',
    }),
    Good: { Type: 'Succeed', Comment: 'c' },
    Bad: { Type: 'Fail', Error: 'Broken', Cause: 'for a reason' },
  }),
};

test('the engine takes every word of its vocabulary', () => {
  expect(() => build(everyWord)).not.toThrow();
});
