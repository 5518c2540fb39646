/** A check is one question to an account's facts: one row in a table (domain/checks/table.ts), one pure function. */
import type { AccountId } from './brand';
import type { AccountFacts, Fact, RegionFacts } from './facts';
import type { CheckOutcome, CheckResult, GateId, Severity } from './gate';
import type { ModuleId } from './module';
import type { Release } from './release';

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
}

export type Check =
  | (Row & { readonly scope: 'account'; readonly judge: (facts: AccountFacts, release: Release) => Answer })
  | (Row & {
      readonly scope: 'region';
      /** Which of the release's regions the question is asked in. */
      readonly where: 'governed' | 'alerts';
      readonly judge: (facts: RegionFacts, release: Release, region: string, account: AccountId) => Answer;
    });

/** An update of a stack whose template has not changed does nothing, so a new rollout would not repair what people have changed. */
export const putBack = (what: string): string =>
  `Put ${what} back as expected, by hand: CloudFormation does not. CloudTrail tells who changed it`;

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

/** Asks every check that belongs to an enabled module (bootstrap always), in every region it speaks of. */
export function runChecks(table: readonly Check[], facts: AccountFacts, release: Release): readonly CheckResult[] {
  const enabled = new Set<string>(['bootstrap', ...release.expectations.enabled]);
  return table
    .filter((check) => enabled.has(check.module))
    .flatMap((check): readonly CheckResult[] => {
      const row = {
        check: check.id,
        gate: check.gate,
        module: check.module,
        severity: check.severity,
        remediation: check.remediation,
      };
      if (check.scope === 'account') return [{ ...row, region: 'global' as const, ...check.judge(facts, release) }];
      const regions = check.where === 'governed' ? release.regions.governed : release.expectations.alertRegions;
      return regions.map((region) => {
        const inRegion = facts.regions[region];
        const answer: Answer =
          inRegion === undefined
            ? { outcome: 'unknown', observed: `nothing was read in ${region}`, expected: check.title }
            : check.judge(inRegion, release, region, facts.account);
        return { ...row, region, ...answer };
      });
    });
}
