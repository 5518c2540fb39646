/** A check is one question to an account's facts: one row in a table (domain/checks/table.ts), one pure function. */
import type { AccountRecord } from '../model/account-record';
import type { AccountId, Region } from '../model/brand';
import type { CheckOutcome, CheckResult, GateId, Severity } from '../model/gate';
import type { ModuleId } from '../model/module';
import type { Release } from '../model/release';
import { driftResults, driftWithin } from './drift';
import type { AccountFacts, Fact, RegionFacts } from './facts';

export interface Answer {
  readonly outcome: CheckOutcome;
  readonly observed: string;
  readonly expected: string;
}

interface Row {
  readonly id: string;
  readonly gate: GateId;
  readonly module: ModuleId | 'bootstrap';
  readonly severity: Severity;
  readonly title: string;
  readonly remediation: string;
  /** What to do instead where the organization, or somebody else, runs the module: it is not ours to mend. */
  readonly remediationByOthers?: string;
}

export interface Place {
  readonly account: AccountId;
  readonly region: Region;
  /** Why the check's module is left to somebody else there; absent where Strongroom deploys it. */
  readonly adopted?: string | undefined;
}

export type Check =
  | (Row & {
      readonly scope: 'account';
      /** @param place the account in its home region. */
      readonly judge: (facts: AccountFacts, release: Release, place: Place) => Answer;
    })
  | (Row & {
      readonly scope: 'region';
      /** Which of the release's regions the question is asked in; `deployed`: those with a stack of the module. */
      readonly where: 'governed' | 'alerts' | 'deployed';
      readonly judge: (facts: RegionFacts, release: Release, place: Place) => Answer;
    });

/** An update of a stack whose template has not changed does nothing, so a new rollout would not repair what people have changed. */
export const putBack = (what: string): string =>
  `Put ${what} back as expected, by hand: CloudFormation does not. CloudTrail tells who changed it`;

export const fixedByOthers =
  'Have it mended in the organization, or by whoever runs it in the account: Strongroom only verifies it';

/** By the config, or because preflight found it so. */
export const isRunByOthers = (module: Row['module'], { expectations }: Release, { adopted }: Place): boolean =>
  adopted !== undefined || expectations.organizationManaged.some((id) => id === module);

/** What a person reads of many: the rest is counted. */
const namedMax = 3;
export const few = (names: readonly string[]): string =>
  [names.slice(0, namedMax).join(', '), ...(names.length > namedMax ? [`${names.length - namedMax} more`] : [])].join(
    ' and ',
  );

/** Lets a check speak only of what was read: an unreadable fact is `unknown`, and never `pass`. */
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
 * Asks every check that belongs to an enabled module (bootstrap always), in every region it speaks of.
 *
 * @param known what is known beyond this visit: what preflight last found somebody else to run, which is verified all the same, but
 * not expected to be ours; and what the last detection of drift found.
 */
export function runChecks(
  table: readonly Check[],
  facts: AccountFacts,
  release: Release,
  { adopted = [], drift = [] }: Pick<AccountRecord, 'adopted' | 'drift'> = {},
): readonly CheckResult[] {
  const enabled = new Set<string>(['bootstrap', ...release.expectations.enabled]);
  const asked = table
    .filter((check) => enabled.has(check.module))
    .flatMap((check) =>
      regionsOf(check, release).map((region) => {
        const because = adopted.find((a) => a.module === check.module && a.region === region)?.because;
        const place = { account: facts.account, region, adopted: because };
        return resultOf(check, ask(check, facts, release, place), release, place);
      }),
    );
  return [...asked, ...driftResults(driftWithin(drift, release))];
}

function regionsOf(check: Check, { regions, expectations, modules }: Release): readonly Region[] {
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

function ask(check: Check, facts: AccountFacts, release: Release, place: Place): Answer {
  if (check.scope === 'account') return check.judge(facts, release, place);
  const inRegion = facts.regions[place.region];
  return inRegion === undefined
    ? { outcome: 'unknown', observed: `nothing was read in ${place.region}`, expected: check.title }
    : check.judge(inRegion, release, place);
}

function resultOf(check: Check, answer: Answer, release: Release, place: Place): CheckResult {
  const byOthers = isRunByOthers(check.module, release, place) ? check.remediationByOthers : undefined;
  return {
    check: check.id,
    gate: check.gate,
    module: check.module,
    severity: check.severity,
    region: check.scope === 'account' ? 'global' : place.region,
    remediation: byOthers ?? check.remediation,
    ...answer,
  };
}
