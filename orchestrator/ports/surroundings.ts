/** What only `doctor` asks: of the caller's own account, and of others than the members. */

import type { Archive, NewDetectors } from '../domain/health/guardrails';
import type { StackSetQuotas } from '../domain/health/quotas';
import type { Region } from '../domain/model/brand';

/** The caller may well be refused. */
export interface Outside {
  /** Of the account that keeps the logs: what guards the bucket. */
  readonly archive: (bucket: string) => Promise<Archive>;
  /** Of the account that administers GuardDuty: for whom it is enabled by itself. */
  readonly newDetectors: (region: Region) => Promise<NewDetectors>;
  /** Of the management account, like the next: what it manages of the members' root users. */
  readonly rootFeatures: () => Promise<readonly string[]>;
  readonly servicePolicies: () => Promise<readonly string[]>;
}

/** What a rollout stands on; only `doctor` asks. */
export interface Surroundings extends Outside {
  readonly caller: () => Promise<{ readonly account: string; readonly arn: string }>;
  /** Of AWS's clock against ours; 0 while it does not matter. */
  readonly clockOffByMs: () => Promise<number>;
  /** Principals of the services that may act in the organization. */
  readonly trustedServices: () => Promise<readonly string[]>;
  /** For which services an account administers the organization. */
  readonly delegatedServices: (account: string) => Promise<readonly string[]>;
  /** Of the caller's own account in the home region, like all below. */
  readonly stackSetQuotas: () => Promise<StackSetQuotas>;
  readonly hasRole: (name: string) => Promise<boolean>;
  /** Those of the regions that the account has not enabled. */
  readonly closedRegions: (regions: readonly Region[]) => Promise<readonly Region[]>;
  /** Whether a trail of the organization records the management account too, as far as this account sees it. */
  readonly organizationTrail: () => Promise<boolean>;
  readonly definitionProblems: (definition: string) => Promise<readonly string[]>;
}
