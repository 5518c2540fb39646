/** What invokes the orchestrator besides people: events of StackSets, account events and two schedules. */
import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { EventBus, type EventPattern, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget, SfnStateMachine as MachineTarget } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { stackSetPrefix } from '../domain/model/module';
import { acknowledgeQueue } from './acknowledged';
import { fromThisAccount } from './confused-deputy';

export const eventBusName = 'strongroom';

/** As documented; both detail types where the documents differ [aws-behavior 3.4]. */
export const accountEventPatterns = {
  /** Sent in us-east-1, for every region. */
  OrganizationEvents: {
    source: ['aws.organizations'],
    detailType: ['AWS Service Event via CloudTrail', 'AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['organizations.amazonaws.com'],
      eventName: [
        'AcceptHandshake',
        'AccountDepartedOrganization',
        'AccountJoinedOrganization',
        'CloseAccountResult',
        'CreateAccountResult',
        'MoveAccount',
      ],
    },
  },
  /** Sent in Control Tower's home region. */
  ControlTowerEvents: {
    source: ['aws.controltower'],
    detailType: ['AWS Service Event via CloudTrail'],
    detail: {
      eventSource: ['controltower.amazonaws.com'],
      eventName: ['CreateManagedAccount', 'UpdateManagedAccount'],
    },
  },
} satisfies Readonly<Record<string, EventPattern>>;

export interface Triggered {
  readonly stackSetEvents: LambdaFunction;
  readonly accountEvents: LambdaFunction;
  readonly drift: LambdaFunction;
  readonly sweep: StateMachine;
  readonly managementAccount: string;
}

export class Triggers extends Construct {
  /** Events that could not be handled, with the reason. An alarm watches it. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, triggered: Triggered) {
    super(scope, id);
    this.undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledgeQueue(this.undelivered);
    this.onStackSets(triggered.stackSetEvents);
    this.onAccounts(triggered.accountEvents, triggered.managementAccount);
    new Rule(this, 'SweepSchedule', {
      description: 'Strongroom: starts a sweep of all accounts',
      schedule: Schedule.rate(Duration.hours(6)),
      targets: [
        new MachineTarget(triggered.sweep, {
          input: RuleTargetInput.fromObject({}),
          deadLetterQueue: this.undelivered,
          role: new Role(this, 'SweepStarter', {
            assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: fromThisAccount(this) }),
            description: 'Starts sweeps on schedule',
          }),
        }),
      ],
    });
    this.onSchedule('DriftSchedule', 'starts drift detection', Schedule.rate(Duration.minutes(30)), triggered.drift);
  }

  private onStackSets(handler: LambdaFunction): void {
    new Rule(this, 'StackSetOperations', {
      description: 'Strongroom: an operation of its StackSets ended',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation StackSet Operation Status Change'],
        detail: {
          'stack-set-arn': [{ wildcard: `arn:*:cloudformation:*:stackset/${stackSetPrefix}*` }],
          'status-details': { status: ['SUCCEEDED', 'FAILED', 'STOPPED'] },
        },
      },
      targets: [this.target(handler)],
    });
  }

  private onAccounts(handler: LambdaFunction, managementAccount: string): void {
    const bus = new EventBus(this, 'Bus', {
      eventBusName,
      description: 'Receives account events from the management account',
    });
    const { partition } = Stack.of(this);
    // Not the typed class, since it warns about one of its own deprecated properties whenever cdk-nag reads it.
    new CfnResource(this, 'BusPolicy', {
      type: 'AWS::Events::EventBusPolicy',
      properties: {
        EventBusName: bus.eventBusName,
        StatementId: 'ManagementAccountForwards',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${managementAccount}:root` },
          Action: 'events:PutEvents',
          Resource: bus.eventBusArn,
        },
      },
    });
    for (const [name, eventPattern] of Object.entries(accountEventPatterns)) {
      new Rule(this, name, {
        eventBus: bus,
        description: 'Strongroom: an account joined, moved or left',
        // Only events of the management account. The policy of the bus admits no others; this is a second check.
        eventPattern: { ...eventPattern, account: [managementAccount] },
        targets: [this.target(handler)],
      });
    }
  }

  private onSchedule(name: string, what: string, schedule: Schedule, handler: LambdaFunction): void {
    new Rule(this, name, { description: `Strongroom: ${what}`, schedule, targets: [this.target(handler)] });
  }

  /** EventBridge tries for a day, and Lambda retries twice. What still fails goes to the queue. */
  private target(handler: LambdaFunction): FunctionTarget {
    if (handler.node.tryFindChild('EventInvokeConfig') === undefined)
      handler.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(this.undelivered) });
    return new FunctionTarget(handler, { deadLetterQueue: this.undelivered, maxEventAge: Duration.hours(24) });
  }
}
