/**
 * The state machine of a rollout, deployed as a version behind an alias. Running executions keep the definition they started with
 * [doc:step-functions/concepts-state-machine-version], so handlers must also accept what earlier versions send.
 */
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { lastingLogGroup } from './log-group';

export const machineName = 'strongroom-rollout';
export const aliasName = 'live';

/** Built from the name, since the functions need the ARN and the state machine needs the functions. */
export const machineArn = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: machineName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** A rollout soaks for days and may wait weeks for approval; it ends long before this. */
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
        description: 'Permissions of the state machine of rollouts',
      }),
      comment: 'Rolls out a baseline in waves',
      definitionBody: DefinitionBody.fromChainable(statesOf(rollout, this, functions)),
      timeout: Duration.days(executionDaysMax),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        // Executions carry only a few ids. Data about accounts stays in the table.
        includeExecutionData: false,
        // CloudWatch Logs limits the size of the resource policy; log groups with this prefix need no entry in it [doc:step-functions/cw-logs].
        destination: lastingLogGroup(this, 'Log', { name: `/aws/vendedlogs/states/${machineName}` }),
      },
    });
    acknowledgeMachine(this, Object.values(functions));
    const version = new CfnStateMachineVersion(this, 'Version', {
      stateMachineArn: this.stateMachine.stateMachineArn,
      stateMachineRevisionId: this.stateMachine.stateMachineRevisionId,
    });
    this.alias = new CfnStateMachineAlias(this, 'Alias', {
      name: aliasName,
      description: 'Version that new rollouts run',
      deploymentPreference: { stateMachineVersionArn: version.attrArn, type: 'ALL_AT_ONCE' },
    });
  }
}
