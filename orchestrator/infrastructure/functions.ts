/** Every deployed function, with a role and a log group of its own. */
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { orchestratorPath } from '../domain/policies/ci-policy';
import { environmentNames } from '../lambda/environment';
import type { FunctionDeclaration } from '../tasks/declaration';
import { type FunctionName, functionName, functionNames, functions } from '../tasks/table';
import { acknowledgeFunctions } from './acknowledged';
import { lastingLogGroup } from './log-group';
import { type Granted, statementsFor } from './permissions';
import { sizeOf } from './sizing';

/**
 * Others trust roles of functions by name: the roles of an account admit those that `domain/policies/ci-policy.ts` names, so that no other
 * function can enter, and the management account admits those that list the organization.
 */
export const rolePath = orchestratorPath;
const declared: Readonly<Record<FunctionName, FunctionDeclaration>> = functions;
export const roleNameOf = (name: FunctionName): string => `Strongroom-${name}`;
export const directoryCallers = functionNames
  .filter((name) => declared[name].ports.includes('directory'))
  .map(roleNameOf);

export class Functions<Name extends FunctionName> extends Construct {
  readonly byName: Readonly<Record<Name, LambdaFunction>>;

  /** @param bundles the folder written by `npm run build:functions`. */
  constructor(scope: Construct, id: string, names: readonly Name[], granted: Granted, bundles: string) {
    super(scope, id);
    const made = names.map((name) => [name, this.make(name, granted, bundles)] as const);
    acknowledgeFunctions(this, granted.records.bucket);
    this.byName = Object.fromEntries(made) as Record<Name, LambdaFunction>;
  }

  private make(name: Name, granted: Granted, bundles: string): LambdaFunction {
    const { records, administrationRoleArn, directoryRoleArn, stateMachineArn } = granted;
    const { memoryMegabytes, timeoutMinutes } = sizeOf(name);
    const logGroup = lastingLogGroup(this, `${name}Log`, { name: `/strongroom/${name}`, key: records.key });
    const role = new Role(this, `${name}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Permissions of the function ${functionName(name)}`,
      path: rolePath,
      roleName: roleNameOf(name),
      inlinePolicies: {
        [name]: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Log',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            ...statementsFor(this, granted, declared[name]),
          ],
        }),
      },
    });
    return new LambdaFunction(this, name, {
      functionName: functionName(name),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(bundles, name)),
      handler: 'index.handler',
      role,
      timeout: Duration.minutes(timeoutMinutes),
      memorySize: memoryMegabytes,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      tracing: Tracing.ACTIVE,
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        [environmentNames.table]: records.table.tableName,
        [environmentNames.bucket]: records.bucket.bucketName,
        [environmentNames.topic]: records.topic.topicArn,
        [environmentNames.directoryRole]: directoryRoleArn,
        [environmentNames.stateMachine]: stateMachineArn,
        [environmentNames.administrationRole]: administrationRoleArn,
      },
    });
  }
}
