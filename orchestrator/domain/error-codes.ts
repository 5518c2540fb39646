/** The form of every error: a code, a message, whether a retry can succeed, and the next step for a person. */

/**
 * Whose failure it is. `ours`: the caller's credentials, network, clock, permissions or quotas. `aws`: outages, throttling, garbled
 * answers, timeouts. `account`: refused inside the account, or its bootstrap is missing. Only the last says anything about an account,
 * and only it is ever recorded against one. `input`: what a person asked for, and `none`: two writers met, and neither is at fault.
 */
export type Fault = 'ours' | 'aws' | 'account' | 'input' | 'none';

export interface Remedy {
  /** Whether the same request can succeed when it is sent again unchanged. */
  readonly retriable: boolean;
  /** The next step for a person. */
  readonly next: string;
}

export class StrongroomError extends Error {
  readonly retriable: boolean;
  readonly next: string;
  readonly fault: Fault;
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
    this.fault = faultOf[code];
  }
}

/** Codes that the state machine retries; the rest are caught and reported. */
export const retriableCodes = [
  'Throttled',
  'AwsUnavailable',
  'EndpointDown',
  'StackSetBusy',
  'ResultsLagging',
  'StaleWrite',
  'StateFull',
  'StateBusy',
] as const;
/** A rollout that meets these for so long that retries do not help is parked: they are not about what was deployed. */
export const parkingCodes = [...retriableCodes, 'NoCredentials', 'ClockSkewed', 'AccessDenied', 'AwsRefused'] as const;
const finalCodes = [
  'InvalidConfig',
  'InvalidInput',
  'UnknownOu',
  'UnknownWave',
  'UnknownAccount',
  'UnknownRollout',
  'NoCredentials',
  'UnknownCaller',
  'ClockSkewed',
  'AccessDenied',
  'AwsRefused',
  'OtherOrganization',
  'RolloutBusy',
  'LeaseLost',
  'StaleStep',
  'RolloutEnded',
  'WrongIdentity',
  'CannotEnterAccount',
  'RefusedInAccount',
  'ImmutableArtifact',
  'StackSetChangedByHand',
  'StackSetElsewhere',
  'StackGone',
  'RegionsClosed',
  'DeploymentFailed',
  'UnknownVocabulary',
  'LimitExceeded',
  'ProbesNotEnabled',
  'NotWaiting',
  'UnknownRelease',
  'NothingToRollBack',
  'NotAllowed',
  'UnknownPath',
  'WrongMethod',
  'StateUnusable',
  'StateDamaged',
  'StateForeign',
  'StateElsewhere',
  'Internal',
] as const;
export type RetriableCode = (typeof retriableCodes)[number];
export type ErrorCode = RetriableCode | (typeof finalCodes)[number];

/** A denial is ours unless it was met inside an account: the adapter that entered says so, with CannotEnterAccount or RefusedInAccount. */
const faultOf: Readonly<Record<ErrorCode, Fault>> = {
  Throttled: 'aws',
  AwsUnavailable: 'aws',
  EndpointDown: 'ours',
  StackSetBusy: 'none',
  ResultsLagging: 'aws',
  StaleWrite: 'none',
  InvalidConfig: 'input',
  InvalidInput: 'input',
  UnknownOu: 'input',
  UnknownWave: 'input',
  UnknownAccount: 'input',
  UnknownRollout: 'input',
  NoCredentials: 'ours',
  UnknownCaller: 'ours',
  ClockSkewed: 'ours',
  AccessDenied: 'ours',
  AwsRefused: 'ours',
  OtherOrganization: 'input',
  RolloutBusy: 'none',
  LeaseLost: 'none',
  StaleStep: 'none',
  RolloutEnded: 'none',
  WrongIdentity: 'account',
  CannotEnterAccount: 'account',
  RefusedInAccount: 'account',
  ImmutableArtifact: 'ours',
  StackSetChangedByHand: 'ours',
  StackSetElsewhere: 'ours',
  StackGone: 'account',
  RegionsClosed: 'ours',
  DeploymentFailed: 'ours',
  UnknownVocabulary: 'ours',
  LimitExceeded: 'input',
  ProbesNotEnabled: 'input',
  NotWaiting: 'input',
  UnknownRelease: 'input',
  NothingToRollBack: 'input',
  NotAllowed: 'input',
  UnknownPath: 'input',
  WrongMethod: 'input',
  StateFull: 'ours',
  StateBusy: 'none',
  StateUnusable: 'ours',
  StateDamaged: 'ours',
  StateForeign: 'input',
  StateElsewhere: 'input',
  Internal: 'ours',
};
