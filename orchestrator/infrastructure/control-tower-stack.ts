/**
 * Deployed to the management account in Control Tower's home region, the only region where Control Tower sends events about the accounts it
 * creates [doc:controltower/lifecycle-events]. That region can be any, so this is a separate stack. Without Control Tower it is
 * not deployed.
 */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { forwardEvents } from './forwarding';
import { orchestratorAccountParameter } from './parameters';

export class ControlTowerStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, {
      ...props,
      description: 'Strongroom: forwards events about accounts that Control Tower creates',
    });
    forwardEvents(this, 'ControlTowerEvents', orchestratorAccountParameter(this));
  }
}
