/** What the platform team wants, as parsed from strongroom.yaml. The config schema must produce exactly this. */
import type { AccountId, Region, WaveName } from './brand';
import type { ModuleChoices } from './catalog';
import type { Freeze } from './freeze';
import type { InstallationSpec } from './installation';

export type Share =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number; readonly atLeast?: number | undefined };

/** A percentage of a wave, rounded down as StackSets do, so that a small wave never gets more tolerance than was meant. */
export const shareOf = (share: Share, total: number): number =>
  share.kind === 'count' ? share.count : Math.max(share.atLeast ?? 0, Math.floor((total * share.percent) / 100));

/** What may run at once: never fewer than one [bc:cloudformation:StackSetOperationPreferences.MaxConcurrentPercentage]. */
export const concurrencyOf = (share: Share, total: number): number => Math.max(1, shareOf(share, total));

/** Accounts of a wave that may fail: never all of them, otherwise a wave of one account would tolerate every failure. */
export const toleranceOf = (spec: Pick<WaveSpec, 'failureTolerance'>, accounts: number): number =>
  Math.max(0, Math.min(shareOf(spec.failureTolerance, accounts), accounts - 1));

export interface WaveSpec {
  readonly name: WaveName;
  /** OU paths (`Workloads/Dev`) or OU ids; each selects its descendants too. */
  readonly ous: readonly string[];
  readonly accounts: readonly AccountId[];
  /** An account is selected if it carries one of these tags with this value. */
  readonly tags: Readonly<Record<string, string>>;
  /** Of what the selectors above select, the share whose stable hash falls below this; 100 when absent. */
  readonly percent: number;
  readonly maxConcurrent: Share;
  readonly failureTolerance: Share;
  readonly slowStart: boolean;
  /** StackSets' STRICT_FAILURE_TOLERANCE; SOFT otherwise. */
  readonly strict: boolean;
  readonly soakMinutes: number;
  readonly approval: 'automatic' | 'manual';
  /** `verify --probe` may run in these accounts. */
  readonly probe: boolean;
  /** How long an approval may be given, and how long it is good for. */
  readonly approvalHours: number;
}

export interface ExceptionGrant {
  readonly account: AccountId;
  readonly reason: string;
  readonly owner: string;
  /** ISO date, the last day on which the exception holds. */
  readonly expires: string;
}

export interface DesiredState {
  readonly installation: InstallationSpec;
  readonly regions: { readonly home: Region; readonly governed: readonly Region[] };
  readonly modules: ModuleChoices;
  readonly waves: readonly WaveSpec[];
  readonly exclude: { readonly ous: readonly string[]; readonly accounts: readonly AccountId[] };
  readonly exceptions: readonly ExceptionGrant[];
  readonly freezes: readonly Freeze[];
  readonly checks: {
    /** Pauses after which checks that did not pass are asked again, before they count. */
    readonly settleMinutes: readonly number[];
  };
  readonly probes: {
    /** Name of a role that may assume the operator role, in every account that is probed. */
    readonly operatorProbe?: string | undefined;
  };
  readonly onFailure: 'hold' | 'rollBack';
  /** How long a wave waits for an outage to end before the rollout is parked. */
  readonly outageWaitMinutes: number;
  /** Without a topic, what there is to say is in the log and the terminal only. */
  readonly notifications?: { readonly topicArn: string } | undefined;
}

export const usesTags = (desiredState: DesiredState): boolean =>
  desiredState.waves.some((wave) => Object.keys(wave.tags).length > 0);

/** Every OU that the config names, in the order in which it names them. */
export const namedOus = (desiredState: DesiredState): readonly string[] => [
  ...new Set([...desiredState.waves.flatMap((wave) => wave.ous), ...desiredState.exclude.ous]),
];
