/**
 * Computes the minimum time of a rollout from the quotas that AWS documents, the durations of the simulated world's stacks and calls, and
 * the config. It uses no measured times: a real rollout also needs time to wake up, poll and judge, and leaves capacity idle at the end
 * of an operation.
 */

import { factsWanted } from '../orchestrator/domain/health/checks/wanted';
import type { AccountId, Region } from '../orchestrator/domain/model/brand';
import { concurrencyOf, type WaveSpec } from '../orchestrator/domain/model/desired-state';
import type { ModuleId } from '../orchestrator/domain/model/module';
import type { Release } from '../orchestrator/domain/model/release';
import { lookupsWanted } from '../orchestrator/domain/planning/preflight';
import { linkedServiceOf } from '../orchestrator/domain/policies/linked-roles';
import { factsCalls, linkingCalls, preflightCalls, settingCalls } from '../orchestrator/simulated/visit-calls';

/** ListAccounts gives 20 a page [bc:organizations:ListAccounts.MaxResults], 8 pages a second after 12 at once [doc:organizations/orgs_reference_limits]. */
const listing = { pageSize: 20, perSecond: 8, burst: 12 };
/** AssumeRole, charged to the caller [doc:IAM/reference_iam-quotas]. */
const enteringPerSecond = 600;
/** Instance operations at once in a region, over all StackSets [doc:AWSCloudFormation/cloudformation-limits]. */
const instancesAtOnceMax = 10_000;
/** Round trip of a call in the simulated world, drawn once per visit from this range. */
const callSeconds = { least: 0.08, most: 0.15 };
/** Ten shards of a Map with twenty accounts each. This policy keeps visits far below the rate limit of STS. */
export const visitsAtOnceMax = 200;

/** How long CloudFormation takes for a stack, as the simulated world has drawn it. */
export type StackSeconds = (module: ModuleId, account: AccountId, region: Region) => number;

export interface BoundedWave {
  readonly spec: WaveSpec;
  /** In the order of the rollout. */
  readonly accounts: readonly AccountId[];
}

/** In seconds, one after another: a wave is preflighted, deployed stage by stage, configured, and checked. */
export interface WaveBound {
  readonly preflight: number;
  readonly deploy: number;
  readonly settings: number;
  readonly health: number;
}

export const listingSeconds = (accounts: number): number =>
  Math.max(0, Math.ceil(accounts / listing.pageSize) - listing.burst) / listing.perSecond;

/** Calls of each visit, including the two that enter the account. */
export function visitsOf(release: Release) {
  const { settings, regions, modules } = release;
  const roles = modules.flatMap(({ module }) => linkedServiceOf[module] ?? []).flatMap(linkingCalls).length;
  const entering = 2;
  return {
    preflight: [entering + preflightCalls(lookupsWanted(release)).length, ...(roles > 0 ? [entering + roles] : [])],
    settings: (['Get', 'Put'] as const).map((verb) => entering + settingCalls(verb, settings, regions.governed).length),
    health: [entering + factsCalls(factsWanted(release)).length],
  };
}

/** The calls of one account are sequential. A number of accounts run in parallel, limited by the rate of entering. */
function visiting(accounts: number, calls: readonly number[]): number {
  const { least, most } = callSeconds;
  const sum = calls.reduce((all, some) => all + some, 0);
  const slowest = sum * (least + ((most - least) * accounts) / (accounts + 1));
  const shared = (accounts * sum * (least + most)) / 2 / visitsAtOnceMax;
  return Math.max(
    calls.length === 1 ? slowest : sum * ((least + most) / 2),
    shared,
    (accounts * calls.length) / enteringPerSecond,
  );
}

/** Batches of one account, four, 16, up to the maximum concurrency, then the rest, computed independently of the plan. */
export function batchesOf(accounts: readonly AccountId[], spec: WaveSpec): readonly (readonly AccountId[])[] {
  const atOnce = concurrencyOf(spec.maxConcurrent, accounts.length);
  const batches: (readonly AccountId[])[] = [];
  let from = 0;
  for (let size = 1; spec.slowStart && size <= atOnce && from < accounts.length; size *= 4) {
    batches.push(accounts.slice(from, from + size));
    from += size;
  }
  return from < accounts.length ? [...batches, accounts.slice(from)] : batches;
}

/** A batch ends with its slowest StackSet: either its total time divided by the concurrency, or its longest stack. */
function operating(
  batch: readonly AccountId[],
  atOnce: number,
  stacks: readonly (readonly [ModuleId, Region])[],
  secondsOf: StackSeconds,
): number {
  const byOperation = stacks.map(([module, region]) => {
    const seconds = batch.map((account) => secondsOf(module, account, region));
    return Math.max(...seconds, seconds.reduce((sum, one) => sum + one, 0) / atOnce);
  });
  return Math.max(0, ...byOperation);
}

/** In the first batch the home region of each module first, then its other regions together; afterwards all regions together. */
function steps({ modules }: Release, isFirst: boolean): readonly (readonly (readonly [ModuleId, Region])[])[] {
  const cut = (from: number, to?: number) =>
    modules.flatMap(({ module, regions }) => regions.slice(from, to).map((region) => [module, region] as const));
  return isFirst ? [cut(0, 1), cut(1)] : [cut(0)];
}

export function waveBound({ spec, accounts }: BoundedWave, release: Release, secondsOf: StackSeconds): WaveBound {
  const visits = visitsOf(release);
  const atOnce = concurrencyOf(spec.maxConcurrent, accounts.length);
  const deploy = batchesOf(accounts, spec)
    .flatMap((batch, index) => steps(release, index === 0).map((stacks) => operating(batch, atOnce, stacks, secondsOf)))
    .reduce((sum, seconds) => sum + seconds, 0);
  // Checked after the deployment, and again after the soak.
  const probes = spec.soakMinutes > 0 ? 2 : 1;
  return {
    preflight: visiting(accounts.length, visits.preflight),
    deploy,
    settings: visiting(accounts.length, visits.settings),
    health: probes * visiting(accounts.length, visits.health),
  };
}

/**
 * The time that AWS alone needs with all accounts in one wave, without slow start, concurrency limits and stages: at full quotas, or the
 * longest path of a single account.
 */
export function physicsSeconds(waves: readonly BoundedWave[], release: Release, secondsOf: StackSeconds) {
  const everybody = waves.flatMap(({ accounts }) => accounts);
  const visits = visitsOf(release);
  const all = [...visits.preflight, ...visits.settings, ...visits.health, ...visits.health];
  const regions = [...new Set(release.modules.flatMap((module) => module.regions))];
  const instances = Math.max(
    ...regions.map((region) => {
      const there = release.modules.filter((module) => module.regions.includes(region));
      const seconds = there.flatMap(({ module }) => everybody.map((account) => secondsOf(module, account, region)));
      return seconds.reduce((sum, one) => sum + one, 0) / instancesAtOnceMax;
    }),
  );
  const entering = (everybody.length * all.length) / enteringPerSecond;
  return { instances, entering };
}
