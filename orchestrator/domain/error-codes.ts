/** The form of every error: a code, a message, whether a retry can succeed, and the next step for a person. */

export interface Remedy {
  /** Whether the same request can succeed when it is sent again unchanged. */
  readonly retriable: boolean;
  /** The next step for a person. */
  readonly next: string;
}

export class StrongroomError extends Error {
  readonly retriable: boolean;
  readonly next: string;
  constructor(
    readonly code: ErrorCode,
    message: string,
    remedy: Remedy,
    options?: ErrorOptions,
  ) {
    super(message, options);
    // Step Functions matches Retry and Catch on the error's name.
    this.name = code;
    this.retriable = remedy.retriable;
    this.next = remedy.next;
  }
}

/** The state machine retries these codes; it catches and reports all others. */
export const retriableCodes = ['Throttled', 'AwsUnavailable', 'StackSetBusy', 'ResultsLagging', 'StaleWrite'] as const;
const finalCodes = [
  'InvalidConfig',
  'InvalidInput',
  'UnknownOu',
  'UnknownWave',
  'UnknownAccount',
  'UnknownRollout',
  'NoCredentials',
  'AccessDenied',
  'EndpointDown',
  'AwsRefused',
  'OtherOrganization',
  'RolloutBusy',
  'LeaseLost',
  'StaleStep',
  'RolloutEnded',
  'WrongIdentity',
  'CannotEnterAccount',
  'ImmutableArtifact',
  'StackSetChangedByHand',
  'StackSetElsewhere',
  'StackGone',
  'UnknownVocabulary',
  'LimitExceeded',
  'ProbesNotEnabled',
  'NotWaiting',
  'NothingToRollBack',
  'NotAllowed',
  'UnknownPath',
  'WrongMethod',
  'Internal',
] as const;
export type RetriableCode = (typeof retriableCodes)[number];
export type ErrorCode = RetriableCode | (typeof finalCodes)[number];
