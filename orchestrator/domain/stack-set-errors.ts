/** Errors of StackSets. */
import { type ErrorCode, type RetriableCode, StrongroomError } from './error-codes';

const retriable = (code: RetriableCode, message: string, next: string, cause?: unknown) =>
  new StrongroomError(code, message, { retriable: true, next }, { cause });
const final = (code: Exclude<ErrorCode, RetriableCode>, message: string, next: string, cause?: unknown) =>
  new StrongroomError(code, message, { retriable: false, next }, { cause });

export const stackSetErrors = {
  stackSetBusy: (stackSet: string, cause?: unknown) =>
    retriable(
      'StackSetBusy',
      `stack set ${stackSet} is busy with another operation`,
      'Strongroom retries; if it persists, check the operations of the stack set',
      cause,
    ),
  stackSetsAtQuota: (stackSet: string, cause?: unknown) =>
    retriable(
      'StackSetBusy',
      `stack set ${stackSet} waits: operations in progress have reached the quota of this account`,
      'Strongroom retries as operations end; if it persists, request an increase of the CloudFormation quota L-6A4B2F69',
      cause,
    ),
  stackSetChangedByHand: (stackSet: string, what: string) =>
    final(
      'StackSetChangedByHand',
      `stack set ${stackSet} was changed outside Strongroom: ${what}`,
      'find out who changed it, then start another rollout to restore it',
    ),
  /** @param wanted what new instances must get, such as `release r-1a2b3c4d5e6f`. */
  stackSetElsewhere: (stackSet: string, wanted: string) =>
    final(
      'StackSetElsewhere',
      `stack set ${stackSet} differs from ${wanted}, so new instances would get the wrong template or parameters`,
      'bring the wave to one release with `strongroom rollout --wave` or `strongroom rollback`; the next sweep onboards its new accounts',
    ),
  /** StackSets of an account reach a Region only if that account has it too [doc:AWSCloudFormation/stacksets-prereqs-self-managed]. */
  regionsClosed: (regions: readonly string[]) =>
    final(
      'RegionsClosed',
      `the account of the stack sets has not enabled ${regions.join(', ')}, which ${regions.length === 1 ? 'is a governed Region' : 'are governed Regions'}`,
      'enable each with `aws account enable-region`, or remove it from regions.governed; then start the rollout again',
    ),
  stackGone: (stackSet: string, stackIds: readonly string[], cause?: unknown) =>
    final(
      'StackGone',
      `stack set ${stackSet} cannot import ${stackIds.join(', ')}: ${stackIds.length === 1 ? 'the stack does' : 'at least one of them does'} not exist`,
      'start another rollout: it creates the missing stacks',
      cause,
    ),
} as const;
