/** A sweep discovers accounts that no event announced, then visits every account, part by part, since one function call is too short for all. */
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  JsonPath,
  LogLevel,
  StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { acknowledgeMachine } from './acknowledged';
import { fromThisAccount } from './confused-deputy';
import { lastingLogGroup } from './log-group';

export class SweepMachine extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, discover: IFunction, sweep: IFunction) {
    super(scope, id);
    const first = new LambdaInvoke(this, 'Discover', {
      lambdaFunction: discover,
      payload: TaskInput.fromObject({}),
      resultPath: JsonPath.DISCARD,
    });
    const part = new LambdaInvoke(this, 'Part', {
      lambdaFunction: sweep,
      payload: TaskInput.fromJsonPathAt('$'),
      outputPath: '$.Payload',
    });
    const more = new Choice(this, 'Are there more accounts?');
    part.next(more.when(Condition.isPresent('$.after'), part).otherwise(new Succeed(this, 'Swept')));
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: 'strongroom-sweep',
      comment: 'Discovers new accounts and checks every account',
      role: new Role(this, 'Role', {
        assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: fromThisAccount(this) }),
        description: 'Permissions of the state machine of sweeps',
      }),
      definitionBody: DefinitionBody.fromChainable(first.next(part)),
      timeout: Duration.hours(6),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: false,
        destination: lastingLogGroup(this, 'Log', { name: '/aws/vendedlogs/states/strongroom-sweep' }),
      },
    });
    acknowledgeMachine(this, [discover, sweep]);
  }
}
