/** A check asks one question of an account's facts: one row of a table (checks/table.ts), with the facts it needs and a pure function. */
import type { AccountRecord, SkippedModule } from '../model/account-record';
import type { AccountId, Region } from '../model/brand';
import type { CheckOutcome, CheckResult, GateId, Severity } from '../model/gate';
import type { ModuleId } from '../model/module';
import type { Release } from '../model/release';
import { driftResults, driftWithin } from './drift';
import type { AccountFacts, FactSources, IdsOf, KnownSources, RegionFacts } from './fact-sources';
import type { Fact } from './facts';

export interface Answer {
  readonly outcome: CheckOutcome;
  /** AWS is not done yet: the fact may still take as long as `settlesMinutes` of its check says. */
  readonly isPending?: boolean | undefined;
  readonly observed: string;
  readonly expected: string;
}

interface Row {
  /** `<service>-<resource>-<best practice>`, in words. */
  readonly id: string;
  /** Number in the controls catalog, where it has one. */
  readonly control?: string | undefined;
  readonly gate: GateId;
  readonly module: ModuleId | 'bootstrap';
  readonly severity: Severity;
  readonly title: string;
  /** How long after a deployment a pending answer is waited for. Without it, only as long as for any check. */
  readonly settlesMinutes?: number;
  readonly remediation: string;
  /** What to do instead where the organization or another team runs the module: Strongroom only verifies it there. */
  readonly remediationByOthers?: string;
  /** Why the release leaves nothing to check; its facts are not read then. Undefined where the check applies, as it does by default. */
  readonly notApplicable?: (release: Release) => string | undefined;
}

export interface Place {
  readonly account: AccountId;
  readonly region: Region;
  /** Why another team runs the check's module there; absent where Strongroom deploys it. */
  readonly adopted?: string | undefined;
}

/** @typeParam S the facts that exist; only tests have others than ours. */
export type Check<S extends FactSources = KnownSources> =
  | (Row & {
      readonly scope: 'account';
      /** The facts that the check judges: without one of them its answer is `unknown`. */
      readonly needs: readonly IdsOf<S['account']>[];
      /** @param place the account in its home region. */
      readonly judge: (facts: AccountFacts<S>, release: Release, place: Place) => Answer;
    })
  | (Row & {
      readonly scope: 'region';
      /** Regions of the release in which the check runs; `deployed`: those with a stack of the module. */
      readonly where: 'governed' | 'alerts' | 'deployed';
      readonly needs: readonly IdsOf<S['region']>[];
      readonly judge: (facts: RegionFacts<S>, release: Release, place: Place) => Answer;
    });

/** Updating a stack with an unchanged template does nothing, so a new rollout does not repair manual changes. */
export const restore = (what: string): string =>
  `Restore ${what} by hand, because CloudFormation does not; CloudTrail shows who changed it`;

export const fixedByOthers =
  'Ask the team that runs this for the organization or the account to fix it; Strongroom only verifies it';

/** Either the config says so, or preflight found it. */
export const isRunByOthers = (module: Row['module'], { expectations }: Release, { adopted }: Place): boolean =>
  adopted !== undefined || expectations.organizationManaged.some((id) => id === module);

type Known = Pick<AccountRecord, 'adopted' | 'skipped' | 'drift'>;

/** The first few names; the rest is counted. */
const namedMax = 3;
export const few = (names: readonly string[]): string =>
  [names.slice(0, namedMax).join(', '), ...(names.length > namedMax ? [`${names.length - namedMax} more`] : [])].join(
    ' and ',
  );

/** Judges only what was read: an unreadable fact is `unknown`, never `pass`. */
export function judged<T>(
  fact: Fact<T>,
  expected: string,
  onAbsent: Answer | 'fail',
  onRead: (value: T) => Omit<Answer, 'expected'>,
): Answer {
  switch (fact.kind) {
    case 'unreadable':
      return { outcome: 'unknown', observed: fact.why, expected };
    case 'absent':
      return onAbsent === 'fail' ? { outcome: 'fail', observed: 'absent', expected } : onAbsent;
    case 'read':
      return { ...onRead(fact.value), expected };
  }
}

