/** In the Deployments account, in the baseline's home region: everything that a rollout is made of. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { orchestratorFunctions } from '../tasks/table';
import { administrationRole } from './administration-role';
import { Alarms } from './alarms';
import { Functions } from './functions';
import { Machine, machineArn } from './machine';
import { directoryRoleName } from './management-stack';
import { ciRoleParameter, managementAccountParameter, organizationParameter } from './parameters';
import type { Granted } from './permissions';
import { Records } from './records';
import { SweepMachine } from './sweep-machine';
import { Triggers } from './triggers';

export class OrchestratorStack extends Stack {
  /** What functions of other stacks may be given too. */
  readonly granted: Granted;

  /** @param bundles the folder with one bundle per function. */
  constructor(scope: Construct, id: string, bundles: string) {
    super(scope, id, { description: 'Strongroom: rolls a security baseline out over the organization' });
    const organization = organizationParameter(this);
    const ciRole = ciRoleParameter(this);
    const managementAccount = managementAccountParameter(this);

    const records = new Records(this, 'Records');
    const administration = administrationRole(this, ciRole, organization);
    this.granted = {
      records,
      ciRole,
      organization,
      directoryRoleArn: `arn:${this.partition}:iam::${managementAccount}:role/${directoryRoleName}`,
      administrationRoleArn: administration.roleArn,
      stateMachineArn: machineArn(this),
    };
    const { byName } = new Functions(this, 'Functions', orchestratorFunctions, this.granted, bundles);
    const machine = new Machine(this, 'Rollout', byName);
    const sweep = new SweepMachine(this, 'SweepMachine', byName.Discover, byName.Sweep);
    const triggers = new Triggers(this, 'Triggers', {
      stackSetEvents: byName.StackSetEvents,
      accountEvents: byName.AccountEvents,
      drift: byName.Drift,
      sweep: sweep.stateMachine,
      managementAccount,
    });
    new Alarms(this, 'Alarms', {
      stateMachine: machine.stateMachine,
      report: byName.Report,
      sweep: byName.Sweep,
      undelivered: triggers.undelivered,
      topic: records.topic,
    });

    new CfnOutput(this, 'TableName', { value: records.table.tableName, description: 'For --state dynamodb:TABLE' });
    new CfnOutput(this, 'BucketName', { value: records.bucket.bucketName, description: 'For STRONGROOM_BUCKET' });
    new CfnOutput(this, 'TopicArn', { value: records.topic.topicArn, description: 'Subscribe whoever is to be told' });
    new CfnOutput(this, 'StateMachineAlias', { value: machine.alias.attrArn, description: 'What new rollouts run' });
  }
}
