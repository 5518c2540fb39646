/** Who gets what, in which wave, and why; and who does not, and why. Every account of the organization is in exactly one place. */
import type { AccountId, OrganizationId, Region, ReleaseId, WaveName } from './brand';
import type { ModuleId } from './module';

/** `rehome`: the account's stacks belong to another wave's StackSets and move over without being deleted. */
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
  /** One sentence for people: which selector, exception or rule put it here. */
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
  /** What it is brought to, where that is not the plan's release. */
  readonly release?: ReleaseId | undefined;
  readonly accounts: readonly PlannedAccount[];
}

export interface Plan {
  readonly organization: OrganizationId;
  readonly release: ReleaseId;
  readonly waves: readonly WavePlan[];
  readonly excluded: readonly ExcludedAccount[];
  /** What is allowed but worth a word: a wave that selects nobody, an exception that has expired. */
  readonly notes: readonly string[];
}

/** What is known of an account's stacks and settings before a rollout; the plan compares it with the release. */
export interface Deployed {
  /** The release whose every part the account runs; absent if none or mixed. */
  readonly release?: ReleaseId | undefined;
  /** The wave whose StackSets hold its stacks. */
  readonly wave?: WaveName | undefined;
  readonly modules: readonly ModuleId[];
}

/** Stacks are made or updated; or they move from one wave's StackSets to another's, in three steps: released, adopted, made to follow. */
export type OperationKind = 'create' | 'update' | Rehoming;
export const rehomings = ['release', 'adopt', 'follow'] as const;
export type Rehoming = (typeof rehomings)[number];
export const isRehoming = (kind: OperationKind): kind is Rehoming => rehomings.some((step) => step === kind);

/** One step of a wave's deployment: these modules, in these regions, for the accounts [from, to) of the wave. */
export interface Stage {
  readonly index: number;
  readonly modules: readonly ModuleId[];
  readonly regions: Readonly<Partial<Record<ModuleId, readonly Region[]>>>;
  readonly from: number;
  readonly to: number;
  /** What is not there yet is left to a later stage: by then the StackSets hold the release. */
  readonly updatesOnly?: true | undefined;
  /**
   * Made from what the StackSet holds, and then updated like any other: a set changes by updates of instances only, and those that it
   * has are in accounts that are out of reach.
   */
  readonly asHeld?: true | undefined;
  /** Nothing is deployed: accounts from other waves bring their stacks along. */
  readonly step?: Rehoming | undefined;
}
