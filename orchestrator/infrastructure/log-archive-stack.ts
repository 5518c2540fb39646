/** Deployed to the log archive account: the bucket that every account of the organization delivers logs to, and its key. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { logArchive } from '../../stackset-templates/bootstrap/log-archive';
import { acknowledgeLogArchive } from './acknowledged';

export class LogArchiveStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    logArchive(this);
    acknowledgeLogArchive(this);
  }
}
