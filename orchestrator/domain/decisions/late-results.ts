/** An operation has ended, and StackSets do not list all of its results: how long that is waited for, and what the instances say instead. */
import type { AccountId, Region } from '../model/brand';
import type { OperationKind } from '../model/plan';
import type { StageOperation } from '../model/rollout';
import { type InstanceResult, isFinal, type OperationStatus, operationEnded } from '../model/stack-set-operation';

/** Where an operation works. */
export interface Target {
  readonly account: AccountId;
  readonly region: Region;
}

/** What ListStackInstances says about a stack. */
export interface InstanceSeen extends Target {
  readonly status: 'CURRENT' | 'OUTDATED' | 'INOPERABLE';
  readonly lastOperation?: (Pick<InstanceResult, 'outcome' | 'reason'> & { readonly id: string }) | undefined;
}

/** Results are eventually consistent [bc:cloudformation:ListStackSetOperationResults]; usually they are complete within seconds. */
const waitMinutes = 10;

export const isWaitedOut = (since: string, now: Date): boolean =>
  now.getTime() - new Date(since).getTime() >= waitMinutes * 60_000;

/** How many results are missing although the operation has ended. */
export function missingResults(
  { accounts, regions }: Pick<StageOperation, 'accounts' | 'regions'>,
  status: OperationStatus,
  results: readonly InstanceResult[],
): number {
  if (!operationEnded(status)) return 0;
  const listed = new Set(results.filter(isFinal).map(placeOf));
  return Math.max(0, accounts * regions.length - listed.size);
}

export interface Found {
  /** Listed, or read from the instances. */
  readonly results: readonly InstanceResult[];
  /** Accounts in which no source says how the operation has ended. */
  readonly unknown: ReadonlySet<AccountId>;
}

/** Completes the results by what the instances say about the same operation. What they do not say stays unknown, and is no failure. */
export function resultsFromInstances(
  { operationId, kind }: Pick<StageOperation, 'operationId' | 'kind'>,
  targets: readonly Target[],
  results: readonly InstanceResult[],
  instances: readonly InstanceSeen[],
): Found {
  const listed = results.filter(isFinal);
  const isListed = new Set(listed.map(placeOf));
  const seen = new Map(instances.map((instance) => [placeOf(instance), instance]));
  const missing = targets.filter((target) => !isListed.has(placeOf(target)));
  const read = missing.map((target) => ({
    target,
    result: resultOf(operationId, kind, seen.get(placeOf(target))),
  }));
  return {
    results: [...listed, ...read.flatMap(({ target, result }) => (result ? [{ ...target, ...result }] : []))],
    unknown: new Set(read.flatMap(({ target, result }) => (result ? [] : [target.account]))),
  };
}

const succeeded = { outcome: 'SUCCEEDED', reason: '' } as const;

function resultOf(
  operationId: string,
  kind: OperationKind,
  instance: InstanceSeen | undefined,
): Pick<InstanceResult, 'outcome' | 'reason'> | undefined {
  // What has left the StackSet is what this operation was to bring about.
  if (instance === undefined) return kind === 'detach' ? succeeded : undefined;
  const { status, lastOperation } = instance;
  // A creation skips an instance that is current already [bc:cloudformation:CreateStackInstances].
  if (kind === 'create' && status === 'CURRENT') return succeeded;
  if (lastOperation?.id !== operationId || !isFinal(lastOperation)) return undefined;
  const { outcome, reason } = lastOperation;
  return { outcome, reason };
}

const placeOf = ({ account, region }: Target): string => `${account} ${region}`;
