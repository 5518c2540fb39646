/**
 * In the management account, in Control Tower's home region, where alone it tells of the accounts that it makes
 * [doc:controltower/lifecycle-events]. A stack of its own, since that region may be any; without Control Tower it is left out.
 */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { forwardEvents } from './forwarding';
import { orchestratorAccountParameter } from './parameters';

export class ControlTowerStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { description: 'Strongroom: is told of the accounts that Control Tower makes' });
    forwardEvents(this, 'ControlTowerEvents', orchestratorAccountParameter(this));
  }
}
