import type { StrongroomError } from '../domain/errors';
import type { AccountFacts } from '../domain/health/fact-sources';
import type { AccountId, Region } from '../domain/model/brand';
import type { LookupId } from '../domain/model/lookups';
import type { OperationKind } from '../domain/model/plan';

export interface InstanceAttempt {
  readonly account: AccountId;
  readonly region: Region;
  readonly stackSet: string;
  readonly kind: OperationKind;
}

/** Faults that a test or the demo injects. Every hook is called each time, so that its answer can change. */
export interface Faults {
  /** Why CloudFormation fails this instance; undefined lets it continue. */
  failInstance: (attempt: InstanceAttempt) => string | undefined;
  /** Extra seconds that CloudFormation takes for this instance. */
  delaySeconds: (attempt: InstanceAttempt) => number;
  /** Why CloudFormation cannot check a stack for drift, or revert it; undefined lets it. */
  failDetection: (attempt: Omit<InstanceAttempt, 'kind'>) => string | undefined;
  /** Why the CI role cannot be assumed. */
  cannotEnter: (account: AccountId) => string | undefined;
  /** The account of the StackSets has not enabled the region. */
  isClosed: (region: Region) => boolean;
  /** Why a region of an account does not answer. */
  unusableRegion: (account: AccountId, region: Region) => string | undefined;
  /** Why a lookup of preflight fails there; without a lookup, why nothing in the region answers. */
  failLookup: (account: AccountId, region: Region, lookup: LookupId | undefined) => StrongroomError | undefined;
  /** The account that the role really belongs to. */
  identityOf: (account: AccountId) => string;
  /** How many times longer AWS takes for what it completes after a deployment, such as the first delivery of a trail. */
  slowness: (account: AccountId) => number;
  /** Somebody keeps the alert rules of the account disabled. */
  disablesAlerts: (account: AccountId) => boolean;
  /** What a visit reads instead of the real facts. */
  distort: (facts: AccountFacts) => AccountFacts;
}

export const noFaults = (): Faults => ({
  failInstance: () => undefined,
  delaySeconds: () => 0,
  failDetection: () => undefined,
  cannotEnter: () => undefined,
  isClosed: () => false,
  unusableRegion: () => undefined,
  failLookup: () => undefined,
  identityOf: (account) => account,
  slowness: () => 1,
  disablesAlerts: () => false,
  distort: (facts) => facts,
});
