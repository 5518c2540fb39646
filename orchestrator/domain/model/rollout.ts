import type { Actor } from './actor';
import type { AccountId, OrganizationId, Region, ReleaseId, RolloutId, WaveName } from './brand';
import type { WaveSpec } from './desired-state';
import type { ExecutionInput } from './execution-input';
import type { Verdict } from './gate';
import type { ModuleId } from './module';
import type { OperationKind, Stage } from './plan';

export const outcomes = ['completed', 'held', 'rolledBack', 'aborted', 'failed'] as const;
export type Outcome = (typeof outcomes)[number];

/** What a person asked for. */
export interface RolloutRequest {
  readonly by: Actor;
  readonly reason?: string | undefined;
  readonly waves?: readonly WaveName[] | undefined;
  readonly accounts?: readonly AccountId[] | undefined;
  readonly retryFailed?: boolean | undefined;
  /** Skips soaks and freezes; gates and approvals stay. */
  readonly emergency?: boolean | undefined;
  /** Each wave returns to its last good release from before, which is in the record's `rollbackTargets`. */
  readonly rollback?: boolean | undefined;
  /** One account, brought to the release that its wave has finished; the rollout holds that account, and needs no lease of the organization. */
  readonly newAccount?: boolean | undefined;
  /** Includes drifted accounts, and reverts their drift. */
  readonly includeDrifted?: boolean | undefined;
  /** If another state manages the organization, this one replaces it. */
  readonly takeOverState?: boolean | undefined;
}

/** Why the state machine waits for a decision. */
export interface Prompt {
  readonly about: 'approval' | 'preflight' | 'stage' | 'gate' | 'pause' | 'outage';
  readonly wave: WaveName;
  readonly because: readonly string[];
  /** ISO time. */
  readonly promptedAt: string;
  /** ISO time after which no approval is accepted. */
  readonly expiresAt?: string | undefined;
}

/** A prompt without an expiry waits this long; then the rollout ends as held. */
const approvalTimeoutDays = 14;

/** How long the state machine waits for an answer from now. */
export function approvalTimeoutSeconds(status: RolloutStatus, now: Date): number {
  const expiresAt = status.kind === 'awaitingApproval' ? status.prompt.expiresAt : undefined;
  if (expiresAt === undefined) return approvalTimeoutDays * 86_400;
  return Math.max(1, Math.ceil((new Date(expiresAt).getTime() - now.getTime()) / 1000));
}

