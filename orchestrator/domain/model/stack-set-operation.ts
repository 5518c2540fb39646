/** What StackSets say about an operation, and about each stack instance in it. */
import type { AccountId, Region } from './brand';

export type OperationStatus = 'QUEUED' | 'RUNNING' | 'STOPPING' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';
export const operationEnded = (status: OperationStatus): boolean => ['SUCCEEDED', 'FAILED', 'STOPPED'].includes(status);

export type InstanceOutcome = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'SKIPPED';
export interface InstanceResult {
  readonly account: AccountId;
  readonly region: Region;
  readonly outcome: InstanceOutcome;
  /** What CloudFormation said; '' if nothing. */
  readonly reason: string;
}

/** It says how the operation has ended for this stack. */
export const isFinal = ({ outcome }: Pick<InstanceResult, 'outcome'>): boolean =>
  outcome !== 'PENDING' && outcome !== 'RUNNING';

/** Stacks that one `adopt` operation can import [bc:cloudformation:ImportStacksToStackSet]. */
export const stacksPerAdoptionMax = 10;

/** How many stack instances an administrator account may work on at once, in all its StackSets [doc:AWSCloudFormation/cloudformation-limits]. */
export const instancesAtOnceDefault = 10_000;
/** A fifth is left to new accounts, drift detection, and other users of StackSets. */
export const instancesPerStageMax = 8_000;
