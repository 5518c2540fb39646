import type { AccountFacts } from '../domain/health/fact-sources';
import type { AccountId, Region } from '../domain/model/brand';
import type { OperationKind } from '../domain/model/plan';

export interface InstanceAttempt {
  readonly account: AccountId;
  readonly region: Region;
  readonly stackSet: string;
  readonly kind: OperationKind;
}

/** What goes wrong, as a test or a demonstration wants it. Every hook is asked each time, so that it can change its mind. */
export interface Faults {
  /** Why CloudFormation fails this instance; undefined lets it go on. */
  failInstance: (attempt: InstanceAttempt) => string | undefined;
  /** Seconds that CloudFormation takes longer over this instance. */
  delaySeconds: (attempt: InstanceAttempt) => number;
  /** Why CloudFormation cannot look into a stack for drift, or bring it back; undefined lets it. */
  failDetection: (attempt: Omit<InstanceAttempt, 'kind'>) => string | undefined;
  /** Why the CI role cannot be assumed. */
  cannotEnter: (account: AccountId) => string | undefined;
  /** Why a region of an account does not answer. */
  unusableRegion: (account: AccountId, region: Region) => string | undefined;
  /** The account that is really behind the role. */
  identityOf: (account: AccountId) => string;
  /** Nobody confirms the account's e-mail subscriptions. */
  neverConfirms: (account: AccountId) => boolean;
  /** What a visitor reads instead of what is there. */
  distort: (facts: AccountFacts) => AccountFacts;
}

export const noFaults = (): Faults => ({
  failInstance: () => undefined,
  delaySeconds: () => 0,
  failDetection: () => undefined,
  cannotEnter: () => undefined,
  unusableRegion: () => undefined,
  identityOf: (account) => account,
  neverConfirms: () => false,
  distort: (facts) => facts,
});
