/** The few kinds of state that the story is told with. Only what Step Functions, the embedded engine and moto all understand. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  Fail,
  type IChainable,
  IntegrationPattern,
  JitterType,
  JsonPath,
  Map as MapState,
  Pass,
  TaskInput,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { retriableCodes } from '../orchestrator/domain/errors';
import { shardsAtOnceMax } from '../orchestrator/domain/model/execution-input';
import type { DecidingState, DecisionOf, TaskName } from '../orchestrator/domain/model/state-decisions';

interface Make {
  readonly scope: Construct;
  readonly functions: Readonly<Record<TaskName, IFunction>>;
  readonly onCrash: IChainable;
}

/** Errors of the Lambda service itself, and a function that died, which the handlers' natural keys make safe to repeat [doc:step-functions/connect-lambda]. */
const lambdaErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Sandbox.Timedout',
  'Runtime.ExitError',
];

/** Six tries over about two minutes; jitter, since a throttle that hits one shard hits them all. */
function retrying<T extends LambdaInvoke>(invoke: T): T {
  invoke.addRetry({
    errors: [...retriableCodes, ...lambdaErrors],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 6,
    maxDelay: Duration.seconds(60),
    jitterStrategy: JitterType.FULL,
  });
  return invoke;
}

/** A crash leaves the baton as it was and adds what happened, for Report to record. */
const catching = <T extends LambdaInvoke | MapState>(state: T, onCrash: IChainable): T => {
  state.addCatch(onCrash, { errors: ['States.ALL'], resultPath: '$.crash' });
  return state;
};

const invoke = (scope: Construct, id: string, fn: IFunction): LambdaInvoke =>
  retrying(
    new LambdaInvoke(scope, id, {
      lambdaFunction: fn,
      payload: TaskInput.fromJsonPathAt('$'),
      outputPath: '$.Payload',
      retryOnServiceExceptions: false,
    }),
  );

/** A handler is given the baton and hands it on. */
export const task = ({ scope, functions, onCrash }: Make, name: TaskName): LambdaInvoke =>
  catching(invoke(scope, name, functions[name]), onCrash);

/** The task that everything ends in: if it fails too, the execution fails in the open. */
export function lastTask(scope: Construct, fn: IFunction, name: TaskName): LambdaInvoke {
  const failed = new Fail(scope, `${name} failed`, {
    error: 'ReportFailed',
    cause: 'the outcome could not be recorded',
  });
  const last = invoke(scope, name, fn);
  last.addCatch(failed, { errors: ['States.ALL'], resultPath: '$.crash' });
  return last;
}

function withToken({ scope, functions }: Make, name: TaskName, taskTimeout: Timeout): LambdaInvoke {
  return retrying(
    new LambdaInvoke(scope, name, {
      lambdaFunction: functions[name],
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromObject({ input: JsonPath.entirePayload, token: JsonPath.taskToken }),
      taskTimeout,
      retryOnServiceExceptions: false,
    }),
  );
}

/** Waits for an event; when none comes, the backstop asks again, so that a lost event costs one interval and nothing else. */
export function awaitEvent(make: Make, name: TaskName, { backstopMinutes }: { backstopMinutes: number }): LambdaInvoke {
  const waiting = withToken(make, name, Timeout.duration(Duration.minutes(backstopMinutes)));
  // By way of a Pass, since moto's interpreter does not follow a Catch that leads to its own state.
  const notYet = new Pass(make.scope, `${name} again`).next(waiting);
  waiting.addCatch(notYet, { errors: ['States.Timeout'], resultPath: JsonPath.DISCARD });
  return catching(waiting, make.onCrash);
}

/** Waits for a person's answer, as long as the question says; without one the rollout ends as held. */
export const askPerson = (make: Make, name: TaskName): LambdaInvoke =>
  catching(withToken(make, name, Timeout.at('$.approvalTimeoutSeconds')), make.onCrash);

/** One task per shard. The tasks write to the store; nothing comes back, so the payload stays small. */
export function fanOut({ scope, functions, onCrash }: Make, name: string, shardTask: TaskName): MapState {
  const map = new MapState(scope, name, {
    itemsPath: '$.shards',
    itemSelector: {
      rolloutId: JsonPath.stringAt('$.rolloutId'),
      step: JsonPath.numberAt('$.step'),
      shard: JsonPath.numberAt('$$.Map.Item.Value'),
    },
    maxConcurrency: shardsAtOnceMax,
    resultPath: JsonPath.DISCARD,
  });
  map.itemProcessor(invoke(scope, shardTask, functions[shardTask]));
  return catching(map, onCrash);
}

export const waitUntilDue = (scope: Construct, name: string): Wait =>
  new Wait(scope, name, { time: WaitTime.timestampPath('$.until') });

/**
 * Branches on the word that a state said. The type makes the branches complete, and refuses one for a word that the state does not
 * have; a word from nowhere goes where crashes go.
 */
export const deciding =
  (scope: Construct, onCrash: IChainable) =>
  <S extends DecidingState>(
    _state: S,
    prompt: string,
    branches: Readonly<Record<DecisionOf<S>, IChainable>>,
  ): Choice => {
    const choice = new Choice(scope, prompt);
    for (const [decision, next] of Object.entries<IChainable>(branches)) {
      choice.when(Condition.stringEquals('$.decision', decision), next);
    }
    return choice.otherwise(onCrash);
  };
