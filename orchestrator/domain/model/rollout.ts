import type { AccountId, OrganizationId, ReleaseId, RolloutId, WaveName } from './brand';
import type { WaveSpec } from './desired-state';
import type { ExecutionInput } from './execution-input';
import type { Verdict } from './gate';
import type { ModuleId } from './module';
import type { OperationKind, Stage } from './plan';

export const outcomes = ['completed', 'held', 'rolledBack', 'aborted', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** What a person asked for. */
export interface RolloutRequest {
  readonly by: string;
  readonly reason?: string | undefined;
  readonly waves?: readonly WaveName[] | undefined;
  readonly accounts?: readonly AccountId[] | undefined;
  readonly retryFailed?: boolean | undefined;
  /** No soak, and no freeze holds it; gates and approvals stay. */
  readonly emergency?: boolean | undefined;
  /** Each wave goes back to the last good release from before; which one that is, is in the record's `goals`. */
  readonly rollback?: boolean | undefined;
  /** One account, brought to what its wave has finished; it holds that account, and not the organization. */
  readonly newAccount?: boolean | undefined;
  /** Drifted accounts are meant too, and what people have changed in their stacks is brought back. */
  readonly includeDrifted?: boolean | undefined;
  /** Another state may be managing the organization: it is given up, and this one takes its place. */
  readonly takeOverState?: boolean | undefined;
}

/** Why the machine waits for a person. */
export interface Prompt {
  readonly about: 'approval' | 'preflight' | 'stage' | 'gate' | 'pause';
  readonly wave: WaveName;
  readonly because: readonly string[];
  /** ISO time at which it was asked. */
  readonly promptedAt: string;
  /** ISO time after which no approval is taken any more. */
  readonly expiresAt?: string | undefined;
}

/** Who is asked without a term is waited for this long; then the rollout ends as held. */
const approvalTimeoutDays = 14;

/** How long the machine waits for a person who is asked now. */
export function approvalTimeoutSeconds(status: RolloutStatus, now: Date): number {
  const expiresAt = status.kind === 'awaitingApproval' ? status.prompt.expiresAt : undefined;
  if (expiresAt === undefined) return approvalTimeoutDays * 86_400;
  return Math.max(1, Math.ceil((new Date(expiresAt).getTime() - now.getTime()) / 1000));
}

export interface Answered {
  readonly decision: 'approve' | 'retry' | 'rollBack' | 'reject';
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

export type RolloutStatus =
  | { readonly kind: 'running'; readonly doing: string }
  | { readonly kind: 'waiting'; readonly until: string; readonly doing: string }
  | { readonly kind: 'awaitingApproval'; readonly prompt: Prompt }
  | { readonly kind: 'finished'; readonly outcome: Outcome; readonly because: readonly string[]; readonly at: string };

export type WaveStatus =
  | { readonly kind: 'pending' }
  | { readonly kind: 'open'; readonly since: string }
  | { readonly kind: 'judged'; readonly verdict: Verdict; readonly because: readonly string[]; readonly at: string }
  | { readonly kind: 'overridden'; readonly by: string; readonly reason: string; readonly at: string };

/** A wave within a rollout. Counts are of accounts. */
export interface WaveProgress {
  readonly name: WaveName;
  readonly spec: WaveSpec;
  readonly accounts: number;
  readonly status: WaveStatus;
  /** Rises with each retry, so that a new try has new operation ids. */
  readonly attempt: number;
  /** What the wave is brought to: the rollout's release, or, going back, the wave's last good one. */
  readonly release: ReleaseId;
  /** Artifact with the ids of the accounts that have something to change, in the order in which they are reached. */
  readonly work?: string | undefined;
  /** Accounts that were left out or failed in this attempt. */
  readonly lost: number;
  readonly stages: readonly Stage[];
  /** Index of the stage at work. */
  readonly stage: number;
  /** Health rounds played in this attempt, re-checks included. */
  readonly round: number;
  /** A proof of an account counts if it is not older than this: the attempt's beginning, then the soak's end. */
  readonly checksSince?: string | undefined;
  /** The first healthy verdict of this attempt; the soak runs from here. */
  readonly firstHealthyAt?: string | undefined;
  readonly approvedBy?: string | undefined;
  /** An approval is good for as long as it could have been given: the wave's `approvalHours`. */
  readonly approvedAt?: string | undefined;
}

export interface Lease {
  readonly fencingToken: number;
  /** ISO time, judged by our own clock and never by the table's TTL. */
  readonly expiresAt: string;
}

/** Releases by wave. */
export type RollbackTargets = Readonly<Partial<Record<WaveName, ReleaseId>>>;

export interface RolloutRecord {
  readonly id: RolloutId;
  readonly organization: OrganizationId;
  readonly release: ReleaseId;
  /** What each wave is brought to, where that is not the rollout's release: a rollback takes each to its own. */
  readonly rollbackTargets?: RollbackTargets | undefined;
  /** Artifact keys: what the team wants, what the organization was, who gets what. */
  readonly desiredState: string;
  readonly organizationSnapshot?: string | undefined;
  readonly plan?: string | undefined;
  readonly request: RolloutRequest;
  readonly startedAt: string;
  readonly status: RolloutStatus;
  readonly direction: 'forward' | 'back';
  readonly waves: readonly WaveProgress[];
  /** Index of the wave at work; -1 before the first. */
  readonly wave: number;
  readonly lease?: Lease | undefined;
  /** The turn last played, the state that played it, and the baton it handed on. */
  readonly lastStep?: { readonly state: string; readonly input: ExecutionInput } | undefined;
  /** Events written so far; the next one's number. */
  readonly events: number;
  /** What persons answered, latest last. */
  readonly answers: readonly Answered[];
  /** While a person wants it so, what runs is finished and nothing new is started. */
  readonly paused?: { readonly by: string; readonly reason: string; readonly at: string } | undefined;
}

/** It set out forward and was turned back in one wave: with that wave it ends. A rollback goes back through all of its waves. */
export const isRolledBack = ({ direction, request }: Pick<RolloutRecord, 'direction' | 'request'>): boolean =>
  direction === 'back' && request.rollback !== true;

/** The organization-wide lease: one rollout over waves at a time. The fence rises with every new holder. */
export interface OrganizationLease {
  readonly holder: RolloutId;
  readonly by: string;
  readonly since: string;
  readonly fencingToken: number;
  /** Set when the holder has ended; expiry while it runs is in the holder's record. */
  readonly released: boolean;
}

/** An operation that a stage started. */
export interface StageOperation {
  readonly stackSet: string;
  readonly operationId: string;
  readonly module: ModuleId;
  readonly kind: OperationKind;
  readonly accounts: number;
  readonly startedAt: string;
}

export interface StageRecord {
  readonly operations: readonly StageOperation[];
  /** The task token that waits for the operations' end. */
  readonly token?: string | undefined;
  /** Instances done and failed so far, for people who watch. */
  readonly progress: { readonly done: number; readonly failed: number; readonly total: number };
}
