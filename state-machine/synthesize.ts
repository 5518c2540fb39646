/** The state machine as literal Amazon States Language for the embedded engine, moto and asl-validator. Only its function ARNs differ from what is deployed. */
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { StateGraph } from 'aws-cdk-lib/aws-stepfunctions';
import { functionName, type TaskName, taskNames } from '../orchestrator/tasks/table';
import { rollout } from './rollout';
import { statesOf } from './story';
import type { Functions } from './vocabulary';

const arnPrefix = 'arn:aws:lambda:us-east-1:000000000000:function:';

export function synthesizeStateMachine(): unknown {
  const stack = new Stack(new App(), 'Rollout');
  const functions = Object.fromEntries(
    taskNames.map((task) => [
      task,
      LambdaFunction.fromFunctionArn(stack, `Function${task}`, arnPrefix + functionName(task)),
    ]),
  ) as Record<TaskName, LambdaFunction> satisfies Functions;
  const graph = new StateGraph(statesOf(rollout, stack, functions).startState, 'a rollout');
  const literal: unknown = stack.resolve(graph.toGraphJson());
  return JSON.parse(JSON.stringify(literal, withoutTokens));
}

/** CDK writes the partition as `Fn::Join` with `AWS::Partition`; the literal definition is for the standard partition. */
function withoutTokens(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(arnPrefix) ? value.slice(arnPrefix.length) : value;
  if (typeof value !== 'object' || value === null || !('Fn::Join' in value)) return value;
  const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
  return parts.map((part) => (typeof part === 'string' ? part : 'aws')).join(separator);
}