export interface Answered {
  readonly decision: 'approve' | 'retry' | 'rollBack' | 'reject';
  readonly by: Actor;
  readonly reason: string;
  readonly at: string;
  /** For `rollBack`: the release to return to; by default the last one that the wave has finished. */
  readonly to?: ReleaseId | undefined;
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
  | {
      readonly kind: 'overridden';
      readonly by: Actor;
      readonly reason: string;
      readonly at: string;
      /** Accounts at the release when the wave was left. */
      readonly deployed?: number | undefined;
    };

/** How long a wave has been waiting for an outage. */
export interface OutageWait {
  /** Whether the wave was checking its accounts; before that nothing counts on what was measured. */
  readonly during: 'preflight' | 'stage' | 'checks';
  /** ISO time of the first visit that was not possible. */
  readonly since: string;
  /** How often it has looked again. */
  readonly looks: number;
}

/** A wave within a rollout. Counts are of accounts. */
export interface WaveProgress {
  readonly name: WaveName;
  readonly spec: WaveSpec;
  readonly accounts: number;
  readonly status: WaveStatus;
  /** Rises with each retry, so that a new try has new operation ids. */
  readonly attempt: number;
  /** What the wave is brought to: the rollout's release, or in a rollback the wave's last good one. */
  readonly release: ReleaseId;
  /** Artifact key of the accounts that have something to change, in the order in which they are changed. */
  readonly work?: string | undefined;
  /** Accounts that were skipped or failed in this attempt. */
  readonly lost: number;
  readonly stages: readonly Stage[];
  /** Index of the current stage. */
  readonly stage: number;
  /** Rounds of checks in this attempt. */
  readonly round: number;
  /** Checks count if they are not older than this: the start of the attempt, later the end of the soak. */
  readonly checksSince?: string | undefined;
  /** The first healthy verdict of this attempt; the soak counts from here. */
  readonly firstHealthyAt?: string | undefined;
  /** Present while the wave waits for an outage to end, or is parked by one. */
  readonly outage?: OutageWait | undefined;
  readonly approvedBy?: Actor | undefined;
  /** An approval is valid for the wave's `approvalHours`. */
  readonly approvedAt?: string | undefined;
}

export interface Lease {
  readonly fencingToken: number;
  /** ISO time, compared with our own clock and never left to the table's TTL. */
  readonly expiresAt: string;
}

/** Releases by wave. */
export type RollbackTargets = Readonly<Partial<Record<WaveName, ReleaseId>>>;

export interface RolloutRecord {
  readonly id: RolloutId;
  readonly organization: OrganizationId;
  readonly release: ReleaseId;
  /** The release of each wave in a rollback. */
  readonly rollbackTargets?: RollbackTargets | undefined;
  /** Artifact key, like the two that follow. */
  readonly desiredState: string;
  readonly organizationSnapshot?: string | undefined;
  readonly plan?: string | undefined;
  readonly request: RolloutRequest;
  readonly startedAt: string;
  readonly status: RolloutStatus;
  readonly direction: 'forward' | 'back';
  readonly waves: readonly WaveProgress[];
  /** Index of the current wave; -1 before the first. */
  readonly wave: number;
  readonly lease?: Lease | undefined;
  /** The last step: the state that ran it, and the input that it returned for the next one. */
  readonly lastStep?: { readonly state: string; readonly input: ExecutionInput } | undefined;
  /** Number of events so far, and the number of the next one. */
  readonly events: number;
  /** Answers of people, the latest last. */
  readonly answers: readonly Answered[];
  /** While set, running operations finish and nothing new is started. */
  readonly paused?: { readonly by: Actor; readonly reason: string; readonly at: string } | undefined;
}

/** A forward rollout that rolled back in one wave ends with that wave. A requested rollback goes through all of its waves. */
export const isRolledBack = ({ direction, request }: Pick<RolloutRecord, 'direction' | 'request'>): boolean =>
  direction === 'back' && request.rollback !== true;

/** The organization-wide lease: one rollout over waves at a time. The fencing token rises with every new holder. */
export interface OrganizationLease {
  readonly holder: RolloutId;
  readonly by: Actor;
  readonly since: string;
  readonly fencingToken: number;
  /** Set when the holder has ended. The expiry while it runs is in the holder's record. */
  readonly released: boolean;
}

/** An operation that a stage started. */
export interface StageOperation {
  readonly stackSet: string;
  readonly operationId: string;
  readonly module: ModuleId;
  readonly kind: OperationKind;
  readonly accounts: number;
  readonly regions: readonly Region[];
  /** Artifact key of its accounts; absent until it has started. */
  readonly targets?: string | undefined;
  readonly startedAt: string;
}

export interface StageRecord {
  readonly operations: readonly StageOperation[];
  /** The task token that waits for the operations' end. */
  readonly token?: string | undefined;
  /** Instances done and failed so far, for people who watch. */
  readonly progress: { readonly done: number; readonly failed: number; readonly total: number };
  /** Artifact key of the operations as they were planned: a stage that is started again starts the same ones. */
  readonly planned?: string | undefined;
  /** ISO time since when an operation has ended and StackSets has not listed all of its results. */
  readonly laggingSince?: string | undefined;
  /** Operations that AWS refused to start. */
  readonly refused?: readonly RefusedOperation[] | undefined;
}

export interface RefusedOperation {
  readonly operationId: string;
  readonly module: ModuleId;
  readonly reason: string;
  /** The stack does not exist any more. */
  readonly isGone?: boolean | undefined;
  readonly places: readonly { readonly account: AccountId; readonly region: Region }[];
}
