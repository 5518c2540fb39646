/**
 * The state machine of a rollout, deployed as a version behind an alias: executions in flight go on with the definition that they
 * began with [doc:step-functions/concepts-state-machine-version], and the handlers take what it sends.
 */
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachineAlias,
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  StateMachine,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { rollout } from '../../state-machine/rollout';
import { statesOf } from '../../state-machine/story';
import type { Functions } from '../../state-machine/vocabulary';
import { acknowledgeMachine } from './acknowledged';
import { fromThisAccount } from './confused-deputy';

export const machineName = 'strongroom-rollout';
export const aliasName = 'live';

/** Known before the machine is made: its functions are told, and the machine needs the functions. */
export const machineArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: machineName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** A rollout soaks for days and asks for weeks, and ends long before this. */
const executionDaysMax = 180;

export class Machine extends Construct {
  readonly stateMachine: StateMachine;
  readonly alias: CfnStateMachineAlias;

  constructor(scope: Construct, id: string, functions: Functions) {
    super(scope, id);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: machineName,
      role: new Role(this, 'Role', {
        assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: fromThisAccount(this) }),
        description: 'What the state machine of a rollout may do',
      }),
      comment: 'Rolls a baseline out in waves',
      definitionBody: DefinitionBody.fromChainable(statesOf(rollout, this, functions)),
      timeout: Duration.days(executionDaysMax),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        // The data that travels is a few ids; what is said of accounts stays in the table.
        includeExecutionData: false,
        destination: new LogGroup(this, 'Log', {
          // CloudWatch Logs limits the resource policy that a state machine writes; names under this prefix need none of their own [doc:step-functions/cw-logs].
          logGroupName: `/aws/vendedlogs/states/${machineName}`,
          retention: RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.RETAIN,
        }),
      },
    });
    acknowledgeMachine(this, Object.values(functions));
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: this.stateMachine.stateMachineArn,
      stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,
    });
    this.alias = new CfnStateMachineAlias(this, 'Alias', {
      name: aliasName,
      description: 'What new rollouts run',
      deploymentPreference: { stateMachineVersionArn: version.attrArn, type: 'ALL_AT_ONCE' },
    });
  }
}
