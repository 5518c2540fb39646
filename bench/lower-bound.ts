/**
 * The least time in which a rollout can be done, from what AWS documents, how long the simulated world's stacks and calls take, and
 * what the config prescribes. Nothing in here is taken from the clock of a rollout: the real one adds to it what waking up, asking and
 * judging take, and what the last accounts of an operation leave idle.
 */

import { factsWanted } from '../orchestrator/domain/health/checks/wanted';
import type { AccountId, Region } from '../orchestrator/domain/model/brand';
import { concurrencyOf, type WaveSpec } from '../orchestrator/domain/model/desired-state';
import type { ModuleId } from '../orchestrator/domain/model/module';
import type { Release } from '../orchestrator/domain/model/release';
import { regionsAtWork } from '../orchestrator/domain/model/release';
import { linkedServiceOf } from '../orchestrator/domain/policies/linked-roles';
import { factsCalls, linkingCalls, preflightCalls, settingCalls } from '../orchestrator/simulated/visit-calls';

/** ListAccounts gives 20 a page [bc:organizations:ListAccounts.MaxResults], 8 pages a second after 12 at once [doc:organizations/orgs_reference_limits]. */
const listing = { pageSize: 20, perSecond: 8, burst: 12 };
/** AssumeRole, charged to the caller [doc:IAM/reference_iam-quotas]. */
const enteringPerSecond = 600;
/** Instance operations at once in a region, over all StackSets [doc:AWSCloudFormation/cloudformation-limits]. */
const instancesAtOnceMax = 10_000;
/** Round trip of a call in the simulated world: drawn once a visit, evenly between these. */
const callSeconds = { least: 0.08, most: 0.15 };
/** Ten shards of a Map with twenty accounts each: policy, and what keeps the visits far under STS's rate. */
export const visitsAtOnceMax = 200;

/** How long CloudFormation takes over a stack, as the world has drawn it. */
export type StackSeconds = (module: ModuleId, account: AccountId, region: Region) => number;

export interface BoundedWave {
  readonly spec: WaveSpec;
  /** In the order in which they are reached. */
  readonly accounts: readonly AccountId[];
}

/** In seconds, one after another: a wave is looked into, deployed stage by stage, set, and proved. */
export interface WaveBound {
  readonly preflight: number;
  readonly deploy: number;
  readonly settings: number;
  readonly health: number;
}

export const listingSeconds = (accounts: number): number =>
  Math.max(0, Math.ceil(accounts / listing.pageSize) - listing.burst) / listing.perSecond;

/** Calls of each visit, the two of entering included. */
export function visitsOf(release: Release) {
  const { settings, regions, modules } = release;
  const roles = modules.flatMap(({ module }) => linkedServiceOf[module] ?? []).flatMap(linkingCalls).length;
  const entering = 2;
  return {
    preflight: [entering + preflightCalls(regionsAtWork(release)).length, ...(roles > 0 ? [entering + roles] : [])],
    settings: (['Get', 'Put'] as const).map((verb) => entering + settingCalls(verb, settings, regions.governed).length),
    health: [entering + factsCalls(factsWanted(release)).length],
  };
}

/** An account's calls come one after another; so many accounts at once, and no faster than they may be entered. */
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

/** One account, two, four, up to what may run at once, then the rest: what the plan prescribes, reckoned here anew. */
export function batchesOf(accounts: readonly AccountId[], spec: WaveSpec): readonly (readonly AccountId[])[] {
  const atOnce = concurrencyOf(spec.maxConcurrent, accounts.length);
  const batches: (readonly AccountId[])[] = [];
  let from = 0;
  for (let size = 1; spec.slowStart && size <= atOnce && from < accounts.length; size *= 2) {
    batches.push(accounts.slice(from, from + size));
    from += size;
  }
  return from < accounts.length ? [...batches, accounts.slice(from)] : batches;
}

/** A batch ends with its slowest set of stacks: all of them in turn, so many at once, or the one that takes longest. */
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

/** The home region of each module first, then its others together. */
function steps({ modules }: Release): readonly (readonly (readonly [ModuleId, Region])[])[] {
  const cut = (from: number, to?: number) =>
    modules.flatMap(({ module, regions }) => regions.slice(from, to).map((region) => [module, region] as const));
  return [cut(0, 1), cut(1)];
}

export function waveBound({ spec, accounts }: BoundedWave, release: Release, secondsOf: StackSeconds): WaveBound {
  const visits = visitsOf(release);
  const atOnce = concurrencyOf(spec.maxConcurrent, accounts.length);
  const deploy = batchesOf(accounts, spec)
    .flatMap((batch) => steps(release).map((stacks) => operating(batch, atOnce, stacks, secondsOf)))
    .reduce((sum, seconds) => sum + seconds, 0);
  // Proved when it is deployed, and again after the soak.
  const probes = spec.soakMinutes > 0 ? 2 : 1;
  return {
    preflight: visiting(accounts.length, visits.preflight),
    deploy,
    settings: visiting(accounts.length, visits.settings),
    health: probes * visiting(accounts.length, visits.health),
  };
}

/**
 * What AWS alone would take, if everybody were in one wave without slow start, concurrency and stages: the quotas filled to the brim, or
 * the longest way of a single account.
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
