/** The few kinds of state that a story is made of: only what Step Functions, the embedded engine and moto all understand. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
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
import { parkingCodes, retriableCodes } from '../orchestrator/domain/errors';
import { shardsAtOnceMax } from '../orchestrator/domain/model/execution-input';
import type { TaskName } from '../orchestrator/tasks/table';

export type Functions = Readonly<Record<TaskName, IFunction>>;

export interface Make {
  readonly scope: Construct;
  readonly functions: Functions;
  readonly onCrash: IChainable;
  /** Where a task goes that an outage outlasted; absent where there is no wave yet that could be resumed. */
  readonly onOutage?: IChainable | undefined;
}

/** Errors of the Lambda service itself and of functions that died. Natural keys make handlers safe to repeat [doc:step-functions/connect-lambda]. */
const lambdaErrors = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Sandbox.Timedout',
  'Runtime.ExitError',
];

/**
 * Sixty tries within about half an hour, so that an outage of twenty minutes needs no person. The jitter spreads shards that were
 * throttled together.
 */
function retrying<T extends LambdaInvoke>(invoke: T, codes: readonly string[] = retriableCodes): T {
  invoke.addRetry({
    errors: [...codes, ...lambdaErrors],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxAttempts: 60,
    maxDelay: Duration.seconds(60),
    jitterStrategy: JitterType.FULL,
  });
  return invoke;
}

/** A crash leaves the input as it was and adds the error, which Park and Report record. */
const catching = <T extends LambdaInvoke | MapState>(
  state: T,
  { onCrash, onOutage }: Pick<Make, 'onCrash' | 'onOutage'>,
): T => {
  if (onOutage !== undefined)
    state.addCatch(onOutage, { errors: [...parkingCodes, ...lambdaErrors], resultPath: '$.crash' });
  state.addCatch(onCrash, { errors: ['States.ALL'], resultPath: '$.crash' });
  return state;
};

const invoke = (scope: Construct, id: string, fn: IFunction, codes?: readonly string[]): LambdaInvoke =>
  retrying(
    new LambdaInvoke(scope, id, {
      lambdaFunction: fn,
      payload: TaskInput.fromJsonPathAt('$'),
      outputPath: '$.Payload',
      retryOnServiceExceptions: false,
    }),
    codes,
  );

/** A handler takes the input and returns the next one. */
export const task = (make: Make, name: TaskName): LambdaInvoke =>
  catching(invoke(make.scope, name, make.functions[name]), make);

/**
 * Parks a rollout, where a failure would end it. The outage that led here may keep the rollout's record out of reach too, so everything
 * that parks a rollout elsewhere is tried again here.
 */
export const parkingTask = (make: Make, name: TaskName): LambdaInvoke =>
  catching(invoke(make.scope, name, make.functions[name], parkingCodes), make);

/**
 * The task at the end of every path. If it fails too, the execution fails in it, so that a later `resume` runs it again
 * [doc:step-functions/redrive-executions].
 */
export const lastTask = (scope: Construct, functions: Functions, name: TaskName): LambdaInvoke =>
  invoke(scope, name, functions[name], parkingCodes);

function withToken(
  { scope, functions }: Make,
  name: TaskName,
  taskTimeout: Timeout,
  codes?: readonly string[],
): LambdaInvoke {
  return retrying(
    new LambdaInvoke(scope, name, {
      lambdaFunction: functions[name],
      integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: TaskInput.fromObject({ input: JsonPath.entirePayload, token: JsonPath.taskToken }),
      taskTimeout,
      retryOnServiceExceptions: false,
    }),
    codes,
  );
}

/** Waits for an event. After the backstop it invokes the task again, so a lost event only costs that interval. */
export function awaitEvent(
  make: Make,
  name: TaskName,
  { backstopMinutes }: { readonly backstopMinutes: number },
): LambdaInvoke {
  const waiting = withToken(make, name, Timeout.duration(Duration.minutes(backstopMinutes)));
  // Goes through a Pass, since moto's interpreter does not follow a Catch to the state itself.
  const notYet = new Pass(make.scope, `${name} again`).next(waiting);
  waiting.addCatch(notYet, { errors: ['States.Timeout'], resultPath: JsonPath.DISCARD });
  return catching(waiting, make);
}

/** Waits for a person's answer until the prompt times out; then the rollout ends as held. */
export const awaitPerson = (make: Make, name: TaskName): LambdaInvoke =>
  catching(withToken(make, name, Timeout.at('$.approvalTimeoutSeconds'), parkingCodes), { onCrash: make.onCrash });

/** Runs a task for each shard. The tasks write to the store and return nothing, so the payload stays small. */
export function forEachShard(make: Make, name: string, shardTask: TaskName): MapState {
  const { scope, functions } = make;
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
  return catching(map, make);
}

export const waitUntilDue = (scope: Construct, name: string): Wait =>
  new Wait(scope, name, { time: WaitTime.timestampPath('$.until') });

/** Branches on the decision. An unknown one goes where crashes go. */
export function choice(
  { scope, onCrash }: Make,
  question: string,
  branches: readonly (readonly [decision: string, next: IChainable])[],
): Choice {
  const made = new Choice(scope, question);
  for (const [decision, next] of branches) made.when(Condition.stringEquals('$.decision', decision), next);
  return made.otherwise(onCrash);
}
