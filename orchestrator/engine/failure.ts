import { type ErrorCode, isStrongroomError, messageOf } from '../domain/errors';
import { type Catcher, delaySecondsMax, type Retrier } from './vocabulary';

/** Longest Error and Cause [bc:stepfunctions:SensitiveError], [bc:stepfunctions:SensitiveCause]. */
const errorLengthMax = 256;
const causeLengthMax = 32_768;

/** A failure inside the execution, which Retry and Catch can handle. Any other exception is the engine's own and stops the run. */
export class StatesFailure extends Error {
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause.slice(0, causeLengthMax));
    this.error = error.slice(0, errorLengthMax);
  }
}

/**
 * Errors of the store that the engine itself needs: it could not record what Retry and Catch lead to. The run stops as after a crash, and
 * `resume` continues it once the store works.
 */
const stopping: readonly ErrorCode[] = ['StateFull', 'StateUnusable', 'StateDamaged'];
export const stopsRun = (thrown: unknown): boolean => isStrongroomError(thrown) && stopping.includes(thrown.code);

/** What a function's exception becomes: a failure, or the exception itself if it stops the run. */
export const failureOf = (thrown: unknown): unknown =>
  thrown instanceof StatesFailure || stopsRun(thrown)
    ? thrown
    : new StatesFailure(thrown instanceof Error ? thrown.name : 'Error', messageOf(thrown));

/** Neither wildcard matches these [doc:step-functions/concepts-error-handling]; for States.TaskFailed this is an assumption. */
const terminalNames = ['States.DataLimitExceeded', 'States.Runtime'];

export const matches = (rule: Pick<Retrier, 'ErrorEquals'>, error: string): boolean =>
  rule.ErrorEquals.some(
    (name) =>
      name === error ||
      (!terminalNames.includes(error) &&
        (name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout'))),
  );

export const catcherFor = (catchers: readonly Catcher[] | undefined, error: string): Catcher | undefined =>
  catchers?.find((catcher) => matches(catcher, error));

export interface Retry {
  /** Retries so far, one count per retrier. */
  readonly retries: readonly number[];
  readonly delaySeconds: number;
}

/**
 * Only the first matching retrier counts, and each retrier has a count of its own. When it is exhausted, later ones are not tried
 * [doc:step-functions/concepts-error-handling].
 */
export function retryFor(
  retriers: readonly Retrier[] = [],
  retries: readonly number[],
  error: string,
  random: () => number,
): Retry | undefined {
  const index = retriers.findIndex((retrier) => matches(retrier, error));
  const retrier = retriers[index];
  const done = retries[index] ?? 0;
  if (retrier === undefined || done >= retrier.MaxAttempts) return undefined;
  const backoffSeconds = Math.min(
    retrier.IntervalSeconds * retrier.BackoffRate ** done,
    retrier.MaxDelaySeconds ?? delaySecondsMax,
  );
  return {
    retries: retriers.map((_, i) => (retries[i] ?? 0) + (i === index ? 1 : 0)),
    // FULL: anywhere between nothing and the computed backoff [doc:cdk/aws-cdk-lib.aws_stepfunctions.JitterType].
    delaySeconds: retrier.JitterStrategy === 'FULL' ? backoffSeconds * random() : backoffSeconds,
  };
}
