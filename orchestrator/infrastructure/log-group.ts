/** Log groups that outlive their stack. */
import { Aws, Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * A stack that is deleted leaves its logs, and one whose creation fails takes them away again. The name ends with the last part of the
 * stack's id, so that a stack that is created later does not find the name taken.
 */
export function lastingLogGroup(
  scope: Construct,
  id: string,
  { name, key }: { readonly name: string; readonly key?: IKey },
): LogGroup {
  const ofStack = Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  return new LogGroup(scope, id, {
    logGroupName: `${name}-${ofStack}`,
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    ...(key && { encryptionKey: key }),
  });
}
