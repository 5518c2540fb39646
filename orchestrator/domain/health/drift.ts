/**
 * Drift is a change of a stack's resources that CloudFormation did not make. A drift detection reports on each stack instance; this
 * file reads the report, decides what to keep, and what it means for the undrifted gate and for the account's readiness.
 */
import { type AccountRecord, isDrifted } from '../model/account-record';
import type { DriftStatus, ResourceDrift, StackDrift } from '../model/drift';
import { type CheckResult, gatesOf } from '../model/gate';
import type { ReadinessEvent, ReadinessState } from '../model/readiness';
import type { Release } from '../model/release';

export type InstanceJudgement =
  | { readonly kind: 'inSync' }
  | { readonly kind: 'drifted' }
  | { readonly kind: 'unknown'; readonly because: string }
  /** The detection did not cover the instance: earlier findings stay. */
  | { readonly kind: 'notAsked' };

/** @param result the detection's result for the instance; absent if it has none. */
export function judgeInstance(
  result: { readonly outcome: string; readonly reason: string } | undefined,
  status: DriftStatus | undefined,
): InstanceJudgement {
  if (result?.outcome === 'FAILED')
    return { kind: 'unknown', because: result.reason === '' ? 'drift detection failed' : result.reason };
  if (result?.outcome !== 'SUCCEEDED') return { kind: 'notAsked' };
  if (status === 'IN_SYNC') return { kind: 'inSync' };
  if (status === 'DRIFTED') return { kind: 'drifted' };
  return {
    kind: 'unknown',
    because: `CloudFormation reports the drift status ${status ?? 'nothing'} after the detection`,
  };
}

/** Limits per stack: the account's record is one item and may have thirty stacks. */
const resourcesMax = 5;
const differencesMax = 5;
const textCharactersMax = 120;

const shortened = (text: string): string =>
  text.length > textCharactersMax ? `${text.slice(0, textCharactersMax)}…` : text;

/** @param found all differences in the stack. */
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

const driftCheck = 'stack-has-no-drift';
export const isDriftResult = ({ check }: Pick<CheckResult, 'check'>): boolean => check.endsWith(`-${driftCheck}`);

/** One result for each finding. A stack that no detection has covered has no result: it neither passes nor fails. */
export const driftResults = (drift: readonly StackDrift[]): readonly CheckResult[] =>
  drift.map((stack) => ({
    title: `The resources of the ${stack.module} stack have not drifted`,
    severity: 'critical',
    gate: 'undrifted',
    check: `${stack.module}-${driftCheck}`,
    control: '002-50',
    module: stack.module,
    region: stack.region,
    outcome: stack.outcome === 'drifted' ? 'fail' : 'unknown',
    observed: stack.outcome === 'drifted' ? whatDiffers(stack) : stack.because,
    expected: 'resources that match the template',
    remediation:
      stack.outcome === 'drifted'
        ? 'Check in CloudTrail who changed the resources. `strongroom rollout --retry-failed --include-drifted` reverts the changes; after reverting by hand, run `strongroom verify --drift`'
        : 'Fix what prevents drift detection, and run `strongroom verify --drift` again',
  }));

/** Only modules of the release are judged with it. */
export const driftWithin = (drift: readonly StackDrift[], { modules }: Release): readonly StackDrift[] =>
  drift.filter(({ module, region }) => modules.some((m) => m.module === module && m.regions.includes(region)));

/** `Topic was deleted, Rule State is "DISABLED" instead of "ENABLED"`. */
export const whatDiffers = ({ resources, because }: Pick<StackDrift, 'resources' | 'because'>): string => {
  const differences = resources.flatMap(({ resource, change, differences }) => {
    if (change === 'deleted') return [`${resource} was deleted`];
    if (differences.length === 0) return [`${resource} was modified`];
    return differences.map(({ path, expected, actual }) => `${resource} ${path} is ${actual} instead of ${expected}`);
  });
  return [...differences, ...(because === '' ? [] : [because])].join(', ') || 'unspecified differences';
};

/** States that drift changes to DRIFTED. Other states are worse than drift, or not final. */
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
 * Replaces what was known about the detected stacks of an account. An unknown result changes no state: the next visit judges it, and a
 * throttled detection is no reason to page a person.
 */
export function withDrift(
  account: AccountRecord,
  asked: readonly Place[],
  found: readonly StackDrift[],
): { readonly account: AccountRecord; readonly event?: ReadinessEvent } {
  const known = account.drift ?? [];
  // A failed detection does not remove drift that was found before.
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
    gates: { ...account.gates, undrifted: gatesOf(failing).undrifted ?? 'pass' },
  };
  if (drift.length === 0) return { account: renewed, event: 'driftGone' };
  if (!isDrifted(renewed) || !driftTells.has(account.state)) return { account: renewed };
  // The account must pass its checks and its soak again.
  const { soaked: _stood, passing: _passed, ...fallen } = renewed;
  return { account: fallen, event: 'driftFound' };
}

type Place = Pick<StackDrift, 'module' | 'region'>;
const isSame = (a: Place, b: Place): boolean => a.module === b.module && a.region === b.region;

/** If drift is the only critical failure, the account is DRIFTED, which says more than UNHEALTHY. */
export const hasOnlyDrifted = (results: readonly CheckResult[]): boolean =>
  results.filter(({ severity, outcome }) => severity === 'critical' && outcome === 'fail').every(isDriftResult);
