/**
 * Drift is what was changed in a stack's resources past CloudFormation. A detection says of each stack instance whether there is
 * any; here is how its answer is read, what is kept of it, and what it means to the gate G6 and to the account's readiness.
 */
import { type AccountRecord, isDrifted } from '../model/account-record';
import type { Region } from '../model/brand';
import { type CheckResult, gatesOf } from '../model/gate';
import type { ModuleId } from '../model/module';
import type { ReadinessEvent, ReadinessState } from '../model/readiness';
import type { Release } from '../model/release';

/** Of a stack instance. UNKNOWN is "reserved for future use" [bc:cloudformation:StackInstanceSummary DriftStatus]. */
export type DriftStatus = 'IN_SYNC' | 'DRIFTED' | 'NOT_CHECKED' | 'UNKNOWN';

/** Both values as CloudFormation prints them, shortened [bc:cloudformation:PropertyDifference]. */
export interface PropertyDifference {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

export interface ResourceDrift {
  /** Its name in the template. */
  readonly resource: string;
  readonly type: string;
  readonly change: 'modified' | 'deleted';
  readonly differences: readonly PropertyDifference[];
}

/** What the last detection found in one stack of an account. One that is in sync leaves no entry. */
export interface StackDrift {
  readonly module: ModuleId;
  readonly region: Region;
  /** ISO time at which the detection was read. */
  readonly at: string;
  readonly outcome: 'drifted' | 'unknown';
  /** Why it is not known; for what drifted, how much more there is than is kept here. */
  readonly because: string;
  readonly resources: readonly ResourceDrift[];
}

export type InstanceJudgement =
  | { readonly kind: 'inSync' }
  | { readonly kind: 'drifted' }
  | { readonly kind: 'unknown'; readonly because: string }
  /** It was not this instance's turn: what was known of it stays. */
  | { readonly kind: 'notAsked' };

/** @param result what became of the instance in the detection; absent if it is not in its results. */
export function judgeInstance(
  result: { readonly outcome: string; readonly reason: string } | undefined,
  status: DriftStatus | undefined,
): InstanceJudgement {
  if (result?.outcome === 'FAILED')
    return { kind: 'unknown', because: result.reason === '' ? 'the detection failed' : result.reason };
  if (result?.outcome !== 'SUCCEEDED') return { kind: 'notAsked' };
  if (status === 'IN_SYNC') return { kind: 'inSync' };
  if (status === 'DRIFTED') return { kind: 'drifted' };
  return { kind: 'unknown', because: `CloudFormation says ${status ?? 'nothing'} after the detection` };
}

/** What is kept of one stack: an account's record is one item, with up to some thirty stacks. */
const resourcesMax = 5;
const differencesMax = 5;
const textCharactersMax = 120;

const shortened = (text: string): string =>
  text.length > textCharactersMax ? `${text.slice(0, textCharactersMax)}…` : text;

/** @param found all that differs in the stack. */
export function driftedStack(
  place: Pick<StackDrift, 'module' | 'region' | 'at'>,
  found: readonly ResourceDrift[],
): StackDrift {
  const resources = found.slice(0, resourcesMax).map((drift) => ({
    ...drift,
    differences: drift.differences.slice(0, differencesMax).map(({ path, expected, actual }) => ({
      path: shortened(path),
      expected: shortened(expected),
      actual: shortened(actual),
    })),
  }));
  const count = (all: readonly ResourceDrift[]): number =>
    all.reduce((sum, { differences }) => sum + Math.max(1, differences.length), 0);
  const more = count(found) - count(resources);
  return {
    ...place,
    outcome: 'drifted',
    because: more > 0 ? `and ${more} more differences` : '',
    resources,
  };
}

const driftCheck = '002-50-drift';
export const isDriftResult = ({ check }: Pick<CheckResult, 'check'>): boolean => check.startsWith(`${driftCheck}-`);

/** A row of the gate for each finding. What no detection has looked at has none: it neither passes nor fails. */
export const driftResults = (drift: readonly StackDrift[]): readonly CheckResult[] =>
  drift.map((stack) => ({
    check: `${driftCheck}-${stack.module}`,
    gate: 'G6',
    module: stack.module,
    severity: 'critical',
    region: stack.region,
    outcome: stack.outcome === 'drifted' ? 'fail' : 'unknown',
    observed: stack.outcome === 'drifted' ? whatDiffers(stack) : stack.because,
    expected: `the resources of ${stack.module} as its template has them`,
    remediation:
      stack.outcome === 'drifted'
        ? 'Find in CloudTrail who changed it. `strongroom rollout --retry-failed --include-drifted` puts it back; what was put back by hand is cleared by `strongroom verify --drift`'
        : 'Mend what keeps CloudFormation from looking, and run `strongroom verify --drift` again',
  }));

/** Those that belong to the release: a module that it does not have is not judged with it. */
export const driftWithin = (drift: readonly StackDrift[], { modules }: Release): readonly StackDrift[] =>
  drift.filter(({ module, region }) => modules.some((m) => m.module === module && m.regions.includes(region)));

/** `Topic deleted, Rule State is "DISABLED" and not "ENABLED"`. */
export const whatDiffers = ({ resources, because }: Pick<StackDrift, 'resources' | 'because'>): string => {
  const differences = resources.flatMap(({ resource, change, differences }) => {
    if (change === 'deleted') return [`${resource} deleted`];
    if (differences.length === 0) return [`${resource} modified`];
    return differences.map(({ path, expected, actual }) => `${resource} ${path} is ${actual} and not ${expected}`);
  });
  return [...differences, ...(because === '' ? [] : [because])].join(', ') || 'something differs';
};

/** Where drift is the worst that is known. An account that fails otherwise stays what it is: that is worse, or not finished. */
const driftTells: ReadonlySet<ReadinessState> = new Set([
  'DEPLOYED',
  'VERIFYING',
  'BASELINE_HEALTHY',
  'READY_FOR_KEYS',
  'KEYS_AT_RISK',
  'DRIFTED',
  'OUTDATED',
  'UNKNOWN',
]);

/**
 * The account with what a detection found in one of its modules in place of what was known of these stacks. What could not be looked
 * at moves no state: the next visit judges it, and a detection that was throttled is no reason to page somebody.
 */
export function withDrift(
  account: AccountRecord,
  asked: readonly Place[],
  found: readonly StackDrift[],
): { readonly account: AccountRecord; readonly event?: ReadinessEvent } {
  const known = account.drift ?? [];
  // Drift that was seen is not withdrawn by a look that failed.
  const isRenewed = (stack: StackDrift): boolean =>
    asked.some((place) => isSame(place, stack)) &&
    !(stack.outcome === 'drifted' && found.some((f) => isSame(f, stack) && f.outcome === 'unknown'));
  const kept = known.filter((stack) => !isRenewed(stack));
  const drift = [...kept, ...found.filter((stack) => !kept.some((k) => isSame(k, stack)))];
  if (known.length === 0 && drift.length === 0) return { account };
  const failing = [...account.failing.filter((result) => !isDriftResult(result)), ...driftResults(drift)];
  const { drift: _before, ...rest } = account;
  const renewed: AccountRecord = {
    ...rest,
    ...(drift.length > 0 && { drift }),
    failing,
    gates: { ...account.gates, G6: gatesOf(failing).G6 ?? 'pass' },
  };
  if (drift.length === 0) return { account: renewed, event: 'driftGone' };
  if (!isDrifted(renewed) || !driftTells.has(account.state)) return { account: renewed };
  // What fell has to be proved, and to stand its soak, again.
  const { soaked: _stood, passing: _passed, ...fallen } = renewed;
  return { account: fallen, event: 'driftFound' };
}

type Place = Pick<StackDrift, 'module' | 'region'>;
const isSame = (a: Place, b: Place): boolean => a.module === b.module && a.region === b.region;

/** Nothing critical has failed but drift: then the account is drifted, which says more than unhealthy. */
export const hasOnlyDrifted = (results: readonly CheckResult[]): boolean =>
  results.filter(({ severity, outcome }) => severity === 'critical' && outcome === 'fail').every(isDriftResult);
