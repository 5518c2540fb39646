/** What a person is called for. Every alarm says in its description what to do first. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

const namespace = 'Strongroom';

export interface Watched {
  readonly stateMachine: StateMachine;
  readonly report: LambdaFunction;
  readonly sweep: LambdaFunction;
  readonly undelivered: Queue;
  readonly topic: ITopic;
}

export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly watched: Watched,
  ) {
    super(scope, id);
    const { stateMachine, report, sweep, undelivered } = watched;
    const hour = { period: Duration.hours(1), statistic: 'Sum' };
    this.onAny(
      'ExecutionFailed',
      stateMachine.metricFailed(hour),
      'a rollout could not even record its outcome: look at the execution, then `strongroom resume`',
    );
    this.onAny(
      'ExecutionTimedOut',
      stateMachine.metricTimedOut(hour),
      'a rollout ran for half a year: look at what it waits for',
    );
    this.onAny(
      'RolloutHeld',
      this.counted('Held', report.logGroup, '$.message.outcome', 'held'),
      'a rollout is held: `strongroom watch ROLLOUT` says why',
    );
    this.onAny(
      'RolloutFailed',
      this.counted('Failed', report.logGroup, '$.message.outcome', 'failed'),
      'a rollout failed: `strongroom watch ROLLOUT` says why',
    );
    this.onAny(
      'KeysAtRisk',
      this.counted('KeysAtRisk', sweep.logGroup, '$.message.keysAtRisk', 'yes'),
      'an account that was ready for keys is not: `strongroom status --state KEYS_AT_RISK`',
    );
    this.onSilence(
      'SweepTooOld',
      sweep.metricInvocations({ period: Duration.hours(24), statistic: 'Sum' }),
      'no account was looked at for a day: look at the schedule and at the state machine strongroom-sweep',
    );
    this.onAny(
      'Undelivered',
      undelivered.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      'an event could not be handled: read the messages in the queue',
    );
  }

  private onAny(id: string, metric: Metric, next: string): void {
    this.alarm(id, metric, next, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private onSilence(id: string, metric: Metric, next: string): void {
    this.alarm(id, metric, next, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      // No data is exactly what is meant.
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private alarm(
    id: string,
    metric: Metric,
    next: string,
    rule: { comparisonOperator: ComparisonOperator; threshold: number; treatMissingData: TreatMissingData },
  ): void {
    const alarm = new Alarm(this, id, {
      alarmName: `strongroom-${id}`,
      alarmDescription: next,
      metric,
      evaluationPeriods: 1,
      ...rule,
    });
    alarm.addAlarmAction(new SnsAction(this.watched.topic));
  }

  /** Counts lines of a function's log: `orchestrator/lambda/serve.ts` writes them. */
  private counted(name: string, logGroup: ILogGroup, field: string, value: string): Metric {
    return new MetricFilter(this, `${name}Filter`, {
      logGroup,
      filterPattern: FilterPattern.stringValue(field, '=', value),
      metricNamespace: namespace,
      metricName: name,
      metricValue: '1',
    }).metric({ period: Duration.minutes(5), statistic: 'Sum' });
  }
}
