/** Deployed to the Deployments account in the home region: everything that runs rollouts and sweeps. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { directoryRoleName } from '../domain/installation/installation';
import { orchestratorFunctions } from '../tasks/table';
import { administrationRole } from './administration-role';
import { Alarms } from './alarms';
import { Functions } from './functions';
import { Machine, machineArn } from './machine';
import {
  ciRoleParameter,
  managementAccountParameter,
  organizationParameter,
  readerRoleParameter,
  securityAccountParameter,
} from './parameters';
import { peoplePolicy } from './people-policy';
import type { Granted } from './permissions';
import { Records } from './records';
import { SweepMachine } from './sweep-machine';
import { Triggers } from './triggers';

export class OrchestratorStack extends Stack {
  /** What the dashboard's function may access too. */
  readonly granted: Granted;

  /** @param props with the folder that contains one bundle per function. */
  constructor(scope: Construct, id: string, { bundles, ...props }: StackProps & { readonly bundles: string }) {
    super(scope, id, { ...props, description: 'Strongroom: rolls out a security baseline across the organization' });
    const organization = organizationParameter(this);
    const ciRole = ciRoleParameter(this);
    const managementAccount = managementAccountParameter(this);

    const records = new Records(this, 'Records');
    this.granted = {
      records,
      ciRole,
      readerRole: readerRoleParameter(this),
      organization,
      securityAccount: securityAccountParameter(this),
      directoryRoleArn: `arn:${this.partition}:iam::${managementAccount}:role/${directoryRoleName}`,
      administrationRoleArn: administrationRole(this, ciRole, organization),
      stateMachineArn: machineArn(this),
    };
    peoplePolicy(this, this.granted);
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

    new CfnOutput(this, 'TableName', {
      value: records.table.tableName,
      description: 'Name of the table, for --state dynamodb:TABLE',
    });
    new CfnOutput(this, 'BucketName', {
      value: records.bucket.bucketName,
      description: 'Name of the artifact bucket, for STRONGROOM_BUCKET',
    });
    new CfnOutput(this, 'TopicArn', {
      value: records.topic.topicArn,
      description: 'Topic for notifications; subscribe the people who operate Strongroom',
    });
    new CfnOutput(this, 'StateMachineAlias', {
      value: machine.alias.attrArn,
      description: 'Alias of the state machine that new rollouts run',
    });
  }
}
