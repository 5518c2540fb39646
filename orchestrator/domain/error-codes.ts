/** What every error of the catalogue is: a code, a message, whether it may be tried again, and what to do next. */

export interface Remedy {
  /** May the same request, sent again unchanged, succeed? */
  readonly retriable: boolean;
  /** What a person does next. */
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

/** Codes that the state machine retries; the rest are caught and reported. */
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
