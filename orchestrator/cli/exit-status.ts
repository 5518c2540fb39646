/** Exit status of the process [README: exit status]. */
import { type ErrorCode, isStrongroomError } from '../domain/errors';
import type { Outcome } from '../domain/model/rollout';
import type { Ending } from '../domain/rehearsal/report';

export const exitStatus = {
  done: 0,
  unexpected: 1,
  usage: 2,
  held: 3,
  refused: 4,
  unanswered: 5,
  interrupted: 130,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

const { done, unexpected, usage, held, refused, unanswered } = exitStatus;

/** An error code without a row does not compile. */
export const exitStatusByCode: Readonly<Record<ErrorCode, ExitStatus>> = {
  InvalidConfig: usage,
  InvalidInput: usage,
  UnknownOu: usage,
  UnknownWave: usage,
  UnknownAccount: usage,
  UnknownRollout: usage,
  UnknownRelease: usage,
  NoCredentials: usage,
  OtherOrganization: usage,
  LimitExceeded: usage,
  StackSetElsewhere: held,
  RegionsClosed: held,
  StackGone: held,
  DeploymentFailed: held,
  StackSetChangedByHand: held,
  AccessDenied: refused,
  UnknownCaller: refused,
  CannotEnterAccount: refused,
  WrongIdentity: refused,
  RolloutBusy: refused,
  ProbesNotEnabled: refused,
  StackSetBusy: refused,
  LeaseLost: refused,
  StaleStep: refused,
  RolloutEnded: refused,
  NotWaiting: refused,
  NothingToRollBack: refused,
  NotAllowed: refused,
  UnknownPath: usage,
  WrongMethod: usage,
  StateForeign: usage,
  StateUnusable: usage,
  StateFull: held,
  StateDamaged: held,
  StateBusy: refused,
  StateElsewhere: refused,
  Throttled: unexpected,
  AwsUnavailable: unexpected,
  AwsRefused: unexpected,
  EndpointDown: unexpected,
  ClockSkewed: refused,
  RefusedInAccount: unexpected,
  ResultsLagging: unexpected,
  StaleWrite: unexpected,
  ImmutableArtifact: unexpected,
  UnknownVocabulary: unexpected,
  Internal: unexpected,
};

export const exitStatusOfError = (error: unknown): ExitStatus =>
  isStrongroomError(error) ? exitStatusByCode[error.code] : unexpected;

export const exitStatusByOutcome: Readonly<Record<Outcome, ExitStatus>> = {
  completed: done,
  held,
  rolledBack: held,
  aborted: held,
  failed: unexpected,
};

export const exitStatusByEnding: Readonly<Record<Ending, ExitStatus>> = {
  confirmed: done,
  refuted: held,
  unknown: unanswered,
};
