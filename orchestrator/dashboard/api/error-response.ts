/** Translates errors into responses, without internal details. */
import { type ErrorCode, isStrongroomError, type StrongroomError } from '../../domain/errors';
import { cleaned } from '../../presentation/text';
import type { ErrorBody } from './contract';

/** Every error code needs a row here to compile. */
const statusByCode: Readonly<Record<ErrorCode, number>> = {
  InvalidConfig: 400,
  InvalidInput: 400,
  NotAllowed: 403,
  UnknownOu: 404,
  UnknownWave: 404,
  UnknownAccount: 404,
  UnknownRollout: 404,
  UnknownRelease: 404,
  UnknownPath: 404,
  WrongMethod: 405,
  OtherOrganization: 409,
  RolloutBusy: 409,
  LeaseLost: 409,
  StaleStep: 409,
  RolloutEnded: 409,
  NotWaiting: 409,
  NothingToRollBack: 409,
  ProbesNotEnabled: 409,
  StackSetChangedByHand: 409,
  StackSetElsewhere: 409,
  RegionsClosed: 409,
  StackGone: 409,
  DeploymentFailed: 409,
  StaleWrite: 409,
  StateForeign: 409,
  StateElsewhere: 409,
  LimitExceeded: 422,
  ImmutableArtifact: 500,
  UnknownVocabulary: 500,
  Internal: 500,
  // The server lacks access, not the user.
  AccessDenied: 502,
  AwsRefused: 502,
  CannotEnterAccount: 502,
  NoCredentials: 502,
  UnknownCaller: 502,
  WrongIdentity: 502,
  AwsUnavailable: 503,
  EndpointDown: 503,
  ClockSkewed: 503,
  RefusedInAccount: 502,
  ResultsLagging: 503,
  StackSetBusy: 503,
  Throttled: 503,
  StateBusy: 503,
  StateFull: 503,
  StateDamaged: 503,
  StateUnusable: 503,
};

const internalError: ErrorBody = {
  code: 'Internal',
  message: 'internal error',
  next: 'see the log of the dashboard, and report this as a bug',
};

export interface ErrorResponse {
  readonly status: number;
  readonly body: ErrorBody;
}

export const errorResponseOf = (error: unknown): ErrorResponse => {
  if (!isStrongroomError(error)) return { status: 500, body: internalError };
  const status = statusByCode[error.code];
  return { status, body: status === 500 ? internalError : errorBodyOf(error) };
};

const errorBodyOf = ({ code, message, next }: StrongroomError): ErrorBody => cleaned({ code, message, next });
