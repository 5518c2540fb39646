/** One function and one role per task of the state machine. */
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { taskNames } from '../domain/model/state-decisions';
import { environmentNames } from '../lambda/environment';
import type { StackSets } from '../ports/ports';
import { revertMinutesMax } from '../rollout/revert-drift';
import { acknowledgeFunctions } from './acknowledged';
import { measured, memoryFor, processorMegabytes, timeoutMinutesFor } from './measured';
import { type Granted, type PortName, stackSetStatements, statementsOf } from './permissions';

/** Of the orchestrator's stack: also functions that no state of the machine invokes. */
export const orchestratorFunctions = [
  ...taskNames,
  'StackSetEvents',
  'AccountEvents',
  'Discover',
  'Sweep',
  'Drift',
] as const;
export type OrchestratorFunction = (typeof orchestratorFunctions)[number];
const functionNames = [...orchestratorFunctions, 'Dashboard'] as const;
export type FunctionName = (typeof functionNames)[number];

interface Asks {
  readonly ports: readonly PortName[];
  /** What is asked of the StackSets; none for one that does not. */
  readonly stackSets?: readonly (keyof StackSets)[];
}

/** What a detection has found. */
const collecting = ['driftOf', 'instances', 'results', 'status', 'stop'] as const;

const asks: Readonly<Record<FunctionName, Asks>> = {
  ListOrganization: { ports: ['store', 'artifacts', 'directory'] },
  PlanWaves: { ports: ['store', 'artifacts', 'notifier', 'stateMarker'], stackSets: ['stop'] },
  OpenWave: { ports: ['store', 'artifacts'] },
  PreflightShard: { ports: ['store', 'artifacts', 'accounts'] },
  JudgePreflight: { ports: ['store', 'artifacts'], stackSets: ['describe', 'instances'] },
  DeployStage: {
    ports: ['store', 'artifacts'],
    stackSets: ['describe', 'instances', 'start', 'stop'],
  },
  AwaitStage: { ports: ['store', 'callbacks'], stackSets: ['status', 'results'] },
  JudgeStage: { ports: ['store', 'artifacts'], stackSets: ['status', 'results'] },
  SettingsShard: { ports: ['store', 'artifacts', 'accounts'] },
  HealthShard: { ports: ['store', 'artifacts', 'accounts'] },
  JudgeWave: { ports: ['store', 'artifacts', 'notifier'] },
  AskOperator: { ports: ['store', 'callbacks', 'notifier'] },
  RollBack: { ports: ['store', 'artifacts'], stackSets: ['describe', 'instances'] },
  Report: { ports: ['store', 'notifier'], stackSets: ['stop'] },
  StackSetEvents: { ports: ['store', 'callbacks', 'notifier'], stackSets: collecting },
  AccountEvents: { ports: ['store', 'start'] },
  Discover: {
    ports: ['store', 'artifacts', 'directory', 'notifier', 'start'],
    stackSets: ['describe', 'instances', 'stop'],
  },
  Sweep: { ports: ['store', 'artifacts', 'accounts', 'notifier'] },
  Drift: { ports: ['store', 'artifacts', 'notifier'], stackSets: [...collecting, 'detectDrift'] },
  Dashboard: {
    ports: ['store', 'artifacts', 'directory', 'callbacks', 'start', 'stop'],
    stackSets: ['stop'],
  },
};

interface Size {
  readonly memoryMegabytes: number;
  readonly timeoutMinutes: number;
}

export function sizeOf(name: FunctionName): Size {
  const taken = measured[name];
  // People wait for its answers, so it has a whole processor; and API Gateway waits half a minute, whatever it would take.
  if (name === 'Dashboard')
    return { memoryMegabytes: Math.max(memoryFor(taken), processorMegabytes), timeoutMinutes: 1 };
  const waitsMinutes = name === 'SettingsShard' ? revertMinutesMax : 0;
  return { memoryMegabytes: memoryFor(taken), timeoutMinutes: timeoutMinutesFor(taken, waitsMinutes) };
}

/** What the machine's definition names them by, and the others alike. */
const functionNamed = (name: FunctionName): string => `strongroom-${name}`;

/**
 * Roles of functions are told apart by name, because others trust them by it: the CI roles let in `BaselineOrchestrator-*` only, so
 * that no other function of the account can enter, and the management account those that list.
 */
export const rolePath = '/baseline/';
const roleNameOf = (name: FunctionName): string =>
  `${asks[name].ports.includes('accounts') ? 'BaselineOrchestrator' : 'Strongroom'}-${name}`;
export const directoryCallers = functionNames.filter((name) => asks[name].ports.includes('directory')).map(roleNameOf);

export class Functions<Name extends FunctionName> extends Construct {
  readonly byName: Readonly<Record<Name, LambdaFunction>>;

  /** @param bundles the folder that `npm run build:functions` wrote. */
  constructor(scope: Construct, id: string, names: readonly Name[], granted: Granted, bundles: string) {
    super(scope, id);
    const statements = statementsOf(this, granted);
    const made = names.map((name) => [name, this.make(name, granted, statements, bundles)] as const);
    acknowledgeFunctions(this, granted.records.bucket);
    this.byName = Object.fromEntries(made) as Record<Name, LambdaFunction>;
  }

  private make(
    name: Name,
    granted: Granted,
    statements: Readonly<Record<PortName, readonly PolicyStatement[]>>,
    bundles: string,
  ): LambdaFunction {
    const { records, directoryRoleArn, stateMachineArn } = granted;
    const { ports, stackSets = [] } = asks[name];
    const { memoryMegabytes, timeoutMinutes } = sizeOf(name);
    const logGroup = new LogGroup(this, `${name}Log`, {
      logGroupName: `/strongroom/${name}`,
      encryptionKey: records.key,
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, `${name}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What the function ${functionNamed(name)} may do`,
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
            ...ports.flatMap((port) => statements[port]),
            ...stackSetStatements(this, granted, stackSets),
          ],
        }),
      },
    });
    return new LambdaFunction(this, name, {
      functionName: functionNamed(name),
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
      },
    });
  }
}
