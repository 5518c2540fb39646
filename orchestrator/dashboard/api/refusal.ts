/** What is told to somebody whose request was not met: never more than a person can use, and nothing of the inside. */

import { type ErrorCode, isStrongroomError, type StrongroomError } from '../../domain/errors';
import { cleaned } from '../../presentation/text';
import type { Refusal } from './contract';

/** A code without a row does not compile. */
const statusByCode: Readonly<Record<ErrorCode, number>> = {
  InvalidConfig: 400,
  InvalidInput: 400,
  NotAllowed: 403,
  UnknownOu: 404,
  UnknownWave: 404,
  UnknownAccount: 404,
  UnknownRollout: 404,
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
  StackGone: 409,
  StaleWrite: 409,
  StateForeign: 409,
  StateElsewhere: 409,
  LimitExceeded: 422,
  ImmutableArtifact: 500,
  UnknownVocabulary: 500,
  Internal: 500,
  // Not the asker's rights, but ours.
  AccessDenied: 502,
  AwsRefused: 502,
  CannotEnterAccount: 502,
  NoCredentials: 502,
  WrongIdentity: 502,
  AwsUnavailable: 503,
  EndpointDown: 503,
  RefusedInAccount: 502,
  ResultsLagging: 503,
  StackSetBusy: 503,
  Throttled: 503,
  StateBusy: 503,
  StateFull: 503,
  StateDamaged: 503,
  StateUnusable: 503,
};

const fault: Refusal = {
  code: 'Internal',
  message: 'something went wrong inside',
  next: 'this is a fault of Strongroom; look where it was started, and report what it says there',
};

export interface Refused {
  readonly status: number;
  readonly refusal: Refusal;
}

export const refusedWith = (error: unknown): Refused => {
  if (!isStrongroomError(error)) return { status: 500, refusal: fault };
  const status = statusByCode[error.code];
  return { status, refusal: status === 500 ? fault : refusalOf(error) };
};

const refusalOf = ({ code, message, next }: StrongroomError): Refusal => cleaned({ code, message, next });
