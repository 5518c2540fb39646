/** The alarms. Each description says what happened and what to do first. */
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
      'A rollout failed and could not record its outcome. Open the failed execution in Step Functions, then run `strongroom resume`.',
    );
    this.onAny(
      'ExecutionTimedOut',
      stateMachine.metricTimedOut(hour),
      'A rollout ran for 180 days, the maximum. Open its execution in Step Functions to see what it was waiting for.',
    );
    this.onAny(
      'RolloutHeld',
      this.counted('Held', report.logGroup, '$.message.outcome', 'held'),
      'A rollout ended as held. Run `strongroom watch ROLLOUT` to see why.',
    );
    this.onAny(
      'RolloutFailed',
      this.counted('Failed', report.logGroup, '$.message.outcome', 'failed'),
      'A rollout failed. Run `strongroom watch ROLLOUT` to see why.',
    );
    this.onAny(
      'KeysAtRisk',
      this.counted('KeysAtRisk', sweep.logGroup, '$.message.keysAtRisk', 'yes'),
      'An account that was ready for keys no longer is. Run `strongroom status --state KEYS_AT_RISK` to list such accounts.',
    );
    this.onSilence(
      'SweepTooOld',
      sweep.metricInvocations({ period: Duration.hours(24), statistic: 'Sum' }),
      'No sweep has run for a day. Check the rule SweepSchedule and the state machine strongroom-sweep.',
    );
    this.onAny(
      'Undelivered',
      undelivered.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      'An event could not be handled. Read the messages in the dead-letter queue.',
    );
  }

  private onAny(id: string, metric: Metric, description: string): void {
    this.alarm(id, metric, description, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Silence is no data, and so the state INSUFFICIENT_DATA, in which every alarm begins: its action runs when data stops, and not before
   * the first sweep after the installation.
   */
  private onSilence(id: string, metric: Metric, description: string): void {
    this.alarm(id, metric, description, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      treatMissingData: TreatMissingData.MISSING,
    }).addInsufficientDataAction(new SnsAction(this.watched.topic));
  }

  private alarm(
    id: string,
    metric: Metric,
    description: string,
    rule: { comparisonOperator: ComparisonOperator; threshold: number; treatMissingData: TreatMissingData },
  ): Alarm {
    const alarm = new Alarm(this, id, {
      alarmName: `strongroom-${id}`,
      alarmDescription: description,
      metric,
      evaluationPeriods: 1,
      ...rule,
    });
    alarm.addAlarmAction(new SnsAction(this.watched.topic));
    return alarm;
  }

  /** Counts log lines of a function, as `orchestrator/lambda/serve.ts` writes them. */
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
