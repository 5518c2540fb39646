/** The plan of a rollout: which accounts each wave changes and why, and which accounts are excluded and why. Every account is in exactly one place. */
import type { SkippedModule } from './account-record';
import type { AccountId, OrganizationId, Region, ReleaseId, WaveName } from './brand';
import type { ModuleId } from './module';

/** `rehome`: the stacks of the account belong to the StackSets of another wave, and move without being deleted. */
export type Change = 'create' | 'update' | 'none' | 'rehome';

export const exclusionReasons = [
  'managementAccount',
  'suspended',
  'pending',
  'excluded',
  'exempt',
  'unplaced',
] as const;
export type ExclusionReason = (typeof exclusionReasons)[number];

export interface Placed {
  readonly id: AccountId;
  readonly name: string;
  readonly ou: string;
  /** Which selector, exception or rule placed the account here, in one sentence. */
  readonly because: string;
}

export interface PlannedAccount extends Placed {
  readonly change: Change;
}

export interface ExcludedAccount extends Placed {
  readonly reason: ExclusionReason;
}

export interface WavePlan {
  readonly name: WaveName;
  /** The release of this wave, if it is not the release of the plan. */
  readonly release?: ReleaseId | undefined;
  readonly accounts: readonly PlannedAccount[];
}

export interface Plan {
  readonly organization: OrganizationId;
  readonly release: ReleaseId;
  readonly waves: readonly WavePlan[];
  readonly excluded: readonly ExcludedAccount[];
  /** Points to notice, like a wave without accounts or an expired exception. */
  readonly notes: readonly string[];
}

/** The stacks and settings of an account before a rollout; the plan compares them with the release. */
export interface Deployed {
  /** The release that the whole account runs; absent if none or mixed. */
  readonly release?: ReleaseId | undefined;
  /** The wave whose StackSets contain its stacks. */
  readonly wave?: WaveName | undefined;
  readonly modules: readonly ModuleId[];
  /** What the last preflight skipped. */
  readonly skipped?: readonly SkippedModule[] | undefined;
}

/** Stacks are created or updated, or they move from the StackSets of one wave to those of another in three steps. */
export type OperationKind = 'create' | 'update' | Rehoming;
export const rehomings = ['detach', 'adopt', 'follow'] as const;
export type Rehoming = (typeof rehomings)[number];
export const isRehoming = (kind: OperationKind): kind is Rehoming => rehomings.some((step) => step === kind);

/** One stage of the deployment of a wave: these modules, in these regions, for the accounts [from, to) of the wave. */
export interface Stage {
  readonly index: number;
  readonly modules: readonly ModuleId[];
  readonly regions: Readonly<Partial<Record<ModuleId, readonly Region[]>>>;
  readonly from: number;
  readonly to: number;
  /** This stage creates nothing. A later stage does, when the StackSets have the release. */
  readonly updatesOnly?: true | undefined;
  /**
   * Created from the current template of the StackSet, and then updated like any other instance. A StackSet changes only by updating
   * instances, and its existing instances are in accounts that cannot be reached.
   */
  readonly asHeld?: true | undefined;
  /** Nothing is deployed: accounts from another wave bring their stacks with them. */
  readonly step?: Rehoming | undefined;
}