/**
 * Runs every check of the enabled modules (bootstrap always), in each region that the check covers.
 *
 * @param known what earlier work found: modules that another team runs there, which are verified but need not be ours; modules that preflight
 * skipped, whose checks are unknown; and drift.
 */
export function runChecks<S extends FactSources = KnownSources>(
  table: readonly Check<S>[],
  facts: AccountFacts<S>,
  release: Release,
  known: Known = {},
): readonly CheckResult[] {
  const results = enabledChecks(table, release).flatMap((check) =>
    regionsOf(check, release).map((region) => resultIn(region, check, facts, release, known)),
  );
  return [...results, ...driftResults(driftWithin(known.drift ?? [], release))];
}

function resultIn<S extends FactSources>(
  region: Region,
  check: Check<S>,
  facts: AccountFacts<S>,
  release: Release,
  { adopted = [], skipped = [] }: Known,
): CheckResult {
  const { title, severity, gate, id, control, module, scope, remediationByOthers } = check;
  const because = adopted.find((a) => a.module === module && a.region === region)?.because;
  const place = { account: facts.account, region, adopted: because };
  const skip = skipped.length === 0 ? undefined : skipOf(check, release, region, skipped);
  const { outcome, observed, expected, isPending } = judge(check, facts, release, place, skip);
  const byOthers = isRunByOthers(module, release, place) ? remediationByOthers : undefined;
  const remediation = skip === undefined || outcome !== 'unknown' ? (byOthers ?? check.remediation) : afterSkip;
  // Property by property: a wave makes hundreds of thousands of these, and spreading is slower.
  return {
    title,
    severity,
    gate,
    check: id,
    control,
    module,
    region: scope === 'account' ? 'global' : region,
    outcome,
    observed,
    expected,
    remediation,
    ...(isPending === true && check.settlesMinutes !== undefined && { settlesMinutes: check.settlesMinutes }),
  };
}

export function enabledChecks<S extends FactSources>(
  table: readonly Check<S>[],
  { expectations }: Release,
): readonly Check<S>[] {
  const enabled = new Set<string>(['bootstrap', ...expectations.enabled]);
  return table.filter((check) => enabled.has(check.module));
}

/** An account check runs once, in the home region. */
export function regionsOf<S extends FactSources>(
  check: Check<S>,
  { regions, expectations, modules }: Release,
): readonly Region[] {
  if (check.scope === 'account') return [regions.home];
  switch (check.where) {
    case 'governed':
      return regions.governed;
    case 'alerts':
      return expectations.alertRegions;
    case 'deployed':
      return modules.find(({ module }) => module === check.module)?.regions ?? [];
  }
}

const afterSkip = 'Find out why the call fails in this account, then roll out again';

/** A check of the account is about the home region, or about every region of the module. */
function skipOf<S extends FactSources>(
  check: Check<S>,
  { modules, regions }: Release,
  region: Region,
  skipped: readonly SkippedModule[],
): SkippedModule | undefined {
  const own = skipped.filter(({ module }) => module === check.module);
  const here = own.find((skip) => skip.region === region);
  if (here !== undefined || check.scope === 'region') return here;
  const everywhere = modules.find(({ module }) => module === check.module)?.regions ?? regions.governed;
  return everywhere.every((one) => own.some((skip) => skip.region === one)) ? own[0] : undefined;
}

function judge<S extends FactSources>(
  check: Check<S>,
  facts: AccountFacts<S>,
  release: Release,
  place: Place,
  skip: SkippedModule | undefined,
): Answer {
  const reason = check.notApplicable?.(release);
  if (reason !== undefined) return { outcome: 'notApplicable', observed: reason, expected: check.title };
  if (skip !== undefined)
    return {
      outcome: 'unknown',
      observed: `${skip.module} skipped in ${skip.region}: ${skip.because}`,
      expected: check.title,
    };
  if (check.scope === 'account') return check.judge(facts, release, place);
  const inRegion = facts.regions[place.region];
  return inRegion === undefined
    ? { outcome: 'unknown', observed: `no facts were read in ${place.region}`, expected: check.title }
    : check.judge(inRegion, release, place);
}
